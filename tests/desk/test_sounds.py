"""A recording is heard by who may read the words, disguised only, and it is written down."""

import pytest

from hotline.records.attachment import held_here
from tests.desk.conftest import House
from tests.tips import a_tip

MP3 = b"\xff\xf3" + b"sound" * 40_000


def with_sound(house: House, disguised: bool = True, kind: str = "audio/mpeg") -> tuple[str, str]:
    """A tip whose recording lies here; its id and where the recording is heard."""
    tip = a_tip()
    house.book.file(tip)
    (attachment,) = tip.attachments
    house.shelf.put(tip.id, attachment.id, kind, MP3, seconds=41, disguised=disguised)
    house.book.amend(tip.id, lambda tip: held_here(tip, house.shelf.of(tip.id)))
    return tip.id, f"/tips/{tip.id}/sound/{attachment.id}"


def test_a_recording_is_covered_then_heard_and_written_down(house: House) -> None:
    tip_id, path = with_sound(house)
    browser = house.inside(name="lan")
    assert "<audio" not in browser.page(f"/tips/{tip_id}")
    shown = browser.post(f"/tips/{tip_id}/show").get_data(as_text=True)
    assert f'src="{path}"' in shown
    answer = browser.get(path)
    assert (answer.status_code, answer.content_type) == (200, "audio/mpeg")
    assert answer.data == MP3
    assert answer.headers["Cache-Control"] == "no-store"
    acts = [(act.operator, act.act, act.what) for act in house.audit.read()]
    assert acts[0] == ("lan", "tip.hear", tip_id)


def test_a_voice_that_is_not_disguised_and_what_is_no_sound_is_heard_by_nobody(
    house: House,
) -> None:
    for more in ({"disguised": False}, {"kind": "image/jpeg"}):
        tip_id, path = with_sound(house, **more)
        browser = house.inside()
        assert "<audio" not in browser.post(f"/tips/{tip_id}/show").get_data(as_text=True)
        assert browser.get(path).status_code == 404


def test_a_recording_is_found_under_its_own_tip_alone(house: House) -> None:
    tip_id, path = with_sound(house)
    other, _ = with_sound(house)
    browser = house.inside()
    assert browser.get(path.replace(tip_id, other)).status_code == 404
    house.book.erase(tip_id)
    assert browser.get(path).status_code == 404
    assert "tip.hear" not in [act.act for act in house.audit.read()]


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("auditor", 403), ("", 401)])
def test_who_may_not_read_the_words_does_not_hear_them(
    house: House, role: str, status: int
) -> None:
    _, path = with_sound(house)
    browser = house.inside(role) if role else house.browser()
    assert browser.get(path).status_code == status
