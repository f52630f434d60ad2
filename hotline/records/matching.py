"""Whether two tips may speak of the same person or of the same event, and why.

Two questions are asked of a pair: *one event?* (place, hour, kind, number of people) and *one
person?* (name, home, year of birth, gender, and again place and time). What speaks for and against
is added up as log odds; the better answer counts. Each addend is a reason that people can read.

Rule 1: nothing here is ever said to a caller, not even that there is another tip.
Rule 2: a score is never proof. Only people at the desk say that two tips are about one matter.
Rule 3: who is looked for and does not want to be found matches nobody: the way from a seeker to
them leads through nobody's screen.
Rule 4: the weights below were set on the tuning half of tests/vectors/matching, never on the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import asin, cos, exp, radians, sin, sqrt
from typing import Literal

from hotline.records.likeness import Evidence, born, gender, homes, names, towns
from hotline.records.profile import DAY, Point, Profile, Span

Band = Literal["strong", "likely", "possible"]
Link = Literal["event", "person"]
MatchState = Literal["proposed", "accepted", "rejected"]
Verdict = Literal["accepted", "rejected"]

STRONG = 0.9
LIKELY = 0.6
POSSIBLE = 0.2

# What happens to somebody at one place and hour; the others are states of somebody's life.
EVENTS = frozenset({"arrest", "injury", "death", "abuse"})


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two tips are: `score` in 0 … 1, `link` what they may share.

    `reasons` are codes with a figure (`place.near:0.4`), the weightiest first, then what speaks
    against (`but.home`). Every code is in `reasons.CODES`.
    """

    score: float
    link: Link
    reasons: tuple[str, ...]

    @property
    def band(self) -> Band | None:
        """How much to make of it; None: nothing."""
        bands: tuple[tuple[float, Band], ...] = (
            (STRONG, "strong"),
            (LIKELY, "likely"),
            (POSSIBLE, "possible"),
        )
        return next((band for least, band in bands if self.score >= least), None)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tips that were compared, as people at the desk see it; `other` is not the one asked for.

    `together` says that both belong to one case.
    """

    tip: str
    other: str
    found: Match
    state: MatchState
    together: bool = False


def match(one: Profile, other: Profile) -> Match:
    """Compare two tips. The order of the two makes no difference."""
    if one.alone or other.alone:
        return Match(0.0, "event", ())
    event = _judged("event", one, other, _EVENT, -4.0)
    person = _judged("person", one, other, _PERSON, -5.8)
    return max(event, person, key=lambda found: found.score)


def _judged(
    link: Link, one: Profile, other: Profile, questions: "tuple[Question, ...]", bias: float
) -> Match:
    found = [evidence for question in questions for evidence in question(one, other)]
    found.sort(key=lambda evidence: -evidence.weight)
    total = bias + sum(evidence.weight for evidence in found)
    reasons = tuple(evidence.reason for evidence in found if evidence.reason)
    return Match(round(1 / (1 + exp(-total)), 3), link, reasons)


Question = Callable[[Profile, Profile], Iterator[Evidence]]


def _event_kind(one: Profile, other: Profile) -> Iterator[Evidence]:
    kinds = {one.kind, other.kind}
    if kinds <= EVENTS:
        same = len(kinds) == 1
        yield Evidence(1.0 if same else -0.5, "kind.same" if same else "")
    elif "missing" in kinds and len(kinds) == 2 and kinds & EVENTS:
        weight = 0.6 if "arrest" in kinds else -1.2 if "abuse" in kinds else 0.0
        yield Evidence(weight, "kind.sought_seen")
    else:
        yield Evidence(-3.0, "")  # two who are sought, or wages: no event to share


def _person_kind(one: Profile, other: Profile) -> Iterator[Evidence]:
    kinds = {one.kind, other.kind}
    if kinds <= EVENTS | {"missing"}:
        yield Evidence(0.6, "kind.sought_seen" if "missing" in kinds and len(kinds) == 2 else "")
    elif len(kinds) == 2:
        yield Evidence(-0.4, "")


def _event_place(one: Profile, other: Profile) -> Iterator[Evidence]:
    apart = nearest(one, other)
    if apart is None:
        yield from _prefectures(one, other, same=0.3, differ=-3.0, unknown=-1.5)
        return
    km, sure, same = apart
    if same:
        yield Evidence(3.0 * sure, "place.same_station")
        return
    weight = _step(km, _LIVES if one.seeks != other.seeks else _SAW, -5.0)
    yield Evidence(weight * sure if weight > 0 else weight, _far(weight, km))


# Kilometres: between two who saw something, and between where one was seen and one lives.
_SAW = ((1.2, 2.6), (2.5, 1.9), (5, 1.2), (8, 0.0), (15, -1.2), (25, -2.5))
_LIVES = ((1.5, 2.4), (3, 1.8), (5, 1.4), (10, 0.6), (20, -0.4), (40, -1.6))


def _person_place(one: Profile, other: Profile) -> Iterator[Evidence]:
    apart = nearest(one, other)
    if apart is None:
        yield from _prefectures(one, other, same=0.5, differ=-0.6, unknown=0.0)
        return
    km, sure, same = apart
    if same:
        yield Evidence(2.2 * sure, "place.same_station")
        return
    weight = _step(km, ((3, 2.0), (8, 1.5), (20, 0.9), (40, 0.4), (100, -0.4)), -1.0)
    yield Evidence(weight * sure if weight > 0 else weight, _far(weight, km))


def _prefectures(
    one: Profile, other: Profile, *, same: float, differ: float, unknown: float
) -> Iterator[Evidence]:
    if not one.prefecture or not other.prefecture:
        yield Evidence(unknown, "")
    elif one.prefecture == other.prefecture:
        yield Evidence(same, "place.same_prefecture")
    else:
        yield Evidence(differ, "but.other_prefecture")


def _far(weight: float, km: float) -> str:
    return f"{'place.near' if weight > 0 else 'but.far'}:{km:.1f}"


def _event_time(one: Profile, other: Profile) -> Iterator[Evidence]:
    if one.seeks != other.seeks:
        yield from _since_contact(one, other)
    else:
        yield _hours(one.when, other.when)


def _hours(one: Span, other: Span) -> Evidence:
    """Two who saw something."""
    if not (one.told and other.told):
        return _guessed(one, other)
    gap = max(one.start, other.start) - min(one.end, other.end)
    fine = max(one.end - one.start, other.end - other.start) < DAY
    if gap < 0:
        return Evidence(2.2 if fine else 1.4, "time.overlap" if fine else "time.same_day")
    if fine and gap <= 180:
        return Evidence(1.0, f"time.hours:{_hours_of(gap)}")
    if one.first == other.last or other.first == one.last:
        return Evidence(-0.8, f"but.hours:{_hours_of(gap)}")
    days = max(1, round(gap / DAY))
    return Evidence(_step(days, ((1, -1.6), (2, -3.0)), -6.0), f"but.days:{days}")


def _guessed(one: Span, other: Span) -> Evidence:
    """Nobody said when on one side: it was before that tip came."""
    if one.told or other.told:
        told, guess = (one, other) if one.told else (other, one)
        late = told.start - guess.end
        if late > 180:
            return Evidence(-4.0, f"but.days:{max(1, round(late / DAY))}")
        days = max(0, (guess.end - told.end) // DAY)
    else:
        days = abs(one.end - other.end) // DAY
    weight = _step(days, ((0, 0.9), (1, 0.4), (3, -0.2), (6, -1.0)), -2.5)
    return Evidence(weight, f"time.days:{days}" if weight >= 0 else f"but.days:{days}")


def _since_contact(one: Profile, other: Profile) -> Iterator[Evidence]:
    """One seeks, and says when they last heard; the other saw something, later if it fits."""
    seek, seen = (one.when, other.when) if one.seeks else (other.when, one.when)
    days = seen.last - seek.first
    if seek.told and seen.first - seek.last < 0 and seen.last < seek.first:
        early = seek.first - seen.last
        yield Evidence(-0.6 if early == 1 else -4.0, f"but.before:{early}")
        return
    days = max(0, seen.first - seek.last) if seek.told else max(0, seek.last - seen.last)
    weight = _step(days, ((1, 1.5), (3, 0.8), (7, 0.0), (14, -0.7), (40, -1.5)), -3.0)
    if not (seek.told and seen.told):
        weight = min(weight, 0.3)
    yield Evidence(weight, f"time.after:{days}" if weight > 0 else f"but.after:{days}")


def _person_time(one: Profile, other: Profile) -> Iterator[Evidence]:
    gap = max(0, max(one.when.first, other.when.first) - min(one.when.last, other.when.last))
    weight = _step(gap, ((1, 1.2), (4, 0.8), (10, 0.4), (31, 0.0), (90, -0.5)), -1.2)
    if not (one.when.told and other.when.told):
        weight = min(weight, 0.4)
    yield Evidence(weight, f"time.days:{gap}" if weight > 0 else "")


def _count(one: Profile, other: Profile) -> Iterator[Evidence]:
    mine, theirs = one.count, other.count
    if mine is None or theirs is None or min(mine, theirs) < 1:
        return
    if min(mine, theirs) == 1 and "relative" in (one.role, other.role):
        return  # a relative counts their own, a witness everybody
    if mine == theirs:
        yield Evidence(0.9 if mine > 1 else 0.3, f"count.same:{mine}")
    elif abs(mine - theirs) <= max(1, 0.34 * max(mine, theirs)):
        yield Evidence(0.2, f"count.close:{abs(mine - theirs)}")
    else:
        yield Evidence(-0.6 if min(mine, theirs) == 1 else -1.2, "but.count")


def _event_names(one: Profile, other: Profile) -> Iterator[Evidence]:
    """In one event several may be named: another name says little, the same one much."""
    for evidence in names(one, other):
        yield Evidence(max(-0.5, evidence.weight * 0.6), evidence.reason)


_EVENT: tuple[Question, ...] = (_event_kind, _event_place, _event_time, _count, _event_names)
_PERSON: tuple[Question, ...] = (
    _person_kind, names, homes, born, gender, towns, _person_place, _person_time,
)  # fmt: skip


def nearest(one: Profile, other: Profile) -> tuple[float, float, bool] | None:
    """Kilometres between the two places that fit best, how sure both are, whether they are one.

    None when a place is missing.
    """
    found = [
        (distance(a, b), a.sure * b.sure, bool(a.label) and a.label == b.label and not a.town)
        for a in one.points
        for b in other.points
    ]
    return min(found, key=lambda each: (each[0] / each[1], each)) if found else None


def distance(one: Point, other: Point) -> float:
    """Kilometres as the crow flies."""
    north, east = radians(other.lat - one.lat), radians(other.lon - one.lon)
    part = sin(north / 2) ** 2
    part += cos(radians(one.lat)) * cos(radians(other.lat)) * sin(east / 2) ** 2
    return 12_742 * asin(sqrt(min(1.0, part)))


def _step(value: float, steps: tuple[tuple[float, float], ...], beyond: float) -> float:
    """The weight of the first step that the value does not go over."""
    return next((weight for most, weight in steps if value <= most), beyond)


def _hours_of(minutes: int) -> int:
    return max(1, round(minutes / 60))
