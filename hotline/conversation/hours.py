"""When a person answers: `mon-fri 10:00-19:00; sat 12:00-16:00`, in Japan.

A span whose end is not after its beginning goes over midnight. Nothing here reads a clock.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from hotline.conversation.report import JsonValue

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60  # minutes
MOST_SPANS = 4  # more than that nobody remembers who hears them

_SPAN = re.compile(
    rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?\s+(\d{{1,2}}):(\d\d)\s*-\s*(\d{{1,2}}):(\d\d)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Span:
    """From day `first` to day `last` (0 Monday), from minute `begins` to minute `ends`."""

    first: int
    last: int
    begins: int
    ends: int

    def holds(self, day: int, minute: int) -> bool:
        """Whether this minute of this day is in it."""
        if self.begins < self.ends:
            return self._on(day) and self.begins <= minute < self.ends
        evening = self._on(day) and minute >= self.begins
        return evening or (self._on((day - 1) % 7) and minute < self.ends)

    def _on(self, day: int) -> bool:
        return (day - self.first) % 7 <= (self.last - self.first) % 7


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans in which a person answers."""

    spans: tuple[Span, ...]

    def open(self, at: datetime) -> bool:
        """Whether a person answers at this moment (of Japan)."""
        minute = at.hour * 60 + at.minute
        return any(span.holds(at.weekday(), minute) for span in self.spans)

    @property
    def gap(self) -> JsonValue:
        """As it stands in the gap `{hours}` of a text."""
        return [[s.first, s.last, s.begins, s.ends] for s in self.spans]


def read_hours(text: str) -> Hours:
    """The hours a setting names. Raises ValueError for anything else."""
    spans = tuple(_span(part) for part in text.lower().split(";") if part.strip())
    if not 0 < len(spans) <= MOST_SPANS:
        raise ValueError("hours")
    return Hours(spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise ValueError("hours")
    first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
    begins, ends = (int(found[at]) * 60 + int(found[at + 1]) for at in (3, 5))
    minutes = (int(found[4]), int(found[6]))
    if begins >= DAY or ends > DAY or max(minutes) > 59 or begins == ends:
        raise ValueError("hours")
    return Span(first, last, begins, ends)
