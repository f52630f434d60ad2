"""The parts of a report to one Tip: later answers over earlier ones, taken back turns left out.

Pure: redaction and the tip's id come in as values.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from hotline.conversation.report import Kept
from hotline.records.tip import (
    Attachment,
    People,
    Place,
    Sought,
    Tip,
    TipChannel,
    TipStation,
    TipWhen,
)

LONGEST = 2_000  # characters of one free field; the narrative is bound by the schema
LONGEST_STORY = 50_000

Redact = Callable[[str], tuple[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Told:
    """What `merge` needs of a part, in the order of turns."""

    turn: int
    hour: str
    channel: str
    locale: str
    kept: tuple[Kept, ...]
    takes_back: int | None
    follows: str | None


def merge(tip_id: str, parts: Sequence[Told], complete: bool, redact: Redact) -> Tip | None:
    """The tip, or None when everything was taken back. Texts are redacted, identifiers counted.

    Raises ValueError, KeyError or TypeError when a part is not of the shape `Kept` promises.
    """
    ordered = sorted(parts, key=lambda part: part.turn)
    void = {part.takes_back for part in ordered if part.takes_back is not None}
    standing = [part for part in ordered if part.turn not in void]
    kept = [(part, k) for part in standing for k in part.kept]
    if not kept:
        return None
    last: dict[str, Any] = {k.field: k.value for _, k in kept}
    clean = _Redactor(redact)
    story = "\n".join(dict.fromkeys(str(k.value) for _, k in kept if k.field == "said"))
    return Tip(
        id=tip_id,
        received=ordered[0].hour,
        channel=cast(TipChannel, ordered[0].channel),
        complete=complete,
        kind=str(last.get("kind", last.get("guess", "other"))),
        role=str(last.get("role", "unknown")),
        language=ordered[-1].locale,
        place=_place(last.get("place"), clean),
        when=_when(last.get("when"), clean),
        people=People(last.get("count"), _sought(last.get("people", []), clean)),
        narrative=clean(story, LONGEST_STORY),
        redacted=clean.counts,
        attachments=tuple(_attachments(tip_id, [k for _, k in kept])),
        follows=next((p.follows for p in ordered if p.follows), None),
    )


class _Redactor:
    """Redacts each free text; counts the identifiers of a text once."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact
        self._seen: set[str] = set()
        self.counts: dict[str, int] = {}

    def __call__(self, text: str, longest: int = LONGEST) -> str:
        clean, counts = self._redact(text)
        if text not in self._seen:
            self._seen.add(text)
            for kind, number in counts.items():
                if number:
                    self.counts[kind] = self.counts.get(kind, 0) + number
        return clean[:longest]


def _place(raw: Any, clean: _Redactor) -> Place:
    if raw is None:
        return Place()
    stations = tuple(TipStation(**s) for s in raw["stations"])
    return Place(clean(raw["text"]), stations, raw["prefecture"])


def _when(raw: Any, clean: _Redactor) -> TipWhen:
    if raw is None:
        return TipWhen()
    return TipWhen(clean(raw["text"]), raw["start"], raw["end"], raw["precision"], raw["calendar"])


def _sought(raw: Any, clean: _Redactor) -> tuple[Sought, ...]:
    return tuple(
        Sought(
            name=clean(p.get("name", ""), 200),
            age=p.get("age"),
            gender=p.get("gender"),
            hometown=p.get("hometown"),
            description=clean(p.get("description", "")),
        )
        for p in raw
    )


def _attachments(tip_id: str, kept: Sequence[Kept]) -> list[Attachment]:
    spoken: list[Any] = [k.value for k in kept if k.field == "voice"]
    notes = {str(v["mark"]): int(v["seconds"]) for v in spoken}
    return [
        *(Attachment(attachment_id(tip_id, r), "audio/mpeg", s) for r, s in recordings(kept)),
        *(Attachment(attachment_id(tip_id, m), "audio/mpeg", s) for m, s in notes.items()),
    ]


def recordings(kept: Sequence[Kept]) -> list[tuple[str, int]]:
    """Reference at the provider and seconds of each recording, each once."""
    values: list[Any] = [k.value for k in kept if k.field == "recording"]
    return list({str(v["reference"]): int(v["seconds"]) for v in values}.items())


def attachment_id(tip_id: str, reference: str) -> str:
    """A UUID that the same recording of the same tip always gets; nobody else can compute it
    without the tip's id."""
    digest = hashlib.sha256(f"{tip_id}\0{reference}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
