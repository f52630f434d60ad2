"""The audit, for who watches over the desk."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import WATCHERS, guarded
from hotline.desk.ports import Room

PAGE = 100


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/audit`."""

    @app.get("/audit")
    @guarded(*WATCHERS)
    def audit() -> ResponseReturnValue:
        acts = room.audit.read(PAGE + 1, request.args.get("before", type=int))
        return render_template("audit.html", acts=acts[:PAGE], more=len(acts) > PAGE)
