"""A tip, read for comparing: its fields, and what its words say beside them.

Whoever wrote answers a few questions; the rest (where somebody works, how old they are) stands in
the narrative and is understood from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from hotline.places import prefectures
from hotline.places.towns import town_center
from hotline.records.names import Name, read_name
from hotline.records.profile import DAY, Point, Profile, Span
from hotline.records.tip import Sought, Tip, TipStation
from hotline.understanding import looks
from hotline.understanding import stations as stations_named
from hotline.understanding.message import understand
from hotline.understanding.model import Understanding

_LONGEST = 6_000  # characters of a narrative that are read
_GUESS = 3  # days before a tip came in which it happened when nobody said
_TOWN_SURE = 0.6  # a town named in passing, against a station named as the place


def profile_of(tip: Tip) -> Profile:
    """What of a tip counts. Raises nothing: what cannot be read is not there."""
    received = _moment(tip.received) or datetime(2000, 1, 1)  # noqa: DTZ001 - Japan time throughout
    words = _words(tip)
    found = understand(words, received)
    named = _named(words)
    return Profile(
        kind=tip.kind,
        role=tip.role,
        when=_when(tip, received),
        points=tuple(_points(tip, found, named)),
        prefecture=tip.place.prefecture or found.prefecture or "",
        towns=_towns(tip, named),
        names=tuple(_names(tip.people.sought, found)),
        homes=_homes(tip.people.sought, found),
        born=tuple(_born(tip.people.sought, words, received.year)),
        gender=_gender(tip, words),
        count=tip.people.count,
        follows=tip.follows or "",
        hides=found.safe and tip.role == "self",
    )


def _words(tip: Tip) -> str:
    said = [tip.narrative, tip.place.text, *(p.description for p in tip.people.sought)]
    said += [a.transcript for a in tip.attachments if a.transcript]
    return "\n".join(filter(None, said))[:_LONGEST]


def _when(tip: Tip, received: datetime) -> Span:
    start, end = _moment(tip.when.start), _moment(tip.when.end)
    if start is not None and end is not None and start < end:
        return Span(_minutes(start), _minutes(end))
    until = received + timedelta(hours=1)
    return Span(_minutes(until - timedelta(days=_GUESS)), _minutes(until), told=False)


def _points(tip: Tip, found: Understanding, named: Sequence[tuple[str, str]]) -> Iterator[Point]:
    stations = tip.place.stations or tuple(_stations(found))
    best = max((s.score for s in stations), default=1.0) or 1.0
    for station in stations[:3]:
        if station.lat is not None and station.lon is not None:
            sure = max(0.3, station.score / best) / (1 if len(stations) == 1 else 1.15)
            label = f"{station.name}/{station.prefecture}"
            yield Point(station.lat, station.lon, round(min(1.0, sure), 2), label)
    for name, prefecture in named[:3]:
        center = town_center(name, prefecture)
        if center is not None:
            yield Point(*center, _TOWN_SURE, f"{name}/{prefecture}", town=True)


def _stations(found: Understanding) -> Iterator[TipStation]:
    for answer in found.stations:
        if answer.decision == "certain":
            one = answer.matches[0].station
            place = (one.prefecture, one.municipality, one.lat, one.lon)
            yield TipStation(one.name, one.romaji, *place, answer.matches[0].score)


def _named(words: str) -> list[tuple[str, str]]:
    """Towns named in the words, without prefectures; each once."""
    whole = {(p.ja, p.code) for p in prefectures().values()}
    named = [(place.name, place.prefecture) for place in stations_named.look(words).places()]
    return [town for town in dict.fromkeys(named) if town not in whole]


def _towns(tip: Tip, named: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    towns = [f"{name}/{prefecture}" for name, prefecture in named]
    towns += [f"{s.municipality}/{s.prefecture}" for s in tip.place.stations[:1] if s.municipality]
    return tuple(dict.fromkeys(towns))[:6]


def _names(people: Iterable[Sought], found: Understanding) -> Iterator[Name]:
    texts = [p.name for p in people] + [name.value for name in found.names]
    seen: set[tuple[str, ...]] = set()
    for text in texts:
        name = read_name(text)
        if name is not None and name.plain not in seen:
            seen.add(name.plain)
            yield name


def _homes(people: Iterable[Sought], found: Understanding) -> tuple[str, ...]:
    homes = [p.hometown for p in people] + [found.hometown]
    return tuple(dict.fromkeys(home for home in homes if home))[:4]


def _born(people: Iterable[Sought], words: str, this_year: int) -> Iterator[tuple[int, int]]:
    """Years of birth: exact where a year is told, two or more where an age is."""
    for person in people:
        if person.age is not None:
            yield this_year - person.age - 1, this_year - person.age
    yield from looks.born(words, this_year)


def _gender(tip: Tip, words: str) -> str:
    told = {p.gender for p in tip.people.sought if p.gender}
    if len(told) == 1:
        return str(told.pop())
    if tip.role != "relative" or (tip.people.count or 1) > 1:
        return ""
    return looks.gender(words) or ""


def _moment(text: str | None) -> datetime | None:
    """Japan time, naive, of `YYYY-MM-DDTHH:MM` with or without +09:00."""
    try:
        return datetime.fromisoformat(text[:16]) if text else None
    except ValueError:
        return None


def _minutes(moment: datetime) -> int:
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute
