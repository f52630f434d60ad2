"""One's own account: being sure, recovery codes, passkeys, signing out everywhere.

Rule: what changes accounts wants password and code once more; that counts for ten minutes and in
this session only, so that an open browser somebody walks up to changes none.
"""

from flask import Flask, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import guarded
from hotline.desk.i18n import N_
from hotline.desk.passkeys import register, with_passkey
from hotline.desk.ports import Room
from hotline.desk.throttle import Throttle
from hotline.intake.errors import Mistaken
from hotline.records.operator import ROLES

SURE = 10  # minutes
_BACK = ("/people", "/own", "/export")


TROUBLES = {
    "passkey_wrong": N_("Không nhận được khoá ấy. Hãy thử lại."),
    "passkey_label": N_("Khoá cần một tên, dài nhất 30 ký tự."),
    "passkey_most": N_("Mỗi người có nhiều nhất 10 khoá. Hãy bỏ bớt."),
    "passkey_known": N_("Khoá này đã có rồi."),
}


def is_sure(room: Room) -> bool:
    """Whether password and code were given again a short while ago."""
    until = g.session.notes.get("sure", "0")
    return until.isdigit() and int(until) > _minute(room)


def first_be_sure(back: str) -> ResponseReturnValue:
    """Ask for both; nothing was done."""
    return render_template("sure.html", back=back, refused=False), 403


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/own`, and what hangs under it."""
    throttle = Throttle()

    @app.get("/own")
    @guarded(*ROLES)
    def own() -> ResponseReturnValue:
        return _page(room)

    @app.post("/own/sure")
    @guarded(*ROLES)
    def be_sure() -> ResponseReturnValue:
        name, now, form = g.session.operator.name, room.clock(), request.form
        back = form.get("back", "") if form.get("back") in _BACK else "/own"
        password, passkey = form.get("password", ""), form.get("passkey", "")
        if passkey:
            right = bool(with_passkey(room, g.session.csrf, name, password, passkey))
        else:
            right = room.operators.check(name, password, form.get("totp", ""), now) is not None
        if not right:
            wait = throttle.wrong(name, now)
            return render_template("sure.html", back=back, refused=True), 429 if wait else 401
        throttle.right(name)
        keeper.note(request, g.session, sure=str(_minute(room) + SURE))
        return redirect(back, 303)

    @app.post("/own/recovery")
    @guarded(*ROLES)
    def new_recovery() -> ResponseReturnValue:
        if not is_sure(room):
            return first_be_sure("/own")
        name = g.session.operator.name
        room.audit.write(name, "own.recovery", "", room.clock())
        return _page(room, room.operators.new_recovery(name))

    @app.post("/own/out")
    @guarded(*ROLES)
    def out_everywhere() -> ResponseReturnValue:
        name = g.session.operator.name
        room.audit.write(name, "own.out", "", room.clock())
        room.operators.sign_out(name)
        response = make_response(redirect("/login", 303))
        keeper.let_out(request, response)
        return response

    _keys(app, room)


def _keys(app: Flask, room: Room) -> None:
    @app.post("/own/passkeys")
    @guarded(*ROLES)
    def add_passkey() -> ResponseReturnValue:
        if not is_sure(room):
            return first_be_sure("/own")
        name, label = g.session.operator.name, request.form.get("label", "")
        room.audit.write(name, "own.passkey", "", room.clock())
        try:
            register(room, label, request.form.get("passkey", ""))
        except Mistaken as error:
            return _page(room, trouble=error.code), 400
        return redirect("/own", 303)

    @app.post("/own/passkeys/remove")
    @guarded(*ROLES)
    def remove_passkey() -> ResponseReturnValue:
        if not is_sure(room):
            return first_be_sure("/own")
        name = g.session.operator.name
        room.audit.write(name, "own.passkey_gone", "", room.clock())
        room.passkeys.remove(name, request.form.get("mark", ""))
        return redirect("/own", 303)


def _page(room: Room, recovery: tuple[str, ...] = (), trouble: str = "") -> str:
    name = g.session.operator.name
    me = next(m for m in room.operators.members(room.clock()) if m.operator.name == name)
    return render_template(
        "own.html",
        me=me,
        recovery=recovery,
        sure=is_sure(room),
        passkeys=room.passkeys.of(name),
        trouble=TROUBLES[trouble] if trouble else "",
    )


def _minute(room: Room) -> int:
    return int(room.clock().timestamp()) // 60
