"""A Redis that is away, that hangs, that comes back: nobody waits long, nobody restarts."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from hotline import engine
from hotline.intake.errors import Unavailable
from hotline.stores.link import RESTS, WAIT, Link, Script

ONE = Script("return 1")


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A server that takes connections and never answers; how many it took is its backlog."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(64)
        yield f"unix://{tmp_path / 's'}"


def test_a_server_that_hangs_costs_one_wait_and_then_none(silent: str) -> None:
    clock = Clock()
    link = Link(silent, "durable", clock)
    begin = monotonic()
    for _ in range(20):
        with pytest.raises(Unavailable, match="durable"):
            link.run(ONE, [], [])
    assert monotonic() - begin < 3 * WAIT  # not twenty waits


def test_only_one_thread_asks_a_server_that_was_away(silent: str) -> None:
    clock = Clock()
    link = Link(silent, "durable", clock)
    with pytest.raises(Unavailable):
        link.call("PING")
    clock.now += RESTS
    asked: list[float] = []

    def ask() -> None:
        begin = monotonic()
        with pytest.raises(Unavailable):
            link.call("PING")
        asked.append(monotonic() - begin)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(seconds > WAIT / 2 for seconds in asked) == 1


def test_a_server_that_comes_back_is_found_without_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    server = engine.forgetful(tmp_path)
    link = Link(server.url, "durable", clock)
    with pytest.raises(Unavailable):
        link.run(ONE, [], [])
    for _ in range(2):  # and again after it was killed
        with subprocess.Popen(server.command, stdout=subprocess.DEVNULL) as process:
            engine.wait_for(server)
            clock.now += RESTS
            assert link.run(ONE, [], []) == 1
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        with pytest.raises(Unavailable):
            link.run(ONE, [], [])
