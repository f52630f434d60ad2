"""What a message may mean: closed shapes, filled by `understand` and by the station resolver.

Rule 1: nothing here reads a clock, a file or the network.
Rule 2: spans count characters of the text as it was given, before any normalisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal[
    "arrest", "missing", "injury", "death", "abuse", "wages", "return", "question", "other"
]
Role = Literal["witness", "relative", "self", "unknown"]
Decision = Literal["certain", "ask", "none"]
Precision = Literal["minute", "hour", "part_of_day", "day", "span"]
Calendar = Literal["solar", "lunar"]
IdentifierKind = Literal["phone", "residence_card", "passport", "email", "social"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range `[start, end)` of characters of the text as given."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Station:
    """One open passenger station: a name in a prefecture, all its lines together.

    `code` is stable between releases and opaque; `name` is as signed (kanji), `romaji` Hepburn with
    macrons, `kana` hiragana, `prefecture` JIS X 0401 (two digits), `lat`/`lon` degrees WGS 84.
    """

    code: str
    name: str
    romaji: str
    kana: str
    prefecture: str
    municipality: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class StationMatch:
    """A station that may be meant, with a score in 0 … 1."""

    station: Station
    score: float


@dataclass(frozen=True, slots=True)
class StationAnswer:
    """Stations one mention may mean, best first, and what a careful program does with them."""

    matches: tuple[StationMatch, ...]
    decision: Decision
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class When:
    """The time of the event, Japan time, naive, half open."""

    start: datetime
    end: datetime
    precision: Precision
    calendar: Calendar
    span: Span


@dataclass(frozen=True, slots=True)
class Identifier:
    """A personal identifier that has to leave the text, whoever owns it."""

    kind: IdentifierKind
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A sought or affected person as typed, in title case, without title."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything one message says, each finding with the place in the text that shows it.

    `sure` is false where only words of a field tell the kind, so that it is better asked.
    `prefecture` is JIS X 0401 of a named city, prefecture or certain station. `urgent` is true when
    somebody may die or be hurt now; `safe` when whoever writes is looked for and does not want to
    be. `evidence` maps a field ("kind", "role", "count", …) to spans.
    """

    kind: Kind = "other"
    sure: bool = True
    role: Role = "unknown"
    stations: tuple[StationAnswer, ...] = ()
    prefecture: str | None = None
    when: When | None = None
    count: int | None = None
    hometown: str | None = None
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    urgent: bool = False
    safe: bool = False
    evidence: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
