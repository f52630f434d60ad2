"""Notes about new receipts, from the web's side to the case book: which tip a code leads to.

Twice is safe: a receipt is attached once, and a note is dropped only after that.
"""

import base64
import json
from collections.abc import Sequence
from typing import Protocol

from hotline.intake.handover import tip_id
from hotline.intake.messages import ReportId
from hotline.intake.ports import Opener


class Notes(Protocol):
    """Sealed notes in the durable Redis. Every method raises Unavailable."""

    def waiting(self, most: int) -> Sequence[bytes]:
        """The oldest notes."""

    def drop(self, note: bytes) -> None:
        """The note is done with."""

    def set_aside(self, note: bytes) -> None:
        """No key here opens the note: keep it apart, it may be opened by another."""


class Boxes(Protocol):
    """Where receipts live beside tips. Raises Unavailable."""

    def attach(self, lookup: bytes, tip_id: str, box: bytes, was_erased: bool = False) -> bool:
        """A receipt leads to a tip; False when that was known."""


class Graves(Protocol):
    """What the case book knows of tips that are gone. Raises Unavailable."""

    def was_erased(self, tip_id: str) -> bool:
        """Whether a tip of this id was erased and will never be filed."""


BATCH = 100


def attach(notes: Notes, opener: Opener, boxes: Boxes, graves: Graves) -> dict[str, int]:
    """Attach every receipt that waits; counts by outcome. Raises Unavailable."""
    counts: dict[str, int] = {}
    while batch := notes.waiting(BATCH):
        for note in batch:
            outcome = _attach(note, notes, opener, boxes, graves)
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _attach(note: bytes, notes: Notes, opener: Opener, boxes: Boxes, graves: Graves) -> str:
    try:
        read = json.loads(opener.open(note))
        lookup, box = (base64.b64decode(read[name]) for name in ("lookup", "box"))
        tip = tip_id(ReportId(read["report"]))
    except (ValueError, KeyError, TypeError):
        notes.set_aside(note)
        return "receipt_unreadable"
    boxes.attach(lookup, tip, box, graves.was_erased(tip))
    notes.drop(note)
    return "receipt"
