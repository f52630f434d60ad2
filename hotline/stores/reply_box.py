"""The reply box: what operators answer to whoever holds a tip's receipt.

Rule 1: an answer is sealed to the box the moment it is given; from then on only the code's holder,
with the pepper, can read it. Not even the operator who wrote it.
Rule 2: what a holder should hear of is counted (`version`); it is brought to the durable Redis
until that count is reached (`told`), however often either side was away. Twice is safe.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from hotline.intake.errors import Mistaken
from hotline.intake.ports import Filing
from hotline.records.delivery import FINAL, Status
from hotline.stores.database import lock, reading, writing
from hotline.stores.link import Link
from hotline.stores.receipts import forget, put_in_box, tell
from hotline.stores.tables import answers, receipts, tips

LONGEST_ANSWER = 600  # characters: read on a cheap telephone, or heard
_MOST = 100  # receipts brought to Redis at a time


class SqlReplyBox:
    """Receipts and answers beside the tips. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attach(self, lookup: bytes, tip_id: str, box: bytes, was_erased: bool = False) -> bool:
        """A receipt leads to a tip from now on; False when that was known. Twice is safe."""
        with writing(self._engine) as held:
            lock(held, _number(lookup))
            known = held.scalar(select(func.count()).where(receipts.c.lookup == lookup))
            if known:
                return False
            row = {"lookup": lookup, "tip_id": tip_id, "box": box, "gone": was_erased}
            held.execute(insert(receipts).values(**row, version=1, told=0))
        return True

    def has_box(self, tip_id: str) -> bool:
        """Whether somebody can come back to this tip and read an answer."""
        with reading(self._engine) as held:
            return bool(with_receipt(held, [tip_id]))

    def answer(self, tip_id: str, text: str, known: int | None = None) -> bool:
        """Put an answer into every box of a tip. False when nobody can come back to it.

        `known` is how many answers its writer knew of: Mistaken("answer_meanwhile") when there are
        more by now. Mistaken("answer_length") for no text or more than `LONGEST_ANSWER` characters.
        """
        plain = text.strip()
        if not 0 < len(plain) <= LONGEST_ANSWER:
            raise Mistaken("answer_length")
        with writing(self._engine) as held:
            boxes = held.execute(_of(tip_id).order_by(receipts.c.lookup)).all()
            for row in boxes:
                lock(held, _number(row.lookup))
            numbers = {row.lookup: held.scalar(_count(row.lookup)) or 0 for row in boxes}
            if known is not None and max(numbers.values(), default=0) > known:
                raise Mistaken("answer_meanwhile")
            for row in boxes:
                number = numbers[row.lookup]
                sealed = put_in_box(row.box, plain.encode())
                values = {"lookup": row.lookup, "number": number + 1, "sealed": sealed}
                held.execute(insert(answers).values(**values))
            self.changed(held, tip_id)
        return bool(boxes)

    def answered(self, tip_id: str) -> int:
        """How often this tip was answered; the words are the holder's alone."""
        with reading(self._engine) as held:
            boxes = held.scalars(select(receipts.c.lookup).where(receipts.c.tip_id == tip_id)).all()
            return max((held.scalar(_count(lookup)) or 0 for lookup in boxes), default=0)

    def filed(self, held: Connection, filings: Sequence[Filing]) -> None:
        """See `Companion.filed`: a receipt may have come first."""
        self._news(held, [tip.id for tip, _ in filings])

    def changed(self, held: Connection, tip_id: str) -> None:
        """See `Companion.changed`: the holder should hear of it."""
        self._news(held, [tip_id])

    def _news(self, held: Connection, tip_ids: Sequence[str]) -> None:
        mine = receipts.c.tip_id.in_(tip_ids)
        held.execute(update(receipts).where(mine).values(version=receipts.c.version + 1))

    def became(self, tip_id: str, status: Status) -> None:
        """See `Mirror.became`: what case systems say counts beside what the desk says."""
        mine = (receipts.c.tip_id == tip_id) & (receipts.c.heard != status)
        with writing(self._engine) as held:
            change = update(receipts).where(mine)
            held.execute(change.values(heard=status, version=receipts.c.version + 1))

    def removed(self, held: Connection, tip_id: str, outcome: str) -> None:
        """See `Companion.removed`: the receipt opens nothing any more."""
        mine = select(receipts.c.lookup).where(receipts.c.tip_id == tip_id)
        held.execute(delete(answers).where(answers.c.lookup.in_(mine)))
        held.execute(update(receipts).where(receipts.c.tip_id == tip_id).values(gone=True))
        self.changed(held, tip_id)

    def bring(self, durable: Link) -> int:
        """Bring what is new to where holders look; how many receipts. Raises Unavailable."""
        with reading(self._engine) as held:
            due = held.execute(
                select(receipts, tips.c.state)
                .join_from(receipts, tips, receipts.c.tip_id == tips.c.id, isouter=True)
                .where(receipts.c.version != receipts.c.told)
                .limit(_MOST)
            ).all()
            letters = {row.lookup: held.scalars(_letters(row.lookup)).all() for row in due}
        for row in due:
            self._bring(durable, row, letters[row.lookup])
        return len(due)

    def _bring(self, durable: Link, row: Row[Any], sealed: Sequence[bytes]) -> None:
        status = put_in_box(row.box, _farthest(row.state, row.heard).encode())
        if row.gone or not tell(durable, row.lookup, status, sealed):
            forget(durable, row.lookup)  # erased, run out, or given up for a new code
            with writing(self._engine) as held:
                held.execute(delete(answers).where(answers.c.lookup == row.lookup))
                held.execute(delete(receipts).where(receipts.c.lookup == row.lookup))
            return
        seen = (receipts.c.lookup == row.lookup) & (receipts.c.told < row.version)
        with writing(self._engine) as held:
            held.execute(update(receipts).where(seen).values(told=row.version))


def with_receipt(held: Connection, tip_ids: Sequence[str]) -> frozenset[str]:
    """Those of some tips that somebody can come back to."""
    live = receipts.c.tip_id.in_(tip_ids) & receipts.c.gone.is_(False)
    return frozenset(held.scalars(select(receipts.c.tip_id).where(live)))


def _farthest(state: str | None, heard: str) -> str:
    """new, seen or closed: however far the desk or a case system has come."""
    if state == "closed" or heard in FINAL:
        return "closed"
    return "seen" if state == "seen" or heard not in ("", "received") else "new"


def _of(tip_id: str) -> Select[Any]:
    return select(receipts).where((receipts.c.tip_id == tip_id) & receipts.c.gone.is_(False))


def _count(lookup: bytes) -> Select[Any]:
    return select(func.count()).select_from(answers).where(answers.c.lookup == lookup)


def _letters(lookup: bytes) -> Select[Any]:
    return select(answers.c.sealed).where(answers.c.lookup == lookup).order_by(answers.c.number)


def _number(lookup: bytes) -> int:
    return int.from_bytes(lookup[:7], "big")
