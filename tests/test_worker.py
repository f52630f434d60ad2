"""The worker process: it waits for a durable Redis that is away."""

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


def test_a_worker_finds_the_durable_redis_again_without_a_restart(tmp_path: Path) -> None:
    durable = engine.durable(tmp_path)
    env = {
        "PATH": os.environ["PATH"],
        **new_keys(),
        "HOTLINE_DURABLE_REDIS_URL": durable.url,
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'casebook.sqlite3'}",
        "TWILIO_API_BASE": "none",
    }
    worker = subprocess.Popen(
        (sys.executable, "-m", "hotline", "worker"), env=env, stderr=subprocess.PIPE
    )
    assert worker.stderr is not None

    def heard() -> bool:
        """A bell that is rung now is heard."""
        RqBell(durable.url).ring()
        try:
            bells = queue(Redis.from_url(durable.url))
            until(lambda: bells.count == 0, 5)
        except (RedisError, AssertionError):
            return False
        return True

    assert b"started" in worker.stderr.readline()
    tries = [worker.stderr.readline() for _ in range(10)]  # more than one look at everything
    assert all(b"unavailable" in line for line in tries), tries
    server = subprocess.Popen(durable.command, stdout=subprocess.DEVNULL)
    engine.wait_for(durable)
    try:
        until(heard, 40)
        assert worker.poll() is None
    finally:
        for process in (worker, server):
            process.kill()
            process.wait()
        worker.stderr.close()
