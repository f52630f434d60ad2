"""What opening a conversation on the page costs when many are opened: a little work, or a wait.

Rule 1: everything stands in the form, signed with the key of the day for this one conversation;
nothing is stored for who has not paid. A `pass` says that the conversation was let in.
Rule 2: what counts may be away: then everybody comes in.

The work: a number `n` for which PBKDF2-HMAC-SHA256(note, salt n, ROUNDS) begins with BITS zero
bits. A browser does that natively and so hardly slower than whoever floods; looking at it once
costs us the 2^BITS-th part.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from hotline.channels.caller import MakeKey
from hotline.channels.site.form import Sent
from hotline.intake.errors import Unavailable
from hotline.intake.openings import Gate

ROUNDS, BITS = 500, 11
HOLDS = 1_800  # seconds for which a note can be paid, and a place be taken


@dataclass(frozen=True, slots=True)
class Note:
    """What is asked of a conversation: `text` to be shown again, the second of its place (0: none
    is left) and how many seconds that is away."""

    text: str
    place: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Toll:
    """Lets conversations in. Raises Unavailable only when there is no key of the day."""

    keys: MakeKey
    gate: Gate | None

    def asks(self, sent: Sent, at: datetime) -> Note | None:
        """What this form has to pay first; None when it may go on."""
        if self.gate is None or self._is(sent.pass_, "pass", sent.chat, at):
            return None
        now = int(at.timestamp())
        note = self._read(sent, at)
        try:
            if self._paid(self.gate, sent, note, now) or self.gate.free(now):
                return None
            if note is not None and note.place:
                return note
            return self._note(sent.chat, at, self.gate.place(now) or 0)
        except Unavailable:
            return None

    def let_in(self, chat: str, at: datetime) -> str:
        """The pass of a conversation."""
        return self._mark("pass", chat, at)[0]

    def _paid(self, gate: Gate, sent: Sent, note: Note | None, now: int) -> bool:
        if note is None:
            return False
        if note.place and note.seconds <= 0:
            return True
        return is_work(note.text, sent.proof) and gate.worked(now)

    def _note(self, chat: str, at: datetime, place: int) -> Note:
        now = int(at.timestamp())
        said = f"{now}.{place}"
        mark = self._mark(f"note\0{said}", chat, at)[0]
        return Note(f"{said}.{mark}", place, place - now if place else 0)

    def _read(self, sent: Sent, at: datetime) -> Note | None:
        """The note that a form brings back, while it holds."""
        said, _, mark = sent.note.rpartition(".")
        if not self._is(mark, f"note\0{said}", sent.chat, at):
            return None
        made, place = map(int, said.split("."))
        now = int(at.timestamp())
        if now - max(made, place) > HOLDS:
            return None
        return Note(sent.note, place, place - now if place else 0)

    def _is(self, mark: str, what: str, chat: str, at: datetime) -> bool:
        known = self._mark(what, chat, at)
        return any(hmac.compare_digest(mark.encode(), each.encode()) for each in known)

    def _mark(self, what: str, chat: str, at: datetime) -> tuple[str, ...]:
        """Signatures under today's key and, where there is one, yesterday's."""
        both = self.keys(f"toll\0{what}\0{chat}", "", at)
        return tuple(key.session.hex() for key in (both.today, both.yesterday) if key)


def is_work(note: str, proof: str) -> bool:
    """Whether `proof` is a number that solves `note`."""
    if not (proof.isascii() and proof.isdigit() and len(proof) < 10):
        return False
    got = hashlib.pbkdf2_hmac("sha256", note.encode(), proof.encode(), ROUNDS, 4)
    return int.from_bytes(got, "big") >> (32 - BITS) == 0
