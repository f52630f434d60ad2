"""The pieces a stated time is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

# Hours from midnight of the day named; a night runs into the next day.
PARTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "morning": (5, 11),
        "noon": (11, 13),
        "afternoon": (13, 18),
        "evening": (18, 24),
        "night": (22, 28),
        "dawn": (3, 6),
    }
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock in minutes after midnight as said (7 for "7h tối" is 420), its end when
    a range was said, and whether it was only about then."""

    minute: int
    until: int | None = None
    about: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Words `[start, end)` that name days `[first, last)`, a part of a day or a clock time."""

    start: int
    end: int
    kind: Literal["day", "part", "clock"]
    first: date = date.min
    last: date = date.min
    part: str | None = None
    clock: Clock | None = None
    lunar: bool = False
