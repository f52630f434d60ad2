"""Sessions of the desk, on the server.

Rule 1: the cookie's 256 bits are not here, only their SHA-256: who reads the table is not let in.
Rule 2: a session locks after 15 idle minutes, and only its operator's password opens it again; it
        ends after 8 hours, and at once when it is closed.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Engine, Row, delete, insert, select, update

from hotline.records.operator import DeskSession, Operator, Role
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading, writing
from hotline.stores.tables import desk_sessions, operators

IDLE = 15  # minutes
LONGEST = 8 * 60

_t = desk_sessions.c


class SqlDeskSessions:
    """Sessions in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def open(self, operator: str, now: datetime, notes: Mapping[str, str]) -> str:
        """A new session; what the cookie shall hold. Sweeps away those that ended."""
        token, minute = secrets.token_urlsafe(32), _minute(now)
        name = _name(token)
        with writing(self._engine) as held:
            held.execute(delete(desk_sessions).where(_ended(minute)))
            held.execute(
                insert(desk_sessions).values(
                    id=name,
                    operator=operator,
                    idle_until=minute + IDLE,
                    ends=minute + LONGEST,
                    csrf=secrets.token_urlsafe(32),
                    notes=self._close(name, notes),
                )
            )
        return token

    def read(self, token: str, now: datetime, stirs: bool = True) -> DeskSession | None:
        """Who sits there; None when it ended. `stirs` says that a person did something: that keeps
        an open session open, and opens no locked one.
        """
        minute, name = _minute(now), _name(token)
        with reading(self._engine) as held:
            found = held.execute(
                select(desk_sessions, operators.c.role)
                .join(operators)
                .where(_t.id == name, operators.c.active, ~_ended(minute))
            ).one_or_none()
        if found is None:
            return None
        locked = found.idle_until <= minute
        if stirs and not locked and found.idle_until < minute + IDLE:
            self._until(token, minute + IDLE)
        return self._session(name, found, locked)

    def lock(self, token: str) -> None:
        """Lock it now."""
        self._until(token, 0)

    def unlock(self, token: str, now: datetime) -> None:
        """Its operator is back."""
        self._until(token, _minute(now) + IDLE)

    def note(self, token: str, notes: Mapping[str, str]) -> None:
        """Remember other notes for this session."""
        name = _name(token)
        with writing(self._engine) as held:
            change = update(desk_sessions).where(_t.id == name)
            held.execute(change.values(notes=self._close(name, notes)))

    def close(self, token: str) -> None:
        """The session is over; its cookie opens nothing any more."""
        with writing(self._engine) as held:
            held.execute(delete(desk_sessions).where(_t.id == _name(token)))

    def _until(self, token: str, minute: int) -> None:
        with writing(self._engine) as held:
            change = update(desk_sessions).where(_t.id == _name(token))
            held.execute(change.values(idle_until=minute))

    def _session(self, name: str, row: Row[Any], locked: bool) -> DeskSession:
        notes = json.loads(self._ring.open(f"desk:{name}", row.notes))
        return DeskSession(Operator(row.operator, cast(Role, row.role)), row.csrf, notes, locked)

    def _close(self, name: str, notes: Mapping[str, str]) -> bytes:
        return self._ring.close(f"desk:{name}", json.dumps(dict(notes)).encode())


def _ended(minute: int) -> Any:
    return _t.ends <= minute


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
