"""The worker: drains the outbox whenever the bell rings. RQ finds `drain` here."""

from collections.abc import Callable, Mapping
from functools import cache
from time import sleep

from redis.exceptions import RedisError

from hotline import process, wiring_book
from hotline.intake.errors import HotlineError
from hotline.logs import Log, stderr_log
from hotline.process import die_with_parent, leave_no_core
from hotline.settings import Settings
from hotline.stores.queue import worker

RESTS = 1.0  # seconds before a durable Redis that went away is looked for again

Stage = Callable[[], Mapping[str, int]]


def drain() -> None:
    """Everything that is due, stage by stage. Twice is safe: leases, and ids that work once."""
    stages, log = _wired()
    for stage in stages:
        try:
            for outcome, count in stage().items():
                log("drained", outcome=outcome, count=count)
        except HotlineError as error:  # a stage that fails keeps no other from its turn
            log("unavailable", code=error.code)


def run(new_name: Callable[[], str]) -> int:
    """Work until told to stop. A durable Redis that went away is waited for, without a restart."""
    die_with_parent()
    leave_no_core()
    settings = Settings.from_env(process.environment(), "worker")
    _, log = _wired()
    log("started")
    while True:
        drain()
        try:
            worker(settings.durable_redis_url, new_name()).work(logging_level="CRITICAL")
            return 0
        except RedisError:  # RQ gives up; its next worker needs another name
            log("unavailable", code="durable")
            sleep(RESTS)


@cache
def _wired() -> tuple[tuple[Stage, ...], Log]:
    settings = Settings.from_env(process.environment(), "worker")
    return wiring_book.stages(settings), stderr_log("worker")
