"""The callers' side: an application that Granian serves, `hotline.web:application`."""

from collections.abc import Callable
from threading import Thread

from flask import Flask, Response

from hotline import process, wiring, wiring_stores
from hotline.channels.doors import Doors, in_front_of
from hotline.channels.site.blueprint import site
from hotline.logs import stderr_log
from hotline.process import die_with_parent, say_why
from hotline.settings import Settings

Probe = Callable[[], bool]


def create_app(doors: Doors, ready: Probe, onion: str = "") -> Flask:
    """Twilio's routes, recorded prompts, the page and two probes; nothing here sets a cookie or
    follows a slash."""
    app = Flask("hotline", static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    app.wsgi_app = in_front_of(doors, app.wsgi_app)  # type: ignore[assignment,method-assign]

    app.register_blueprint(site(doors, onion))

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        return Response(status=200 if ready() else 503)

    @app.get("/audio/<locale>/<name>")
    def sound(locale: str, name: str) -> Response:
        """A recorded prompt: looked up in what was read at start, never on a disk."""
        content = doors.sounds.get(f"/audio/{locale}/{name}")
        if content is None:
            return Response(status=404)
        kept = {"Cache-Control": "public, max-age=604800, immutable"}
        return Response(content, content_type="audio/wav", headers=kept)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def no_such_door(error: Exception) -> Response:
        return Response(status=getattr(error, "code", 404))

    return app


def with_keys(doors: Doors) -> Doors:
    """The same doors, holding the keys of the day before anybody calls. Raises Unavailable.

    A fleeting Redis that dies in this very moment is given them back: see `stores.day_keys`.
    """
    doors.keys("", "", process.japan_now())
    return doors


def application() -> Flask:
    """The application of a web process, from its environment. Ends the process, saying why."""
    return say_why(_application)


def _application() -> Flask:
    die_with_parent()
    settings = Settings.from_env(process.environment(), "web")
    keys = wiring_stores.day_keys(settings)
    waiting = Thread(target=wiring_stores.wait_for_keys, args=(settings, keys))
    waiting.start()  # while the tables are read
    doors = wiring.doors(settings, stderr_log("web"), keys=keys)
    waiting.join()
    doors = with_keys(doors)
    app = create_app(doors, wiring_stores.ready(settings), wiring.onion(settings))
    if settings.simulator:
        app.register_blueprint(wiring.telephone(settings))
    return app
