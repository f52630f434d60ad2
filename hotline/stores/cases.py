"""What operators do with a case: notes, closing, making one of two, making two of one.

Rule 1: notes lie closed, bound to their case; when two cases become one they are closed anew.
Rule 2: a case that a tip joins is open again (`gathering`).
Rule 3: what a person set apart is not strung together again: the pairs between count as rejected.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import cast

from sqlalchemy import ColumnElement, Connection, Engine, or_, select, update

from hotline.intake.errors import Mistaken
from hotline.records.case import MOST_NOTES, Case, CaseState
from hotline.records.work import LONGEST_NOTE, Note
from hotline.stores import gathering
from hotline.stores.casekey import KeyRing
from hotline.stores.database import lock, reading, writing
from hotline.stores.matches import LOCK
from hotline.stores.tables import cases, matches

JAPAN = timezone(timedelta(hours=9))


class SqlCases:
    """Cases beside the tips. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def of(self, case_id: str) -> Case | None:
        """One case. Needs no key."""
        with reading(self._engine) as held:
            return self._case(held, case_id)

    def list(self, state: CaseState = "open", most: int = 100) -> tuple[Case, ...]:
        """Cases of one state, the newest hour first."""
        query = select(cases.c.id).where(cases.c.state == state)
        query = query.order_by(cases.c.created.desc(), cases.c.id).limit(most)
        with reading(self._engine) as held:
            found = (self._case(held, each) for each in held.scalars(query).all())
            return tuple(case for case in found if case is not None)

    def note(self, case_id: str, operator: str, text: str, now: datetime) -> bool:
        """Write a note; False when it stands there already, or there is no such case.

        Raises Mistaken("note_length") for no words or too many, "notes_full" for too many notes,
        "casebook_key" when no key here opens those that are there.
        """
        plain = text.strip()
        if not 0 < len(plain) <= LONGEST_NOTE:
            raise Mistaken("note_length")
        hour = now.astimezone(JAPAN).strftime("%Y-%m-%dT%H:00+09:00")
        with writing(self._engine) as held:
            lock(held, LOCK)
            if self._case(held, case_id) is None:
                return False
            notes = gathering.notes_of(held, self._ring, case_id)
            if len(notes) >= MOST_NOTES:
                raise Mistaken("notes_full")
            if notes and (notes[-1].operator, notes[-1].text) == (operator, plain):
                return False
            new = Note(len(notes) + 1, hour, operator, plain)
            gathering.write_notes(held, self._ring, case_id, (*notes, new))
        return True

    def notes(self, case_id: str) -> tuple[Note, ...]:
        """The notes of a case, the oldest first. Raises Mistaken("casebook_key")."""
        with reading(self._engine) as held:
            return gathering.notes_of(held, self._ring, case_id)

    def set_state(self, case_id: str, state: CaseState) -> bool:
        """Close a case or open it again; False when there is none, or it is so already."""
        other = (cases.c.id == case_id) & (cases.c.state != state)
        with writing(self._engine) as held:
            return bool(held.execute(update(cases).where(other).values(state=state)).rowcount)

    def merge(self, case_id: str, other: str) -> bool:
        """All of the other case into this one, which is open then; False when one is not there.

        Raises Mistaken("casebook_key") when the other has notes that no key here opens.
        """
        with writing(self._engine) as held:
            lock(held, LOCK)
            both = [self._case(held, each) for each in (case_id, other)]
            if case_id == other or None in both:
                return False
            gathering.merge(held, self._ring, case_id, other)
        return True

    def split(self, case_id: str, tip_ids: Sequence[str], hour: str) -> str | None:
        """These tips leave the case: one stands alone, several become a case, which is returned.

        "" for one alone; None, and nothing is changed, when they are not of the case or all of it.
        """
        with writing(self._engine) as held:
            lock(held, LOCK)
            there = set(gathering.members(held, case_id))
            going = set(tip_ids)
            staying = there - going
            if not going or not staying or not going <= there:
                return None
            _set_apart(held, going, staying)
            return gathering.split(held, case_id, sorted(going), hour)

    def _case(self, held: Connection, case_id: str) -> Case | None:
        row = held.execute(select(cases).where(cases.c.id == case_id)).one_or_none()
        if row is None:
            return None
        tips = tuple(sorted(gathering.members(held, case_id)))
        noted, state = row.content is not None, cast(CaseState, row.state)
        return Case(row.id, row.created, row.kind, row.prefecture, state, tips, noted)


def _set_apart(held: Connection, going: set[str], staying: set[str]) -> None:
    """The pairs between are judged: they are not of one matter."""
    one, other = matches.c.tip_id, matches.c.other_id
    between: ColumnElement[bool] = or_(
        one.in_(going) & other.in_(staying), one.in_(staying) & other.in_(going)
    )
    held.execute(update(matches).where(between).values(state="rejected"))
