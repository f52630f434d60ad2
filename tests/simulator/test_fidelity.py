"""Where Twilio's behaviour surprises: each surprise is one test."""

from collections.abc import Mapping

import pytest

from hotline.simulator import phone
from hotline.simulator.phone import Call
from hotline.simulator.provider import Act, Provider
from hotline.simulator.signing import signature
from hotline.simulator.transport import Reply
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.simulator.test_phone import CALLER, SMS, VOICE, Script, provider

STORY = (
    '<Record action="/twilio/voice/1" maxLength="120" finishOnKey="#"'
    ' recordingStatusCallback="/twilio/recording"/><Redirect>/twilio/voice/1-silent</Redirect>'
)


def ring(script: Script) -> Call:
    return phone.dial(provider(script), CALLER, VOICE)


def paths(script: Script) -> list[str]:
    return [path.removeprefix("/twilio/") for path, _ in script.asked]


def last(script: Script, path: str) -> Mapping[str, str]:
    return next(form for asked, form in reversed(script.asked) if asked == f"/twilio/{path}")


def answering(status: int, kind: str, body: str) -> Provider:
    def send(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        return status, {"content-type": kind}, body.encode()

    return Provider(URL, TOKEN, ACCOUNT, send)


def test_the_signature_is_the_one_in_twilios_documentation() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert signature("12345", f"{url}#rc=2", form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_who_hangs_up_while_telling_is_still_heard() -> None:
    script = Script(voice=STORY)
    call = phone.hang_up(provider(script), ring(script), recorded=7)
    assert paths(script) == ["voice", "voice/1", "recording", "call-status"]
    form = last(script, "voice/1")
    assert (form["Digits"], form["RecordingDuration"]) == ("hangup", "7")
    assert form["CallStatus"] == "completed"
    assert call.acts[-1] == {"hangup": "caller"}


def test_who_hangs_up_before_a_word_leaves_no_recording() -> None:
    script = Script(voice=STORY)
    phone.hang_up(provider(script), ring(script))
    assert paths(script) == ["voice", "call-status"]


@pytest.mark.parametrize("silent", [True, False])
def test_a_recording_without_sound_is_none(silent: bool) -> None:
    script = Script(voice=STORY)
    call, by = ring(script), provider(script)
    phone.say_nothing(by, call) if silent else phone.record(by, call, 0)
    assert paths(script) == ["voice", "voice/1-silent", "call-status"]


def test_a_recording_is_cut_at_its_longest() -> None:
    script = Script(voice=STORY)
    phone.record(provider(script), ring(script), 500)
    assert last(script, "voice/1")["RecordingDuration"] == "120"


def test_a_recording_that_silence_closes_names_no_key() -> None:
    script = Script(voice=STORY)
    phone.record(provider(script), ring(script), 5, "")
    assert "Digits" not in last(script, "voice/1")


def test_only_its_closing_key_ends_a_recording() -> None:
    script = Script(voice=STORY)
    call = phone.press(provider(script), ring(script), "5")
    assert paths(script) == ["voice"]
    phone.press(provider(script), call, "5#")
    assert last(script, "voice/1")["Digits"] == "#"


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("", "voice"),
        ("1", "1"),
        ("voice/1", "voice/1"),
        ("/twilio/voice/1", "voice/1"),
        (f"{URL}/twilio/voice/1#rc=2", "voice/1"),
    ],
)
def test_an_action_is_found_as_a_link_is_found(action: str, asked: str) -> None:
    named = f' action="{action}"' if action else ""
    script = Script(voice=f'<Gather numDigits="1"{named}/>')
    phone.press(provider(script), ring(script), "1")
    assert paths(script)[1] == asked


@pytest.mark.parametrize("url", ["https://elsewhere.example/twilio/voice", "/desk/login", "//x/y"])
def test_nobody_else_is_ever_asked(url: str) -> None:
    script = Script(voice=f"<Redirect>{url}</Redirect>", fallback_voice="<Say>hm</Say>")
    assert ring(script).acts[0]["say"] == "hm"
    assert paths(script) == ["voice", "fallback/voice", "call-status"]
    assert last(script, "fallback/voice")["ErrorCode"] == "11200"


def test_keys_are_not_heard_where_only_speech_is() -> None:
    script = Script(voice='<Gather input="speech" action="/twilio/voice/1"/>')
    call = phone.press(provider(script), ring(script), "1")
    assert "warning" in call.acts[-1]
    phone.speak(provider(script), call, "Shin Okubo")
    assert last(script, "voice/1")["SpeechResult"] == "Shin Okubo"


def test_speech_is_not_heard_where_only_keys_are() -> None:
    script = Script(voice='<Gather action="/twilio/voice/1"/>')
    assert "warning" in phone.speak(provider(script), ring(script), "a").acts[-1]
    assert paths(script) == ["voice"]


def test_an_empty_finishonkey_makes_the_hash_a_digit() -> None:
    script = Script(voice='<Gather finishOnKey="" numDigits="2" action="/twilio/voice/1"/>')
    phone.press(provider(script), ring(script), "1#")
    assert last(script, "voice/1")["Digits"] == "1#"


def test_silence_asks_the_action_where_the_gather_wants_it() -> None:
    script = Script(voice='<Gather actionOnEmptyResult="true" action="/twilio/voice/1"/>')
    phone.say_nothing(provider(script), ring(script))
    assert last(script, "voice/1")["Digits"] == ""


def test_what_may_not_stand_in_a_gather_is_skipped() -> None:
    call = ring(Script(voice="<Gather><Record/><Say>a</Say></Gather>"))
    assert call.acts[0] == {"warning": 12200, "verb": "Record"}
    assert call.acts[1]["say"] == "a"


def test_a_rejected_call_is_over() -> None:
    call = ring(Script(voice='<Reject reason="busy"/>'))
    assert call.acts == ({"reject": "busy"}, {"hangup": "line"})


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (200, "application/json", "<Response/>", 12300),
        (301, "text/xml", "<Response/>", 11200),
        (403, "text/xml", "", 11200),
        (200, "text/xml", "<Answer/>", 12100),
        (200, "text/xml", "<!DOCTYPE a><Response/>", 12100),
        (200, "text/xml", f"<Response>{' ' * 65_536}</Response>", 11750),
    ],
)
def test_what_twilio_refuses_is_refused(status: int, kind: str, body: str, code: int) -> None:
    assert answering(status, kind, body).text(CALLER, SMS, "a") == [{"error": code}]


def test_no_answer_at_all_is_an_answer_to_a_text_and_none_to_a_call() -> None:
    assert answering(204, "", "").text(CALLER, SMS, "a") == []
    assert phone.dial(answering(200, "", ""), CALLER, VOICE).acts[0] == {"error": 12300}


def test_a_callback_answers_nothing_or_twiml() -> None:
    assert answering(204, "", "").tell("/twilio/call-status", {}) == []
    assert answering(200, "", "OK").tell("/x", {}) == [{"warning": 12200, "path": "/x"}]
    assert answering(500, "", "").tell("/x", {}) == [{"warning": 11200, "path": "/x"}]


def test_a_message_may_hold_a_body_and_no_more_than_1600_letters() -> None:
    def sent(words: str) -> list[Act]:
        body = f"<Response><Message><Body>{words}</Body></Message></Response>"
        return answering(200, "text/xml", body).text(CALLER, SMS, "a")

    assert sent("a" * 1_600)[0]["message"] == "a" * 1_600
    assert sent("a" * 1_601) == [{"warning": 21617, "verb": "Message"}]


def test_whatsapp_tells_who_writes_and_pictures_have_addresses() -> None:
    script = Script()
    provider(script).text(f"whatsapp:{CALLER}", f"whatsapp:{SMS}", "a", pictures=2)
    form = last(script, "message")
    assert (form["WaId"], form["FromCountry"]) == (CALLER[1:], "JP")
    assert form["ProfileName"]
    assert "/Media/ME" in form["MediaUrl1"]


WRONG: list[dict[str, object]] = [
    {},
    {"sid": 5},
    {"at": 1},
    {"at": "0"},
    {"at": -1},
    {"document": "<oops"},
    {"more": ""},
    {"path": None},
]


@pytest.mark.parametrize("changes", WRONG)
def test_what_is_no_frozen_call_is_refused(changes: dict[str, object]) -> None:
    frozen = ring(Script(voice="<Gather/>")).freeze()
    with pytest.raises(ValueError, match="not a call"):
        Call.thaw({**frozen, **changes} if changes else {})


DIAL = (
    '<Dial callerId="+1" action="/twilio/voice/1/person" timeout="9">'
    '<Number url="/twilio/person">+2</Number></Dial>'
)
ASKS = '<Gather numDigits="1" action="/twilio/person/takes"/><Hangup/>'


@pytest.mark.parametrize("answers", [True, False])
def test_a_dial_rings_the_other_end_and_comes_back(answers: bool) -> None:
    script = Script(voice=DIAL, person=ASKS, person_takes="", voice_1_person="<Say>x</Say>")
    call = ring(script)
    assert call.acts[-1] == {"dial": {"number": "+2", "shown": "+1", "timeout": 9}}
    call = phone.ring(provider(script), Call.thaw(call.freeze()), answers)
    assert call.acts[0]["say"] == "x"
    assert last(script, "voice/1/person")["DialCallStatus"] == (
        "completed" if answers else "no-answer"
    )
    told = [form for step, form in script.asked if step.startswith("/twilio/person")]
    assert [form["From"] for form in told] == ["+1"] * (2 if answers else 0)
    assert not any(CALLER in form.values() for form in told)


def test_a_far_end_that_is_hung_up_on_has_not_taken_the_call() -> None:
    script = Script(voice=DIAL, person="<Hangup/>", voice_1_person="")
    phone.ring(provider(script), ring(script), True)
    assert last(script, "voice/1/person")["DialCallStatus"] == "no-answer"
