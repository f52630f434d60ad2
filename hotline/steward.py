"""The steward never lets anything be forgotten: it rings again for what is due and hands over what
idle callers left. Any number may run: everything it does is safe to do twice."""

from collections.abc import Callable
from time import sleep

from redis.exceptions import RedisError

from hotline import process
from hotline.intake.errors import Unavailable
from hotline.intake.ports import Bell, Outbox
from hotline.logs import stderr_log
from hotline.process import die_with_parent, leave_no_core
from hotline.settings import Settings
from hotline.stores.link import Link, client
from hotline.stores.queue import RqBell, clear_stale_locks
from hotline.stores.redis_sessions import RedisOutbox

BEAT = 0.5  # seconds between two looks
IDLE = 1_800  # seconds without a word after which a report is handed over as unfinished
LOCKS_EVERY = 60  # beats between two looks at RQ's locks


def look(outbox: Outbox, bell: Bell, now: int, idle: int = IDLE) -> int:
    """One beat: returns how many reports were handed over as unfinished."""
    handed = outbox.idle((now - idle) // 60 * 60)
    if handed or outbox.due(now):
        bell.ring()
    return handed


def run() -> int:
    """Look every half second until told to stop."""
    die_with_parent()
    leave_no_core()
    settings = Settings.from_env(process.environment(), "steward")
    settings.need("durable_redis_url")
    log = stderr_log("steward")
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    bell = RqBell(settings.durable_redis_url)
    connection = client(settings.durable_redis_url)
    log("started")
    beats = 0
    while True:
        _safely(log, lambda: look(outbox, bell, process.seconds_now()))
        if beats % LOCKS_EVERY == 0:
            _safely(log, lambda: clear_stale_locks(connection))
        beats += 1
        sleep(BEAT)


def _safely(log: Callable[..., None], act: Callable[[], object]) -> None:
    try:
        act()
    except Unavailable as error:
        log("unavailable", code=error.code)
    except RedisError:
        log("unavailable", code="durable")
