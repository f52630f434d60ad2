"""The same telephone over a real connection."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask, request

from hotline.simulator.provider import Provider
from hotline.simulator.transport import Http, Unreachable, Wsgi
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.simulator.standin import served


def echo() -> Flask:
    app = Flask("echo")

    @app.post("/twilio/message")
    def message() -> tuple[str, dict[str, str]]:
        words = request.form["Body"] + request.query_string.decode()
        body = f"<Response><Message>{words}</Message></Response>"
        return body, {"Content-Type": "text/xml; charset=utf-8"}

    return app


@pytest.fixture
def http() -> Iterator[Http]:
    with served(echo()) as url:
        send = Http(url, seconds=5)
        yield send
        send.close()


def test_a_text_goes_over_http_again_and_again(http: Http) -> None:
    provider = Provider(URL, TOKEN, ACCOUNT, http)
    for words in ("một", "hai & ba"):
        answer = provider.text("+819000000101", "+815000000200", words.replace("&", "va"))
        assert answer[0]["message"] == words.replace("&", "va")


def test_both_ways_answer_alike(http: Http) -> None:
    for send in (http, Wsgi(echo())):
        status, headers, body = send("/twilio/message?a=1", {"Body": "ữ"}, {"X-A": "b"})
        assert status == 200
        assert headers["content-type"] == "text/xml; charset=utf-8"
        assert "ữa=1" in body.decode()


class Leaving(BaseHTTPRequestHandler):
    """Answers as one who would stay, and is gone: what a server that was killed looks like."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Leaving) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        send = Http(f"http://127.0.0.1:{server.server_port}", seconds=5)
        assert [send("/twilio/message", {"Body": "a"}, {})[0] for _ in range(3)] == [204] * 3
        send.close()
        server.shutdown()
        thread.join()


def test_nobody_there_is_unreachable() -> None:
    send = Http("http://127.0.0.1:9", seconds=1)
    with pytest.raises(Unreachable):
        send("/twilio/message", {}, {})
    assert Provider(URL, TOKEN, ACCOUNT, send).text("+819000000101", "+1", "a") == [
        {"error": 11205}
    ]
