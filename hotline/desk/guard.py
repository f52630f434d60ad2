"""Who may come in where.

Rule 1: a view says it in its decorator; `refuse_unguarded` keeps a desk with a silent one shut.
Rule 2: a locked session sees what its view says it may: counts, and the way to open it again.
Rule 3: a POST without the token of this very session changes nothing; only what a machine
        signed goes without, and its view checks that.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.intake.errors import Mistaken
from hotline.records.operator import ROLES, Role

View = TypeVar("View", bound=Callable[..., Any])

READERS: tuple[Role, ...] = ("viewer", "operator", "admin")
HANDLERS: tuple[Role, ...] = ("operator", "admin")
ADMINS: tuple[Role, ...] = ("admin",)
WATCHERS: tuple[Role, ...] = ("admin", "auditor")
_ATTRIBUTE = "__desk_guard__"


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may use a view. `stirs` False: a page that asks by itself keeps no session open.

    `locked`: a locked session may use it too.
    """

    roles: tuple[Role, ...]
    stirs: bool = True
    page: bool = True
    signed: bool = False
    locked: bool = False


def guarded(
    *roles: Role, stirs: bool = True, page: bool = True, locked: bool = False
) -> Callable[[View], View]:
    """Only these roles; without a session a page leads to /login and a fragment answers 401.

    Where the session is locked and `locked` is not said, a page leads to /locked, a fragment
    answers 423, and nothing is done.
    """
    return _declares(Guard(roles or ROLES, stirs, page, locked=locked))


def open_to_all(view: View) -> View:
    """Anybody: there is nothing to protect behind it."""
    return _declares(Guard(()))(view)


def signed(view: View) -> View:
    """A machine with a signature, which the view itself checks: no session, no token of a page."""
    return _declares(Guard((), page=False, signed=True))(view)


def guard_of(app: Flask, endpoint: str | None) -> Guard | None:
    """The guard that the view of an endpoint declares."""
    return getattr(app.view_functions.get(endpoint or ""), _ATTRIBUTE, None)


def refuse_unguarded(app: Flask) -> None:
    """Raises Mistaken naming every route that does not say who may come in."""
    silent = [r.rule for r in app.url_map.iter_rules() if guard_of(app, r.endpoint) is None]
    if silent:
        raise Mistaken(f"desk routes without a guard: {', '.join(sorted(silent))}")


def keep_watch(app: Flask, keeper: Doorkeeper) -> None:
    """Ask at every request: who is it, may they, did they mean it."""

    @app.before_request
    def watch() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # 404 and 405 tell nothing
        guard = guard_of(app, request.endpoint)
        assert guard is not None
        if guard.signed:
            g.session = None
            return None
        stirs = guard.stirs and "quiet" not in request.args
        g.session = keeper.session(request, stirs)
        if guard.roles and g.session is None:
            return _outside(guard)
        if guard.roles and g.session.operator.role not in guard.roles:
            abort(403)
        if guard.roles and g.session.locked and not guard.locked:
            return _locked(guard)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            _demand_token(keeper)
        return None


def _outside(guard: Guard) -> ResponseReturnValue:
    return redirect("/login", 303) if guard.page else Response(status=401)


def _locked(guard: Guard) -> ResponseReturnValue:
    undone = "" if request.method == "GET" else "?undone"
    return redirect(f"/locked{undone}", 303) if guard.page else Response(status=423)


def _demand_token(keeper: Doorkeeper) -> None:
    given = request.form.get("csrf_token", "")
    wanted = keeper.csrf(request, g.session)
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        abort(400)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(400)
    origin = request.headers.get("Origin", "null")  # "null" is what no-referrer makes of our own
    if origin != "null" and origin.partition("://")[2] != request.host:
        abort(400)


def _declares(guard: Guard) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _ATTRIBUTE, guard)
        return view

    return decorate
