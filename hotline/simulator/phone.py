"""A telephone on the provider's side: posts as Twilio does, acts on TwiML as Twilio does.

Rule 1: verbs in order; a Gather without input leads to the next verb; the end of a document is the
end of the call (docs/voice/twiml).
Rule 2: a request that fails gets one second chance at the fallback URL.
Rule 3: a call between two requests is JSON: any process may go on with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hotline.simulator.people import sid, whereabouts
from hotline.simulator.signing import signature
from hotline.simulator.transport import Send, Unreachable
from hotline.simulator.twiml import BadTwiml, Verb, read

Act = dict[str, Any]
Count = Callable[[str], tuple[str, int]]

MESSAGE, VOICE, STATUS, RECORDING = (
    f"/twilio/{name}" for name in ("message", "voice", "call-status", "recording")
)
FALLBACKS = {MESSAGE: "/twilio/fallback/message", VOICE: "/twilio/fallback/voice"}
ENDLESS = 50  # redirects in a row before Twilio gives up


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider's account; `count` tells the alphabet and the segments of a message."""

    public_url: str
    auth_token: str
    account_sid: str
    send: Send
    count: Count = lambda text: ("?", 0)

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """A signed request. Raises Unreachable."""
        form = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01", **form}
        given = signature(self.auth_token, self.public_url + path, form)
        status, _, body = self.send(path, form, {"X-Twilio-Signature": given})
        return status, body

    def document(self, path: str, form: Mapping[str, str], fallback: str) -> bytes | Act:
        """The TwiML at `path`, else at its fallback, else the error Twilio would note."""
        problem = self._problem(path, form)
        if isinstance(problem, bytes):
            return problem
        again = {**form, "ErrorCode": str(problem), "ErrorUrl": self.public_url + path}
        second = self._problem(fallback, again)
        return second if isinstance(second, bytes) else {"error": second}

    def _problem(self, path: str, form: Mapping[str, str]) -> bytes | int:
        try:
            status, body = self.post(path, form)
            if status != 200:
                return 11200
            read(body)
        except Unreachable:
            return 11205
        except BadTwiml as error:
            return error.code
        return body

    def text(
        self, sender: str, number: str, body: str, pictures: int = 0, name: str = ""
    ) -> list[Act]:
        """A text comes in; what goes back. `name` repeats an earlier message."""
        name = name or sid("SM")
        alphabet, segments = self.count(body)
        form = {
            "MessageSid": name,
            "SmsSid": name,
            "SmsMessageSid": name,
            "From": sender,
            "To": number,
            "Body": body,
            "NumMedia": str(pictures),
            "NumSegments": str(max(1, segments)),
            **whereabouts("From", sender),
            **whereabouts("To", number),
        }
        found = self.document(MESSAGE, form, FALLBACKS[MESSAGE])
        if not isinstance(found, bytes):
            return [found]
        return [self._sent(verb, alphabet) for verb in read(found)]

    def _sent(self, verb: Verb, _: str) -> Act:
        if verb.name != "Message":
            return {"warning": 12200, "verb": verb.name}
        alphabet, segments = self.count(verb.text)
        return {"message": verb.text, "alphabet": alphabet, "segments": segments}


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
        """The call that `freeze` gave. Raises TypeError for anything else."""
        return replace(cls(**frozen), acts=())

    @property
    def waits(self) -> Verb | None:
        """The Gather or Record this call waits in."""
        if self.over or not self.document:
            return None
        return read(self.document.encode())[self.at]


def dial(provider: Provider, caller: str, number: str) -> Call:
    """Ring, and act until something is waited for."""
    return _fetch(provider, Call(sid("CA"), caller, number), VOICE, {})


def press(provider: Provider, call: Call, keys: str) -> Call:
    """Press keys, one after the other; waiting out the time-out when they do not close by
    themselves."""
    verb = call.waits
    if verb is None:
        return call
    if verb.name == "Record":
        return record(provider, call, 1, keys[:1])
    closing = verb.attributes.get("finishOnKey", "#")
    most = verb.number("numDigits", 10_000)
    digits = ""
    for key in keys:
        if key in closing:
            break
        digits += key
        if len(digits) == most:
            break
    if not digits:
        return say_nothing(provider, call)
    return _fetch(provider, call, _action(verb, call), {"Digits": digits, "msg": "Gather"})


def say_nothing(provider: Provider, call: Call) -> Call:
    """Wait until the time-out: Twilio goes on to the next verb."""
    verb = call.waits
    if verb is None:
        return call
    if verb.name == "Gather" and verb.attributes.get("actionOnEmptyResult") == "true":
        return _fetch(provider, call, _action(verb, call), {"Digits": ""})
    return _perform(provider, replace(call, at=call.at + 1))


def record(provider: Provider, call: Call, seconds: int, closed_by: str = "#") -> Call:
    """Speak for so long; the recording's callback comes as well."""
    verb = call.waits
    if verb is None or verb.name != "Record":
        return call
    name = sid("RE")
    url = f"https://api.twilio.com/2010-04-01/Accounts/{provider.account_sid}/Recordings/{name}"
    form = {"RecordingSid": name, "RecordingUrl": url, "RecordingDuration": str(seconds)}
    after = _fetch(provider, call, _action(verb, call), {**form, "Digits": closed_by})
    status = verb.attributes.get("recordingStatusCallback")
    if status:
        done = {"CallSid": call.sid, "RecordingStatus": "completed", **form}
        _callback(provider, status, done)
    return after


def hang_up(provider: Provider, call: Call) -> Call:
    """End the call; the status callback says so."""
    if call.over:
        return call
    _callback(provider, STATUS, {**_form(call, "completed"), "CallDuration": "1"})
    return replace(call, over=True, acts=(*call.acts, {"hangup": "caller"}))


def _fetch(provider: Provider, call: Call, path: str, form: Mapping[str, str]) -> Call:
    for _ in range(ENDLESS):
        status = "ringing" if not call.document else "in-progress"
        found = provider.document(path, {**_form(call, status), **form}, FALLBACKS[VOICE])
        if not isinstance(found, bytes):
            return _end(provider, replace(call, acts=(*call.acts, found)))
        call = _perform(
            provider, replace(call, path=path, document=found.decode(), at=0), follow=False
        )
        if call.over or call.waits is None or call.waits.name != "Redirect":
            return call
        path, form = _target(call.waits.text, call), {}
    return _end(provider, replace(call, acts=(*call.acts, {"error": 12100})))


def _perform(provider: Provider, call: Call, follow: bool = True) -> Call:
    """Act on the verbs from `at` on, until something is waited for or the call is over."""
    acts = list(call.acts)
    for at, verb in enumerate(read(call.document.encode())):
        if at < call.at:
            continue
        here = replace(call, at=at)
        match verb.name:
            case "Say" | "Play" | "Pause":
                acts.append(_spoken(verb))
            case "Gather" | "Record":
                acts += [_spoken(inner) for inner in verb.inside]
                acts.append(_waiting(verb))
                return replace(here, acts=tuple(acts))
            case "Redirect":
                here = replace(here, acts=tuple(acts))
                return _fetch(provider, here, _target(verb.text, call), {}) if follow else here
            case "Hangup":
                return _end(provider, replace(here, acts=tuple(acts)))
            case _:
                acts.append({"warning": 12200, "verb": verb.name})
    return _end(provider, replace(call, acts=tuple(acts)))


def _end(provider: Provider, call: Call) -> Call:
    _callback(provider, STATUS, {**_form(call, "completed"), "CallDuration": "1"})
    return replace(call, over=True, acts=(*call.acts, {"hangup": "line"}))


def _spoken(verb: Verb) -> Act:
    if verb.name == "Say":
        return {"say": verb.text, "language": verb.attributes.get("language", "en-US")}
    return {verb.name.lower(): verb.text}


def _waiting(verb: Verb) -> Act:
    seconds = verb.number("timeout", 5)
    if verb.name == "Record":
        return {"record": {"seconds": verb.number("maxLength", 3_600), "timeout": seconds}}
    most = verb.number("numDigits", 0)
    closing = verb.attributes.get("finishOnKey", "#")
    return {"gather": {"most": most, "closing": closing, "timeout": seconds}}


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


def _action(verb: Verb, call: Call) -> str:
    return _target(verb.attributes.get("action", ""), call)


def _target(url: str, call: Call) -> str:
    """A path on our side: absolute paths as they stand, relative ones beside the present one."""
    url = url.strip()
    if not url:
        return call.path
    return url if url.startswith("/") else f"{call.path.rpartition('/')[0]}/{url}"


def _callback(provider: Provider, path: str, form: Mapping[str, str]) -> None:
    try:
        provider.post(path, form)
    except Unreachable:
        return  # best effort, as the provider's own are
