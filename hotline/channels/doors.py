"""The provider's door: every Twilio route, thin, as plain WSGI in front of the Flask application.

Rule 1: a bad signature gets 403 and an empty body. Whatever fails behind a good one, the answer is
200 with words that are safe and true: Twilio keeps the request of a webhook that failed, number and
text included, and offers no way to delete it.
Rule 2: no cookies, no redirects: Twilio would follow with GET and drop what the caller said.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from hotline.channels import caller, twiml
from hotline.channels.signature import LARGEST, Form, Signature, read_form
from hotline.conversation.events import Begun, Event, Keyed, Left, Recorded, Said, Silent, Talked
from hotline.conversation.flow import Digits, Key, Nothing
from hotline.conversation.hearing import Line
from hotline.intake.errors import HotlineError, Unavailable, Untrusted
from hotline.intake.messages import Answer, DayKey, Inbound
from hotline.intake.openings import Gate
from hotline.intake.purge import Trace
from hotline.intake.spending import Purse, bill_of
from hotline.wording.compose import Wording
from hotline.wording.sms import segments

OVER = frozenset({b"completed", b"busy", b"failed", b"no-answer", b"canceled"})
TALKED = frozenset({b"completed", b"answered"})
XML = "text/xml; charset=utf-8"
SORRY = Answer((Line("common.unavailable", {}),), Nothing())

NOT_ALLOWED = "405 Method Not Allowed"

Hear = Callable[[Inbound], Answer]
Log = Callable[..., None]


if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Doors:
    """What the routes need: who may knock, who listens, how answers are worded, what time it is;
    `person` is whom a caller may be connected to, if anybody; `speech` whether the provider may
    listen to words, `call_back` whether a number may go on with a call that broke off; `gate`
    counts conversations on the page, to whose `envelope` key browsers may seal; `clips` are
    addresses of recordings and `sounds` what lies there, by path."""

    signature: Signature
    account: bytes
    keys: caller.MakeKey
    hear: Hear
    wording: Wording
    clock: Callable[[], datetime]
    log: Log
    person: twiml.Dialled | None = None
    speech: bool = True
    purse: Purse | None = None
    gate: Gate | None = None
    envelope: bytes = b""
    call_back: bool = True
    clips: twiml.Clips = field(default_factory=dict)
    sounds: Mapping[str, bytes] = field(default_factory=dict)


Route = Callable[[Doors, Form, str], str | None]


def in_front_of(doors: Doors, application: "WSGIApplication") -> "WSGIApplication":
    """An application that answers `/twilio/…` itself and leaves everything else to the other.

    Routing and request objects cost Flask as much as the whole turn costs us (docs/decisions/0004).
    """

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        route = _route(environ["PATH_INFO"])
        if route is None:
            return application(environ, start)
        status, body = _guarded(doors, environ, *route)
        headers = [("Content-Length", str(len(body)))]
        if body:
            headers.append(("Content-Type", XML))
        if status == NOT_ALLOWED:
            headers.append(("Allow", "POST"))
        start(status, headers)
        return [body]

    return answer


def _route(path: str) -> tuple[Route, str] | None:
    """The route of a path and the step it names."""
    if not path.startswith("/twilio/"):
        return None
    if path.startswith(STEP) and "/" not in path[len(STEP) :]:
        return _call_step, path[len(STEP) :]
    route = ROUTES.get(path)
    return (route, "") if route else None


def _guarded(
    doors: Doors, environ: "WSGIEnvironment", route: Route, step: str
) -> tuple[str, bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        return NOT_ALLOWED, b""
    try:
        form = _trusted(doors, environ)
    except Untrusted as error:
        doors.log("refused", code=error.code)
        return "403 Forbidden", b""
    body = route(doors, form, step)
    return ("200 OK", body.encode()) if body is not None else ("204 No Content", b"")


def _trusted(doors: Doors, environ: "WSGIEnvironment") -> Form:
    """The form of a request that the provider sent for our account. Raises Untrusted."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > LARGEST:
        raise Untrusted("length")
    body = environ["wsgi.input"].read(int(length))
    form = read_form(body, environ.get("CONTENT_TYPE", ""), int(length))
    query = environ.get("QUERY_STRING", "")
    target = environ["PATH_INFO"] + (f"?{query}" if query else "")
    doors.signature.verify(target, form, environ.get("HTTP_X_TWILIO_SIGNATURE", ""))
    if form.get(b"AccountSid") != doors.account:
        raise Untrusted("account")
    return form


def _answered(doors: Doors, make: Callable[[], Inbound]) -> Answer:
    """The answer, or words that do not thank when it could not be kept."""
    try:
        return doors.hear(make())
    except Unavailable as error:
        doors.log("unavailable", code=error.code)
    except HotlineError as error:
        doors.log("failed", code=error.code)
    except Exception as error:
        doors.log("failed", code=type(error).__name__)
    return SORRY


def _message(doors: Doors, form: Form, _: str) -> str:
    if not (caller.has(form, b"MessageSid") or caller.has(form, b"SmsSid")):
        doors.log("odd", code="no_message_sid")
        return twiml.EMPTY

    known: list[DayKey] = []

    def inbound() -> Inbound:
        at = doors.clock()
        channel, key = caller.of_text(form, doors.keys, at)
        known.append(key.today)
        pictures = caller.number(form, b"NumMedia")
        event = Said(at, caller.written(form), pictures, near=caller.near(form))
        return Inbound(channel, key, event, None, Trace("message", caller.sid_of_text(form)))

    answer = _answered(doors, inbound)
    text = doors.wording.written(answer.says, answer.locale, answer.plain)
    affordable = not known or _affordable(doors, form, known[0], answer, text)
    return twiml.message(text if affordable else "")


def _affordable(doors: Doors, form: Form, key: DayKey, answer: Answer, text: str) -> bool:
    """Whether an answer by SMS may be sent; what was said is kept either way."""
    if doors.purse is None or not text or not caller.is_sms(form):
        return True
    bill = bill_of(key, caller.country(form), answer, text, segments(text))
    try:
        allowed = doors.purse.spend(bill, int(doors.clock().timestamp()))
    except Unavailable:
        return True  # a caller is worth more than a segment
    if not allowed:
        doors.log("unanswered")
    return allowed


def _begin_call(doors: Doors, form: Form, _: str) -> str:
    return _voice(doors, form, "begin", Begun(doors.clock()), None)


def _fallback_call(doors: Doors, form: Form, _: str) -> str:
    """The second chance of a step, which `ErrorUrl` names; else of the beginning."""
    path = form.get(b"ErrorUrl", b"").decode("ascii", "replace").partition("?")[0]
    _, found, step = path.partition("/twilio/voice/")
    return _call_step(doors, form, step) if found else _begin_call(doors, form, "")


def _call_step(doors: Doors, form: Form, step: str) -> str:
    number, _, how = step.partition("-")
    if not _is_step(number) or how not in ("", "silent", "person"):
        doors.log("odd", code="no_such_step")
        return _begin_call(doors, form, "")
    event: Event
    match how:
        case "silent":
            event = Silent(doors.clock())
        case "person":
            event = Talked(doors.clock(), form.get(b"DialCallStatus") in TALKED)
        case _:
            event = _heard(doors, form)
    # A recording is claimed by its own name: whatever step it comes in by, it is kept once.
    name = f"recording {event.reference}" if isinstance(event, Recorded) else number
    return _voice(doors, form, name, event, int(number))


def _is_step(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _heard(doors: Doors, form: Form) -> Event:
    at = doors.clock()
    if caller.has(form, b"RecordingSid"):
        reference = form[b"RecordingSid"].decode("ascii", "replace")[:64]
        seconds = caller.number(form, b"RecordingDuration")
        return Recorded(at, reference, seconds, caller.closing_key(form))
    if keys := caller.keys_pressed(form):
        return Keyed(at, keys)
    words = caller.words(form, b"SpeechResult")
    return Said(at, words) if words.strip() else Silent(at)


def _voice(doors: Doors, form: Form, name: str, event: Event, step: int | None) -> str:
    if not caller.has(form, b"CallSid"):
        doors.log("odd", code="no_call_sid")
        return twiml.voice((), Nothing())

    def inbound() -> Inbound:
        key = caller.of_call(form, name, doors.keys, event.at)
        line = caller.of_line(form, doors.keys, event.at) if doors.call_back else None
        return Inbound("voice", key, event, step, _trace(form, event), line)

    answer = _answered(doors, inbound)
    ears = _ears(doors, answer)
    either = (Line("common.or_say", {}),) if ears and isinstance(answer.expects, Digits) else ()
    utterances = doors.wording.spoken((*answer.says, *either), answer.locale)
    step_of = twiml.Step(answer.step, answer.slow, ears, doors.clips, doors.person)
    return twiml.voice(utterances, answer.expects, step_of)


def _ears(doors: Doors, answer: Answer) -> twiml.Ears | None:
    """What is listened for where words are taken, and in which language."""
    match answer.expects:
        case Key(speech=True) | Digits(speech=True) if doors.speech:
            hints = doors.wording.hints(answer.says, answer.locale)
            return twiml.Ears(answer.locale, hints)
        case _:
            return None


def _trace(form: Form, event: Event) -> Trace | None:
    """What a step leaves at the provider: a call once, each recording, the leg to a person."""
    match event:
        case Begun():
            return Trace("call", caller.sid_of_call(form))
        case Recorded(reference=reference):
            return Trace("recording", reference)
        case Talked() if leg := caller.sid_of_leg(form):
            return Trace("call", leg)
        case _:
            return None


def _call_status(doors: Doors, form: Form, _: str) -> None:
    """A call that ended ends its conversation at once; whatever was told is handed over."""
    if form.get(b"CallStatus") in OVER and caller.has(form, b"CallSid"):
        _voice(doors, form, "left", Left(doors.clock()), None)


def _person_picks_up(doors: Doors, form: Form, _: str) -> str:
    """Heard by the person alone: a mailbox presses no key, and records no caller."""
    return twiml.whisper(doors.wording.spoken((Line("common.whisper", {}),)))


def _person_takes(doors: Doors, form: Form, _: str) -> str:
    """Nothing more to do: the provider joins the two ends."""
    return twiml.EMPTY if caller.has(form, b"Digits") else twiml.voice((), Nothing())


def _nothing(doors: Doors, form: Form, _: str) -> None:
    """Callbacks that change nothing for a caller."""


STEP = "/twilio/voice/"
ROUTES: Mapping[str, Route] = {
    "/twilio/message": _message,
    "/twilio/fallback/message": _message,
    "/twilio/voice": _begin_call,
    "/twilio/fallback/voice": _fallback_call,
    twiml.PERSON: _person_picks_up,
    twiml.PERSON_TAKES: _person_takes,
    "/twilio/call-status": _call_status,
    "/twilio/message-status": _nothing,
    "/twilio/recording": _nothing,
}
