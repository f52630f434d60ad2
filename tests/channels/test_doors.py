"""Every Twilio route with good, bad and odd requests, on real stores."""

import json
import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from lxml import etree

from hotline.channels.caller import WITHHELD, WITHHELD_WORDS
from hotline.channels.signature import sign
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.line import CALLER, TestLine, action, spoken

FORM = "application/x-www-form-urlencoded"


def story(line: TestLine) -> str:
    return line.text("hom qua bat 3 nguoi o ga shin okubo")


def test_a_text_becomes_a_tip(line: TestLine) -> None:
    first = story(line)
    assert "Shin-Okubo" in first
    assert "3 nguoi" in first
    line.text("XONG")
    (tip,) = line.tips()
    assert tip.complete
    assert (tip.kind, tip.channel, tip.people.count) == ("arrest", "sms", 3)
    assert [s.name for s in tip.place.stations] == ["新大久保"]
    assert (tip.when.start, tip.when.end) == ("2026-11-22T00:00", "2026-11-23T00:00")
    assert tip.received == "2026-11-23T19:00+09:00"
    assert tip.narrative == "hom qua bat 3 nguoi o ga shin okubo"


def test_a_call_becomes_a_tip(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("1", "1", "8366", "1", "2", "3"):
        xml = line.call(sid, action(xml), Digits=keys)
    line.call(sid, action(xml), Digits="2")
    line.hang_up(sid)  # whether they want a code or not: the report was handed over before
    (tip,) = line.tips()
    assert tip.complete
    assert (tip.kind, tip.channel, tip.people.count) == ("arrest", "voice", 3)
    assert [s.romaji for s in tip.place.stations] == ["Ueno"]
    assert tip.when.start == "2026-11-22T00:00"


def test_a_recording_is_kept_as_an_attachment(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("1", "2", "00", "00", "00", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    assert b"<Record" in xml
    recording = {"RecordingSid": line.sid("RE"), "RecordingDuration": "41", "Digits": "hangup"}
    line.call(sid, action(xml), **recording)
    (tip,) = line.tips()
    assert [(a.seconds, a.held) for a in tip.attachments] == [(41, "provider")]
    assert recording["RecordingSid"] not in str(tip)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("0", 0), ("3600", 3_600), ("", 0), ("-5", 0), ("ba", 0), ("41.5", 0), ("9" * 40, 0)],
)
def test_however_long_a_recording_is_said_to_be_it_is_kept(
    line: TestLine, told: str, seconds: int
) -> None:
    line.call("CA" + "7" * 32, "/9", RecordingSid=line.sid("RE"), RecordingDuration=told)
    (tip,) = line.tips()
    (attachment,) = tip.attachments
    assert (attachment.held, attachment.seconds) == ("provider", seconds)


def test_a_recording_that_comes_after_the_call_is_not_lost(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("1", "2", "00", "00", "00", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    line.hang_up(sid)
    late = {"RecordingSid": line.sid("RE"), "RecordingDuration": "7"}
    line.call(sid, action(xml), **late)
    line.call(sid, action(xml), **late)
    tips = line.tips()
    assert len(tips) == 2
    (recorded,) = [tip for tip in tips if tip.attachments]
    assert recorded.follows in [tip.id for tip in tips]


def test_a_recording_of_a_call_that_we_lost_sight_of_is_kept(line: TestLine) -> None:
    """As after the key of the day was lost in the middle of a call."""
    late = {"RecordingSid": line.sid("RE"), "RecordingDuration": "12"}
    heard = spoken(line.call("CA" + "7" * 32, "/9", **late))
    assert "giữ" in heard
    line.call("CA" + "7" * 32, "/9", **late)
    (tip,) = line.tips()
    assert [a.seconds for a in tip.attachments] == [12]


def test_a_repeated_message_gets_the_same_answer_and_changes_nothing(line: TestLine) -> None:
    form = {"MessageSid": line.sid(), "From": CALLER, "Body": "bat 3 nguoi o ga ueno"}
    first = line.post("/twilio/message", form)
    assert line.post("/twilio/message", form) == first
    assert line.post("/twilio/fallback/message", {**form, "ErrorCode": "11200"}) == first
    line.text("XONG")
    (tip,) = line.tips()
    assert tip.narrative == "bat 3 nguoi o ga ueno"


def test_a_repeated_step_of_a_call_gets_the_same_answer(line: TestLine) -> None:
    sid = line.sid("CA")
    begun = line.call(sid)
    assert line.call(sid) == begun
    first = line.call(sid, "/1", Digits="1")
    assert line.call(sid, "/1", Digits="1") == first
    assert line.call(sid, "/1-silent") == first


def test_a_step_that_was_passed_asks_the_present_question_again(line: TestLine) -> None:
    sid = line.sid("CA")
    line.call(sid)
    line.call(sid, "/1", Digits="1")
    now = line.call(sid, "/2", Digits="1")
    assert line.call(sid, "/7", Digits="1") == now


def test_the_fallback_of_a_step_is_that_step(line: TestLine) -> None:
    sid = line.sid("CA")
    line.call(sid)
    form = {
        "CallSid": sid,
        "Digits": "1",
        "ErrorCode": "11200",
        "ErrorUrl": f"{URL}/twilio/voice/1",
    }
    status, xml = line.post("/twilio/fallback/voice", form)
    assert status == 200
    assert line.call(sid, "/1", Digits="1") == xml


def test_an_unknown_call_at_a_later_step_begins(line: TestLine) -> None:
    xml = line.call(line.sid("CA"), "/5", Digits="1")
    assert action(xml) == "/1"


@pytest.mark.parametrize("step", ["/x", "/1-loud", "/-1", "/99999999", "/%F0", "/１"])
def test_a_step_that_is_none_begins(line: TestLine, step: str) -> None:
    sid = line.sid("CA")
    form = {"CallSid": sid, "From": CALLER, "AccountSid": ACCOUNT}
    path = f"/twilio/voice{step}"
    given = sign(URL, TOKEN, path, form)
    answer = line.client.post(path, data=form, headers={"X-Twilio-Signature": given})
    assert answer.status_code in (200, 403)  # an escaped path is not the one that was signed


def test_silence_three_times_ends_a_call_and_loses_nothing(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid, "", Digits="")
    for _ in range(3):
        xml = line.call(sid, action(xml) + "-silent")
    assert action(xml) == ""


def test_whoever_hangs_up_half_way_loses_nothing(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for keys in ("1", "2"):
        xml = line.call(sid, action(xml), Digits=keys)
    line.hang_up(sid)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert not tip.complete
    assert tip.kind == "missing"


def test_whoever_falls_silent_loses_nothing(line: TestLine) -> None:
    story(line)
    assert line.tips() == []
    assert line.idle(29) == 0
    assert line.idle(3) == 1
    (tip,) = line.tips()
    assert not tip.complete


def test_what_comes_after_handing_over_follows_it(line: TestLine) -> None:
    story(line)
    line.idle(40)
    (first,) = line.tips()
    line.text("mac ao do, di mot minh")
    line.text("XONG")
    second = next(tip for tip in line.tips() if tip.id != first.id)
    assert second.follows == first.id
    assert second.complete


def test_erasing_before_and_after_filing(line: TestLine) -> None:
    story(line)
    assert "xoa het" in line.text("XOA")
    assert line.tips() == []
    story(line)
    line.text("XONG")
    assert len(line.tips()) == 1
    line.text("xoá")
    assert line.tips() == []
    assert line.keys(lambda key: key.startswith(b"hl:p:")) == []


def test_the_last_answer_can_be_taken_back(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    line.text("SAI")
    line.text("bat 3 nguoi o ga shin okubo")
    line.text("XONG")
    (tip,) = line.tips()
    assert [s.name for s in tip.place.stations] == ["新大久保"]
    assert "ueno" not in tip.narrative


def test_nobody_is_thanked_for_what_was_not_kept(line: TestLine) -> None:
    assert "nhan" not in line.text("XONG").casefold()[:30]
    assert line.tips() == []


def test_answers_come_in_the_accents_the_caller_uses(line: TestLine) -> None:
    assert line.text("hom qua bat 3 nguoi o ga shin okubo").isascii()
    assert not line.text("Hôm qua họ bắt ba người", sender="+840000000002").isascii()


@pytest.mark.parametrize("number", sorted(WITHHELD | WITHHELD_WORDS))
def test_withheld_numbers_never_share_a_conversation(line: TestLine, number: str) -> None:
    line.text("bat 3 nguoi o ga ueno", sender=f"+{number}" if number.isdigit() else number)
    other = line.text("xin chao", sender=f"+{number}" if number.isdigit() else number)
    assert "1 = " in other


def test_two_calls_of_one_number_are_two(line: TestLine) -> None:
    one, two = line.sid("CA"), line.sid("CA")
    line.call(one)
    line.call(one, "/1", Digits="1")
    assert action(line.call(two)) == "/1"


@pytest.mark.parametrize(
    "path",
    ["/message", "/voice", "/voice/3", "/call-status", "/recording", "/fallback/message"],
)
def test_a_bad_signature_gets_403_and_nothing_more(line: TestLine, path: str) -> None:
    answer = line.client.post(f"/twilio{path}", data={"Body": "x", "AccountSid": ACCOUNT})
    assert (answer.status_code, answer.data) == (403, b"")
    assert line.keys() == []


def test_another_account_is_refused(line: TestLine) -> None:
    form = {"AccountSid": "AC9", "MessageSid": "SM1", "From": CALLER, "Body": "x"}
    given = sign(URL, TOKEN, "/twilio/message", form)
    headers = {"X-Twilio-Signature": given}
    answer = line.client.post("/twilio/message", data=form, headers=headers)
    assert (answer.status_code, answer.data) == (403, b"")


def test_json_is_refused_even_when_its_url_is_signed(line: TestLine) -> None:
    given = sign(URL, TOKEN, "/twilio/message", {})
    answer = line.client.post(
        "/twilio/message",
        data=json.dumps({"Body": "x"}),
        content_type="application/json",
        headers={"X-Twilio-Signature": given},
    )
    assert answer.status_code == 403


def test_a_cut_body_claims_nothing(line: TestLine) -> None:
    form = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "From": CALLER, "Body": "xin c"}
    given = sign(URL, TOKEN, "/twilio/message", form)
    answer = line.client.post(
        "/twilio/message",
        data=f"AccountSid={ACCOUNT}&MessageSid=SM1&From=%2B840000000001&Body=xin+c",
        content_type=FORM,
        headers={"X-Twilio-Signature": given},
        environ_overrides={"CONTENT_LENGTH": "400"},
    )
    assert answer.status_code == 403
    assert line.keys() == []


@pytest.mark.parametrize("path", ["/twilio/message", "/twilio/voice", "/twilio/voice/1"])
def test_get_is_not_a_door(line: TestLine, path: str) -> None:
    answer = line.client.get(path)
    assert (answer.status_code, answer.data) == (405, b"")


def test_no_route_ever_redirects(line: TestLine) -> None:
    for path in ("/twilio/message/", "//twilio/message", "/twilio", "/nowhere"):
        assert line.client.post(path).status_code in (403, 404, 405)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n\t ",
        "\x00",
        "a\x00b\x08\x0b\ufffe",
        "😀" * 800,
        "x" * 1_600,
        "e\u0323\u0302n bi\u0323 ba\u0306\u0301t o\u031b\u0309 ga Ueno",
        "<Response><Dial>+1</Dial></Response>",
        "\u202e\u200b\u200d",
        "新大久保",
        "1" * 200,
        "0",
        "*#",
    ],
)
def test_whatever_is_written_the_answer_is_right(line: TestLine, body: str) -> None:
    form = {"MessageSid": line.sid(), "From": CALLER, "Body": body}
    status, xml = line.post("/twilio/message", form)
    assert status == 200
    assert len(xml) < 64_000
    assert [verb.tag for verb in etree.fromstring(xml)] in ([], ["Message"])
    assert line.logged == []


def test_lone_surrogates_do_not_get_in(line: TestLine) -> None:
    raw = f"AccountSid={ACCOUNT}&Body=%ED%A0%BD+bat+o+ga+ueno&From=%2B8400&MessageSid=SM1".encode()
    import base64
    import hmac

    signed = URL.encode() + b"/twilio/message"
    signed += b"AccountSid" + ACCOUNT.encode() + b"Body\xed\xa0\xbd bat o ga ueno"
    signed += b"From+8400MessageSidSM1"
    given = base64.b64encode(hmac.digest(TOKEN.encode(), signed, "sha1")).decode()
    headers = {"X-Twilio-Signature": given}
    answer = line.client.post("/twilio/message", data=raw, content_type=FORM, headers=headers)
    assert answer.status_code == 200
    assert "Ueno" in spoken(answer.data)


def test_a_picture_without_words_is_answered(line: TestLine) -> None:
    assert "anh" in line.text("", NumMedia="1").casefold() or "ảnh" in line.text("", NumMedia="1")


def test_two_hundred_keys_in_a_row_are_no_answer(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = line.call(sid)
    for _ in range(200):
        xml = line.call(sid, action(xml) or "/1", Digits="9" * 20)
        assert b"<Response>" in xml
    assert line.tips() == []


def test_missing_fields_are_answered_with_silence(line: TestLine) -> None:
    assert line.post("/twilio/message", {"Body": "x"})[1].endswith(b"<Response/>")
    assert b"<Hangup/>" in line.post("/twilio/voice", {})[1]
    assert line.post("/twilio/call-status", {}) == (204, b"")
    assert line.post("/twilio/recording", {"RecordingSid": "RE1"}) == (204, b"")
    assert line.post("/twilio/message-status", {}) == (204, b"")


@example_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=6))
def test_any_words_get_a_wellformed_answer(line: TestLine, bodies: list[str]) -> None:
    sender = f"+84{line.sid()[-9:]}"
    for body in bodies:
        form = {"MessageSid": line.sid(), "From": sender, "Body": body}
        status, xml = line.post("/twilio/message", form)
        assert status == 200
        etree.fromstring(xml)
    assert line.logged == []


def test_nothing_of_a_caller_stands_in_redis(line: TestLine) -> None:
    story(line)
    sid = line.sid("CA")
    line.call(sid)
    link, _ = line.doors.keys.__self__._fleeting, None  # type: ignore[attr-defined]
    seen = b"".join(line.keys())
    for name in line.keys():  # noqa: SIM118 - a method of ours
        seen += b"|" + repr(line.dump(name)).encode()
    assert not re.search(rb"8400000|okubo|nguoi|CA0000|SM0000", seen)
    assert link.name == "fleeting"


def test_words_that_do_not_thank_when_the_store_is_away(line: TestLine) -> None:
    line.break_stores()
    answer = line.text("hom qua bat 3 nguoi o ga shin okubo")
    assert "110" in answer
    assert "Cam on" not in answer
    assert "Cảm ơn" not in answer
    xml = line.call(line.sid("CA"))
    assert b"<Hangup/>" in xml
    assert {event for event, _ in line.logged} == {"unavailable"}


def test_a_session_of_a_flow_we_no_longer_have_begins_anew(line: TestLine) -> None:
    story(line)
    line.age_flows()
    answer = line.text("mac ao do")
    assert "cau hoi" in answer or "câu hỏi" in answer
    tips = line.tips()
    assert [tip.complete for tip in tips] == [False]
