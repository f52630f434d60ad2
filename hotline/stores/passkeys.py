"""Operators' passkeys: what their devices sign with, as far as we have to know it.

Rule 1: a credential's id is known by its keyed digest only; id, public key and name lie closed.
Rule 2: a signature counts once: the moment of its challenge is later than the last one's.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, Row, delete, func, insert, select, update

from hotline.intake.errors import Mistaken
from hotline.records.operator import LONGEST_LABEL, MOST_PASSKEYS, Passkey
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading, writing
from hotline.stores.tables import operators, passkeys

_p = passkeys.c


class SqlPasskeys:
    """Passkeys in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def of(self, operator: str) -> tuple[Passkey, ...]:
        """An operator's passkeys, by name. Raises Mistaken("casebook_key")."""
        with reading(self._engine) as held:
            rows = held.execute(select(passkeys).where(_p.operator == operator)).all()
        return tuple(sorted(map(self._read, rows), key=lambda each: (each.label, each.mark)))

    def add(self, operator: str, label: str, credential: bytes, key: bytes, count: int) -> None:
        """One more. Raises Mistaken("passkey_label", "passkey_most" or "passkey_known")."""
        plain = " ".join(label.split())
        if not 0 < len(plain) <= LONGEST_LABEL:
            raise Mistaken("passkey_label")
        content = json.dumps([_text(credential), _text(key), plain]).encode()
        with writing(self._engine) as held:
            who = select(operators.c.name).where(operators.c.name == operator).with_for_update()
            mine = select(func.count()).where(_p.operator == operator)
            if held.scalar(who) is None or (held.scalar(mine) or 0) >= MOST_PASSKEYS:
                raise Mistaken("passkey_most")
            marks = self._marks(credential)
            if held.scalar(select(func.count()).where(_p.mark.in_(marks))):
                raise Mistaken("passkey_known")
            closed = self._ring.close(_place(marks[0]), content)
            row = {"mark": marks[0], "operator": operator, "content": closed, "signs": count}
            held.execute(insert(passkeys).values(row))

    def remove(self, operator: str, mark: str) -> bool:
        """Forget one of theirs; False when there is none of that mark."""
        with writing(self._engine) as held:
            mine = (_p.operator == operator) & _p.mark.in_([*_raw_mark(mark)])
            return bool(held.execute(delete(passkeys).where(mine)).rowcount)

    def find(self, credential: bytes) -> Passkey | None:
        """The passkey of a credential's id; None for one that nobody has."""
        with reading(self._engine) as held:
            query = select(passkeys).where(_p.mark.in_(self._marks(credential)))
            row = held.execute(query).one_or_none()
        return None if row is None else self._read(row)

    def use(self, mark: str, count: int, moment: int) -> bool:
        """It signed a challenge of this moment; False when one of then or later counted already."""
        with writing(self._engine) as held:
            new = _p.mark.in_([*_raw_mark(mark)]) & (_p.used < moment)
            change = update(passkeys).where(new).values(signs=count, used=moment)
            return bool(held.execute(change).rowcount)

    def _read(self, row: Row[Any]) -> Passkey:
        credential, key, label = json.loads(self._ring.open(_place(row.mark), row.content))
        raw = (base64.b64decode(credential), base64.b64decode(key))
        return Passkey(row.mark.hex(), row.operator, label, *raw, row.signs)

    def _marks(self, credential: bytes) -> tuple[bytes, ...]:
        return self._ring.marks(f"passkey:{credential.hex()}")


def _place(mark: bytes) -> str:
    return f"passkey:{mark.hex()}"


def _raw_mark(mark: str) -> Iterator[bytes]:
    try:
        yield bytes.fromhex(mark)
    except ValueError:
        return


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
