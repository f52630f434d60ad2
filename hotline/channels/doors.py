"""The provider's door: every Twilio route, thin.

Rule 1: a bad signature gets 403 and an empty body. Whatever fails behind a good one, the answer is
200 with words that are safe and true: Twilio keeps the request of a webhook that failed, number and
text included, and offers no way to delete it.
Rule 2: no cookies, no redirects: Twilio would follow with GET and drop what the caller said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request

from hotline.channels import caller, twiml
from hotline.channels.signature import LARGEST, Form, Signature, read_form
from hotline.conversation.events import Begun, Event, Keyed, Left, Recorded, Said, Silent
from hotline.conversation.flow import Nothing
from hotline.conversation.hearing import Line
from hotline.intake.errors import HotlineError, Unavailable, Untrusted
from hotline.intake.messages import Answer, Inbound
from hotline.wording.compose import Wording

OVER = frozenset({b"completed", b"busy", b"failed", b"no-answer", b"canceled"})
XML = "text/xml; charset=utf-8"
SORRY = Answer((Line("common.unavailable", {}),), Nothing())

Hear = Callable[[Inbound], Answer]
Log = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the routes need: who may knock, who listens, how answers are worded, what time it is."""

    signature: Signature
    account: bytes
    keys: caller.MakeKey
    hear: Hear
    wording: Wording
    clock: Callable[[], datetime]
    log: Log


def blueprint(doors: Doors) -> Blueprint:
    """The routes of `/twilio`, all POST."""
    routes = Blueprint("twilio", __name__, url_prefix="/twilio")

    def post(rule: str, answer: Callable[..., str | None]) -> None:
        def view(**named: str) -> Response:
            return _guarded(doors, answer, named)

        routes.add_url_rule(rule, f"{answer.__name__}{rule}", view, methods=["POST"])

    post("/message", _message)
    post("/fallback/message", _message)
    post("/voice", _begin_call)
    post("/fallback/voice", _fallback_call)
    post("/voice/<step>", _call_step)
    post("/call-status", _call_status)
    post("/message-status", _nothing)
    post("/recording", _nothing)
    return routes


def _guarded(doors: Doors, answer: Callable[..., str | None], named: dict[str, str]) -> Response:
    try:
        form = _trusted(doors)
    except Untrusted as error:
        doors.log("refused", code=error.code)
        return Response(status=403)
    body = answer(doors, form, **named)
    return Response(body, content_type=XML) if body is not None else Response(status=204)


def _trusted(doors: Doors) -> Form:
    """The form of a request that the provider sent for our account. Raises Untrusted."""
    environ = request.environ
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


def _message(doors: Doors, form: Form) -> str:
    if not (caller.has(form, b"MessageSid") or caller.has(form, b"SmsSid")):
        doors.log("odd", code="no_message_sid")
        return twiml.EMPTY

    def inbound() -> Inbound:
        at = doors.clock()
        channel, key = caller.of_text(form, doors.keys, at)
        event = Said(at, caller.words(form), caller.number(form, b"NumMedia"))
        return Inbound(channel, key, event)

    answer = _answered(doors, inbound)
    return twiml.message(doors.wording.written(answer.says, answer.locale, answer.plain))


def _begin_call(doors: Doors, form: Form) -> str:
    return _voice(doors, form, "begin", Begun(doors.clock()), None)


def _fallback_call(doors: Doors, form: Form) -> str:
    """The second chance of a step, which `ErrorUrl` names; else of the beginning."""
    path = form.get(b"ErrorUrl", b"").decode("ascii", "replace").partition("?")[0]
    _, found, step = path.partition("/twilio/voice/")
    return _call_step(doors, form, step) if found else _begin_call(doors, form)


def _call_step(doors: Doors, form: Form, step: str) -> str:
    number, dash, silent = step.partition("-")
    if not _is_step(number) or silent not in ("", "silent"):
        doors.log("odd", code="no_such_step")
        return _begin_call(doors, form)
    event = Silent(doors.clock()) if dash else _heard(doors, form)
    return _voice(doors, form, number, event, int(number))


def _is_step(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _heard(doors: Doors, form: Form) -> Event:
    at = doors.clock()
    if caller.has(form, b"RecordingSid"):
        reference = form[b"RecordingSid"].decode("ascii", "replace")[:64]
        return Recorded(at, reference, caller.number(form, b"RecordingDuration"))
    keys = caller.keys_pressed(form)
    return Keyed(at, keys) if keys else Silent(at)


def _voice(doors: Doors, form: Form, name: str, event: Event, step: int | None) -> str:
    if not caller.has(form, b"CallSid"):
        doors.log("odd", code="no_call_sid")
        return twiml.voice((), Nothing(), 0)

    def inbound() -> Inbound:
        return Inbound("voice", caller.of_call(form, name, doors.keys, event.at), event, step)

    answer = _answered(doors, inbound)
    utterances = doors.wording.spoken(answer.says, answer.locale)
    return twiml.voice(utterances, answer.expects, answer.step)


def _call_status(doors: Doors, form: Form) -> None:
    """A call that ended ends its conversation at once; whatever was told is handed over."""
    if form.get(b"CallStatus") in OVER and caller.has(form, b"CallSid"):
        _voice(doors, form, "left", Left(doors.clock()), None)


def _nothing(doors: Doors, form: Form) -> None:
    """Callbacks that change nothing for a caller."""
