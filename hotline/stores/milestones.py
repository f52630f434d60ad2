"""Since which day each key is in use, and on which day the line was last tried and found well.

Of a key nothing is kept but a fingerprint that tells whether it is still the same.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from hotline.stores.database import reading, writing
from hotline.stores.tables import milestones

Name = Literal["recipient_key", "casebook_key", "canary"]
_m = milestones.c


class SqlMilestones:
    """Days in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, name: Name, mark: str, now: datetime) -> None:
        """The day of `now`, unless `mark` stands there already: then the earlier day stays."""
        row = {"mark": mark, "day": now.date().isoformat()}
        try:
            with writing(self._engine) as held:
                known = held.scalar(select(_m.mark).where(_m.name == name))
                if known is None:
                    held.execute(insert(milestones).values(name=name, **row))
                elif known != mark:
                    held.execute(update(milestones).where(_m.name == name).values(row))
        except IntegrityError:
            return  # another process, in this very moment

    def days(self) -> Mapping[str, str]:
        """The days (ISO) by name; what was never noted is not there."""
        with reading(self._engine) as held:
            return {row.name: row.day for row in held.execute(select(milestones))}
