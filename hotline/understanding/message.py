"""Understands one message: `understand`, and takes identifiers out of it: `redact`.

Rule 1: pure; the moment of receipt comes in as a value, and nothing is kept.
Rule 2: any string is understood somehow; nothing a caller writes is an error.
Rule 3: after `redact`, `identifiers.find` finds nothing in the narrative.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from hotline.understanding import (
    counts,
    dates,
    frames,
    hometowns,
    identifiers,
    kinds,
    names,
    people,
    roles,
    stations,
)
from hotline.understanding.model import (
    Identifier,
    IdentifierKind,
    Name,
    Span,
    StationAnswer,
    Understanding,
    When,
)
from hotline.understanding.people import Person
from hotline.understanding.phrases import Found, phrases
from hotline.understanding.text import Text, clean, read

MARKS: Mapping[IdentifierKind, str] = {
    "phone": "[số điện thoại]",
    "residence_card": "[số thẻ]",
    "passport": "[số hộ chiếu]",
    "email": "[thư điện tử]",
    "social": "[tài khoản]",
}
_JAPAN = timezone(timedelta(hours=9))
_ROUNDS = 4


def understand(text: str, received: datetime) -> Understanding:
    """Everything a message says.

    `received` is the moment it came in: Japan time when naive, converted to it when aware.
    """
    words = read(text)
    hidden = identifiers.find(text, words.clean)
    words = words.without([one.span for one in hidden])
    seen = stations.look(_blanked(text, hidden) if hidden else text)
    return _understand(words, _japan_time(received), hidden, seen)


def _blanked(text: str, hidden: Sequence[Identifier]) -> str:
    """Without what is in identifiers, at the same places: "takada.room@…" names no station."""
    for one in hidden:
        blank = "|" * (one.span.end - one.span.start)
        text = text[: one.span.start] + blank + text[one.span.end :]
    return text


def _japan_time(received: datetime) -> datetime:
    if received.tzinfo is None:
        return received
    return received.astimezone(_JAPAN).replace(tzinfo=None)


def _understand(
    words: Text, received: datetime, hidden: Sequence[Identifier], seen: stations.Look
) -> Understanding:
    stops = seen.stations()
    found = phrases().find(words)
    found["frames"] = tuple(frames.find(words, found))
    mentioned = people.mentions(words, found)
    numbered = counts.numbers(words)
    reading = kinds.find(words, found, bool(numbered) or _is_timed(found))
    subject = people.affected(words, mentioned, reading)
    role = roles.find(words, found, mentioned, subject, reading)
    taken = [one.span for one in stops if one.span] + [one.span for one in hidden]
    called = names.find(words, mentioned, taken) if _tells_of_somebody(reading) else ()
    idle = reading.kind == "other" and not reading.signs and role == "unknown"
    when = None if idle else dates.find(words, found, received, reading.kind)
    spam = any(hit.label == "spam" for hit in reading.signs)
    nobody = spam or reading.kind == "question"  # "vé về Hà Nội bao nhiêu"
    home = None if nobody else hometowns.find(words, [one.span for one in called])
    return Understanding(
        kind=reading.kind,
        sure=reading.sure,
        role=role,
        stations=stops,
        prefecture=_prefecture(seen, stops),
        when=when,
        count=counts.find(words, numbered, mentioned, subject, called, reading, role),
        hometown=home.province if home else None,
        names=called,
        identifiers=tuple(hidden),
        urgent=_says(found, "urgent"),
        safe=_says(found, "safe"),
        evidence=_evidence(words, reading, subject, when, home, called),
    )


def _tells_of_somebody(reading: kinds.Reading) -> bool:
    """Whether somebody is sought or affected, whose name would matter."""
    if reading.kind == "other":
        return any(hit.label in ("help", "suicidal") for hit in reading.signs)
    return reading.kind != "question"


def _is_timed(found: Found) -> bool:
    """Whether a message names a day, as one that tells of a case does."""
    return any(hit.label.startswith(_TIMED) for hit in found["times"])


_TIMED = ("day_", "morning_", "noon_", "afternoon_", "evening_", "night_", "dawn_", "last_")


def _prefecture(seen: stations.Look, stops: Sequence[StationAnswer]) -> str | None:
    for answer in stops:
        if answer.decision == "certain" and answer.matches:
            return answer.matches[0].station.prefecture
    named = seen.places()
    return named[0].prefecture if named else None


def _says(found: Found, label: str) -> bool:
    return any(hit.label == label for hit in found["context"])


def _evidence(
    words: Text,
    reading: kinds.Reading,
    subject: Person | None,
    when: When | None,
    home: hometowns.Hometown | None,
    called: Sequence[Name],
) -> dict[str, tuple[Span, ...]]:
    shown = {
        "kind": tuple(words.span(hit.start, hit.end) for hit in reading.signs),
        "role": (words.span(subject.start, subject.end),) if subject else (),
        "when": (when.span,) if when else (),
        "hometown": (home.span,) if home else (),
        "names": tuple(name.span for name in called),
    }
    return {field: spans for field, spans in shown.items() if spans}


def redact(text: str) -> tuple[str, dict[str, int]]:
    """The text with a neutral mark for each identifier, and how many of each kind went.

    What the marks bring together may look like a new identifier, so the outcome is searched again.
    """
    removed: dict[str, int] = dict.fromkeys(MARKS, 0)
    found: Sequence[Identifier] = identifiers.find(text, clean(text))
    for _ in range(_ROUNDS):
        for one in found:
            removed[one.kind] += 1
        text = _cut(text, found)
        found = identifiers.find(text, clean(text))
        if not found:
            return text, removed
    return _withhold(text, found, removed)


def _cut(text: str, found: Sequence[Identifier]) -> str:
    pieces: list[str] = []
    at = 0
    for one in sorted(found, key=lambda identifier: identifier.span.start):
        pieces.extend((text[at : one.span.start], MARKS[one.kind]))
        at = one.span.end
    return "".join((*pieces, text[at:]))


def _withhold(
    text: str, found: Sequence[Identifier], removed: dict[str, int]
) -> tuple[str, dict[str, int]]:
    """A text built to defeat this loses its figures rather than keep a number."""
    del found
    kept = "".join("*" if c.isnumeric() or c in "@/" else c for c in text)
    return (kept if not identifiers.find(kept) else "[…]"), removed
