"""The telephone acts on TwiML as the provider does: verbs in order, time-outs, second chances."""

from collections.abc import Mapping

import pytest

from hotline.channels.signature import Signature
from hotline.simulator import phone
from hotline.simulator.phone import Call
from hotline.simulator.provider import Provider
from hotline.simulator.transport import Reply, Unreachable, Wsgi
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.line import TestLine

SMS, VOICE, CALLER = "+815000000200", "+815000000100", "+819000000101"


class Script:
    """Answers by path; keeps what was asked. None is no answer at all."""

    def __init__(self, **answers: str | None) -> None:
        self.answers = {name.replace("_", "/"): answer for name, answer in answers.items()}
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        raw = {k.encode(): v.encode() for k, v in form.items()}
        Signature(URL, TOKEN).verify(path, raw, headers["X-Twilio-Signature"])
        self.asked.append((path, form))
        answer = self.answers.get(path.removeprefix("/twilio/"), "")
        if answer is None:
            raise Unreachable("refused")
        body = f"<Response>{answer}</Response>" if answer != "?" else "<oops"
        return 200, {"content-type": "text/xml"}, body.encode()


def provider(script: Script) -> Provider:
    return Provider(URL, TOKEN, ACCOUNT, script)


def test_verbs_are_acted_on_in_order_and_the_end_of_the_document_ends_the_call() -> None:
    script = Script(voice='<Say language="vi-VN">một</Say><Say>two</Say>')
    call = phone.dial(provider(script), CALLER, VOICE)
    assert call.acts == (
        {"say": "một", "language": "vi-VN"},
        {"say": "two", "language": "en-US"},
        {"hangup": "line"},
    )
    assert [path for path, _ in script.asked] == ["/twilio/voice", "/twilio/call-status"]


GATHER = '<Gather action="/twilio/voice/1" numDigits="{}" finishOnKey="#"><Say>?</Say></Gather>'
MENU = GATHER.format(2) + "<Redirect>/twilio/voice/1-silent</Redirect>"


@pytest.mark.parametrize(
    ("pressed", "sent"), [("12", "12"), ("123", "12"), ("1#", "1"), ("1", "1")]
)
def test_digits_close_by_number_by_key_or_by_time(pressed: str, sent: str) -> None:
    script = Script(voice=MENU)
    call = phone.dial(provider(script), CALLER, VOICE)
    phone.press(provider(script), call, pressed)
    assert script.asked[1][0] == "/twilio/voice/1"
    assert script.asked[1][1]["Digits"] == sent


@pytest.mark.parametrize("pressed", ["#", ""])
def test_without_digits_the_next_verb_follows(pressed: str) -> None:
    script = Script(voice=MENU)
    call = phone.dial(provider(script), CALLER, VOICE)
    phone.press(provider(script), call, pressed)
    assert script.asked[1][0] == "/twilio/voice/1-silent"
    assert "Digits" not in script.asked[1][1]


def test_a_record_without_action_calls_itself() -> None:
    script = Script(voice="<Record/>")
    call = phone.dial(provider(script), CALLER, VOICE)
    phone.record(provider(script), call, 7)
    assert script.asked[1][0] == "/twilio/voice"
    assert script.asked[1][1]["RecordingDuration"] == "7"


def test_a_recording_is_told_to_its_callback_too() -> None:
    script = Script(
        voice='<Record action="/twilio/voice/1" recordingStatusCallback="/twilio/recording"/>'
    )
    call = phone.dial(provider(script), CALLER, VOICE)
    phone.record(provider(script), call, 7)
    assert script.asked[-1][0] == "/twilio/recording"
    assert script.asked[-1][1]["RecordingStatus"] == "completed"


@pytest.mark.parametrize(("answer", "code"), [("?", "12100"), (None, "11205")])
def test_what_fails_gets_one_second_chance(answer: str | None, code: str) -> None:
    script = Script(voice=answer, fallback_voice="<Say>hm</Say>")
    call = phone.dial(provider(script), CALLER, VOICE)
    assert call.acts[0]["say"] == "hm"
    assert script.asked[-2][1]["ErrorCode"] == code
    assert script.asked[-2][1]["ErrorUrl"] == f"{URL}/twilio/voice"


def test_two_failures_end_the_call() -> None:
    call = phone.dial(provider(Script(voice="?", fallback_voice="?")), CALLER, VOICE)
    assert call.acts == ({"error": 12100}, {"hangup": "line"})
    assert call.over


def test_redirects_that_never_end_are_cut() -> None:
    call = phone.dial(provider(Script(voice="<Redirect>/twilio/voice</Redirect>")), CALLER, VOICE)
    assert call.over
    assert {"error": 12100} in call.acts


def test_an_unknown_verb_is_noted_and_skipped() -> None:
    call = phone.dial(provider(Script(voice="<Sing>1</Sing><Say>x</Say>")), CALLER, VOICE)
    assert call.acts[0] == {"warning": 12200, "verb": "Sing"}
    assert call.acts[1]["say"] == "x"


def test_a_call_survives_json_between_two_steps() -> None:
    import json

    script = Script(voice=MENU)
    call = phone.dial(provider(script), CALLER, VOICE)
    thawed = Call.thaw(json.loads(json.dumps(call.freeze())))
    phone.press(provider(script), thawed, "12")
    assert script.asked[1][1]["CallSid"] == call.sid


def test_the_real_line_answers_texts_and_a_whole_call(line: TestLine) -> None:
    real = Provider(URL, TOKEN, ACCOUNT, Wsgi(line.client.application))
    (answer,) = real.text(CALLER, SMS, "hom qua bat 3 nguoi o ga shin okubo")
    assert "Shin-Okubo" in answer["message"]
    real.text(CALLER, SMS, "XONG")
    call = phone.dial(real, CALLER, VOICE)
    for keys in ("1", "2", "00#", "1#", "2#", "1"):
        call = phone.press(real, Call.thaw(call.freeze()), keys)
    call = phone.press(real, phone.record(real, call, 12), "2")
    assert call.over
    tips = line.tips()
    assert sorted(tip.channel for tip in tips) == ["sms", "voice"]
    assert all(tip.complete for tip in tips)
    assert line.logged == []


def test_a_caller_who_hangs_up_leaves_an_unfinished_tip(line: TestLine) -> None:
    real = Provider(URL, TOKEN, ACCOUNT, Wsgi(line.client.application))
    call = phone.press(real, phone.dial(real, CALLER, VOICE), "1")
    call = phone.hang_up(real, phone.press(real, call, "3"))
    assert phone.hang_up(real, call) == call
    (tip,) = line.tips()
    assert (tip.kind, tip.complete) == ("injury", False)
