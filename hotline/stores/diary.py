"""What the day's letter counts, and the day of the last one (`hl:totals:letter`). Needs no key."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, select

from hotline.intake.daily import Day
from hotline.intake.ports import Outbox
from hotline.records.hour import hour
from hotline.stores.database import reading
from hotline.stores.link import Link
from hotline.stores.tables import deliveries, tips

_LAST = "hl:totals:letter"


class RedisDiary:
    """`Diary` over the durable Redis."""

    def __init__(self, durable: Link) -> None:
        self._durable = durable

    def last(self) -> str:
        """See `Diary.last`."""
        return bytes(self._durable.call("GET", _LAST) or b"").decode()

    def sent(self, day: str) -> None:
        """See `Diary.sent`."""
        self._durable.call("SET", _LAST, day)
        self._durable.call("HINCRBY", "hl:totals", "mail_sent", 1)

    def failed(self) -> None:
        """See `Diary.failed`."""
        self._durable.call("HINCRBY", "hl:totals", "mail_failed", 1)


def count_day(engine: Engine, outbox: Outbox, now: datetime) -> Day:
    """The counts of this moment. Raises Unavailable."""
    figures = outbox.figures(int(now.timestamp()))
    state, since = deliveries.c.state, hour(now - timedelta(days=1))
    return Day(
        new=_count(engine, tips.c.received >= since),
        unread=_count(engine, tips.c.state == "new"),
        waiting=figures.waiting,
        dead=figures.failed,
        held=_count(engine, state == "held"),
        stuck=_count(engine, state.in_(("parked", "dead"))),
        overdue=figures.purge_overdue,
    )


def _count(engine: Engine, those: ColumnElement[bool]) -> int:
    with reading(engine) as held:
        return held.scalar(select(func.count()).where(those)) or 0
