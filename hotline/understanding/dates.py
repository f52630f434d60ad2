"""When it happened: the narrowest time a message states, in Japan time.

The rules are those of the label table of the example data: a part of the day narrows a day, a clock
time narrows both, after a correction the last one counts; births, pay months, expiry dates,
promises and lengths of stay are no times of the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from hotline.understanding import clock, days
from hotline.understanding.model import Calendar, Kind, Precision, Span, When
from hotline.understanding.numbers import NUMBER_WORDS, number
from hotline.understanding.phrases import Found, Hit
from hotline.understanding.text import Text
from hotline.understanding.timeitems import PARTS, Clock, Item

_BEFORE = {"birth": 3, "pay": 2, "expiry": 5, "promise": 3, "stay": 4, "holiday": 1}
_CLAUSE_ENDS = frozenset(",.;!?\n")
_NEAR = 4
_EVENT_REACH = 7


@dataclass(frozen=True, slots=True)
class _Said:
    """What belongs together: a day, a part of it and a clock time, as far as stated."""

    start: int
    end: int
    day: Item | None = None
    part: Item | None = None
    clock: Item | None = None
    since: bool = False


def find(text: Text, found: Found, received: datetime, kind: Kind) -> When | None:
    """The time of the event, or None. `received` is naive Japan time."""
    if kind == "question":
        return None
    hits = found["times"]
    named = _items(text, hits, received.date())
    if not named:
        return None
    items = _corrected(_kept(text, hits, named), hits)
    said = _group(text, hits, _without_now(text, items))
    if kind in ("wages", "return"):
        said = [one for one in said if _dates_an_event(one, found)]
    if kind in ("abuse", "wages"):
        said = [one for one in said if one.day is not None or not _is_a_shift(text, one)]
    best = _choose(said, kind)
    return _as_far_as_told(text, best, said, hits, received) if best else None


def _as_far_as_told(
    text: Text, best: _Said, said: Sequence[_Said], hits: Sequence[Hit], received: datetime
) -> When | None:
    """ "từ 22h đêm qua đến 1h sáng nay": up to a clock time of another day that follows at once."""
    when = _when(text, best, hits, received)
    end = next((one for one in said if one.clock and one.start == best.end + 1), None)
    if when is None or end is None or best.clock is None or text.word(best.end) not in _UP_TO:
        return when
    last = _when(text, end, hits, received)
    if last is None or last.start <= when.start:
        return when
    return replace(when, end=last.start, precision="hour")


_UP_TO = frozenset({"den", "toi"})


def _items(text: Text, hits: Sequence[Hit], today: date) -> list[Item]:
    spoken = [item for hit in hits if (item := days.from_phrase(text, hit, today))]
    spoken += [Item(h.start, h.start + 1, "part", part=p) for h in hits if (p := _at_home(text, h))]
    counted: list[Item] = []
    end = 0
    for index, word in enumerate(text.plain):
        if (word in _STARTS or word[0].isdigit()) and index >= end:
            item = days.at(text, index, today)
            if item is None and number(text, index) is not None:
                item = clock.at(text, index)
            if item is not None:
                counted.append(item)
                end = item.end
    return _without_overlap(spoken, counted) if counted else sorted(spoken, key=_place)


_STARTS = days.STARTS | NUMBER_WORDS


def _place(item: Item) -> tuple[int, int]:
    return item.start, item.end


def _at_home(text: Text, hit: Hit) -> str | None:
    """The part of the day in "5h chiều giờ VN"."""
    return _PART_AT_HOME.get(text.word(hit.start)) if hit.label == "vietnam" else None


_PART_AT_HOME = MappingProxyType(
    {"sang": "morning", "trua": "noon", "chieu": "afternoon", "toi": "evening", "dem": "night"}
)


def _without_overlap(spoken: list[Item], counted: list[Item]) -> list[Item]:
    """A counted time is longer than a word in it ("cuối tháng 10" and "cuối")."""
    free = [s for s in spoken if not any(c.start <= s.start and s.end <= c.end for c in counted)]
    free = [s for s in free if not any(s.start < c.end and c.start < s.end for c in counted)]
    return sorted([*free, *counted], key=_place)


def _kept(text: Text, hits: Sequence[Hit], items: Sequence[Item]) -> list[Item]:
    blockers = [hit for hit in hits if hit.label in _BEFORE]
    vague = [hit for hit in hits if hit.label in ("vague", "holiday") and not _tonight(text, hit)]
    kept: list[Item] = []
    dropped_end = -9
    for item in items:
        if (
            vague and any(v.start <= item.start < v.end and v.label == "vague" for v in vague)
        ) or _blocked(text, item, blockers, dropped_end):
            dropped_end = item.end
        else:
            kept.append(item)
    return kept


def _tonight(text: Text, hit: Hit) -> bool:
    """ "toi nay" without marks is "tối nay" after an hour or where a clause begins, else "tới nay";
    "tối nay không có chỗ ngủ" tells no event."""
    typed = text.marked[hit.start : hit.end]
    if typed not in (("toi", "nay"), ("toi", "hom", "nay")) or text.word(hit.end) == "khong":
        return False
    before = text.word(hit.start - 1)
    return before in _HOURS_END or before == "" or before in _CLAUSE_ENDS or before.isdigit()


_HOURS_END = frozenset({"gio", "ruoi", "phut"})


def _blocked(text: Text, item: Item, blockers: Sequence[Hit], dropped_end: int) -> bool:
    if item.start - dropped_end <= 1 and item.kind == "day":
        return True
    for hit in blockers:
        distance = max(0, item.start - hit.end)
        if (
            hit.start < item.start
            and distance <= _BEFORE[hit.label]
            and _one_clause(text, hit.end, item.start)
        ):
            return item.kind == "day" or hit.label in ("birth", "promise")
    return _expires_after(text, item)


def _expires_after(text: Text, item: Item) -> bool:
    following = text.plain[item.end : item.end + 3]
    return item.kind == "day" and following[:2] in (("het", "han"), ("het", "visa"), ("la", "het"))


def _one_clause(text: Text, start: int, end: int) -> bool:
    return _CLAUSE_ENDS.isdisjoint(text.plain[start:end])


def _corrected(items: list[Item], hits: Sequence[Hit]) -> list[Item]:
    """Without what was said before a correction that says it anew."""
    for hit in hits:
        if hit.label == "correction":
            after = {item.kind for item in items if item.start >= hit.end}
            items = [i for i in items if i.start >= hit.start or i.kind not in after]
    return items


def _group(text: Text, hits: Sequence[Hit], items: Sequence[Item]) -> list[_Said]:
    groups: list[_Said] = []
    for item in items:
        last = groups[-1] if groups else None
        if last and item.start - last.end <= _NEAR and (joined := _join(last, item)):
            groups[-1] = joined
        else:
            groups.append(_add(_Said(item.start, item.end, since=_since(hits, item)), item))
    return groups


def _without_now(text: Text, items: list[Item]) -> list[Item]:
    """ "bị bắt cuối tháng 8, nay chuyển lên trại": beside another day a bare "nay" is no day."""
    bare = [item for item in items if text.plain[item.start : item.end] == ("nay",)]
    other = any(item.kind == "day" and item not in bare for item in items)
    return [item for item in items if item not in bare] if bare and other else items


def _since(hits: Sequence[Hit], item: Item) -> bool:
    return any(h.label == "since" and 0 <= item.start - h.end <= 2 for h in hits)


def _join(said: _Said, item: Item) -> _Said | None:
    if item.kind == "day" and said.day is not None:
        return _join_days(said, said.day, item)
    if item.kind == "clock" and said.clock is not None:
        return None
    if item.kind == "part" and said.part is not None and item.part != said.part.part:
        return None if said.clock is None else _add(said, item)
    return _add(said, item)


def _join_days(said: _Said, day: Item, item: Item) -> _Said | None:
    """Two days said together: the narrower one, if it lies in the other ("tuần trước thứ 7")."""
    if day.first <= item.first and item.last <= day.last:
        return replace(said, day=item, end=item.end)
    if item.first <= day.first and day.last <= item.last:
        return replace(said, end=item.end)
    return None


def _add(said: _Said, item: Item) -> _Said:
    end = max(said.end, item.end)
    if item.kind == "day":
        part = item if item.part else said.part
        return _Said(said.start, end, item, part, said.clock, said.since)
    if item.kind == "part":
        return _Said(said.start, end, said.day, item, said.clock, said.since)
    return _Said(said.start, end, said.day, said.part, item, said.since)


def _dates_an_event(said: _Said, found: Found) -> bool:
    return any(
        hit.label == "event"
        and hit.start - said.end <= _EVENT_REACH
        and said.start - hit.end <= _EVENT_REACH
        for hit in found["context"]
    )


def _is_a_shift(text: Text, said: _Said) -> bool:
    """ "từ 4h sáng làm tới 9h tối": hours of work, every day."""
    around = text.plain[max(0, said.start - 3) : said.end + 5]
    return not _SHIFT.isdisjoint(around)


_SHIFT = frozenset({"tu", "den", "toi", "day", "moi", "ngay", "lam"})


def _choose(said: Sequence[_Said], kind: Kind) -> _Said | None:
    dated = [one for one in said if one.day is not None]
    if not dated:
        return next((one for one in said if one.clock is not None), None)
    best = max(dated, key=lambda one: _rank(one, kind))
    return _borrow(best, [one for one in said if one.day is None])


def _rank(said: _Said, kind: Kind) -> tuple[int, int]:
    narrow = 0 if said.day is None or said.day.last - said.day.first > timedelta(1) else 1
    return (2 * (said.since and kind == "missing") + narrow, -said.start)


def _borrow(best: _Said, undated: Sequence[_Said]) -> _Said:
    """A clock time said elsewhere belongs to the only day there is."""
    if best.clock is None:
        for other in undated:
            if other.clock is not None:
                return replace(best, clock=other.clock, part=other.part or best.part)
    return best


def _when(text: Text, said: _Said, hits: Sequence[Hit], received: datetime) -> When | None:
    span = text.span(said.start, said.end)
    day = said.day
    part = said.part.part if said.part else None
    if said.clock is not None and said.clock.clock is not None:
        home = any(hit.label == "vietnam" for hit in hits)
        return _at_clock(said.clock.clock, day, part, received, span, home)
    if day is None:
        return None
    calendar: Calendar = "lunar" if day.lunar else "solar"
    if part and day.last - day.first == timedelta(1):
        start, end = PARTS[part]
        first = datetime.combine(day.first, datetime.min.time())
        return When(
            first + timedelta(hours=start), first + timedelta(hours=end),
            "part_of_day", calendar, span,
        )  # fmt: skip
    precision: Precision = "day" if day.last - day.first == timedelta(1) else "span"
    start_of = datetime.combine(day.first, datetime.min.time())
    return When(
        start_of, datetime.combine(day.last, datetime.min.time()), precision, calendar, span
    )


def _at_clock(
    said: Clock, day: Item | None, part: str | None, received: datetime, span: Span, home: bool
) -> When | None:
    on = day.first if day else received.date()
    if day is not None and day.last - day.first != timedelta(1):
        return None
    start, end, precision = clock.interval(said, part)
    midnight = datetime.combine(on, datetime.min.time())
    shift = timedelta(hours=2 if home else 0)
    if day is None and midnight + start + shift > received:
        # Nobody reports what has not happened: a bare clock time still to come was yesterday's.
        midnight -= timedelta(1)
    calendar: Calendar = "lunar" if day is not None and day.lunar else "solar"
    return When(midnight + start + shift, midnight + end + shift, precision, calendar, span)
