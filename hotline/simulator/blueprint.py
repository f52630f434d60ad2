"""The telephone in the browser: one page, two ways to act, no memory of its own."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from hotline.simulator import phone
from hotline.simulator.people import CALLERS, WITHHELD, sid
from hotline.simulator.phone import Call
from hotline.simulator.provider import Provider

NUMBERS = frozenset({WITHHELD, *(caller.number for caller in CALLERS)})
LONGEST = 1_600
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def simulator(provider: Provider, number_voice: str, number_sms: str) -> Blueprint:
    """The blueprint of `/simulator`. Audio never leaves the browser: only its seconds are sent."""
    pages = Blueprint(
        "simulator",
        __name__,
        url_prefix="/simulator",
        template_folder="templates",
        static_folder="static",
    )

    @pages.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        return response

    @pages.get("")
    def page() -> str:
        return render_template("phone.html", callers=CALLERS, withheld=WITHHELD, number=number_sms)

    @pages.post("/text")
    def text() -> Response:
        said = _json()
        body, name = str(said.get("body", "")), str(said.get("sid", ""))
        if len(body) > LONGEST:
            abort(400)
        pictures = 1 if said.get("picture") else 0
        name = name if name.startswith("SM") and name.isalnum() else sid("SM")
        acts = provider.text(_caller(said), number_sms, body, pictures, name)
        alphabet, segments = provider.count(body)
        return jsonify(acts=acts, sid=name, alphabet=alphabet, segments=segments)

    @pages.post("/call")
    def call() -> Response:
        said = _json()
        after = _act(provider, said, number_voice)
        return jsonify(acts=after.acts, call=after.freeze())

    return pages


def _act(provider: Provider, said: dict[str, Any], number: str) -> Call:
    if said.get("do") == "dial":
        return phone.dial(provider, _caller(said), number)
    try:
        call = Call.thaw(said["call"])
        seconds = max(0, min(int(said.get("seconds", 0)), 3_600))
    except (KeyError, TypeError, ValueError):
        abort(400)
    keys = "".join(c for c in str(said.get("keys", "")) if c in "0123456789*#")
    match said.get("do"):
        case "press":
            after = phone.press(provider, call, keys)
        case "say":
            after = phone.speak(provider, call, str(said.get("words", ""))[:LONGEST])
        case "silent":
            after = phone.say_nothing(provider, call)
        case "record":
            after = phone.record(provider, call, seconds, keys[:1])
        case "answer" | "no_answer":
            after = phone.ring(provider, call, said["do"] == "answer")
        case "hang_up":
            after = phone.hang_up(provider, call, seconds)
        case _:
            abort(400)
    return after


def _json() -> dict[str, Any]:
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        abort(400)
    return said


def _caller(said: dict[str, Any]) -> str:
    number = str(said.get("from", ""))
    if number not in NUMBERS:
        abort(400)
    return number
