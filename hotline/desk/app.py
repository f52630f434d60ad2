"""Builds the desk."""

import logging

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from hotline.desk import (
    acts,
    apart,
    atlas,
    call,
    card,
    cases,
    export,
    headers,
    health,
    homeward,
    hooks,
    lock,
    login,
    matches,
    metrics,
    own,
    passkeys,
    people,
    post,
    queue,
    sounds,
    tips,
    trail,
)
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import guard_of, keep_watch, open_to_all, refuse_unguarded
from hotline.desk.i18n import Texts, load_texts
from hotline.desk.pages import dress_templates
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken, Unavailable

_SHORTEST_KEY = 16
_LARGEST_FORM = 64 * 1024

_VIEWS = (
    login,
    lock,
    queue,
    tips,
    sounds,
    call,
    export,
    acts,
    apart,
    homeward,
    card,
    post,
    atlas,
    matches,
    cases,
    people,
    own,
    passkeys,
    trail,
    health,
    hooks,
    metrics,
)

log = logging.getLogger(__name__)


def create_desk(room: Room, texts: Texts | None = None) -> Flask:
    """The desk as a WSGI application. Raises Mistaken on a short key or a missing translation."""
    if len(room.secret_key) < _SHORTEST_KEY:
        raise Mistaken("HOTLINE_SECRET_KEY: too short; `hotline keys new` makes one")
    if room.metrics_token and len(room.metrics_token) < metrics.SHORTEST_TOKEN:
        raise Mistaken("HOTLINE_METRICS_TOKEN: too short; `hotline keys new` makes one")
    return _build(room, texts or load_texts())


def _build(room: Room, texts: Texts) -> Flask:
    app = Flask("hotline.desk")
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_FORM
    app.config["MAX_FORM_PARTS"] = 40
    keeper = Doorkeeper(room)
    open_to_all(app.view_functions["static"])
    for views in _VIEWS:
        views.add(app, room, keeper)
    dress_templates(app, texts, keeper)
    headers.wear_headers(app)
    keep_watch(app, keeper)
    _say_errors(app)
    refuse_unguarded(app)
    return app


def _say_errors(app: Flask) -> None:
    """Errors are words for operators; what went wrong inside is told to nobody."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return _sorry(app, error.code or 500)

    @app.errorhandler(Unavailable)
    def away(error: Unavailable) -> Response:
        return _sorry(app, 503)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("desk: %s", type(error).__name__)
        return _sorry(app, 500)


def _sorry(app: Flask, code: int) -> Response:
    guard = guard_of(app, request.endpoint)
    if guard is not None and not guard.page:
        return Response(status=code)
    if "session" not in g:
        g.session = None
    return Response(render_template("error.html", code=code), status=code)
