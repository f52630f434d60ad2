"""What operators did: written once, in order, by the hour, without addresses."""

from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine, insert, select

from hotline.records.operator import Act
from hotline.stores.database import reading, writing
from hotline.stores.tables import audit

JAPAN = timezone(timedelta(hours=9))


class SqlAudit:
    """The audit in the case book's database. Every method raises Unavailable("casebook").

    There is no method that changes or removes a line.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, operator: str, act: str, what: str, now: datetime) -> None:
        """One line: who, what, which; only the hour of `now` is kept."""
        hour = now.astimezone(JAPAN).strftime("%Y-%m-%dT%H:00+09:00")
        with writing(self._engine) as held:
            held.execute(insert(audit).values(hour=hour, operator=operator, act=act, what=what))

    def read(self, most: int = 200, before: int | None = None) -> tuple[Act, ...]:
        """The newest lines; `before` is the number of the last one already seen."""
        query = select(audit).order_by(audit.c.number.desc()).limit(most)
        if before is not None:
            query = query.where(audit.c.number < before)
        with reading(self._engine) as held:
            found = held.execute(query).all()
        return tuple(Act(row.number, row.hour, row.operator, row.act, row.what) for row in found)
