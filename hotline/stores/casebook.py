"""The case book: where tips live.

Rule 1: a tip is filed once; its id is the key, its keyed fingerprint tells a changed one.
Rule 2: what was erased does not come back, whatever a worker still had in hand.
Rule 3: the words lie closed; only kind, place by prefecture, channel and hour can be sorted by.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    Engine,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from hotline.intake.errors import Mistaken
from hotline.intake.ports import Filing
from hotline.records.listing import PAGE, State, TipFilter, TipPage, TipRow
from hotline.records.tip import FollowUp, Tip, from_json, to_json
from hotline.stores.casekey import KeyRing
from hotline.stores.database import lock, reading, truncate_log, writing
from hotline.stores.reply_box import with_receipt
from hotline.stores.tables import erased, tips, tombstones
from hotline.stores.tip_lists import chunk_of, line_of, page_of

_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:00\+09:00")


class Companion(Protocol):
    """Whoever must know of a tip in the very transaction that files or removes it."""

    def filed(self, held: Connection, filings: Sequence[Filing]) -> None:
        """These tips were filed just now, for the first time."""

    def changed(self, held: Connection, tip_id: str) -> None:
        """The tip's state was set."""

    def removed(self, held: Connection, tip_id: str, outcome: str) -> None:
        """The tip is being removed: `erased` by its caller, or as its tombstone says."""


class SqlCaseBook:
    """The case book in SQLite or PostgreSQL. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing, companions: Sequence[Companion] = ()) -> None:
        self._engine = engine
        self._ring = ring
        self._companions = companions

    def file(self, tip: Tip, apart: bool = False) -> bool:
        """File a tip once: True when it is new; twice the same, or one that was erased, is False.

        `apart`: it came in a flood and stands in a list of its own.

        Raises Mistaken("tip_changed") for other content under a known id, and changes nothing.
        """
        return self.file_all([(tip, apart)])[0]

    def file_all(self, filings: Sequence[Filing]) -> tuple[bool, ...]:
        """See `CaseBook.file_all`: a few statements and one sync, however many tips."""
        if not all(_HOUR.fullmatch(tip.received) for tip, _ in filings):
            raise Mistaken("tip_received")
        plain = {tip.id: _plain(tip) for tip, _ in filings}
        with writing(self._engine) as held:
            self._hold(held, *plain, *(tip.follows for tip, _ in filings if tip.follows))
            never = self._known(held, plain) | self._taken_back(held, [tip for tip, _ in filings])
            new = [(tip, apart) for tip, apart in filings if tip.id not in never]
            if new:
                rows = [{**self._row(tip, plain[tip.id]), "apart": apart} for tip, apart in new]
                held.execute(insert(tips), rows)
            for companion in self._companions if new else ():
                companion.filed(held, new)
        return tuple(tip.id not in never for tip, _ in filings)

    def _known(self, held: Connection, plain: Mapping[str, bytes]) -> Set[str]:
        """Those of some tips that were filed before. Raises Mistaken when one says something else
        by now."""
        query = select(tips.c.id, tips.c.digest).where(tips.c.id.in_(plain))
        known = {row.id: row.digest for row in held.execute(query)}
        if not all(self._ring.same(digest, plain[tip_id]) for tip_id, digest in known.items()):
            raise Mistaken("tip_changed")
        return known.keys()

    def _taken_back(self, held: Connection, coming: Sequence[Tip]) -> Set[str]:
        """Those of some tips that were erased before they came, or go on from one that was."""
        names = {
            tip.id: (tip.id, _after(tip.follows)) if tip.follows else (tip.id,) for tip in coming
        }
        gone = self._erased_of(held, [name for each in names.values() for name in each])
        return {tip_id for tip_id, each in names.items() if not gone.isdisjoint(each)}

    def erase(self, tip_id: str, outcome: str = "erased") -> bool:
        """Remove a tip; a tombstone (day, channel, outcome) stays. False when there is none.

        Either way the id is never filed again.
        """
        with writing(self._engine) as held:
            gone = self._remove(held, tip_id, outcome)
        if gone:
            truncate_log(self._engine)
        return gone

    def take_back(self, tip_id: str) -> bool:
        """Erase a tip and what its caller told on top of it; what comes later is never filed.

        False when there was none.
        """
        with writing(self._engine) as held:
            gone = [self._remove(held, tip_id, "erased")]
            for later in held.scalars(select(tips.c.id).where(tips.c.follows == tip_id)).all():
                gone.append(self._remove(held, later, "erased"))
            self._mark(held, _after(tip_id))
        if any(gone):
            truncate_log(self._engine)
        return any(gone)

    def _remove(self, held: Connection, tip_id: str, outcome: str) -> bool:
        self._hold(held, tip_id)
        for companion in self._companions:
            companion.removed(held, tip_id, outcome)
        self._mark(held, tip_id)
        gone = held.execute(
            delete(tips).where(tips.c.id == tip_id).returning(tips.c.received, tips.c.channel)
        ).one_or_none()
        if gone is not None:
            _bury(held, gone.received[:10], gone.channel, outcome)
        return gone is not None

    def was_erased(self, tip_id: str) -> bool:
        """Whether a tip of this id was erased: it is never filed again."""
        with reading(self._engine) as held:
            return self._was_erased(held, tip_id)

    def read(self, tip_id: str) -> Tip | None:
        """The whole tip. Raises Mistaken("casebook_key") when no key here opens it."""
        with reading(self._engine) as held:
            closed = held.scalar(select(tips.c.content).where(tips.c.id == tip_id))
            coming_back = with_receipt(held, [tip_id])
        return None if closed is None else _marked(self._open(tip_id, closed), coming_back)

    def row(self, tip_id: str) -> TipRow | None:
        """The line of one tip."""
        with reading(self._engine) as held:
            found = held.execute(select(tips).where(tips.c.id == tip_id)).one_or_none()
        return None if found is None else line_of(found, self._open)[0]

    def list(self, wanted: TipFilter = TipFilter(), after: str = "", size: int = PAGE) -> TipPage:  # noqa: B008 - frozen
        """A page of lines, newest hour first; `after` is what the page before says is next."""
        with reading(self._engine) as held:
            return page_of(held, self._open, wanted, after, size)

    def every(self, wanted: TipFilter = TipFilter()) -> Iterator[Tip]:  # noqa: B008 - frozen
        """Every tip asked for, newest hour first; a chunk at a time. For exports."""
        after, more = "", True
        while more:
            with reading(self._engine) as held:
                lines, after = chunk_of(held, self._open, wanted, after)
                coming_back = with_receipt(held, [row.id for row, _ in lines])
            yield from (_marked(tip, coming_back) for _, tip in lines if tip is not None)
            more = bool(after)

    def following(self, tip_id: str) -> tuple[str, ...]:
        """The ids of tips that go on from this one."""
        with reading(self._engine) as held:
            found = held.scalars(select(tips.c.id).where(tips.c.follows == tip_id))
            return tuple(sorted(found))

    def amend(self, tip_id: str, change: Callable[[Tip], Tip]) -> bool:
        """Change what a tip holds (a recording came in); False when there is no such tip."""
        with writing(self._engine) as held:
            self._hold(held, tip_id)
            closed = held.scalar(select(tips.c.content).where(tips.c.id == tip_id))
            if closed is None:
                return False
            plain = _plain(change(self._open(tip_id, closed)))
            content, digest = self._ring.close(tip_id, plain), self._ring.digest(plain)
            row = update(tips).where(tips.c.id == tip_id)
            held.execute(row.values(content=content, digest=digest))
        return True

    def mark_seen(self, tip_id: str) -> bool:
        """Somebody has looked: a new tip is seen. False when it was not new."""
        new = (tips.c.id == tip_id) & (tips.c.state == "new")
        return self._change(tip_id, update(tips).where(new).values(state="seen"))

    def take_in(self, tip_id: str) -> bool:
        """A tip that stood apart stands with the others. False when it did not."""
        stood = (tips.c.id == tip_id) & tips.c.apart
        return self._change(tip_id, update(tips).where(stood).values(apart=False))

    def set_state(self, tip_id: str, state: State, day: str = "") -> bool:
        """Set a tip's state; `day` (`YYYY-MM-DD`) is when it was closed. False: no such tip."""
        closed_day = day if state == "closed" and day else None
        change = update(tips).where(tips.c.id == tip_id)
        return self._change(tip_id, change.values(state=state, closed_day=closed_day))

    def expired(self, day: str, most: int = 100) -> tuple[str, ...]:
        """Tips closed on `day` or before, that nobody has gone on from since: the oldest first."""
        later = tips.alias("later")
        goes_on = (later.c.follows == tips.c.id) & (later.c.received >= tips.c.closed_day)
        old = (tips.c.state == "closed") & (tips.c.closed_day <= day)
        query = select(tips.c.id).where(old, ~exists().where(goes_on))
        with reading(self._engine) as held:
            return tuple(held.scalars(query.order_by(tips.c.closed_day).limit(most)))

    def unread_since(self, hour: str) -> int:
        """How many tips nobody has read that came before `hour` (ISO 8601, Japan)."""
        unread = (tips.c.state == "new") & (tips.c.received < hour)
        with reading(self._engine) as held:
            return held.scalar(select(func.count()).select_from(tips).where(unread)) or 0

    def count(self, state: str = "", apart: bool | None = None) -> int:
        """How many tips, of one state or of all, with or without those that stand apart."""
        query = select(func.count()).select_from(tips)
        if state:
            query = query.where(tips.c.state == state)
        if apart is not None:
            query = query.where(tips.c.apart.is_(apart))
        with reading(self._engine) as held:
            return held.scalar(query) or 0

    def tombs(self) -> dict[tuple[str, str, str], int]:
        """How many tips went, by day, channel and outcome."""
        with reading(self._engine) as held:
            found = held.execute(select(tombstones)).all()
        return {(day, channel, outcome): n for day, channel, outcome, n in found}

    def ready(self) -> bool:
        """Whether the tables are there. Raises Unavailable when not."""
        self.count()
        return True

    def _change(self, tip_id: str, change: Any) -> bool:
        with writing(self._engine) as held:
            done = _changed(held, change)
            for companion in self._companions if done else ():
                companion.changed(held, tip_id)
        return done

    def _hold(self, held: Connection, *tip_ids: str) -> None:
        lock(held, *(int.from_bytes(self._ring.marks(i)[-1][1:8], "big") for i in tip_ids))

    def _mark(self, held: Connection, name: str) -> None:
        """Write down that this was erased, once."""
        if not self._was_erased(held, name):
            held.execute(insert(erased).values(mark=self._ring.marks(name)[0]))

    def _was_erased(self, held: Connection, tip_id: str) -> bool:
        return bool(self._erased_of(held, [tip_id]))

    def _erased_of(self, held: Connection, names: Sequence[str]) -> Set[str]:
        """Those of some names that were marked as erased."""
        marks = {mark: name for name in names for mark in self._ring.marks(name)}
        found = held.scalars(select(erased.c.mark).where(erased.c.mark.in_(marks)))
        return {marks[mark] for mark in found}

    def _row(self, tip: Tip, plain: bytes) -> dict[str, Any]:
        return {
            "id": tip.id,
            "received": tip.received,
            "channel": tip.channel,
            "kind": tip.kind,
            "role": tip.role,
            "prefecture": tip.place.prefecture,
            "language": tip.language,
            "complete": tip.complete,
            "follows": tip.follows,
            "content": self._ring.close(tip.id, plain),
            "digest": self._ring.digest(plain),
        }

    def _open(self, tip_id: str, closed: bytes) -> Tip:
        return from_json(json.loads(self._ring.open(tip_id, closed)))


def _after(tip_id: str) -> str:
    """The name under which it is marked that nothing may go on from a tip."""
    return f"after {tip_id}"


def _marked(tip: Tip, coming_back: Set[str]) -> Tip:
    """The tip, saying whether somebody can come back to it: that is learned after it is filed."""
    return replace(tip, follow_up=FollowUp(receipt=tip.id in coming_back))


def _plain(tip: Tip) -> bytes:
    fields = to_json(tip)
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair must not keep a tip out


def _bury(held: Connection, day: str, channel: str, outcome: str) -> None:
    t = tombstones.c
    grave = (t.day == day) & (t.channel == channel) & (t.outcome == outcome)
    if not _changed(held, update(tombstones).where(grave).values(count=t["count"] + 1)):
        held.execute(insert(tombstones).values(day=day, channel=channel, outcome=outcome, count=1))


def _changed(held: Connection, change: Any) -> bool:
    return bool(held.execute(change).rowcount)
