"""What of a tip counts when tips are compared: closed facts, no sentence of anybody's.

A profile lies closed beside its tip, so that comparing needs neither the words nor a new reading.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hotline.records.names import Name


@dataclass(frozen=True, slots=True)
class Point:
    """A place that may be meant: `sure` in 0 … 1; `label` is one station's or one town's name."""

    lat: float
    lon: float
    sure: float = 1.0
    label: str = ""
    town: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """When: minutes since 0001-01-01 in Japan, half open.

    `told` False: nobody said when; then it ends with the hour in which the tip came.
    """

    start: int
    end: int
    told: bool = True

    @property
    def first(self) -> int:
        """Its first day (0001-01-01 is 0)."""
        return self.start // DAY

    @property
    def last(self) -> int:
        """Its last day."""
        return (self.end - 1) // DAY


DAY = 1440  # minutes


@dataclass(frozen=True, slots=True)
class Profile:
    """One tip, ready to be compared. `born` are spans of years (both included).

    `towns` are municipalities named anywhere: where somebody works or lives, or the event was.
    `hides` says that whoever wrote is looked for and does not want to be found.
    """

    kind: str
    role: str
    when: Span
    points: tuple[Point, ...] = ()
    prefecture: str = ""
    towns: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    homes: tuple[str, ...] = ()
    born: tuple[tuple[int, int], ...] = ()
    gender: str = ""
    count: int | None = None
    follows: str = ""
    hides: bool = False

    @property
    def alone(self) -> bool:
        """Whether it is compared with nothing: a question, or somebody who hides."""
        return self.hides or self.kind == "question"

    @property
    def seeks(self) -> bool:
        """Whether it asks for somebody whose fate is not known: `when` is the last contact."""
        return self.kind == "missing"


def to_json(profile: Profile) -> dict[str, Any]:
    """The profile as a JSON object."""
    return asdict(profile)


def from_json(raw: Mapping[str, Any]) -> Profile:
    """What `to_json` made."""
    fields = dict(raw)
    fields["when"] = Span(**raw["when"])
    fields["points"] = tuple(Point(**p) for p in raw["points"])
    fields["names"] = tuple(Name(tuple(n["words"]), tuple(n["nicks"])) for n in raw["names"])
    fields["born"] = tuple((low, high) for low, high in raw["born"])
    for name in ("towns", "homes"):
        fields[name] = tuple(raw[name])
    return Profile(**fields)
