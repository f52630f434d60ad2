"""A voice note from the page: sealed in the browser, filed as a recording in another voice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotline import wiring_stores
from hotline.channels.site.blueprint import LARGEST_VOICE
from hotline.intake import handover
from hotline.intake.handover import NOT_OPENED
from hotline.intake.openings import SPOKEN
from hotline.recordings.pressed import pressed
from hotline.records.voice_note import LONGEST, RATE
from hotline.settings import Settings
from hotline.stores.sealing import pad
from tests.channels.test_envelope import KEPT, STORY, seal, sealed
from tests.line import TestLine
from tests.tips import a_voice_note as write
from tests.visitor import Page, Visitor

SOUND = bytes(range(256)) * 100
NOTE = write(SOUND)


@pytest.fixture
def visitor(line: TestLine) -> Visitor:
    return Visitor(line.client)


def box_of(line: TestLine, raw: bytes) -> str:
    return sealed(line.doors.envelope, pad(raw))


def speak(line: TestLine, visitor: Visitor, raw: bytes = NOTE) -> Page:
    return visitor.send({**visitor.page.form, "box": box_of(line, raw)}, "/voice")


def test_a_voice_note_becomes_a_recording_that_helpers_can_hear(
    line: TestLine, visitor: Visitor
) -> None:
    visitor.write("ban em bi bat o ga ueno")
    assert KEPT in speak(line, visitor).said
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert tip.narrative == "ban em bi bat o ga ueno"
    (attachment,) = tip.attachments
    assert (attachment.media_type, attachment.seconds) == ("audio/mpeg", 4)
    assert (attachment.held, attachment.disguised) == ("here", True)
    (stored,) = line.book.attachments.of(tip.id)
    assert (stored.id, stored.playable) == (attachment.id, True)
    assert line.book.attachments.read(stored.id) == pressed(SOUND)


def test_no_other_report_waits_for_sound(line: TestLine, visitor: Visitor) -> None:
    speak(line, visitor)
    visitor.press("Kể xong, gửi đi")
    for number in range(3):
        line.text("hom qua bat 3 nguoi o ga ueno", f"+8400{number:07d}")
        line.text("XONG", f"+8400{number:07d}")
    waiting = []

    def slowly(samples: bytes) -> bytes:
        waiting.append(line.figures().waiting)
        return pressed(samples)

    handover.drain(replace(line.desk, pressed=slowly), lambda: int(line.now.timestamp()))
    assert (waiting, line.figures().waiting) == ([1], 0)


def test_a_note_alone_is_a_report_and_words_in_it_are_nowhere(
    line: TestLine, visitor: Visitor
) -> None:
    speak(line, visitor)
    dumps = b"".join(line.dump(key) for key in line.keys(bool))
    assert SOUND[:40] not in dumps
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert (tip.narrative, len(tip.attachments)) == ("", 1)


def test_a_whole_minute_comes_through_and_one_more_second_does_not(
    line: TestLine, visitor: Visitor
) -> None:
    assert KEPT in speak(line, visitor, write(b"\x55" * (LONGEST * RATE))).said
    speak(line, visitor, write(b"\x55" * (LONGEST * RATE + RATE)))
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert [a.seconds for a in tip.attachments] == [LONGEST]
    assert tip.narrative == NOT_OPENED  # it is told that something was there


def test_what_is_no_sound_is_told_and_never_played(line: TestLine, visitor: Visitor) -> None:
    speak(line, visitor, b"RIFF" + b"<script>" * 200)
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert (tip.narrative, tip.attachments) == (NOT_OPENED, ())


def test_a_note_is_taken_back_and_erased_as_words_are(line: TestLine, visitor: Visitor) -> None:
    speak(line, visitor)
    visitor.press("Bỏ câu vừa rồi")
    visitor.write(STORY)
    speak(line, visitor, write(b"\x55" * RATE))
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert [a.seconds for a in tip.attachments] == [1]
    visitor.press("Xoá hết")
    assert line.tips() == []
    assert line.book.attachments.of(tip.id) == ()


def test_the_same_note_twice_counts_once(line: TestLine, visitor: Visitor) -> None:
    form = {**visitor.page.form, "box": box_of(line, NOTE)}
    assert visitor.send(form, "/voice").said == visitor.send(form, "/voice").said
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert len(tip.attachments) == 1


def test_a_worker_that_dies_before_it_shelves_the_note_does_it_again(
    line: TestLine, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(line, visitor)
    visitor.press("Kể xong, gửi đi")
    shelf = type(line.book.attachments)
    with monkeypatch.context() as broken:
        broken.setattr(shelf, "put", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            line.tips()
    line.now += timedelta(minutes=10)
    (tip,) = line.tips()
    assert line.book.attachments.read(tip.attachments[0].id) == pressed(SOUND)


def test_what_is_too_large_for_a_page_of_words_has_its_own_door(
    line: TestLine, visitor: Visitor
) -> None:
    form = {**visitor.page.form, "box": box_of(line, write(bytes(30_000)))}
    assert visitor.send(form).status in (400, 413)
    assert visitor.send({**form, "box": "A" * LARGEST_VOICE}, "/voice").status == 413
    assert visitor.send({**form, "box": ""}, "/voice").status == 400
    assert visitor.send({**form, "box": "no box"}, "/voice").status == 400
    assert line.figures().totals.get("accepted", 0) == 0


def test_more_notes_than_the_store_can_hold_are_not_thanked_for(
    line: TestLine, visitor: Visitor
) -> None:
    for _ in range(SPOKEN):
        assert line.doors.gate is not None
        assert line.doors.gate.spoken(int(line.now.timestamp()))
    page = speak(line, visitor)
    assert page.status == 503
    assert KEPT not in page.said
    assert KEPT in visitor.send({**visitor.page.form, "words": "", "box": seal(line, STORY)}).said


def test_a_note_that_another_site_sends_goes_nowhere(line: TestLine, visitor: Visitor) -> None:
    form = {**visitor.page.form, "box": box_of(line, NOTE)}
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert line.client.post("/voice", data=form, headers=headers).status_code == 403
    assert line.figures().totals.get("accepted", 0) == 0


def test_a_note_that_comes_while_redis_is_away_waits_on_the_disk(
    settings: Settings, tmp_path: Path
) -> None:
    env = {**TestLine(settings).settings_env(), "HOTLINE_SPOOL_DIR": f"{tmp_path}/spool"}
    line = TestLine(Settings.from_env(env))
    visitor = Visitor(line.client)
    line.break_stores()
    visitor.client = line.client
    assert "mình đã giữ" in speak(line, visitor).said
    assert wiring_stores.bring_in(line.settings, wiring_stores.links(line.settings)[0])() == 1
    line.idle(40)
    (tip,) = line.tips()
    assert line.book.attachments.read(tip.attachments[0].id) == pressed(SOUND)
