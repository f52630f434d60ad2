"""The steward never lets anything be forgotten: it rings again for what is due and hands over what
idle callers left. Any number may run: one leads, and everything is safe to do twice anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep

from redis.exceptions import RedisError
from sqlalchemy import Engine

from hotline import process, wiring_steward, wiring_stores
from hotline.intake.errors import HotlineError
from hotline.intake.ports import Bell, Outbox
from hotline.logs import stderr_log
from hotline.process import die_with_parent, leave_no_core
from hotline.settings import Settings
from hotline.stores.baton import Baton
from hotline.stores.database import open_engine
from hotline.stores.deliveries import due_deliveries
from hotline.stores.link import WAIT, Link, client
from hotline.stores.matches import due_matches
from hotline.stores.queue import RqBell, clear_stale_locks
from hotline.stores.redis_recordings import RedisRecordings
from hotline.stores.redis_sessions import RedisOutbox

BEAT = 0.5  # seconds between two looks
KEYS_EVERY = 1.0  # seconds between two looks at the keys of the day
IDLE = 1_800  # seconds without a word after which a report is handed over as unfinished
DELIVERIES_EVERY = 5.0  # seconds between two looks at what is due to case systems
ANSWERS_EVERY = 2.0  # seconds between two looks at what receipts' holders should hear of
LOCKS_EVERY = 30.0  # seconds between two looks at RQ's locks
SPENT_EVERY = 5.0  # seconds between two looks at what texts have cost
LETTER_EVERY = 30.0  # seconds between two looks whether the day's letter is due
SPOOL_EVERY = 2.0  # seconds between two looks at the spool


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done again and again: at most every `every` seconds, told the second it is.

    `everywhere` is for what every steward does on its own host, whether it leads or not.
    """

    name: str
    every: float
    act: Callable[[int], object]
    everywhere: bool = False


def look(outbox: Outbox, bell: Bell, now: int, idle: int = IDLE) -> int:
    """One beat: returns how many reports were handed over as unfinished."""
    handed = outbox.idle((now - idle) // 60 * 60)
    if handed or outbox.due(now) or outbox.to_purge(now):
        bell.ring()
    return handed


def ring_due(engine: Engine, bell: Bell, now: int) -> None:
    """Wake a worker when something is due to go to a case system, or a tip to be compared."""
    if due_deliveries(engine, now // 60) or due_matches(engine):
        bell.ring()


def duties(settings: Settings) -> list[Duty]:
    """Everything a steward does. Each may run twice, on two machines, at the same moment."""
    settings.need("durable_redis_url")
    link = Link(settings.durable_redis_url, "durable")
    outbox, bell = RedisOutbox(link), RqBell(settings.durable_redis_url)
    connection = client(settings.durable_redis_url, WAIT)
    bring_in = wiring_stores.bring_in(settings, link)
    recordings = RedisRecordings(link)
    every: list[Duty] = []
    if settings.database_url:
        engine = open_engine(settings.database_url)
        answers_out = wiring_steward.answers_out(settings)
        every.append(Duty("deliveries", DELIVERIES_EVERY, lambda now: ring_due(engine, bell, now)))
        every.append(Duty("answers", ANSWERS_EVERY, lambda _: answers_out()))
    if letters := wiring_steward.letters(settings):
        every.append(Duty("letter", LETTER_EVERY, lambda now: letters.act(_in_japan(now))))
    if settings.fleeting_redis_url:
        every.append(Duty("keys", KEYS_EVERY, wiring_stores.hold_keys(settings), everywhere=True))
        every.append(Duty("spent", SPENT_EVERY, wiring_stores.tell_spent(settings, link)))
    return [
        *every,
        Duty("recordings", BEAT, lambda now: bell.ring() if recordings.due(now) else None),
        Duty("look", BEAT, lambda now: look(outbox, bell, now)),
        Duty("time", 300.0, lambda _: bell.ring()),  # for what only time makes due
        Duty("locks", LOCKS_EVERY, lambda _: clear_stale_locks(connection)),
        Duty("spool", SPOOL_EVERY, lambda _: bring_in(), everywhere=True),
    ]


def _in_japan(now: int) -> datetime:
    return datetime.fromtimestamp(now, process.JAPAN)


def run() -> int:
    """Do every duty when it is due, until told to stop."""
    die_with_parent()
    leave_no_core()
    settings = Settings.from_env(process.environment(), "steward")
    log = stderr_log("steward")
    every = duties(settings)
    baton = Baton(Link(settings.durable_redis_url, "durable"))
    due = dict.fromkeys((duty.name for duty in every), 0.0)
    log("started")
    while True:
        leads = baton.hold()
        for duty in every:
            if monotonic() >= due[duty.name] and (leads or duty.everywhere):
                _safely(log, duty, process.seconds_now())
                due[duty.name] = monotonic() + duty.every
        sleep(BEAT)


def _safely(log: Callable[..., None], duty: Duty, now: int) -> None:
    """A duty that fails never keeps the next one from its turn."""
    try:
        duty.act(now)
    except HotlineError as error:
        log("unavailable", code=error.code, place=duty.name)
    except RedisError:
        log("unavailable", code="durable", place=duty.name)
    except Exception as error:
        log("failed", code=type(error).__name__, place=duty.name)
