"""A call that broke off, and the next one from the same number on the same day."""

from datetime import timedelta

import pytest

from hotline.settings import Settings
from tests.line import CALLER, TestLine, action, spoken

OTHER = "+840000000077"
OFFER = "bị ngắt giữa chừng"


def broken_off(line: TestLine, *keys: str, sender: str = CALLER, over: bool = True) -> bytes:
    """A call that breaks off after these keys; what it had asked last."""
    sid = line.sid("CA")
    xml = line.call(sid, From=sender)
    for each in keys:
        xml = line.call(sid, action(xml), Digits=each, From=sender)
    if over:
        form = {"CallSid": sid, "CallStatus": "completed", "From": sender}
        assert line.post("/twilio/call-status", form) == (204, b"")
    return xml


def question(xml: bytes) -> str:
    return spoken(xml).partition("\n/twilio")[0]


def again(line: TestLine, sender: str = CALLER) -> tuple[str, bytes]:
    sid = line.sid("CA")
    return sid, line.call(sid, From=sender)


def press(line: TestLine, sid: str, xml: bytes, *keys: str) -> bytes:
    for each in keys:
        xml = line.call(sid, action(xml), Digits=each, From=CALLER)
    return xml


def test_the_next_call_goes_on_from_the_same_question(line: TestLine) -> None:
    asked = broken_off(line, "1", "1", "8366", "1")
    sid, xml = again(line)
    assert OFFER in spoken(xml)
    assert "Ueno" not in spoken(xml)
    assert "うえの" not in spoken(xml)
    xml = press(line, sid, xml, "1")
    assert question(asked).splitlines()[-1] in spoken(xml)
    xml = press(line, sid, xml, "2", "3", "2", "2")
    first, second = sorted(line.tips(), key=lambda tip: tip.complete)
    assert (first.complete, second.complete) == (False, True)
    assert second.follows == first.id
    assert (second.kind, second.people.count) == ("arrest", 3)
    assert again(line)[1].count(OFFER.encode()) == 0


def test_starting_anew_leaves_the_other_call_alone(line: TestLine) -> None:
    broken_off(line, "1", "1")
    sid, xml = again(line)
    xml = press(line, sid, xml, "2")
    assert "Chào bạn" in spoken(xml)
    press(line, sid, xml, "2", "3", "00", "2", "2")
    tips = line.tips()
    assert sorted(tip.kind for tip in tips) == ["arrest", "wages"]
    assert [tip.follows for tip in tips] == [None, None]


def test_whoever_says_nothing_to_the_offer_can_still_go_on_later(line: TestLine) -> None:
    broken_off(line, "1", "1")
    sid, xml = again(line)
    for _ in range(3):
        xml = line.call(sid, action(xml) + "-silent", From=CALLER)
    assert b"<Hangup/>" in xml
    assert OFFER in spoken(again(line)[1])


def test_a_call_without_a_status_is_offered_when_it_must_be_over(line: TestLine) -> None:
    broken_off(line, "1", "1", over=False)
    line.now += timedelta(minutes=4)
    assert OFFER not in spoken(again(line)[1])  # two behind one office line
    line.now += timedelta(minutes=2)
    sid, xml = again(line)
    assert OFFER in spoken(xml)
    press(line, sid, xml, "1", "00", "00", "00", "2", "2")
    assert sorted(tip.complete for tip in line.tips()) == [False, True]


@pytest.mark.parametrize("sender", ["+266696687", "anonymous", ""])
def test_a_withheld_number_is_never_offered_anything(line: TestLine, sender: str) -> None:
    broken_off(line, "1", "1", sender=sender)
    assert OFFER not in spoken(again(line, sender)[1])
    assert line.keys(lambda key: key.startswith(b"hl:c:")) == []


def test_another_number_is_offered_nothing(line: TestLine) -> None:
    broken_off(line, "1", "1")
    assert OFFER not in spoken(again(line, OTHER)[1])


def test_the_next_day_nothing_is_known(line: TestLine) -> None:
    broken_off(line, "1", "1")
    line.now += timedelta(hours=6)
    assert OFFER not in spoken(again(line)[1])


@pytest.mark.parametrize("keys", [(), ("1",), ("3", "1")])
def test_where_nothing_was_told_there_is_nothing_to_go_on_with(
    line: TestLine, keys: tuple[str, ...]
) -> None:
    broken_off(line, *keys)
    assert OFFER not in spoken(again(line)[1])


def test_what_was_sent_is_not_gone_on_with(line: TestLine) -> None:
    broken_off(line, "1", "1", "00", "00", "00", "2")
    assert OFFER not in spoken(again(line)[1])
    assert line.keys(lambda key: key.startswith(b"hl:c:")) == []


def test_a_number_opens_nothing_that_a_code_opened(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    code = "".join(c for c in line.text("MA").partition("Ghi")[0] if c.isdigit())
    broken_off(line, "4", code)
    assert OFFER not in spoken(again(line)[1])


def test_a_release_that_changed_its_flows_begins_anew(line: TestLine) -> None:
    broken_off(line, "1", "1")
    line.age_flows()
    assert OFFER not in spoken(again(line)[1])


def test_it_can_be_switched_off(settings: Settings) -> None:
    env = TestLine(settings).settings_env()
    line = TestLine(Settings.from_env({**env, "HOTLINE_CALL_BACK": "no"}))
    broken_off(line, "1", "1")
    assert OFFER not in spoken(again(line)[1])
    assert line.keys(lambda key: key.startswith(b"hl:c:")) == []


def test_nothing_can_be_taken_back_from_before(line: TestLine) -> None:
    broken_off(line, "1", "1", "8366", "1")
    sid, xml = again(line)
    xml = press(line, sid, xml, "7")
    assert OFFER in spoken(xml)
    xml = press(line, sid, xml, "1", "*7")
    assert "câu đầu tiên" in spoken(xml)
    line.hang_up(sid)
    assert [tip.kind for tip in line.tips()] == ["arrest", "arrest"]


def test_what_lies_there_is_closed(line: TestLine) -> None:
    broken_off(line, "1", "1")
    (name,) = line.keys(lambda key: key.startswith(b"hl:c:"))
    assert b"report" not in line.dump(name)
    assert b"arrest" not in line.dump(name)
