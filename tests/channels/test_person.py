"""Key 0: a person, when there is one, and never at the price of the caller's number."""

from datetime import timedelta

import pytest
from lxml import etree

from hotline import wiring
from hotline.intake.errors import Mistaken
from hotline.settings import Settings
from tests.line import CALLER, TestLine, action, spoken

OWN, THEIRS = "+815000000100", "+815000000300"
HOURS = "mon-fri 10:00-20:00"  # the tests' clock stands on a Monday, 19:24
OPEN = {
    "HOTLINE_NUMBER": OWN,
    "HOTLINE_HUMAN_NUMBER": THEIRS,
    "HOTLINE_HUMAN_HOURS": HOURS,
}


def settings_with(settings: Settings, **more: str) -> Settings:
    env = TestLine(settings).settings_env()
    return Settings.from_env({**env, **OPEN, **more})


@pytest.fixture
def staffed(settings: Settings) -> TestLine:
    return TestLine(settings_with(settings))


def at_the_station(line: TestLine) -> tuple[str, bytes]:
    """A call that waits for the name of a station."""
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("1", "2"):
        xml = line.call(sid, action(xml), Digits=keys)
    return sid, xml


def question(xml: bytes) -> str:
    return spoken(xml).partition("\n/twilio")[0]


def dialled(xml: bytes) -> etree._Element:
    dial = etree.fromstring(xml).find("Dial")
    assert dial is not None
    return dial


def after(xml: bytes) -> str:
    return str(dialled(xml).get("action")).removeprefix("/twilio/voice")


@pytest.mark.parametrize("keys", ["0", "*0"])
def test_a_person_is_rung_and_sees_the_hotlines_own_number(staffed: TestLine, keys: str) -> None:
    sid, xml = at_the_station(staffed)
    answer = staffed.call(sid, action(xml), Digits=keys)
    dial = dialled(answer)
    assert dial.get("callerId") == OWN
    assert dial.findtext("Number") == THEIRS
    assert CALLER.encode() not in answer
    assert "thứ hai đến thứ sáu" in spoken(answer)
    assert dial.getnext().tag == "Redirect"  # type: ignore[union-attr]


def test_no_request_makes_the_line_ring_another_number(staffed: TestLine) -> None:
    sid = staffed.sid("CA")
    xml = staffed.call(sid, To="+10000000009", HotlineHuman="+10000000009")
    answer = staffed.call(sid, action(xml), Digits="0", To="+10000000009", ForwardedFrom="+1")
    assert dialled(answer).findtext("Number") == THEIRS
    assert dialled(answer).get("callerId") == OWN


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("completed", "Mình đây"),
        ("answered", "Mình đây"),
        ("no-answer", "đang bận"),
        ("busy", "đang bận"),
        ("failed", "đang bận"),
        ("canceled", "đang bận"),
        ("", "đang bận"),
    ],
)
def test_afterwards_the_conversation_goes_on_where_it_was(
    staffed: TestLine, status: str, words: str
) -> None:
    sid, xml = at_the_station(staffed)
    asked = question(xml)
    xml = staffed.call(sid, action(xml), Digits="0")
    leg = {"DialCallStatus": status, "DialCallSid": staffed.sid("CA")}
    xml = staffed.call(sid, after(xml), **leg)
    assert words in spoken(xml)
    assert asked in spoken(xml)
    xml = staffed.call(sid, action(xml), Digits="8366")
    staffed.call(sid, action(xml), Digits="1")
    staffed.hang_up(sid)
    (tip,) = staffed.tips()
    assert (tip.kind, [s.romaji for s in tip.place.stations]) == ("missing", ["Ueno"])


def test_the_leg_to_the_person_is_deleted_at_the_provider_too(staffed: TestLine) -> None:
    sid, xml = at_the_station(staffed)
    xml = staffed.call(sid, action(xml), Digits="0")
    before = staffed.figures().purge_debt
    staffed.call(sid, after(xml), DialCallStatus="completed", DialCallSid=staffed.sid("CA"))
    assert staffed.figures().purge_debt == before + 1


def test_who_hangs_up_while_talking_loses_nothing(staffed: TestLine) -> None:
    sid, xml = at_the_station(staffed)
    xml = staffed.call(sid, action(xml), Digits="0")
    staffed.hang_up(sid)
    staffed.call(sid, after(xml), DialCallStatus="completed")
    (tip,) = staffed.tips()
    assert tip.kind == "missing"


def test_out_of_hours_true_words_lead_back_to_the_same_question(staffed: TestLine) -> None:
    staffed.now += timedelta(minutes=36)
    sid, xml = at_the_station(staffed)
    asked = question(xml)
    answer = staffed.call(sid, action(xml), Digits="0")
    assert b"<Dial" not in answer
    assert "chưa nghe máy được" in spoken(answer)
    assert "từ 10 giờ đến 20 giờ" in spoken(answer)
    assert asked in spoken(answer)


def test_where_nobody_answers_the_key_is_not_offered_and_tells_the_truth(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    assert "Phím 0" not in spoken(xml)
    answer = line.call(sid, action(xml), Digits="0")
    assert b"<Dial" not in answer
    assert "không có người nghe máy" in spoken(answer)
    assert action(answer)


def test_in_the_story_the_key_keeps_what_was_told(staffed: TestLine) -> None:
    sid, xml = at_the_station(staffed)
    for keys in ("00", "00", "00", "1"):
        xml = staffed.call(sid, action(xml), Digits=keys)
    assert b'finishOnKey="#0"' in xml
    recording = {"RecordingSid": staffed.sid("RE"), "RecordingDuration": "9", "Digits": "0"}
    xml = staffed.call(sid, action(xml), **recording)
    assert dialled(xml).findtext("Number") == THEIRS
    (tip,) = staffed.tips()
    assert (tip.complete, len(tip.attachments)) == (True, 1)
    assert "mã số" in spoken(staffed.call(sid, after(xml), DialCallStatus="completed"))


def test_a_mailbox_is_never_connected(staffed: TestLine) -> None:
    sid, xml = at_the_station(staffed)
    number = dialled(staffed.call(sid, action(xml), Digits="0")).find("Number")
    assert number is not None
    leg = {"CallSid": staffed.sid("CA"), "From": OWN, "To": THEIRS}
    _, asked = staffed.post(str(number.get("url")), leg)
    gather, last = etree.fromstring(asked)
    assert (gather.tag, last.tag) == ("Gather", "Hangup")
    takes = str(gather.get("action"))
    assert staffed.post(takes, {**leg, "Digits": "1"})[1].endswith(b"<Response/>")
    assert b"<Hangup/>" in staffed.post(takes, leg)[1]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"HOTLINE_HUMAN_NUMBER": "03-1234-5678"}, "HOTLINE_HUMAN_NUMBER"),
        ({"HOTLINE_HUMAN_NUMBER": "+110"}, "HOTLINE_HUMAN_NUMBER"),
        ({"HOTLINE_HUMAN_NUMBER": OWN}, "ring itself"),
        ({"HOTLINE_NUMBER": "110"}, "HOTLINE_NUMBER"),
        ({"HOTLINE_NUMBER": ""}, "HOTLINE_NUMBER"),
        ({"HOTLINE_HUMAN_HOURS": ""}, "HOTLINE_HUMAN_HOURS"),
        ({"HOTLINE_HUMAN_HOURS": "always"}, "HOTLINE_HUMAN_HOURS"),
    ],
)
def test_a_bad_setting_refuses_to_start(
    settings: Settings, wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(Mistaken, match=named):
        wiring.doors(settings_with(settings, **wrong), lambda event, **_: None)


def test_a_text_asks_for_a_person_and_gets_the_words_that_help(staffed: TestLine) -> None:
    assert "110" in staffed.text("gặp người trực")


def test_back_and_slower_work_by_keys_alone(line: TestLine) -> None:
    sid, xml = at_the_station(line)
    asked = question(xml)
    slow = line.call(sid, action(xml), Digits="*8")
    assert slow.count(b"<Pause") >= 3
    back = line.call(sid, action(slow), Digits="*7")
    assert "Người đó bị làm sao" in spoken(back)
    assert b"<Pause" in back
    xml = line.call(sid, action(back), Digits="8")
    assert b"<Pause" not in xml
    xml = line.call(sid, action(xml), Digits="1")
    assert asked in spoken(xml)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert tip.kind == "arrest"


def test_going_back_to_the_very_beginning_is_told(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("3", "7", "7"):
        xml = line.call(sid, action(xml), Digits=keys)
    assert "câu đầu tiên" in spoken(xml)
    assert "Chào bạn" in spoken(xml)
