"""The worker process: it outlives a durable Redis that dies."""

import os
import subprocess
import sys
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from hotline import engine
from hotline.keys import new_keys
from hotline.stores.queue import RqBell, queue
from tests.demos import until


def started(command: tuple[str, ...], env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_worker_finds_the_durable_redis_again_without_a_restart(tmp_path: Path) -> None:
    durable = engine.durable(tmp_path)
    env = {
        "PATH": os.environ["PATH"],
        **new_keys(),
        "HOTLINE_DURABLE_REDIS_URL": durable.url,
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'casebook.sqlite3'}",
        "TWILIO_API_BASE": "none",
    }
    server = started(durable.command, {})
    engine.wait_for(durable)
    worker = started((sys.executable, "-m", "hotline", "worker"), env)

    def heard() -> bool:
        """A bell that is rung now is heard."""
        RqBell(durable.url).ring()
        try:
            bells = queue(Redis.from_url(durable.url))
            until(lambda: bells.count == 0, 5)
        except (RedisError, AssertionError):
            return False
        return True

    try:
        until(heard, 30)
        server.kill()
        server.wait()
        server = started(durable.command, {})
        engine.wait_for(durable)
        until(heard, 40)
        assert worker.poll() is None
    finally:
        for process in (worker, server):
            process.kill()
            process.wait()
