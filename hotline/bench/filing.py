"""From an accepted report to the case book: how long one waits, and how many a worker files.

The drain is compared with the least a consumer by hand can do: sealed parts from a Redis stream,
opened, read, one row and one transaction in an SQLite as durable as the case book's, acknowledged.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time, sleep
from typing import TYPE_CHECKING, Any

from redis import Redis

from hotline.bench.inprocess import TARGET, application, microseconds, servers
from hotline.bench.load import TEXTS
from hotline.intake.errors import Mistaken
from hotline.intake.handover import drain
from hotline.process import seconds_now
from hotline.settings import Settings
from hotline.stores.sealing import Opener
from hotline.wiring_book import handover_desk

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REPORTS = 400
ONE_BY_ONE = 30
PATIENCE = 60.0  # seconds that one report is waited for
BATCH = 20

Entries = list[tuple[bytes, dict[bytes, bytes]]]


def measure(folder: Path) -> dict[str, float]:
    """Milliseconds from accepted to filed while nothing else happens (median, largest); reports a
    second and CPU milliseconds a report of a worker, and of the consumer by hand."""
    with servers(folder, always=True) as made:
        env = {**made, "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'casebook.sqlite3'}"}
        env["TWILIO_API_BASE"] = "none"
        app = application(env)
        desk = handover_desk(Settings.from_env(env, "worker"))  # makes the tables
        with _worker(env):
            waits = _one_by_one(app, folder)
        accept(app, REPORTS)
        begin, cpu, filed = perf_counter(), process_time(), 0
        while counts := drain(desk, seconds_now):
            filed += counts.get("filed", 0)
        ours, ours_cpu = perf_counter() - begin, process_time() - cpu
        by_hand, by_hand_cpu = _by_hand(folder, app, env)
    if filed != REPORTS:
        raise Mistaken(f"{filed} of {REPORTS} reports were filed")
    return {
        "accepted_to_filed_ms": 1_000 * median(waits),
        "accepted_to_filed_most_ms": 1_000 * max(waits),
        "filed_a_second": REPORTS / ours,
        "cpu_ms": 1_000 * ours_cpu / REPORTS,
        "by_hand_a_second": REPORTS / by_hand,
        "by_hand_cpu_ms": 1_000 * by_hand_cpu / REPORTS,
        "ratio": by_hand / ours,
    }


def accept(app: "WSGIApplication", reports: int) -> None:
    """Reports told in one text and sent off in a second."""
    for number in range(reports):
        sender = f"+8400{int.from_bytes(os.urandom(4), 'big') % 10**9:09d}"
        for body in (TEXTS[number % len(TEXTS)], "XONG"):
            microseconds(app, [TARGET.said(sender, body)])


@contextmanager
def _worker(env: dict[str, str]) -> Iterator[None]:
    """A real worker process, which has found its first report."""
    command = (sys.executable, "-m", "hotline", "worker")
    path = {"PATH": os.environ.get("PATH", "")}
    with subprocess.Popen(command, env={**path, **env}, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _one_by_one(app: "WSGIApplication", folder: Path) -> list[float]:
    waits: list[float] = []
    with closing(sqlite3.connect(folder / "casebook.sqlite3", timeout=5)) as book:
        for number in range(ONE_BY_ONE + 1):
            accept(app, 1)
            begin = monotonic()
            while _rows(book) <= number:
                if monotonic() - begin > PATIENCE:
                    raise Mistaken("a report was not filed")
                sleep(0.001)
            waits.append(monotonic() - begin)
    return waits[1:]  # the first one waited for the worker to start


def _rows(book: sqlite3.Connection) -> int:
    return int(book.execute("SELECT count(*) FROM tips").fetchone()[0])


def _by_hand(folder: Path, app: "WSGIApplication", env: dict[str, str]) -> tuple[float, float]:
    """Seconds and CPU seconds that the consumer by hand needs for as many reports."""
    accept(app, REPORTS)
    redis = enstream(env)
    opener = Opener(env["HOTLINE_RECIPIENT_PRIVATE_KEY"])
    with closing(sqlite3.connect(folder / "by_hand.sqlite3", isolation_level=None)) as book:
        book.execute("PRAGMA journal_mode=WAL")
        book.execute("PRAGMA synchronous=FULL")
        book.execute("CREATE TABLE tips (id TEXT PRIMARY KEY, content TEXT)")
        begin, cpu = perf_counter(), process_time()
        while entries := read_stream(redis, BATCH):
            for name, fields in entries:
                parts = [json.loads(opener.open(part)) for part in fields.values()]
                row = (name.decode(), json.dumps(parts))
                book.execute("INSERT OR IGNORE INTO tips VALUES (?, ?)", row)
                redis.xack("bench:out", "bench", name)
                redis.xdel("bench:out", name)
        return perf_counter() - begin, process_time() - cpu


def enstream(env: Mapping[str, str]) -> "Redis":
    """What waits, moved into the stream that a consumer by hand reads."""
    redis = Redis.from_url(env["HOTLINE_DURABLE_REDIS_URL"])
    for report in redis.zrange("hl:out", 0, -1):
        parts = redis.lrange(b"hl:p:" + report, 0, -1)  # type: ignore[operator]
        redis.xadd("bench:out", {str(at): part for at, part in enumerate(parts)})
    redis.xgroup_create("bench:out", "bench", "0")
    return redis


def read_stream(redis: "Redis", most: int) -> Entries:
    """The next entries of the one stream, in the shape of either protocol."""
    entries: Any = redis.xreadgroup("bench", "one", {"bench:out": ">"}, most)
    if isinstance(entries, dict):
        return [entry for many in entries.values() for some in many for entry in some]
    return [entry for _, many in entries for entry in many]
