"""What operators did: written once, in order, by the hour, without addresses.

Rule 1: there is no way to change or remove a line: not here, and the database refuses it too.
Rule 2: each line carries a seal over itself and the line before, made with the case book's key:
        who writes past us has no key, and a changed, removed, added or moved line breaks the chain.
Rule 3: the head holds the last number and seal, sealed once more: a line cut off the end is missed.
        A gap is never closed over: the next line counts on from the head.

Lines from before there was a chain stay without one; the first sealed line seals their digest.
Who strips every line of its seal makes them all look that old: how many are is told, and compared.
What no chain shows is a whole older copy of the database put back: for that somebody writes the
last number and its seal down elsewhere, from time to time.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, insert, select, update

from hotline.intake.errors import Mistaken
from hotline.records.operator import Act, Chain
from hotline.stores.casekey import KeyRing
from hotline.stores.database import lock, reading, writing
from hotline.stores.tables import audit, audit_head

JAPAN = timezone(timedelta(hours=9))
_LOCK = 0x6175646974  # one writer after the other
_CHUNK = 500

_Right = Callable[[Row[Any], str], bool]
_a = audit.c


class SqlAudit:
    """The audit in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def write(self, operator: str, act: str, what: str, now: datetime) -> None:
        """One line: who, what, which; only the hour of `now` is kept."""
        hour = now.astimezone(JAPAN).strftime("%Y-%m-%dT%H:00+09:00")
        with writing(self._engine) as held:
            lock(held, _LOCK)
            last = held.execute(_newest(1)).one_or_none()
            head = held.execute(select(audit_head)).one_or_none()
            number = max(last.number if last else 0, head.number if head else 0) + 1
            line = {
                "number": number,
                "hour": hour,
                "operator": operator,
                "act": act,
                "what": what,
            }
            chain = self._seal(_content(_before(held, last), *line.values()))
            new = last is None or last.chain is None
            sound = new if head is None else self._stands(held, head)
            held.execute(insert(audit).values(**line, chain=chain))
            if sound:  # else somebody was here: what is wrong stays to be seen
                self._move(held, head is None, number, chain)

    def read(self, most: int = 200, before: int | None = None) -> tuple[Act, ...]:
        """The newest lines; `before` is the number of the last one already seen."""
        query = _newest(most)
        if before is not None:
            query = query.where(_a.number < before)
        with reading(self._engine) as held:
            found = held.execute(query).all()
        return tuple(Act(row.number, row.hour, row.operator, row.act, row.what) for row in found)

    def verify(self) -> Chain:
        """Look at every line, from the first."""
        with reading(self._engine) as held:
            lock(held, _LOCK)
            last, wrong, lines, unchained = _follow(self._right, _every(held))
            head = held.execute(select(audit_head)).one_or_none()
            chained = last is not None and last.chain is not None
            sound = self._stands(held, head) if head is not None else not chained
        number = last.number if last else 0
        if wrong is None and not sound:
            wrong = number + 1
        return Chain(lines, unchained, wrong, number, (last.chain or "") if last else "")

    def _move(self, held: Connection, first: bool, number: int, chain: str) -> None:
        values = {"number": number, "seal": self._seal(_content("head", number, chain))}
        if first:
            held.execute(insert(audit_head).values(one=1, **values))
        else:
            held.execute(update(audit_head).values(values))

    def _stands(self, held: Connection, head: Row[Any]) -> bool:
        """Whether the line that the head names is there, as the head knows it."""
        chain = held.scalar(select(_a.chain).where(_a.number == head.number))
        return chain is not None and self._sealed(head.seal, _content("head", head.number, chain))

    def _right(self, row: Row[Any], before: str) -> bool:
        line = (row.number, row.hour, row.operator, row.act, row.what)
        return self._sealed(row.chain, _content(before, *line))

    def _seal(self, content: bytes) -> str:
        return self._ring.seal(content).hex()

    def _sealed(self, seal: str, content: bytes) -> bool:
        try:
            given = bytes.fromhex(seal)
            return bool(given) and hmac.compare_digest(given, self._ring.seal(content, given[0]))
        except (ValueError, Mistaken):
            return False  # no seal at all, or one of a key that is not here


def _follow(
    right: _Right, rows: Iterator[Row[Any]]
) -> tuple[Row[Any] | None, int | None, int, int]:
    """The last line, the number of the first wrong one, how many there are, how many unchained."""
    last: Row[Any] | None = None
    old, wrong, lines, unchained = hashlib.sha256(), None, 0, 0
    for row in rows:
        lines += 1
        if row.chain is None and (last is None or last.chain is None):
            old.update(_plain(row))
            unchained += 1
        elif wrong is None and not _goes_on(right, row, last, old.hexdigest()):
            wrong = row.number
        last = row
    return last, wrong, lines, unchained


def _goes_on(right: _Right, row: Row[Any], last: Row[Any] | None, old: str) -> bool:
    """Whether a line is the next one after `last`; `old` is the digest of those without a chain."""
    if row.chain is None or row.number != (last.number if last else 0) + 1:
        return False
    if last is None:
        return right(row, "")
    return right(row, last.chain or old)


def _before(held: Connection, last: Row[Any] | None) -> str:
    """What the next line has to seal of those before it."""
    if last is None:
        return ""
    if last.chain is not None:
        return str(last.chain)
    old = hashlib.sha256()
    for row in _every(held):
        old.update(_plain(row))
    return old.hexdigest()


def _every(held: Connection) -> Iterator[Row[Any]]:
    """Every line, the oldest first, a chunk at a time."""
    number = -1
    while True:
        query = select(audit).where(_a.number > number).order_by(_a.number).limit(_CHUNK)
        rows = held.execute(query).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        number = rows[-1].number


def _plain(row: Row[Any]) -> bytes:
    return _content("", row.number, row.hour, row.operator, row.act, row.what)


def _content(*parts: object) -> bytes:
    return json.dumps(["audit", *parts], ensure_ascii=True, separators=(",", ":")).encode()


def _newest(most: int) -> Select[Any]:
    return select(audit).order_by(_a.number.desc()).limit(most)
