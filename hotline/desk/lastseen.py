"""The trail of a case: where and when its tips speak of, in order, as a list and on our own map.

Rule: stations and times, which every tip's page shows; never anybody's words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from hotline.desk import drawing
from hotline.records.tip import Tip

_SURE = 0.9  # a station below it is drawn hollow: another one may be meant


@dataclass(frozen=True, slots=True)
class Stop:
    """What one tip says: `at` is when (`YYYY-MM-DDTHH:MM`, Japan), else when it was told (`told`).

    `x` and `y` are in units of the drawing, None where no station is known.
    """

    number: int
    tip_id: str
    kind: str
    at: str
    told: bool
    name: str
    romaji: str
    prefecture: str
    sure: bool
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """The stops in order of time; what is drawn of them; the lines between neighbours."""

    stops: tuple[Stop, ...]
    view: drawing.View | None
    lines: tuple[tuple[Stop, Stop], ...]

    @property
    def drawn(self) -> tuple[Stop, ...]:
        """Those that have a place."""
        return tuple(stop for stop in self.stops if stop.x is not None)


def trail(tips: Iterable[Tip]) -> Trail:
    """The trail of some tips. One place alone is drawn without a line."""
    ordered = sorted(tips, key=lambda tip: (tip.when.start or tip.received[:16], tip.id))
    stops = tuple(_stop(number, tip) for number, tip in enumerate(ordered, 1))
    placed = [stop for stop in stops if stop.x is not None]
    lines = tuple((a, b) for a, b in pairwise(placed) if (a.x, a.y) != (b.x, b.y))
    view = drawing.holding([(s.x, s.y) for s in placed if s.x is not None and s.y is not None])
    return Trail(stops, view, lines)


def _stop(number: int, tip: Tip) -> Stop:
    best = tip.place.stations[0] if tip.place.stations else None
    x = y = None
    if best is not None and best.lat is not None and best.lon is not None:
        x, y = drawing.place(best.lat, best.lon)
    return Stop(
        number,
        tip.id,
        tip.kind,
        tip.when.start or tip.received[:16],
        tip.when.start is None,
        best.name if best else "",
        best.romaji if best else "",
        (best.prefecture if best else tip.place.prefecture) or "",
        best is not None and best.score >= _SURE and len(tip.place.stations) == 1,
        x,
        y,
    )
