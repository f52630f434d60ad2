"""RQ as the bell: one kind of job, without arguments, made and run in one way.

Rule 1: the job carries nothing; a bell may be lost or ring twice.
Rule 2: what RQ finds in Redis is run only when it is on the allow-list: with the JSON serializer,
too, RQ imports any dotted name it reads (measured: `os.system` ran).
Rule 3: nothing is kept of a job: no result, no description of a call, failures for a day.
"""

from collections.abc import Callable
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from hotline.intake.errors import Untrusted
from hotline.intake.messages import WorkerSeen
from hotline.stores.link import WAIT, client

BELL = "hotline.worker.drain"
ALLOWED = frozenset({BELL})
QUEUE = "bell"
MOST_WAITING = 3  # bells in the queue; more would wake nobody sooner
FAILURES_LIVE = 86_400  # seconds
JOB_TIME = 300  # seconds a drain may take before RQ gives it up


class SafeJob(Job):
    """A job that runs only what is on the allow-list, and calls nobody back."""

    @property
    def func(self) -> Callable[..., Any]:
        """The function to run. Raises Untrusted for any other name."""
        if self.func_name not in ALLOWED or self.args or self.kwargs:
            raise Untrusted("job_not_allowed")
        function: Callable[..., Any] = super().func
        return function

    @property
    def success_callback(self) -> None:
        """None: callbacks are names read from Redis."""

    @property
    def failure_callback(self) -> None:
        """None: callbacks are names read from Redis."""

    @property
    def stopped_callback(self) -> None:
        """None: callbacks are names read from Redis."""


def queue(connection: "Redis") -> Queue:
    """The one queue there is."""
    return Queue(QUEUE, connection=connection, job_class=SafeJob, serializer=JSONSerializer)


class RqBell:
    """`Bell` over RQ: coalesced, best effort."""

    def __init__(self, url: str) -> None:
        self._queue = queue(client(url, WAIT))  # a bell never keeps a caller waiting

    def ring(self) -> None:
        """Queue a drain, unless some wait already. Never raises: the steward rings again."""
        try:
            if self._queue.count < MOST_WAITING:
                self._queue.enqueue(
                    BELL,
                    description="drain",
                    result_ttl=0,
                    failure_ttl=FAILURES_LIVE,
                    job_timeout=JOB_TIME,
                )
        except Exception:  # noqa: S110 - a bell may be lost; nothing depends on it
            pass


def worker(url: str, name: str) -> BaseWorker:
    """A worker in this process: no fork a job, maintenance every few seconds (measured)."""
    return SimpleWorker(
        [queue(client(url))],
        name=name,
        connection=client(url),
        job_class=SafeJob,
        serializer=JSONSerializer,
        log_job_description=False,
        worker_ttl=20,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )


def workers(connection: "Redis", now: float) -> tuple[WorkerSeen, ...]:
    """Every worker RQ knows, with the age of its heartbeat in seconds."""
    seen = []
    for each in SimpleWorker.all(
        connection=connection, job_class=SafeJob, serializer=JSONSerializer
    ):
        beat = each.last_heartbeat
        age = int(now - beat.timestamp()) if beat else 0
        seen.append(WorkerSeen(each.name[:12], str(each.get_state()), max(0, age)))
    return tuple(seen)


def clear_stale_locks(connection: "Redis") -> None:
    """Drop RQ's maintenance lock: a worker killed inside it stops all recovery for 15 minutes."""
    key = queue(connection).registry_cleaning_key
    if 0 <= connection.ttl(key) < 899 - 60:
        connection.delete(key)
