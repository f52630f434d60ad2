"""Who works at the desk: added, reset, given another role, closed, signed out by an admin.

Rule 1: nobody does any of it to themselves: so there is always an admin left, and nobody who
        finds an admin's open browser can keep the admin out.
Rule 2: each wants a code of the telephone given within ten minutes (own.py), and is a line of the
        audit.
Rule 3: password and secret are shown once, on the answer to the form that made them.
"""

from urllib.parse import quote

from flask import Flask, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import ADMINS, guarded
from hotline.desk.i18n import N_
from hotline.desk.own import first_be_sure, is_sure
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken
from hotline.records.operator import ROLES, Credentials, Member

ACTS = ("reset", "role", "close", "out")

_BAD_NAME = N_("Tên có 1 đến 40 chữ a-z, số, chấm, gạch. Có thể đã có người mang tên ấy.")
_ONESELF = N_("Không ai tự đổi quyền, đặt lại hay đóng tài khoản của mình ở đây.")


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/people` and what an admin does there."""

    @app.get("/people")
    @guarded(*ADMINS)
    def people() -> ResponseReturnValue:
        return _page(room)

    @app.post("/people/add")
    @guarded(*ADMINS)
    def add_operator() -> ResponseReturnValue:
        name = request.form.get("name", "").strip().casefold()
        role = _role()
        if not is_sure(room):
            return first_be_sure("/people")
        _told(room, "add", f"{name[:40]} {role}")
        try:
            made = room.operators.add(name, role)
        except Mistaken:
            return _page(room, _BAD_NAME, name), 400
        return _hand_over(name, made)

    @app.post("/people/<name>/<act>")
    @guarded(*ADMINS)
    def change_operator(name: str, act: str) -> ResponseReturnValue:
        if act not in ACTS or not any(m.operator.name == name for m in _members(room)):
            abort(404)
        if name == g.session.operator.name:
            return _page(room, _ONESELF), 400
        role = _role() if act == "role" else ""
        if not is_sure(room):
            return first_be_sure("/people")
        _told(room, act, f"{name} {role}".strip())
        made = _change(room, name, act, role)
        return redirect("/people", 303) if made is None else _hand_over(name, made)


def _change(room: Room, name: str, act: str, role: str) -> Credentials | None:
    match act:
        case "reset":
            return room.operators.reset(name)
        case "role":
            room.operators.set_role(name, role)
        case "close":
            room.operators.close(name)
        case _:
            room.operators.sign_out(name)
    return None


def _role() -> str:
    """The role that the form names; 400 for one that is none."""
    role = request.form.get("role", "")
    if role not in ROLES:
        abort(400)
    return role


def _told(room: Room, act: str, what: str) -> None:
    room.audit.write(g.session.operator.name, f"people.{act}", what, room.clock())


def _members(room: Room) -> tuple[Member, ...]:
    return room.operators.members(room.clock())


def _page(room: Room, trouble: str = "", name: str = "") -> str:
    return render_template(
        "people.html", members=_members(room), trouble=trouble, name=name, sure=is_sure(room)
    )


def _hand_over(name: str, made: Credentials) -> str:
    uri = f"otpauth://totp/{quote(f'hotline:{name}')}?secret={made.totp_secret}&issuer=hotline"
    return render_template("handed.html", name=name, made=made, uri=uri)
