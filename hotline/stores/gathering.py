"""Tips about one matter, gathered into one case.

Rule 1: a tip joins by itself only where it is strongly of one event with at least half of the
tips there: one vague report must not string two raids together.
Rule 2: a case that nobody wrote in ends when fewer than two tips are left.
Rule 3: a case that a tip joins is open again.
"""

import json
import uuid
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from hotline.records.work import Note
from hotline.stores.casekey import KeyRing
from hotline.stores.tables import case_tips, cases, tips


def case_of(held: Connection, tip_id: str) -> str | None:
    """The case that a tip belongs to."""
    return held.scalar(select(case_tips.c.case_id).where(case_tips.c.tip_id == tip_id))


def members(held: Connection, case_id: str) -> tuple[str, ...]:
    """The tips of a case."""
    return tuple(held.scalars(select(case_tips.c.tip_id).where(case_tips.c.case_id == case_id)))


def largest(held: Connection, most: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Cases with their tips, those with most tips first."""
    size = func.count().label("size")
    query = select(case_tips.c.case_id, size).group_by(case_tips.c.case_id)
    rows = held.execute(query.order_by(size.desc(), case_tips.c.case_id).limit(most)).all()
    return tuple((row.case_id, tuple(sorted(members(held, row.case_id)))) for row in rows)


def join(held: Connection, tip_id: str, alike: Sequence[str]) -> None:
    """Gather a new tip with those that tell of its event, given best first.

    One that is in a case stays there, and two cases never become one by this: they are two
    because their tips did not fit together.
    """
    if not alike or case_of(held, tip_id) is not None:
        return
    rows = held.execute(select(case_tips).where(case_tips.c.tip_id.in_(alike))).all()
    known = Counter(row.case_id for row in rows)
    fits = [case for case, n in known.most_common() if 2 * n >= _size(held, case)]
    free = [each for each in alike if each not in {row.tip_id for row in rows}]
    if fits:
        _put(held, fits[0], tip_id)
    elif free:
        _put(held, _new(held, tip_id, _hour(held, tip_id)), tip_id, free[0])


def bind(held: Connection, ring: KeyRing, tip_id: str, other: str, hour: str) -> None:
    """A person says that two tips are of one case. Raises Mistaken("casebook_key")."""
    mine, theirs = case_of(held, tip_id), case_of(held, other)
    target = mine or theirs or _new(held, tip_id, hour)
    for tip, known in ((tip_id, mine), (other, theirs)):
        if known is None:
            _put(held, target, tip)
        elif known != target:
            merge(held, ring, target, known)


def leave(held: Connection, tip_id: str) -> None:
    """A tip leaves its case; an empty one ends with it."""
    case_id = case_of(held, tip_id)
    if case_id is None:
        return
    held.execute(delete(case_tips).where(case_tips.c.tip_id == tip_id))
    left = _size(held, case_id)
    written_in = held.scalar(select(cases.c.content).where(cases.c.id == case_id)) is not None
    if left == 0 or (left == 1 and not written_in):
        held.execute(delete(case_tips).where(case_tips.c.case_id == case_id))
        held.execute(delete(cases).where(cases.c.id == case_id))


def merge(held: Connection, ring: KeyRing, target: str, other: str) -> None:
    """All tips and notes into one case, which is open then. Raises Mistaken("casebook_key")."""
    if notes := notes_of(held, ring, other):
        both = sorted((*notes_of(held, ring, target), *notes), key=lambda note: note.hour)
        write_notes(held, ring, target, both)
    move = update(case_tips).where(case_tips.c.case_id == other)
    held.execute(move.values(case_id=target))
    held.execute(delete(cases).where(cases.c.id == other))
    _open(held, target)


def split(held: Connection, case_id: str, tip_ids: Sequence[str], hour: str) -> str:
    """Some tips leave a case: one stands alone, several are a new case, whose id is returned."""
    for tip_id in tip_ids:
        leave(held, tip_id)
    if len(tip_ids) < 2:
        return ""
    new = _new(held, tip_ids[0], hour)
    _put(held, new, *tip_ids)
    return new


def notes_of(held: Connection, ring: KeyRing, case_id: str) -> tuple[Note, ...]:
    """What operators wrote in a case, the oldest first. Raises Mistaken("casebook_key")."""
    closed = held.scalar(select(cases.c.content).where(cases.c.id == case_id))
    if closed is None:
        return ()
    rows = json.loads(ring.open(_place(case_id), closed))
    return tuple(Note(number, *row) for number, row in enumerate(rows, 1))


def write_notes(held: Connection, ring: KeyRing, case_id: str, notes: Sequence[Note]) -> None:
    """All notes of a case, closed and bound to it."""
    plain = json.dumps([(note.hour, note.operator, note.text) for note in notes])
    content = ring.close(_place(case_id), plain.encode())
    held.execute(update(cases).where(cases.c.id == case_id).values(content=content))


def _place(case_id: str) -> str:
    return f"case:{case_id}"


def _open(held: Connection, case_id: str) -> None:
    held.execute(update(cases).where(cases.c.id == case_id).values(state="open"))


def _put(held: Connection, case_id: str, *tip_ids: str) -> None:
    held.execute(insert(case_tips), [{"tip_id": tip, "case_id": case_id} for tip in tip_ids])
    _open(held, case_id)


def _new(held: Connection, tip_id: str, hour: str) -> str:
    row = held.execute(select(tips.c.kind, tips.c.prefecture).where(tips.c.id == tip_id)).one()
    case_id = str(uuid.uuid4())
    made = {"id": case_id, "created": hour, "kind": row.kind, "prefecture": row.prefecture}
    held.execute(insert(cases).values(made))
    return case_id


def _hour(held: Connection, tip_id: str) -> str:
    return str(held.scalars(select(tips.c.received).where(tips.c.id == tip_id)).one())


def _size(held: Connection, case_id: str) -> int:
    query = select(func.count()).select_from(case_tips).where(case_tips.c.case_id == case_id)
    return held.scalar(query) or 0
