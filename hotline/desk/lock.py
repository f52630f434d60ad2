"""Stepping away: a session locks by itself or on asking, and a password opens it again.

A locked browser may go on showing how the queue stands: counts, nobody's words.
"""

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.call import DRAFT
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import guarded
from hotline.desk.ports import Room
from hotline.records.operator import ROLES

TRIES = 5  # wrong passwords, then the session is over


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/locked`, `/lock`, `/unlock`, and what tells that somebody is still typing."""

    @app.get("/locked")
    @guarded(*ROLES, stirs=False, locked=True)
    def locked() -> ResponseReturnValue:
        if not g.session.locked:
            return redirect("/queue", 303)
        undone, kept = "undone" in request.args, "kept" in request.args
        return render_template("locked.html", refused=False, undone=undone, kept=kept)

    @app.post("/lock")
    @guarded(*ROLES, stirs=False, locked=True)
    def lock() -> ResponseReturnValue:
        keeper.lock(request)
        return redirect("/locked", 303)

    @app.post("/awake")
    @guarded(*ROLES, page=False)
    def awake() -> ResponseReturnValue:
        return Response(status=204)

    @app.post("/unlock")
    @guarded(*ROLES, stirs=False, locked=True)
    def unlock() -> ResponseReturnValue:
        password = request.form.get("password", "")
        if not g.session.locked:
            return redirect("/queue", 303)
        if room.operators.check_password(g.session.operator.name, password):
            keeper.unlock(request)
            keeper.note(request, g.session, tries="0")
            return redirect("/call" if g.session.notes.get(DRAFT) else "/queue", 303)
        return _refuse(keeper)


def _refuse(keeper: Doorkeeper) -> Response:
    tries = int(g.session.notes.get("tries", "0")) + 1
    if tries >= TRIES:
        response = make_response(redirect("/login", 303))
        keeper.let_out(request, response)
        return response
    keeper.note(request, g.session, tries=str(tries))
    return Response(render_template("locked.html", refused=True, undone=False, kept=False), 401)
