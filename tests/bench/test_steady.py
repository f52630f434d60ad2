"""An even load: every request is answered, and waiting for a free connection counts as late."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from hotline.bench import steady
from hotline.bench.load import Target, send_at

SLOW = 0.05  # seconds for each answer


@pytest.fixture
def slow_server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                while connection.recv(65_536):
                    sleep(SLOW)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        serving = threading.Thread(target=serve)
        serving.start()
        yield listening.getsockname()[1]
        serving.join()


def test_a_request_is_late_from_when_it_was_due(slow_server: int) -> None:
    target = Target("127.0.0.1", slow_server, "https://bench.example", "token", "AC0")
    sent = send_at(target, [b"x"] * 5, rate=1_000, connections=1)
    assert sent.bad == 0
    for number, late in enumerate(sent.each):
        assert late >= (number + 1) * SLOW - number / 1_000 - 0.01


def test_requests_wait_for_their_time(slow_server: int) -> None:
    target = Target("127.0.0.1", slow_server, "https://bench.example", "token", "AC0")
    assert send_at(target, [b"x"] * 3, rate=10, connections=1).seconds >= 0.2 + SLOW


def test_a_demo_answers_texts_and_keys(tmp_path: Path) -> None:
    told = steady.measure(tmp_path, rate=50, seconds=2)
    assert told["bad"] == 0
    for case in ("text", "key", "all"):
        figures = told[case]
        assert isinstance(figures, dict)
        assert 0 < figures["p50"] <= figures["p99"] <= figures["slowest"]
