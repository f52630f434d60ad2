"""The case card: what a helper must do next about one matter, with sources and the clock.

Rule 1: pure; the matter and the moment come in as values. Rule 2: nothing that is unknown is filled
in; a place in doubt names every prefecture that it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.guidance.facts import Bureau, Contact, Deadline, Prefecture, Step, facts
from hotline.guidance.way import WayStep, way_home

CLOCKED = ("arrest", "missing")
HOMEWARD = "return"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a tip says, as far as a card needs it. `prefectures` (JIS X 0401): likeliest first, one
    when the place is certain. `start`, `end`: Japan time without a zone, half open. `reached`: the
    step of the way home, for who wants to go home."""

    tip: str
    kind: str
    place: str = ""
    prefectures: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    count: int | None = None
    known: frozenset[str] = frozenset()  # of: names, birth, gender, nationality, place, when
    reached: str = "asked"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of a matter: between `at` and `latest`, as the event is known to the hour or
    only to the day; `passed` when even the latest moment is over."""

    at: datetime
    latest: datetime
    deadline: Deadline
    passed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What to do next. `prefectures` empty: where is not known; more than one: not certain."""

    matter: Matter
    prefectures: tuple[Prefecture, ...]
    clock: tuple[Due, ...]
    steps: tuple[Step, ...]
    contacts: tuple[Contact, ...]
    way: tuple[WayStep, ...] = ()

    @property
    def clocked(self) -> bool:
        """Whether deadlines and the duty attorney are for this kind of matter."""
        return self.matter.kind in CLOCKED

    @property
    def bureaus(self) -> tuple[Bureau, ...]:
        """The immigration bureaus that the place may fall under, where one has to do with it."""
        if not self.clocked and self.matter.kind != HOMEWARD:
            return ()
        found = {prefecture.bureau.code: prefecture.bureau for prefecture in self.prefectures}
        return tuple(found.values())

    def is_done(self, step: WayStep) -> bool:
        """Whether a step of the way was reached."""
        reached = [one.id for one in self.way].index(self.matter.reached)
        return self.way.index(step) <= reached


def make_card(matter: Matter, now: datetime) -> Card:
    """The card of a matter. `now`: Japan time without a zone."""
    known = facts()
    prefectures = tuple(
        known.prefectures[code] for code in matter.prefectures if code in known.prefectures
    )
    clocked = matter.kind in CLOCKED
    return Card(
        matter,
        prefectures,
        _clock(matter, known.deadlines, now) if clocked else (),
        tuple(step for step in known.steps if matter.kind in step.kinds),
        tuple(contact for contact in known.contacts if _fits(contact, matter)),
        way_home() if matter.kind == HOMEWARD else (),
    )


def _clock(matter: Matter, deadlines: Sequence[Deadline], now: datetime) -> tuple[Due, ...]:
    if matter.start is None:
        return ()
    end = matter.end or matter.start
    found = []
    for deadline in deadlines:
        after = timedelta(hours=deadline.after)
        found.append(Due(matter.start + after, end + after, deadline, end + after <= now))
    return tuple(found)


def _fits(contact: Contact, matter: Matter) -> bool:
    near = not contact.prefectures or not contact.prefectures.isdisjoint(matter.prefectures)
    return near and matter.kind in contact.kinds
