"""What our texts may cost. Every answer by SMS is paid for, at the word of whoever writes to us.

Rule 1: what comes in is always heard and kept; only the answer may be left out.
Rule 2: whoever is in danger, or could not be heard, is answered far beyond the caps and as often as
they write, so that nobody can silence them. Such answers are counted apart: whoever pretends to be
in danger silences nobody else either.
Rule 3: counts lie by day, country and pseudonym of the day, never by number.

Who pumps sends junk from many numbers of one dear country. So a country that is not ours has its
own small cap; when half of a day or hour is spent, messages that say nothing, and what comes in a
flood, are the first to go without an answer; and the same answer again and again is a machine
talking to a machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Protocol

from hotline.conversation.hearing import Line
from hotline.intake.messages import Answer, DayKey, Tag

EMERGENCY = "common.emergency"
# Whoever could not be heard is told so, and where help is to be had, as often as they try.
_URGENT = frozenset({EMERGENCY, "common.unavailable"})
_GREETING = frozenset({"start.open", "start.menu"})


@dataclass(frozen=True, slots=True)
class Caps:
    """Segments: `day` and `hour` in all, `country` a day for each country that is not among `home`,
    `sender` an hour for one sender; `same`: how often one sender gets the same answer in ten
    minutes. A flood of one hour leaves the rest of the day its answers."""

    day: int = 6_000
    hour: int = 1_500
    country: int = 300
    sender: int = 60
    same: int = 6
    home: frozenset[str] = frozenset({"81", "84"})


@dataclass(frozen=True, slots=True)
class Bill:
    """What one answer would cost. `event` is billed once, however often it is repeated.

    `same` tells two answers to one sender apart, and is made with their own secret: by a bare
    digest anybody could try which station, day or code the answer told.
    `urgent`: it says where help is to be had at once; `idle`: it only greets, as nothing was said,
    or answers what was set apart as a flood.
    """

    event: Tag
    sender: Tag
    country: str
    segments: int
    same: bytes
    urgent: bool
    idle: bool


class Purse(Protocol):
    """Who says whether an answer may be sent."""

    def spend(self, bill: Bill, now: int) -> bool:
        """Whether it may; then it counts as sent. The same event gets the same word.

        Raises Unavailable.
        """


Segments = Callable[[str], int]


def bill_of(key: DayKey, country: str, answer: Answer, text: str, segments: int) -> Bill:
    """The bill of an answer: `text` is how it is worded, `key` whose it is under today's keys."""
    return Bill(
        key.event,
        key.session,
        country,
        segments,
        blake2b(text.encode("utf-8", "replace"), digest_size=8, key=key.secret).digest(),
        any(line.name in _URGENT for line in answer.says),
        answer.apart or all(_greets(line) for line in answer.says),
    )


def _greets(line: Line) -> bool:
    return line.name in _GREETING


def read_caps(text: str) -> Caps:
    """`day=6000 country=300 sender=60 same=6 home=81,84`, any of them. Raises ValueError."""
    given: dict[str, object] = {}
    known = {spec.name for spec in fields(Caps)}
    for word in text.split():
        name, equals, value = word.partition("=")
        if name not in known or not equals or name in given:
            raise ValueError(f"not known: {name}")
        given[name] = _home(value) if name == "home" else _number(name, value)
    return Caps(**given)  # type: ignore[arg-type]


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()) or not 0 < int(value) < 10_000_000:
        raise ValueError(f"{name}: needs a number from 1")
    return int(value)


def _home(value: str) -> frozenset[str]:
    codes = value.split(",")
    if not all(code.isascii() and code.isdigit() and len(code) < 4 for code in codes):
        raise ValueError("home: needs country codes, as 81,84")
    return frozenset(codes)
