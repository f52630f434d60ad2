"""What operators do with a tip, at the desk."""

import pytest
from nacl.public import PrivateKey
from werkzeug.test import TestResponse

from hotline.records.delivery import STATUSES
from tests.desk.conftest import Browser, House
from tests.desk.test_tips import HOSTILE
from tests.tips import a_tip

ANSWER = "Mai gọi lại nhé."


@pytest.fixture
def tip_id(house: House) -> str:
    """A tip that somebody can come back to."""
    tip = a_tip()
    house.book.file(tip)
    house.box.attach(b"lookup-of-tests0", tip.id, bytes(PrivateKey.generate().public_key))
    return tip.id


def acts(house: House, most: int = 1) -> list[tuple[str, str, str]]:
    return [(act.operator, act.act, act.what) for act in house.audit.read(most)]


def answer(browser: Browser, tip_id: str, text: str = ANSWER, **form: str) -> TestResponse:
    whole = {"text": text, "known": "0", "sure": "yes", **form}
    return browser.post(f"/tips/{tip_id}/answer", **whole)


def text_of(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def test_an_answer_goes_into_the_box_and_is_never_shown_again(house: House, tip_id: str) -> None:
    browser = house.inside(name="lan")
    assert answer(browser, tip_id).headers["Location"] == f"/tips/{tip_id}"
    assert house.box.answered(tip_id) == 1
    assert acts(house) == [("lan", "tip.answer", tip_id)]
    page = browser.page(f"/tips/{tip_id}")
    assert "Đã trả lời 1 lần" in page
    assert ANSWER not in page
    assert 'name="known" value="1"' in page


def test_the_same_form_twice_answers_once_and_keeps_what_was_typed(
    house: House, tip_id: str
) -> None:
    browser = house.inside()
    answer(browser, tip_id)
    again = answer(browser, tip_id)
    assert again.status_code == 409
    assert "Vừa có người khác trả lời" in text_of(again)
    assert ANSWER in text_of(again)
    assert house.box.answered(tip_id) == 1


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"sure": ""}, 400),
        ({"text": "   "}, 400),
        ({"text": "x" * 601}, 400),
        ({"text": "x" * 600}, 303),
        ({"text": "a\r\n" * 199 + "abc"}, 303),  # a line end counts once
        ({"known": "no number"}, 303),
    ],
)
def test_what_is_no_answer_is_not_sent_and_not_lost(
    house: House, tip_id: str, form: dict[str, str], status: int
) -> None:
    done = answer(house.inside(), tip_id, **form)
    assert done.status_code == status
    assert house.box.answered(tip_id) == (status == 303)
    if status != 303:
        assert form.get("text", ANSWER).strip() in text_of(done)
        assert 'role="alert"' in text_of(done)
        assert [act.act for act in house.audit.read()] == ["login"]


def test_without_a_code_there_is_nobody_to_answer(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside()
    assert f"/tips/{tip.id}/answer" not in browser.page(f"/tips/{tip.id}")
    assert answer(browser, tip.id).status_code == 409


def test_one_operator_at_a_time_has_a_tip(house: House, tip_id: str) -> None:
    lan, nam = house.inside(name="lan"), house.inside(name="nam")
    assert lan.post(f"/tips/{tip_id}/claim").status_code == 303
    assert "Bạn đang lo tin này đến 13:16" in lan.page(f"/tips/{tip_id}")
    page = nam.page(f"/tips/{tip_id}")
    assert "lan đang lo tin này" in page
    for act in ("claim", "status", "answer"):
        assert f"/tips/{tip_id}/{act}" not in page
    assert "lan đang lo" in nam.page("/tips")
    assert nam.post(f"/tips/{tip_id}/claim").status_code == 409
    assert nam.post(f"/tips/{tip_id}/status", status="closed").status_code == 409
    assert answer(nam, tip_id).status_code == 409
    nam.post(f"/tips/{tip_id}/unclaim")
    assert nam.post(f"/tips/{tip_id}/claim").status_code == 409
    assert (house.book.count("new"), house.box.answered(tip_id)) == (1, 0)


def test_an_hour_frees_it_and_asking_again_keeps_it(house: House, tip_id: str) -> None:
    house.inside(name="lan").post(f"/tips/{tip_id}/claim")
    for name, minutes, status in (("lan", 29, 303), ("nam", 29, 409), ("nam", 28, 409)):
        house.later(minutes=minutes)
        assert house.inside(name=name).post(f"/tips/{tip_id}/claim").status_code == status
    house.later(minutes=3)
    assert house.inside(name="nam").post(f"/tips/{tip_id}/claim").status_code == 303


def test_an_admin_frees_what_somebody_forgot(house: House, tip_id: str) -> None:
    house.inside(name="lan").post(f"/tips/{tip_id}/claim")
    house.inside("admin").post(f"/tips/{tip_id}/unclaim")
    assert house.inside(name="nam").post(f"/tips/{tip_id}/claim").status_code == 303


@pytest.mark.parametrize("status", STATUSES)
def test_six_states_and_what_they_mean_for_the_tip(house: House, tip_id: str, status: str) -> None:
    browser = house.inside(name="lan")
    assert browser.post(f"/tips/{tip_id}/status", status=status).status_code == 303
    assert f'<option value="{status}" selected>' in browser.page(f"/tips/{tip_id}")
    state = {"received": "new", "closed": "closed", "rejected": "closed"}.get(status, "seen")
    assert house.book.count(state) == 1
    assert acts(house, 2)[1] == ("lan", f"tip.{status}", tip_id)


def test_a_seventh_state_is_none(house: House, tip_id: str) -> None:
    browser = house.inside()
    for status in ("", "gone", "new"):
        assert browser.post(f"/tips/{tip_id}/status", status=status).status_code == 400
    assert house.book.count("new") == 1


def test_a_closed_tip_that_is_read_again_stays_closed(house: House, tip_id: str) -> None:
    browser = house.inside()
    browser.post(f"/tips/{tip_id}/status", status="rejected")
    browser.post(f"/tips/{tip_id}/show")
    assert '<option value="rejected" selected>' in browser.page(f"/tips/{tip_id}")
    assert house.book.expired("2026-11-24") == (tip_id,)


def test_notes_are_covered_with_the_words(house: House, tip_id: str) -> None:
    browser = house.inside(name="lan")
    for _ in range(2):
        browser.post(f"/tips/{tip_id}/note", text="Gọi chị Hoa ở hội.")
    covered = browser.page(f"/tips/{tip_id}")
    assert "chị Hoa" not in covered
    assert "1 ghi chú" in covered
    shown = text_of(browser.post(f"/tips/{tip_id}/show"))
    assert "Gọi chị Hoa ở hội." in shown
    assert "lan · 24/11/2026, 12 giờ" in shown


@pytest.mark.parametrize("words", ["", " \n ", "x" * 2001])
def test_a_note_that_is_none_is_given_back(house: House, tip_id: str, words: str) -> None:
    done = house.inside().post(f"/tips/{tip_id}/note", text=words)
    assert done.status_code == 400
    assert words.strip() in text_of(done)
    assert house.room.work.count_notes(tip_id) == 0


def test_labels_are_set_whole(house: House, tip_id: str) -> None:
    browser = house.inside()
    browser.post(f"/tips/{tip_id}/labels", labels=" gấp ,  ga  lớn、gấp,, ")
    assert 'value="gấp, ga lớn"' in browser.page(f"/tips/{tip_id}")
    many = browser.post(f"/tips/{tip_id}/labels", labels="a,b,c,d,e,f,g,h,i")
    long = browser.post(f"/tips/{tip_id}/labels", labels="x" * 31)
    assert (many.status_code, long.status_code) == (400, 400)
    assert house.room.work.of(tip_id, house.now).labels == ("gấp", "ga lớn")
    browser.post(f"/tips/{tip_id}/labels", labels="")
    assert house.room.work.of(tip_id, house.now).labels == ()


def test_hostile_notes_labels_and_drafts_are_text(house: House, tip_id: str) -> None:
    browser = house.inside()
    browser.post(f"/tips/{tip_id}/note", text=HOSTILE)
    browser.post(f"/tips/{tip_id}/labels", labels="<b>\u202e</b>")
    pages = [
        text_of(browser.post(f"/tips/{tip_id}/show")),
        text_of(answer(browser, tip_id, HOSTILE + "</textarea><script>", sure="")),
    ]
    for page in pages:
        body = page.split("<main", 1)[1]
        assert "<script" not in body
        assert "<b>" not in body
        assert body.count("</main>") == 1
    assert "\u202e" not in pages[0].split("<main", 1)[1].split('name="labels"')[0]


def test_only_who_types_it_out_erases(house: House, tip_id: str) -> None:
    browser = house.inside("admin", "hoa")
    for typed in ("", "zzzz", tip_id[:3]):
        assert browser.post(f"/tips/{tip_id}/erase", confirm=typed).status_code == 400
    assert house.book.count() == 1
    done = browser.post(f"/tips/{tip_id}/erase", confirm=tip_id[:4].upper())
    assert done.headers["Location"] == "/tips"
    assert house.book.count() == 0
    assert house.book.was_erased(tip_id)
    assert acts(house) == [("hoa", "tip.erase", tip_id)]
    assert house.box.has_box(tip_id) is False
