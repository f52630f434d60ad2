"""A turn in process, as the figures that need no server take it: requests in, microseconds out."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask

from hotline import engine, keys, wiring
from hotline.bench.load import Target
from hotline.demo import SID
from hotline.settings import Settings
from hotline.web import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TOKEN = "0123456789abcdef" * 2
URL = "https://bench.example"
TARGET = Target("127.0.0.1", 1, URL, TOKEN, SID)


@contextmanager
def servers(folder: Path, always: bool = False) -> Iterator[dict[str, str]]:
    """The settings of a web process and a worker whose two Redis servers live meanwhile; with
    `always` the durable one keeps an AOF, synced at every write."""
    durable = engine.durable(folder) if always else engine.forgetful(folder)
    pair = (durable, engine.fleeting(folder))
    running = [subprocess.Popen(e.command, stdout=subprocess.DEVNULL) for e in pair]
    try:
        for each in pair:
            engine.wait_for(each)
        yield environment(pair[0].url, pair[1].url)
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def environment(durable: str, fleeting: str) -> dict[str, str]:
    """New keys, and what a web process needs to serve these servers."""
    return {
        **keys.new_keys(),
        "HOTLINE_PUBLIC_URL": URL,
        "HOTLINE_DURABLE_REDIS_URL": durable,
        "HOTLINE_FLEETING_REDIS_URL": fleeting,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_ACCOUNT_SID": SID,
    }


def application(env: Mapping[str, str]) -> Flask:
    """The callers' side as it is shipped, on whatever Redis the bench gives it."""
    settings = Settings.from_env(env, "web")
    return create_app(wiring.doors(settings, lambda *_, **__: None, strict=False), lambda: True)


def environ(raw: bytes) -> dict[str, Any]:
    """A request as WSGI hands it over."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": first.split(" ")[1],
        "QUERY_STRING": "",
        "SERVER_NAME": "bench",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": headers["Content-Length"],
        "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
    }


def call(app: "WSGIApplication", environ: dict[str, Any]) -> None:
    """Have one request answered; any answer but 200 is a fault of the bench."""
    answered: list[str] = []
    list(app(environ, lambda status, *_: answered.append(status)))  # type: ignore[arg-type]
    assert answered[0].startswith("200"), answered


def microseconds(app: "WSGIApplication", requests: Sequence[bytes]) -> float:
    """The median of what each of them takes."""
    each: list[float] = []
    for made in [environ(raw) for raw in requests]:
        begin = perf_counter()
        call(app, made)
        each.append(perf_counter() - begin)
    return 1e6 * median(each)
