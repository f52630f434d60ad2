"""From accepted reports to a case system that takes 5 ms for each: a worker and one by hand.

The consumer by hand does the least that passes reports on: sealed parts from a Redis stream,
opened, posted over one connection, acknowledged. The worker files them and sends them on as it is
shipped: the case book, match keys, a delivery kept before it is sent and settled after.
What else it does (comparing tips, purging at the provider) has its turn later and is not counted.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter, process_time, sleep

import urllib3
from redis import Redis

from hotline.bench.filing import Entries, accept, enstream, read_stream
from hotline.bench.inprocess import application, servers
from hotline.intake.errors import Mistaken
from hotline.intake.handover import drain
from hotline.process import seconds_now
from hotline.settings import Settings
from hotline.stores.sealing import Opener
from hotline.wiring_book import delivering, handover_desk

REPORTS = 300
TAKES = 0.005  # seconds for one message over there
BATCH = 20
SINKS = """
[sinks.bench]
type = "webhook"
audience = "helpers"
release = "auto"
url = "http://127.0.0.1:{port}/"
inside = true
secret_file = "secret"
"""


def measure(folder: Path) -> dict[str, float]:
    """Reports a second and CPU milliseconds a report, of a worker and of the consumer by hand."""
    with servers(folder, always=True) as made, _far_end() as port:
        env = {**made, "TWILIO_API_BASE": "none", "HOTLINE_SINKS": str(_sinks(folder, port))}
        env["HOTLINE_DATABASE_URL"] = f"sqlite:///{folder / 'casebook.sqlite3'}"
        app = application(env)
        settings = Settings.from_env(env, "worker")
        work = (partial(drain, handover_desk(settings), seconds_now), delivering(settings))
        accept(app, BATCH)
        until_all_is_sent(work, BATCH)
        accept(app, REPORTS)
        begin, cpu = perf_counter(), process_time()
        until_all_is_sent(work, REPORTS)
        ours, ours_cpu = perf_counter() - begin, process_time() - cpu
        accept(app, REPORTS)
        begin, cpu = perf_counter(), process_time()
        _by_hand(enstream(env), Opener(env["HOTLINE_RECIPIENT_PRIVATE_KEY"]), port)
        by_hand, by_hand_cpu = perf_counter() - begin, process_time() - cpu
    return {
        "sent_a_second": REPORTS / ours,
        "cpu_ms": 1_000 * ours_cpu / REPORTS,
        "by_hand_a_second": REPORTS / by_hand,
        "by_hand_cpu_ms": 1_000 * by_hand_cpu / REPORTS,
        "ratio": by_hand / ours,
    }


def until_all_is_sent(work: Sequence[Callable[[], Mapping[str, int]]], reports: int) -> None:
    sent = 0
    while sent < reports:
        counts = [stage() for stage in work]
        if not any(counts):
            raise Mistaken(f"{sent} of {reports} reports were sent")
        sent += sum(count.get("delivered", 0) for count in counts)


def _by_hand(redis: "Redis", opener: Opener, port: int) -> None:
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port)
    entries: Entries
    while entries := read_stream(redis, BATCH):
        for name, fields in entries:
            parts = [json.loads(opener.open(part)) for part in fields.values()]
            answer = pool.request("POST", "/", body=json.dumps(parts).encode(), retries=False)
            if answer.status != 204:
                raise Mistaken(f"the case system answered {answer.status}")
            redis.xack("bench:out", "bench", name)
            redis.xdel("bench:out", name)


def _sinks(folder: Path, port: int) -> Path:
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text("whsec_c3ludGhldGljLXNpbmstc2VjcmV0LTAwMDAx\n", "utf-8")
    path = folder / "sinks.toml"
    path.write_text(SINKS.format(port=port), "utf-8")
    return path


@contextmanager
def _far_end() -> Iterator[int]:
    """A case system in a process of its own; its port."""
    command = (sys.executable, "-c", "from hotline.bench.posting import serve; serve()")
    env = {"PATH": os.environ.get("PATH", "")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def serve() -> None:
    """Take messages until told to stop; prints the port."""

    class Taker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sleep(TAKES)
            self.send_response_only(204)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    print(server.server_port, flush=True)
    server.serve_forever()
