"""Probes for whoever keeps the desk running; no detail."""

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import open_to_all
from hotline.desk.ports import Room
from hotline.intake.errors import Unavailable


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/healthz` (the process answers) and `/readyz` (so does the case book)."""

    @app.get("/healthz")
    @open_to_all
    def healthz() -> ResponseReturnValue:
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    @open_to_all
    def readyz() -> ResponseReturnValue:
        try:
            room.casebook.count()
        except Unavailable:
            return Response(status=503)
        return Response(status=200)
