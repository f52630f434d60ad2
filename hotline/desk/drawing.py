"""Japan as its stations draw it: points for an own vector map. Nothing is fetched from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sqrt

from hotline.places import gazetteer
from hotline.records.counting import Spot

_SOUTH, _NORTH, _WEST, _EAST = 26.0, 45.7, 127.5, 145.8
_SHRINK = cos(radians(36))  # a degree of longitude, in degrees of latitude
_UNITS = 40  # units of the drawing in a degree of latitude
WIDTH = round((_EAST - _WEST) * _SHRINK * _UNITS)
HEIGHT = round((_NORTH - _SOUTH) * _UNITS)
_GRID = 4  # units: stations that close are one point of the ground
_SMALLEST, _LARGEST = 7.0, 40.0


@dataclass(frozen=True, slots=True)
class View:
    """A part of the drawing, in its units, and how thick a point of the ground is there."""

    x: float = 0
    y: float = 0
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def scale(self) -> float:
        """How large a unit of the whole drawing's is in this view."""
        return max(self.width / WIDTH, self.height / HEIGHT)


@dataclass(frozen=True, slots=True)
class Circle:
    """Some tips at a place; `key` is a prefecture's code or a station's name."""

    x: float
    y: float
    radius: float
    count: int
    key: str


def place(lat: float, lon: float) -> tuple[float, float]:
    """Where a place lies in the drawing."""
    return round((lon - _WEST) * _SHRINK * _UNITS, 1), round((_NORTH - lat) * _UNITS, 1)


@cache
def ground() -> str:
    """The land: a path with a point for every few kilometres that have a station."""
    grid = sorted({(round(x / _GRID), round(y / _GRID)) for x, y in _all_places()})
    return "".join(f"M{x * _GRID} {y * _GRID}h0" for x, y in grid)


@cache
def middle(prefecture: str) -> tuple[float, float]:
    """The middle of a prefecture's stations."""
    found = _places_of(prefecture)
    xs, ys = sorted(x for x, _ in found), sorted(y for _, y in found)
    return xs[len(xs) // 2], ys[len(ys) // 2]


@cache
def around(prefecture: str) -> View:
    """The part of the drawing that holds a prefecture, with a margin; islands far off left out."""
    found = _places_of(prefecture)
    xs, ys = _most(x for x, _ in found), _most(y for _, y in found)
    width, height = max(xs[-1] - xs[0], 12) * 1.2, max(ys[-1] - ys[0], 12) * 1.2
    x, y = (xs[0] + xs[-1] - width) / 2, (ys[0] + ys[-1] - height) / 2
    return View(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def holding(points: Sequence[tuple[float, float]]) -> View | None:
    """The part of the drawing that holds some points, with a margin; None where there are none."""
    if not points:
        return None
    xs, ys = sorted(x for x, _ in points), sorted(y for _, y in points)
    width, height = max(xs[-1] - xs[0], 24) * 1.4, max(ys[-1] - ys[0], 16) * 1.4
    x, y = (xs[0] + xs[-1] - width) / 2, (ys[0] + ys[-1] - height) / 2
    return View(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def circles(counts: Mapping[str, int]) -> tuple[Circle, ...]:
    """A circle a prefecture, the largest first, so that small ones lie on top."""
    found = [(middle(code), count, code) for code, count in counts.items() if count]
    return _drawn(found, 1.0)


def spots(counts: Mapping[Spot, int], view: View) -> tuple[Circle, ...]:
    """A circle a station that has a place in the gazetteer."""
    found = [
        (place(spot.lat, spot.lon), count, spot.name)
        for spot, count in counts.items()
        if spot.lat is not None and spot.lon is not None
    ]
    return _drawn(found, view.scale)


def _drawn(
    found: Sequence[tuple[tuple[float, float], int, str]], scale: float
) -> tuple[Circle, ...]:
    """Areas as the counts are to each other."""
    most = max((count for _, count, _ in found), default=1)
    made = [
        Circle(x, y, round(scale * max(_SMALLEST, _LARGEST * sqrt(count / most)), 2), count, key)
        for (x, y), count, key in found
    ]
    return tuple(sorted(made, key=lambda circle: (-circle.count, circle.key)))


def _most(values: Iterable[float]) -> list[float]:
    """The values in order without the outermost twentieth on either side."""
    ordered = sorted(values)
    cut = len(ordered) // 20
    return ordered[cut : len(ordered) - cut]


def _all_places() -> list[tuple[float, float]]:
    lats, lons = gazetteer.columns()[6:8]
    return [place(float(a), float(b)) for a, b in zip(lats, lons, strict=True) if a and b]


def _places_of(prefecture: str) -> list[tuple[float, float]]:
    codes, lats, lons = (gazetteer.columns()[n] for n in (4, 6, 7))
    rows = zip(codes, lats, lons, strict=True)
    return [place(float(a), float(b)) for code, a, b in rows if code == prefecture and a and b]
