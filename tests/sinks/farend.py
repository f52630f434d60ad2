"""A far end for the sinks' tests: a real HTTP server whose answers a test decides."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


Answers = Callable[[Asked], Reply]
Fault = Callable[[Asked, Answers], Reply | None]  # None: close without an answer


@dataclass
class FarEnd:
    """Where it listens, what it was asked, and what goes wrong with the next requests."""

    answers: Answers
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    fault: Fault | None = None

    def reply(self, asked: Asked) -> Reply | None:
        self.asked.append(asked)
        if self.fault is not None:
            return self.fault(asked, self.answers)
        return self.answers(asked)


@contextmanager
def listening(answers: Answers, wrap: Callable[[Any], Any] | None = None) -> Iterator[FarEnd]:
    """The server, as long as the test wants it; `wrap` puts TLS around its socket."""
    end = FarEnd(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = end.reply(Asked(self.command, self.path, headers, self.rfile.read(length)))
            self.close_connection = True
            if reply is None:
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

        def log_message(self, *_: object) -> None:
            """The tests look at `asked`."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Callers that hang up, or refuse our certificate, are what is tested."""

    server = Quiet(("127.0.0.1", 0), Handler)
    scheme = "http"
    if wrap is not None:
        server.socket, scheme = wrap(server.socket), "https"
    end.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield end
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# What may go wrong with every far end


def html(asked: Asked, answers: Answers) -> Reply:
    """A proxy's page, with a success in front."""
    return Reply(200, b"<html><body>Please log in</body></html>", {"Content-Type": "text/html"})


def redirect(asked: Asked, answers: Answers) -> Reply:
    return Reply(302, b"", {"Location": "http://127.0.0.1:1/"})


def too_many(asked: Asked, answers: Answers) -> Reply:
    return Reply(429, b"", {"Retry-After": "7200"})


def broken(asked: Asked, answers: Answers) -> Reply:
    return Reply(500, b"Traceback")


def echoes(asked: Asked, answers: Answers) -> Reply:
    """422 with everything that was sent."""
    return Reply(422, asked.body)


def forbidden(asked: Asked, answers: Answers) -> Reply:
    return Reply(403)


def hangs_up(asked: Asked, answers: Answers) -> None:
    return None


def hangs(asked: Asked, answers: Answers) -> Reply:
    sleep(0.6)
    return answers(asked)


def does_it_and_hangs_up(asked: Asked, answers: Answers) -> None:
    """A time-out after success."""
    answers(asked)


def floods(asked: Asked, answers: Answers) -> Reply:
    return Reply(200, b"x" * (1024 * 1024 + 2))
