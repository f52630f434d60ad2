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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Link]:
    """A server that lives as long as the test, and knows no script yet."""
    server = engine.forgetful(tmp_path)
    with subprocess.Popen(server.command, stdout=subprocess.DEVNULL) as process:
        engine.wait_for(server)
        yield Link(server.url, "durable")
        process.terminate()


NOTE = Script("return redis.call('SADD', 'noted', ARGV[1])")
FAILS = Script("if ARGV[1] == '3' then return redis.error_reply('no') end return 1")


def noted(store: Link) -> set[bytes]:
    return set(store.call("SMEMBERS", "noted"))


def test_what_is_sent_together_is_all_done(store: Link) -> None:
    for first in (0, 5):  # a server that does not know the script yet, and one that does
        store.run_all(NOTE, [[n] for n in range(first, first + 5)])
    store.run_all(NOTE, [])
    assert noted(store) == {str(n).encode() for n in range(10)}
    assert store.call("PING") == b"PONG"  # no reply is left over


def test_a_connection_that_went_stale_loses_nothing(store: Link) -> None:
    store.run_all(NOTE, [[1]])
    store.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    connection = store._local.connection
    connection._sock.shutdown(socket.SHUT_RDWR)
    store.run_all(NOTE, [[n] for n in range(5)])
    assert noted(store) == {str(n).encode() for n in range(5)}


def test_one_that_is_refused_is_told_and_leaves_no_reply_behind(store: Link) -> None:
    with pytest.raises(Unavailable):
        store.run_all(FAILS, [[n] for n in range(6)])
    assert store.call("PING") == b"PONG"
