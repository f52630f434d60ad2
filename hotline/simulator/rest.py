"""An account over HTTP, on this machine alone: what the demo's worker asks, and the telephone's way
to leave things there (`/kept/…`, which no provider has)."""

import http.client
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from hotline.simulator.account import (
    FAMILIES,
    LARGEST,
    Account,
    Answer,
    Keeps,
    basic,
    problem,
    told,
)

HERE = "127.0.0.1"
SECONDS = 10.0
_RECORDED = "recorded"
_SOUND = "sound"

Respond = Callable[[str, str, bytes, str | None], Answer | None]


def serving(respond: Respond, port: int = 0) -> ThreadingHTTPServer:
    """A server on a port of this machine (0: a free one), still to be run. `respond` is given
    method, target, body and authorization; None breaks off without an answer."""
    server = ThreadingHTTPServer((HERE, port), _handler(respond))
    server.daemon_threads = True
    return server


def whole(account: Account) -> Respond:
    """Everything an account answers, and what the telephone leaves there."""

    def respond(method: str, target: str, body: bytes, authorization: str | None) -> Answer:
        parts = urlsplit(target)
        if not parts.path.startswith("/kept/"):
            text = body.decode("utf-8", "replace")
            return account.answer(method, parts.path, parts.query, text, authorization)
        if not account.knows(authorization):
            return problem(401, 20003, "Authenticate")
        kind, _, sid = parts.path.removeprefix("/kept/").partition("/")
        return _kept(account, kind, sid, body)

    return respond


def _kept(keeps: Keeps, kind: str, sid: str, body: bytes) -> Answer:
    if kind == _SOUND:
        return told(200, {"seconds": keeps.hear(sid, body)})
    try:
        more = json.loads(body)
        if kind == _RECORDED:
            keeps.record(sid, str(more["call"]), int(more["seconds"]), str(more["words"]))
        elif kind in FAMILIES:
            keeps.add(kind, sid, **more)
        else:
            return problem(404, 20404, "not found")
    except (ValueError, TypeError, KeyError):
        return problem(400, 20001, "not what is kept here")
    return told(200, {})


class Remote:
    """`Keeps` in another process: the demo's provider. Best effort: one that is away keeps nothing,
    and its recordings are then not to be found, as may happen at any provider."""

    def __init__(self, base: str, account: str, token: str) -> None:
        self._netloc = urlsplit(base).netloc
        self.authorization = basic(account, token)

    def add(self, family: str, sid: str, **more: Any) -> str:
        """See `Keeps.add`."""
        self._leave(family, sid, json.dumps(more).encode())
        return sid

    def hear(self, sid: str, sound: bytes) -> int:
        """See `Keeps.hear`."""
        return int(self._leave(_SOUND, sid, sound).get("seconds", 0))

    def record(self, sid: str, call: str, seconds: int, words: str = "") -> None:
        """See `Keeps.record`."""
        more = {"call": call, "seconds": seconds, "words": words}
        self._leave(_RECORDED, sid, json.dumps(more).encode())

    def _leave(self, kind: str, sid: str, body: bytes) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._netloc, timeout=SECONDS)
        try:
            headers = {"Authorization": self.authorization}
            connection.request("POST", f"/kept/{kind}/{sid}", body, headers)
            read = json.loads(connection.getresponse().read())
            return read if isinstance(read, dict) else {}
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a request's line names what a provider's log would name."""

        def do_GET(self) -> None:
            given = self.headers.get("Content-Length") or "0"
            if not given.isdigit() or int(given) > LARGEST:
                self._answer(*problem(413, 20001, "too large"))
                self.close_connection = True
                return
            body = self.rfile.read(int(given))
            found = respond(self.command, self.path, body, self.headers.get("Authorization"))
            if found is not None:
                self._answer(*found)

        do_POST = do_DELETE = do_PATCH = do_GET

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
