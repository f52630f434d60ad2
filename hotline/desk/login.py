"""Coming in, going out, choosing a language."""

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import guarded, open_to_all
from hotline.desk.i18n import language_of
from hotline.desk.passkeys import with_passkey
from hotline.desk.ports import Room
from hotline.desk.throttle import Throttle
from hotline.records.operator import ROLES

_LISTS = ("queue", "tips", "call", "map", "deliveries", "people", "own", "audit")
_PAGES = frozenset(f"/{name}" for name in ("login", "locked", *_LISTS))


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/`, `/login`, `/logout`, `/language`."""
    throttle = Throttle()

    @app.get("/")
    @guarded(*ROLES, locked=True)
    def home() -> ResponseReturnValue:
        return redirect("/queue", 303)

    @app.get("/login")
    @open_to_all
    def login() -> ResponseReturnValue:
        return redirect("/queue", 303) if g.session else _form(keeper)

    @app.post("/login")
    @open_to_all
    def come_in() -> ResponseReturnValue:
        name, now = request.form.get("name", ""), room.clock()
        password, totp = request.form.get("password", ""), request.form.get("totp", "")
        recovery = "" if totp.strip() else request.form.get("recovery", "")
        passkey = request.form.get("passkey", "")
        if passkey:
            who = with_passkey(room, keeper.csrf(request, g.session), name, password, passkey)
        else:
            operator = room.operators.check(name, password, recovery or totp, now)
            who = operator.name if operator else ""
        if not who:
            return _refuse(keeper, throttle.wrong(name, now))
        throttle.right(name)
        response = make_response(redirect("/queue", 303))
        keeper.let_in(request, response, who)
        act = "login.passkey" if passkey else "login.recovery" if recovery else "login"
        room.audit.write(who, act, "", now)
        return response

    @app.post("/logout")
    @guarded(*ROLES, locked=True)
    def go_out() -> ResponseReturnValue:
        room.audit.write(g.session.operator.name, "logout", "", room.clock())
        response = make_response(redirect("/login", 303))
        keeper.let_out(request, response)
        return response

    @app.post("/language")
    @open_to_all
    def choose_language() -> ResponseReturnValue:
        chosen = language_of(request.form.get("language", ""))
        response = make_response(redirect(_back(), 303))
        if g.session:
            keeper.note(request, g.session, language=chosen)
        else:
            keeper.greet(request, response, chosen)
        return response


def _form(keeper: Doorkeeper, code: int = 200, wait: int = 0) -> Response:
    response = Response(status=code)
    token = keeper.greet(request, response, keeper.language(request, None))
    page = render_template("login.html", csrf_token=token, refused=code != 200, wait=wait)
    response.set_data(page)
    return response


def _refuse(keeper: Doorkeeper, wait: int) -> Response:
    response = _form(keeper, 429 if wait else 401, wait)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _back() -> str:
    """The page that the language was chosen on: only the desk's own list pages."""
    page = request.form.get("back", "")
    return page if page in _PAGES else "/queue"
