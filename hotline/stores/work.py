"""What operators do with a tip, beside the tip.

Rule 1: one operator at a time holds a tip, for an hour unless it is asked for again.
Rule 2: notes, labels and how far a way home is lie closed, bound to their place; they go with
their tip.
Rule 3: a note is written once: the same words again by the same operator are no second note.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from hotline.intake.errors import Mistaken
from hotline.records.delivery import Status
from hotline.records.homeward import AT_FIRST, HomeStep, Homeward
from hotline.records.work import CLAIM, LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, Note, Work
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading, writing
from hotline.stores.tables import tip_notes, tip_work, tips

JAPAN = timezone(timedelta(hours=9))

_w = tip_work.c
_n = tip_notes.c


class SqlWork:
    """Work on tips in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def of(self, tip_id: str, now: datetime) -> Work:
        """How work on a tip stands. Raises Mistaken("casebook_key") when no key opens labels."""
        with reading(self._engine) as held:
            row = held.execute(select(tip_work).where(_w.tip_id == tip_id)).one_or_none()
        if row is None:
            return Work()
        labels, homeward = self._labels(tip_id, row), self._homeward(tip_id, row.homeward)
        if row.claimed_until <= _minute(now):
            return Work("", 0, row.status, labels, homeward)
        return Work(row.claimed_by, row.claimed_until, row.status, labels, homeward)

    def holders(self, tip_ids: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Who has which of these tips at the moment: one look, however many they are."""
        taken = _w.tip_id.in_(tip_ids) & (_w.claimed_until > _minute(now))
        with reading(self._engine) as held:
            found = held.execute(select(_w.tip_id, _w.claimed_by).where(taken)).all()
        return {row.tip_id: row.claimed_by for row in found}

    def claim(self, tip_id: str, operator: str, now: datetime) -> bool:
        """Take a tip, or keep it for longer; False while somebody else has it, or it is gone."""
        minute = _minute(now)
        free = (_w.claimed_until <= minute) | (_w.claimed_by == operator)
        values = {"claimed_by": operator, "claimed_until": minute + CLAIM}
        with writing(self._engine) as held:
            if not self._begin(held, tip_id):
                return False
            change = update(tip_work).where(_w.tip_id == tip_id, free)
            return bool(held.execute(change.values(values)).rowcount)

    def give_back(self, tip_id: str, operator: str = "") -> bool:
        """Free a tip that `operator` has, whoever has it when empty; False: nothing to free."""
        mine = (_w.tip_id == tip_id) & (_w.claimed_by != "")
        if operator:
            mine &= _w.claimed_by == operator
        with writing(self._engine) as held:
            change = update(tip_work).where(mine)
            return bool(held.execute(change.values(claimed_by="", claimed_until=0)).rowcount)

    def set_status(self, tip_id: str, status: Status) -> bool:
        """What the desk says of it; False when there is no such tip."""
        return self._set(tip_id, status=status)

    def set_labels(self, tip_id: str, labels: Sequence[str]) -> bool:
        """All labels of a tip, each once, in the order given; False when there is no such tip.

        Raises Mistaken("labels") for too many or too long ones.
        """
        clean = list(dict.fromkeys(filter(None, (" ".join(each.split()) for each in labels))))
        if len(clean) > MOST_LABELS or any(len(each) > LONGEST_LABEL for each in clean):
            raise Mistaken("labels")
        closed = self._ring.close(f"labels:{tip_id}", json.dumps(clean).encode())
        return self._set(tip_id, labels=closed if clean else None)

    def set_home_step(self, tip_id: str, known: HomeStep, step: HomeStep, day: str) -> bool:
        """Somebody's way home goes from step `known` to its neighbour; False: no such tip.

        Raises Mistaken("home_meanwhile") when it stands elsewhere by now, and
        Mistaken("home_step") for a step that is no neighbour.
        """

        def moved(homeward: Homeward) -> Homeward:
            if homeward.step != known:
                raise Mistaken("home_meanwhile")
            if step not in (homeward.following, homeward.before):
                raise Mistaken("home_step")
            return replace(homeward, step=step, since=day)

        return self._go_home(tip_id, moved)

    def set_home_told(self, tip_id: str, step: HomeStep) -> bool:
        """The fixed words of a step were sent; False: no such tip."""

        def told(homeward: Homeward) -> Homeward:
            return replace(homeward, told=tuple(dict.fromkeys((*homeward.told, step))))

        return self._go_home(tip_id, told)

    def note(self, tip_id: str, operator: str, text: str, now: datetime) -> bool:
        """Write a note; False when it stands there already, or there is no such tip.

        Raises Mistaken("note_length") for no words or more than `LONGEST_NOTE` characters.
        """
        plain = text.strip()
        if not 0 < len(plain) <= LONGEST_NOTE:
            raise Mistaken("note_length")
        hour = now.astimezone(JAPAN).strftime("%Y-%m-%dT%H:00+09:00")
        with writing(self._engine) as held:
            if not self._begin(held, tip_id):
                return False
            number = (held.scalar(select(func.max(_n.number)).where(_n.tip_id == tip_id)) or 0) + 1
            if self._repeats(held, tip_id, number - 1, operator, plain):
                return False
            said = json.dumps({"hour": hour, "operator": operator, "text": plain})
            content = self._ring.close(_place(tip_id, number), said.encode("utf-8", "replace"))
            row = {"tip_id": tip_id, "number": number, "content": content}
            held.execute(insert(tip_notes).values(row))
        return True

    def notes(self, tip_id: str) -> tuple[Note, ...]:
        """The notes of a tip, the oldest first. Raises Mistaken when no key here opens one."""
        query = select(tip_notes).where(_n.tip_id == tip_id).order_by(_n.number)
        with reading(self._engine) as held:
            return tuple(self._note(row) for row in held.execute(query))

    def count_notes(self, tip_id: str) -> int:
        """How many notes a tip has: needs no key."""
        with reading(self._engine) as held:
            return held.scalar(select(func.count()).where(_n.tip_id == tip_id)) or 0

    def _set(self, tip_id: str, **values: Any) -> bool:
        with writing(self._engine) as held:
            if not self._begin(held, tip_id):
                return False
            held.execute(update(tip_work).where(_w.tip_id == tip_id).values(values))
        return True

    def _go_home(self, tip_id: str, change: Callable[[Homeward], Homeward]) -> bool:
        with writing(self._engine) as held:
            if not self._begin(held, tip_id):
                return False
            closed = held.scalar(select(_w.homeward).where(_w.tip_id == tip_id))
            new = change(self._homeward(tip_id, closed))
            sealed = self._ring.close(_home(tip_id), json.dumps(asdict(new)).encode())
            held.execute(update(tip_work).where(_w.tip_id == tip_id).values(homeward=sealed))
        return True

    def _homeward(self, tip_id: str, closed: bytes | None) -> Homeward:
        if closed is None:
            return AT_FIRST
        raw = json.loads(self._ring.open(_home(tip_id), closed))
        return Homeward(raw["step"], raw["since"], tuple(raw["told"]))

    def _begin(self, held: Connection, tip_id: str) -> bool:
        """A row for the tip, which stays as long as this transaction; False when it is gone."""
        there = select(tips.c.id).where(tips.c.id == tip_id).with_for_update()
        if held.scalar(there) is None:
            return False
        if held.scalar(select(func.count()).where(_w.tip_id == tip_id)) == 0:
            held.execute(insert(tip_work).values(tip_id=tip_id))
        return True

    def _repeats(
        self, held: Connection, tip_id: str, number: int, operator: str, text: str
    ) -> bool:
        here = (_n.tip_id == tip_id) & (_n.number == number)
        row = held.execute(select(tip_notes).where(here)).one_or_none()
        if row is None:
            return False
        last = self._note(row)
        return (last.operator, last.text) == (operator, text)

    def _note(self, row: Row[Any]) -> Note:
        said = json.loads(self._ring.open(_place(row.tip_id, row.number), row.content))
        return Note(row.number, said["hour"], said["operator"], said["text"])

    def _labels(self, tip_id: str, row: Row[Any]) -> tuple[str, ...]:
        if row.labels is None:
            return ()
        return tuple(json.loads(self._ring.open(f"labels:{tip_id}", row.labels)))


def _home(tip_id: str) -> str:
    return f"homeward:{tip_id}"


def _place(tip_id: str, number: int) -> str:
    return f"note:{tip_id}:{number}"


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
