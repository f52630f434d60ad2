"""A telephone in a caller's hand: acts on TwiML as Twilio does.

Rule 1: verbs in order; a Gather without input leads to the next verb; the end of a document is the
end of the call (docs/voice/twiml).
Rule 2: a recording without sound is none: its action is not asked (docs/voice/twiml/record).
Rule 3: a call between two requests is JSON: any process may go on with it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hotline.simulator.people import sid, whereabouts
from hotline.simulator.provider import FALLBACKS, STATUS, VOICE, Act, Provider
from hotline.simulator.twiml import BadTwiml, Verb, read

ENDLESS = 50  # redirects in a row before Twilio gives up
CLOSING = {"Gather": "#", "Record": "1234567890*#", "Dial": ""}  # finishOnKey where none is named
SPOKEN = ("Say", "Play", "Pause")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told to a recording: the name of a sound that the provider has already, or words for
    a made-up voice."""

    name: str = ""
    words: str = ""


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands between two requests: `at` is the verb it waits in."""

    sid: str
    caller: str
    number: str
    path: str = VOICE
    document: str = ""
    at: int = 0
    over: bool = False
    acts: tuple[Act, ...] = field(default=())

    def freeze(self) -> dict[str, Any]:
        """As JSON, without what was said so far."""
        return {**asdict(self), "acts": ()}

    @classmethod
    def thaw(cls, frozen: Mapping[str, Any]) -> "Call":
        """The call that `freeze` gave. Raises ValueError for anything else."""
        try:
            call = replace(cls(**frozen), acts=())
            words = (call.sid, call.caller, call.number, call.path, call.document)
            if not all(isinstance(word, str) for word in words) or not isinstance(call.at, int):
                raise ValueError("not a call")
            assert call.document == "" or 0 <= call.at < len(read(call.document.encode()))
        except (TypeError, AssertionError, BadTwiml) as error:
            raise ValueError("not a call") from error
        return call

    @property
    def waits(self) -> Verb | None:
        """The Gather, Record or Dial this call waits in."""
        if self.over or not self.document:
            return None
        return read(self.document.encode())[self.at]

    def noting(self, *acts: Act) -> "Call":
        """The same call, and what happened."""
        return replace(self, acts=(*self.acts, *acts))


def dial(provider: Provider, caller: str, number: str) -> Call:
    """Ring, and act until something is waited for."""
    call = Call(sid("CA"), caller, number)
    _keep(provider, call, call.sid, "in-progress")
    return _fetch(provider, call, VOICE, {})


def press(provider: Provider, call: Call, keys: str) -> Call:
    """Press keys, one after the other; waiting out the time-out when they do not close by
    themselves."""
    verb = call.waits
    if verb is None:
        return call
    if verb.name == "Record":
        return _press_in_recording(provider, call, verb, keys)
    if "dtmf" not in _listens(verb):
        return call.noting({"warning": 0, "why": "keys are not listened to here"})
    digits = _gathered(verb, keys)
    if not digits:
        return say_nothing(provider, call)
    return _fetch(provider, call, _action(verb), {"Digits": digits, "msg": "Gather End"})


def speak(provider: Provider, call: Call, words: str) -> Call:
    """Answer by voice where a Gather listens to speech."""
    verb = call.waits
    if verb is None or "speech" not in _listens(verb):
        return call.noting({"warning": 0, "why": "speech is not listened to here"})
    return _fetch(provider, call, _action(verb), {"SpeechResult": words, "Confidence": "0.81"})


def say_nothing(provider: Provider, call: Call) -> Call:
    """Wait until the time-out: Twilio goes on to the next verb."""
    verb = call.waits
    if verb is None:
        return call
    if verb.name == "Gather" and verb.attributes.get("actionOnEmptyResult") == "true":
        return _fetch(provider, call, _action(verb), {"Digits": ""})
    return _perform(provider, replace(call, at=call.at + 1))


def record(
    provider: Provider, call: Call, seconds: int, closed_by: str = "#", told: Told = NOTHING_TOLD
) -> Call:
    """Speak for so long ("": until silence closes it); the recording's callback comes as well."""
    verb = call.waits
    if verb is None or verb.name != "Record":
        return call
    if seconds <= 0:
        return say_nothing(provider, call)
    form = _recording(provider, call, verb, seconds, told)
    keys = {"Digits": closed_by} if closed_by else {}
    after = _fetch(provider, call, _action(verb), {**form, **keys})
    return after.noting(*_kept(provider, call, verb, form))


def ring(provider: Provider, call: Call, answers: bool) -> Call:
    """Whoever is dialled picks up and takes the call, or nobody does; then the action is asked."""
    verb = call.waits
    if verb is None or verb.name != "Dial":
        return call
    leg = sid("CA")
    taken = answers and _taken(provider, call, verb, leg)
    _keep(provider, call, leg, "completed")
    told = {
        "DialCallSid": leg,
        "DialCallStatus": "completed" if taken else "no-answer",
        **({"DialCallDuration": "1"} if taken else {}),
    }
    return _fetch(provider, call, _action(verb), told)


def _taken(provider: Provider, call: Call, verb: Verb, leg: str) -> bool:
    """Whether the far end takes the call: it presses 1 when it is asked to. Of the caller, it is
    told nothing but the caller id of the Dial."""
    number = verb.inside[0] if verb.inside else verb
    url = number.attributes.get("url", "")
    form = {
        "CallSid": leg,
        "ParentCallSid": call.sid,
        "From": verb.attributes.get("callerId", ""),
        "To": number.text.strip(),
        "Direction": "outbound-dial",
        "CallStatus": "in-progress",
    }
    while url:
        found = provider.document(provider.target(url, call.path), form, FALLBACKS[VOICE])
        verbs = read(found) if isinstance(found, bytes) else ()
        if not verbs:
            return isinstance(found, bytes)
        if verbs[0].name != "Gather":
            return False
        url, form = _action(verbs[0]), {**form, "Digits": "1"}
    return True


def hang_up(provider: Provider, call: Call, recorded: int = 0, told: Told = NOTHING_TOLD) -> Call:
    """End the call, `recorded` seconds into a recording; the status callback says so."""
    if call.over:
        return call
    verb = call.waits
    if verb is not None and verb.name == "Record" and recorded > 0:
        call = _gone_while_recording(provider, call, verb, recorded, told)
    return _end(provider, call, "caller")


def _gathered(verb: Verb, keys: str) -> str:
    most = verb.number("numDigits", 10_000)
    digits = ""
    for key in keys:
        if key in _closing(verb) or len(digits) == most:
            break
        digits += key
    return digits


def _press_in_recording(provider: Provider, call: Call, verb: Verb, keys: str) -> Call:
    closing = next((key for key in keys if key in _closing(verb)), "")
    if closing:
        return record(provider, call, 1, closing)
    return call.noting({"warning": 0, "why": "these keys do not end the recording"})


def _keep(provider: Provider, call: Call, name: str, status: str) -> None:
    told = {"from": call.caller, "to": call.number, "status": status}
    provider.keep.add("Calls", name, **told)


def _recording(
    provider: Provider, call: Call, verb: Verb, seconds: int, told: Told
) -> dict[str, str]:
    name, longest = told.name or sid("RE"), verb.number("maxLength", 3_600)
    provider.keep.record(name, call.sid, min(seconds, longest), told.words)
    return {
        "RecordingSid": name,
        "RecordingUrl": provider.resource(f"Recordings/{name}"),
        "RecordingDuration": str(min(seconds, longest)),
    }


def _kept(provider: Provider, call: Call, verb: Verb, form: Mapping[str, str]) -> list[Act]:
    """Tell the recording's callback."""
    url = verb.attributes.get("recordingStatusCallback", "")
    if "completed" not in verb.attributes.get("recordingStatusCallbackEvent", "completed").split():
        return []
    path = provider.target(url, call.path) if url else ""
    done = {"CallSid": call.sid, "RecordingStatus": "completed", "RecordingChannels": "1"}
    return provider.tell(path, {**done, **form, "RecordingSource": "RecordVerb"}) if path else []


def _gone_while_recording(
    provider: Provider, call: Call, verb: Verb, seconds: int, story: Told
) -> Call:
    """Twilio still asks the action, with Digits=hangup; what it answers is heard by nobody."""
    form = _recording(provider, call, verb, seconds, story)
    path = provider.target(_action(verb), call.path)
    told = {**_form(call, "completed"), **form, "Digits": "hangup"}
    found = provider.document(path, told, FALLBACKS[VOICE])
    call = call.noting(*([] if isinstance(found, bytes) else [found]))
    return call.noting(*_kept(provider, call, verb, form))


def _fetch(provider: Provider, call: Call, url: str, form: Mapping[str, str]) -> Call:
    for _ in range(ENDLESS):
        path = provider.target(url, call.path)
        status = "ringing" if not call.document else "in-progress"
        found = provider.document(path, {**_form(call, status), **form}, FALLBACKS[VOICE])
        if not isinstance(found, bytes):
            return _end(provider, call.noting(found), "line")
        call = replace(call, path=path or FALLBACKS[VOICE], document=found.decode(), at=0)
        call = _perform(provider, call, follow=False)
        if call.over or call.waits is None or call.waits.name != "Redirect":
            return call
        url, form = call.waits.text, {}
    return _end(provider, call.noting({"error": 12100}), "line")


def _perform(provider: Provider, call: Call, follow: bool = True) -> Call:
    """Act on the verbs from `at` on, until something is waited for or the call is over."""
    for at, verb in list(enumerate(read(call.document.encode())))[call.at :]:
        call = replace(call, at=at)
        match verb.name:
            case "Gather" | "Record" | "Dial":
                return call.noting(*_inner(verb), _waiting(verb))
            case "Redirect":
                return _fetch(provider, call, verb.text, {}) if follow else call
            case "Hangup":
                return _end(provider, call, "line")
            case "Reject":
                reason = verb.attributes.get("reason", "rejected")
                return _end(provider, call.noting({"reject": reason}), "line")
            case _:
                call = call.noting(_heard(verb))
    return _end(provider, call, "line")


def _end(provider: Provider, call: Call, by: str) -> Call:
    _keep(provider, call, call.sid, "completed")
    told = provider.tell(STATUS, {**_form(call, "completed"), "CallDuration": "1"})
    return replace(call.noting(*told, {"hangup": by}), over=True)


def _heard(verb: Verb) -> Act:
    if verb.name == "Say":
        return {"say": verb.text, "language": verb.attributes.get("language", "en-US")}
    if verb.name in SPOKEN:
        return {verb.name.lower(): verb.text}
    return {"warning": 12200, "verb": verb.name}


def _inner(verb: Verb) -> list[Act]:
    """What a Gather says while it listens."""
    return [_heard(inner) for inner in verb.inside] if verb.name == "Gather" else []


def _waiting(verb: Verb) -> Act:
    seconds, closing = verb.number("timeout", 30 if verb.name == "Dial" else 5), _closing(verb)
    if verb.name == "Dial":
        number = verb.inside[0].text if verb.inside else verb.text
        shown = verb.attributes.get("callerId", "")
        return {"dial": {"number": number, "shown": shown, "timeout": seconds}}
    if verb.name == "Record":
        longest = verb.number("maxLength", 3_600)
        return {"record": {"seconds": longest, "closing": closing, "timeout": seconds}}
    most = verb.number("numDigits", 0)
    speech = verb.attributes.get("language", "en-US") if "speech" in _listens(verb) else ""
    heard = {"speech": speech} if speech else {}
    return {"gather": {"most": most, "closing": closing, "timeout": seconds, **heard}}


def _form(call: Call, status: str) -> dict[str, str]:
    return {
        "CallSid": call.sid,
        "From": call.caller,
        "Caller": call.caller,
        "To": call.number,
        "Called": call.number,
        "Direction": "inbound",
        "CallStatus": status,
        **whereabouts("From", call.caller),
        **whereabouts("To", call.number),
        **whereabouts("Caller", call.caller),
        **whereabouts("Called", call.number),
    }


def _action(verb: Verb) -> str:
    """Where a verb's input goes; empty is the present page itself."""
    return verb.attributes.get("action", "")


def _closing(verb: Verb) -> str:
    return verb.attributes.get("finishOnKey", CLOSING[verb.name])


def _listens(verb: Verb) -> list[str]:
    return verb.attributes.get("input", "dtmf").split() if verb.name == "Gather" else []
