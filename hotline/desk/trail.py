"""The audit, for who watches over the desk: line by line, and whether its chain is whole."""

from collections.abc import Sequence

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import WATCHERS, guarded
from hotline.desk.ports import Room
from hotline.records.operator import Act, Chain

PAGE = 100


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/audit` and looking at its chain."""

    @app.get("/audit")
    @guarded(*WATCHERS)
    def audit() -> ResponseReturnValue:
        acts = room.audit.read(PAGE + 1, request.args.get("before", type=int))
        return _page(acts, None)

    @app.post("/audit/verify")
    @guarded(*WATCHERS)
    def verify_audit() -> ResponseReturnValue:
        room.audit.write(g.session.operator.name, "audit.verify", "", room.clock())
        return _page(room.audit.read(PAGE + 1), room.audit.verify())


def _page(acts: Sequence[Act], chain: Chain | None) -> str:
    return render_template("audit.html", acts=acts[:PAGE], more=len(acts) > PAGE, chain=chain)
