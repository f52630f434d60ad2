"""Passkeys: a second factor that no other site can ask for, beside the one-time code.

Rule 1: the device must have looked at its owner (fingerprint, PIN); the password is wanted as well.
Rule 2: a challenge is this browser's, of two minutes, and counts once. It tells nothing about who
        has a passkey: the browser finds its own.
Rule 3: a passkey is bound to the desk's own address, which HOTLINE_DESK_URL tells: never to what a
        request claims. Only a desk at hand (the demo) goes without.
Rule 4: making and removing one wants password and second factor given again (own.py). The one-time
        code stays, so that a lost device or a browser without script keeps nobody out.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import guarded, open_to_all
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken
from hotline.records.operator import ROLES

LIVES = 120_000  # milliseconds of a challenge
LONGEST = 16_384  # letters of an answer
_WRONG = (ValueError, KeyError, TypeError, binascii.Error)


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/challenge`, and what a new passkey is made of."""

    @app.get("/challenge")
    @open_to_all
    def challenge() -> ResponseReturnValue:
        token = keeper.csrf(request, g.session)
        if not token:
            return Response(status=400)
        return jsonify(challenge=_text(_challenge(room, token)), host=_host(room))

    @app.get("/own/passkeys/new")
    @guarded(*ROLES, page=False)
    def new_passkey() -> ResponseReturnValue:
        from hotline.desk import ceremony

        name = g.session.operator.name
        wanted = ceremony.options(
            _host(room),
            name,
            _mac(room, f"passkey user:{name}")[:16],
            _challenge(room, g.session.csrf),
            LIVES,
            [each.credential for each in room.passkeys.of(name)],
        )
        return Response(wanted, content_type="application/json")


def register(room: Room, label: str, answer: str) -> None:
    """Keep what a device made for whoever sits here. Raises Mistaken with a code."""
    from hotline.desk import ceremony

    try:
        given = _read(answer)
        expected, _ = _expected(room, g.session.csrf, given)
        credential, key, count = ceremony.made(given, expected, _host(room), _origin(room))
    except _WRONG:
        raise Mistaken("passkey_wrong") from None
    room.passkeys.add(g.session.operator.name, label, credential, key, count)


def signed_by(room: Room, token: str, answer: str) -> str:
    """Whose passkey signed this browser's challenge, once; empty when nobody's did."""
    from hotline.desk import ceremony

    try:
        given = _read(answer)
        expected, moment = _expected(room, token, given)
        found = room.passkeys.find(_raw(given["rawId"]))
        if found is None:
            return ""
        count = ceremony.signed(given, expected, _host(room), _origin(room), found)
    except (*_WRONG, Mistaken):
        return ""
    return found.operator if room.passkeys.use(found.mark, count, moment) else ""


def with_passkey(room: Room, token: str, name: str, password: str, answer: str) -> str:
    """Who this is, when password and passkey are theirs; empty tells nothing about which is not."""
    right, whose = room.operators.check_password(name, password), signed_by(room, token, answer)
    return whose if right and whose and whose == name.strip().casefold() else ""


def _challenge(room: Room, token: str) -> bytes:
    """Its moment in milliseconds, and a seal that ties it to this browser."""
    moment = int(room.clock().timestamp() * 1000)
    return _sealed(room, token, moment)


def _sealed(room: Room, token: str, moment: int) -> bytes:
    return moment.to_bytes(8) + _mac(room, f"passkey:{token}:{moment}")


def _expected(room: Room, token: str, given: dict[str, Any]) -> tuple[bytes, int]:
    """The challenge that was signed and its moment, if it is one of ours. Raises ValueError."""
    challenge = _raw(json.loads(_raw(given["response"]["clientDataJSON"]))["challenge"])
    moment = int.from_bytes(challenge[:8])
    age = int(room.clock().timestamp() * 1000) - moment
    ours = hmac.compare_digest(challenge, _sealed(room, token, moment))
    if not token or not ours or not 0 <= age <= LIVES:
        raise ValueError("no challenge of ours")
    return challenge, moment


def _read(answer: str) -> dict[str, Any]:
    read = json.loads(answer) if len(answer) <= LONGEST else None
    if not isinstance(read, dict):
        raise ValueError("not an answer of a device")
    return read


def _mac(room: Room, message: str) -> bytes:
    return hmac.new(room.secret_key.encode(), message.encode(), hashlib.sha256).digest()


def _host(room: Room) -> str:
    return _origin(room).split("/")[2].rsplit(":", 1)[0]


def _origin(room: Room) -> str:
    if room.origin:
        return room.origin
    scheme = "https" if request.is_secure or room.https else "http"
    return f"{scheme}://{request.host}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
