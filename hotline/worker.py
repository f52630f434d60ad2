"""The worker: drains the outbox whenever the bell rings. RQ finds `drain` here."""

from functools import cache

from hotline import process, wiring_book
from hotline.intake import handover
from hotline.intake.errors import Unavailable
from hotline.logs import Log, stderr_log
from hotline.process import die_with_parent, leave_no_core
from hotline.settings import Settings
from hotline.stores.queue import worker


def drain() -> None:
    """Hand over everything that is due. Twice is safe: leases, and ids that are filed once."""
    desk, log = _wired()
    try:
        for outcome, count in handover.drain(desk, process.seconds_now).items():
            log("drained", outcome=outcome, count=count)
    except Unavailable as error:
        log("unavailable", code=error.code)


def run(name: str) -> int:
    """Work until told to stop."""
    die_with_parent()
    leave_no_core()
    settings = Settings.from_env(process.environment(), "worker")
    desk, log = _wired()
    log("started")
    drain()
    del desk
    worker(settings.durable_redis_url, name).work(logging_level="CRITICAL")
    return 0


@cache
def _wired() -> tuple[handover.Desk, Log]:
    settings = Settings.from_env(process.environment(), "worker")
    return wiring_book.handover_desk(settings), stderr_log("worker")
