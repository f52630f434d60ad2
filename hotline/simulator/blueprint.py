"""The telephone in the browser: one page, two ways to act, no memory of its own."""

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from hotline.simulator import phone
from hotline.simulator.people import CALLERS, WITHHELD, sid
from hotline.simulator.phone import Call, Told
from hotline.simulator.provider import Provider
from hotline.simulator.transport import noted

SOUND = re.compile(r"RE[0-9a-f]{32}")
NUMBERS = frozenset({WITHHELD, *(caller.number for caller in CALLERS)})
LONGEST = 1_600
LARGEST = 8 * 1024 * 1024  # bytes of one sound: two minutes are two millions
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def simulator(provider: Provider, number_voice: str, number_sms: str) -> Blueprint:
    """The blueprint of `/simulator`. A sound goes to the provider, as on a real call."""
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
        name = name if name.startswith("SM") and name.isalnum() else ""
        asked: list[dict[str, Any]] = []
        acts = _noting(provider, asked).text(_caller(said), number_sms, body, pictures, name)
        name = next((note["form"]["MessageSid"] for note in asked), name)
        alphabet, segments = provider.count(body)
        return jsonify(acts=acts, sid=name, alphabet=alphabet, segments=segments, asked=asked)

    @pages.post("/call")
    def call() -> Response:
        said = _json()
        asked: list[dict[str, Any]] = []
        after = _act(_noting(provider, asked), said, number_voice)
        return jsonify(acts=after.acts, call=after.freeze(), asked=asked)

    @pages.post("/sound")
    def sound() -> Response:
        if request.mimetype != "audio/wav" or not 0 < (request.content_length or 0) <= LARGEST:
            abort(400)
        name = sid("RE")
        seconds = provider.keep.hear(name, request.get_data(cache=False))
        if not seconds:
            abort(400)
        return jsonify(sound=name, seconds=seconds)

    return pages


def _act(provider: Provider, said: dict[str, Any], number: str) -> Call:
    if said.get("do") == "dial":
        return phone.dial(provider, _caller(said), number)
    try:
        call = Call.thaw(said["call"])
        seconds = max(0, min(int(said.get("seconds", 0)), 3_600))
    except (KeyError, TypeError, ValueError):
        abort(400)
    told = Told(_sound(said), str(said.get("words", ""))[:LONGEST])
    keys = "".join(c for c in str(said.get("keys", "")) if c in "0123456789*#")
    match said.get("do"):
        case "press":
            after = phone.press(provider, call, keys)
        case "say":
            after = phone.speak(provider, call, told.words)
        case "silent":
            after = phone.say_nothing(provider, call)
        case "record":
            after = phone.record(provider, call, seconds, keys[:1], told)
        case "answer" | "no_answer":
            after = phone.ring(provider, call, said["do"] == "answer")
        case "hang_up":
            after = phone.hang_up(provider, call, seconds, told)
        case _:
            abort(400)
    return after


def _noting(provider: Provider, asked: list[dict[str, Any]]) -> Provider:
    """The same provider, which writes down what it asks."""
    return replace(provider, send=noted(provider.send, asked))


def _sound(said: dict[str, Any]) -> str:
    """The name that `/sound` gave; empty where none was given."""
    name = str(said.get("sound") or "")
    if name and not SOUND.fullmatch(name):
        abort(400)
    return name


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
