"""What case systems tell us: `POST /hooks/case/NAME`, let in by its signature instead of a session.

It lives at the desk because the callers' side holds no case book. Every answer is empty; a name
that is none and a bad signature are answered alike.
"""

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import signed
from hotline.desk.ports import Room
from hotline.intake.errors import Untrusted

LARGEST = 64 * 1024


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """The hook of every sink: 204 heard (or known, or nothing to hear), 401 not believed."""

    @app.post("/hooks/case/<sink>")
    @signed
    def hook(sink: str) -> ResponseReturnValue:
        length = request.content_length
        if length is None or length > LARGEST:
            return Response(status=413 if length else 411)
        body = request.get_data(cache=False)
        if len(body) != length:
            return Response(status=400)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            room.hears(sink, headers, body)
        except Untrusted:
            return Response(status=401)
        return Response(status=204)
