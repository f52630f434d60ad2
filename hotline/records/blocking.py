"""Which tips are worth comparing: keys that tips about one matter share.

A new tip is laid under its `marks` and looked for under its `probes`. Near places and days fall
into other cells, so the probes step over the edges. Each key names few tips even among 100,000
open ones; those that do not are cut off by the store (`most`), the finest keys first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, floor, radians
from typing import Literal

from hotline.records.names import plain, sound
from hotline.records.profile import Profile

Grain = Literal["station", "fine", "coarse", "area", "home", "name", "given"]
# How many tips under one key are looked at, and how much sharing one is worth.
MOST: dict[Grain, int] = {
    "station": 160, "fine": 80, "coarse": 40, "area": 30, "home": 40, "name": 80, "given": 60,
}  # fmt: skip
WORTH: dict[Grain, int] = {
    "name": 6, "station": 5, "given": 4, "fine": 4, "coarse": 2, "area": 1, "home": 2,
}  # fmt: skip
CANDIDATES = 240  # the most tips that a new one is compared with

_FINE = 8.0  # km: the probes reach half of it
_COARSE = 16.0
_WEEK = 7
_REACH = 14  # days between the last word of somebody and what was seen
_MONTH = 30
_WIDEST = 4  # days that a "when" may span and still be laid under each


@dataclass(frozen=True, slots=True)
class Key:
    """A key in words, before it is made unreadable."""

    grain: Grain
    text: str


def marks(profile: Profile) -> tuple[Key, ...]:
    """What a tip is laid under."""
    return _distinct(profile, probing=False)


def probes(profile: Profile) -> tuple[Key, ...]:
    """Where a tip's likes are looked for."""
    return _distinct(profile, probing=True)


def _distinct(profile: Profile, *, probing: bool) -> tuple[Key, ...]:
    if profile.alone:
        return ()  # nothing of them lies where it could be found
    keys = (*_places(profile, probing), *_areas(profile, probing), *_names(profile, probing))
    return tuple(dict.fromkeys(keys))


def _places(profile: Profile, probing: bool) -> Iterator[Key]:
    days = _days(profile, 1 if probing else 0)
    weeks = _weeks(profile, probing)
    for point in profile.points:
        if not point.town:
            yield from (Key("station", f"{point.label}/{day}") for day in days)
            cells = _cells(point.lat, point.lon, _FINE, probing)
            yield from (Key("fine", f"{cell}/{day}") for cell in cells for day in days)
        cells = _cells(point.lat, point.lon, _COARSE, probing)
        yield from (Key("coarse", f"{cell}/{week}") for cell in cells for week in weeks)


def _areas(profile: Profile, probing: bool) -> Iterator[Key]:
    """A home in a prefecture; and where no more than a prefecture is known on one side."""
    if not profile.prefecture:
        return
    for home in profile.homes:
        weeks = _around(profile.when.first // _WEEK, int(probing))
        yield from (Key("home", f"{plain(home)}/{profile.prefecture}/{week}") for week in weeks)
    if probing and profile.points and not profile.names:
        return
    yield from (Key("area", f"{profile.prefecture}/{d}") for d in _days(profile, int(probing)))


def _names(profile: Profile, probing: bool) -> Iterator[Key]:
    months = _around(profile.when.first // _MONTH, int(probing))
    years = _years(profile, probing)
    for name in profile.names[:4]:
        whole = " ".join(name.plain) if len(name.words) > 1 else ""
        calls = {name.given, sound(name.given), *name.nicks}
        if whole:
            yield Key("name", f"whole/{whole}")
            yield from (Key("name", f"whole/{whole}/{home}") for home in profile.homes)
            yield from (Key("name", f"whole/{whole}/{year}") for year in years)
            yield from (Key("name", f"whole/{whole}/m{month}") for month in months)
        if name.surname:
            called = f"{name.surname} {name.given}"
            yield from (Key("name", f"called/{called}/m{month}") for month in months)
        for call in calls:
            yield from _called(profile, call, months, years)


def _called(
    profile: Profile, call: str, months: tuple[int, ...], years: tuple[int, ...]
) -> Iterator[Key]:
    for home in profile.homes:
        yield from (Key("given", f"{call}/{plain(home)}/m{month}") for month in months)
        yield from (Key("given", f"{call}/{plain(home)}/{year}") for year in years)
    places = (f"p{profile.prefecture}", *profile.towns[:3], *(f"b{year}" for year in years), "all")
    for place in places:
        yield from (Key("given", f"{call}/{place}/m{month}") for month in months)


def _days(profile: Profile, more: int) -> tuple[int, ...]:
    """The days it may have been; a wide span, and a guess, stand for their last day."""
    first, last = profile.when.first, profile.when.last
    if last - first >= _WIDEST or not profile.when.told:
        first = last
    return tuple(range(first - more, last + more + 1))


def _weeks(profile: Profile, probing: bool) -> tuple[str, ...]:
    """Weeks, apart for those who seek and those who saw: the seekers' last word comes first."""
    first, last = profile.when.first, profile.when.last
    own, other = ("s", "e") if profile.seeks else ("e", "s")
    mine = _span(own, max(first, last - _WEEK), last)
    if not probing:
        return mine
    if profile.seeks:
        return (*mine, *_span(other, first - 1, last + _REACH))
    return (*mine, *_span(other, first - _REACH, last + 1))


def _span(side: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{side}{week}" for week in range(first // _WEEK, last // _WEEK + 1))


def _years(profile: Profile, probing: bool) -> tuple[int, ...]:
    more = int(probing)
    years = {y for low, high in profile.born for y in range(low - more, high + more + 1)}
    return tuple(sorted(years)) if len(years) <= 8 else ()


def _around(middle: int, more: int) -> tuple[int, ...]:
    return tuple(range(middle - more, middle + more + 1))


def _cells(lat: float, lon: float, size: float, probing: bool) -> tuple[str, ...]:
    """The cell of a point on a grid of `size` kilometres; probing, the four nearest cells."""
    north = lat * 111.2 / size
    east = lon * 111.2 * cos(radians(36.0)) / size  # one grid for all of Japan
    rows, columns = [floor(north)], [floor(east)]
    if probing:
        rows.append(rows[0] + (1 if north % 1 >= 0.5 else -1))
        columns.append(columns[0] + (1 if east % 1 >= 0.5 else -1))
    return tuple(f"{row},{column}" for row in rows for column in columns)
