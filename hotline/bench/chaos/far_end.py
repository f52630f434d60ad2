"""A case system that fails: before it keeps a message, after it, by silence, by answering twice.

It speaks Standard Webhooks, knows a repeat by its id and refuses other bytes under a known one.
"""

import json
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from time import sleep
from typing import Any

from hotline.intake.errors import Untrusted
from hotline.sinks import signing

SECRET = "whsec_" + "c3ludGhldGljLXNpbmstc2VjcmV0LTAwMDAx"
FAULTS = {"refuses": 5, "fails_after": 5, "hangs_up": 4, "hangs": 1, "answers_twice": 4, "": 80}
HANGS = 1.5  # seconds


@dataclass
class FarEnd:
    """What it holds, what it was told again, and what went wrong on purpose."""

    seed: int
    knows_repeats: bool = True
    healthy: bool = False
    bodies: dict[str, bytes] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    tips: dict[str, Any] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    absorbed: int = 0
    conflicts: int = 0
    unsigned: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)  # noqa: S311 - faults, no secrets

    def fault(self) -> str:
        """What goes wrong with the next request."""
        if self.healthy:
            return ""
        with self.lock:
            (fault,) = self._chance.choices(list(FAULTS), list(FAULTS.values()))
            self.faults[fault] += bool(fault)
        return fault

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Keep a message; the status to answer."""
        stamp = headers.get("webhook-timestamp", "")
        try:  # its clock is not what is tested here: the closing account runs days ahead
            name = signing.verify(signing.keys(SECRET), headers, body, int(stamp or 0))
        except Untrusted:
            self.unsigned += 1
            return 400
        with self.lock:
            if self.knows_repeats and name in self.bodies:
                same = self.bodies[name] == body
                self.absorbed += same
                self.conflicts += not same
                return 200 if same else 409
            self.bodies[name] = body
            return self._keep(json.loads(body))

    def _keep(self, message: Any) -> int:
        data = message["data"]
        if message["type"] == "tip.created":
            self.made[data["id"]] += 1
            self.tips[data["id"]] = data
        elif message["type"] == "tip.withdrawn":
            self.gone.add(data["id"])
        return 204

    def holds(self) -> dict[str, Any]:
        """What it has that was not withdrawn, as the tips' JSON."""
        with self.lock:
            return {name: tip for name, tip in self.tips.items() if name not in self.gone}


class Server:
    """The far end on a port of its own."""

    def __init__(self, end: FarEnd) -> None:
        self._server = _Quiet(("127.0.0.1", 0), _handler(end))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up on us is what is tested."""


def _handler(end: FarEnd) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.close_connection = True
            fault = end.fault()
            if fault == "refuses" or len(body) != length:
                self._answer(503)
                return
            if fault == "hangs":
                sleep(HANGS)
            status = end.take(headers, body)
            if fault in ("hangs", "hangs_up"):
                return
            self._answer(503 if fault == "fails_after" else status)
            if fault == "answers_twice":
                self._answer(status)

        def _answer(self, status: int) -> None:
            with suppress(OSError):
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """The account tells what happened."""

    return Handler
