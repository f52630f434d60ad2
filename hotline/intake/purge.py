"""Deleting at the provider what has been filed, or had nothing to keep.

Rule 1: a message goes only after its report is filed, erased, or was empty: until then the provider
holds the only other copy, and what we never saw comes in again from there (`catch_up`).
Rule 2: what cannot go yet is tried again and again, later and later, and counted as debt; it is
given up only when the provider says that it is not ours.
Twice is safe: deleting what is gone is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hotline.conversation import compact
from hotline.intake.errors import Unavailable

Kind = Literal["message", "call", "recording"]
Deleted = Literal["gone", "not_yet", "busy", "refused"]

BATCH = 50
FIRST, LONGEST = 60, 21_600  # seconds between two tries: a minute, doubled up to six hours
REST = 30  # seconds after a message came before it is looked at
OVERDUE = 86_400  # seconds after which a debt is an alarm


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing at the provider: what it is, its SID, the report that has to be filed first."""

    kind: Kind
    sid: str
    report: str = ""


HasTip = Callable[[str], bool]  # whether a report of this id is in the case book


class Eraser(Protocol):
    """The provider's side that deletes. Raises Unavailable("provider")."""

    def delete(self, kind: Kind, sid: str) -> Deleted:
        """gone · not_yet (not final: 20009) · busy (429, 5xx) · refused (no right to: 401, 403)."""


class Ledger(Protocol):
    """Notes of what still lies at the provider. Every method raises Unavailable."""

    def add(self, notes: Sequence[bytes], due: int) -> None:
        """Notes to be worked off from second `due` on."""

    def due(self, now: int, most: int) -> Sequence[bytes]:
        """Notes whose time has come."""

    def waits(self, report: str) -> bool:
        """Whether a report is not filed yet."""

    def done(self, note: bytes, outcome: str) -> None:
        """The note is worked off; counted under `outcome`."""

    def later(self, note: bytes, at: int) -> None:
        """Try again at second `at`."""

    def tries(self, note: bytes) -> int:
        """How often it was tried."""

    def everything(self) -> Sequence[bytes]:
        """Every note there is."""


class Notes(Protocol):
    """Opens notes."""

    def open(self, note: bytes) -> bytes:
        """What was closed. Raises ValueError."""


def write(trace: Trace) -> bytes:
    """A trace as UTF-8 JSON, still to be closed."""
    return compact.dumps((trace.kind, trace.sid, trace.report))


def read(plain: bytes) -> Trace:
    """The trace that `write` wrote. Raises ValueError."""
    try:
        kind, sid, report = compact.loads(plain)
    except (TypeError, UnicodeDecodeError):
        raise ValueError("not a trace") from None
    if kind not in ("message", "call", "recording") or not str(sid).replace("-", "").isalnum():
        raise ValueError("not a trace")
    return Trace(kind, str(sid), str(report))


def work_off(
    ledger: Ledger, notes: Notes, provider: Eraser, has_tip: HasTip, clock: Callable[[], int]
) -> dict[str, int]:
    """Delete all that is due; counts by outcome. Raises Unavailable when a store is away.

    A recording whose report became a tip is not ours: whoever fetches it deletes it. One whose
    report was erased or taken back before that would be forgotten otherwise.
    """
    counts: dict[str, int] = {}
    now = clock()
    for note in ledger.due(now, BATCH):
        outcome = _one(ledger, notes, provider, has_tip, note, now)
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome == "purge_busy":
            break  # the provider asked for a pause
    return counts


def let_go(ledger: Ledger, clock: Callable[[], int]) -> dict[str, int]:
    """Where there is no provider nothing lies there: notes are worked off as they fall due."""
    gone = 0
    while found := ledger.due(clock(), BATCH):
        for note in found:
            ledger.done(note, "nowhere")
        gone += len(found)
    return {"nowhere": gone} if gone else {}


def lying(ledger: Ledger, notes: Notes) -> frozenset[str] | None:
    """SIDs of all that we saw and that still lies there; None when a note cannot be opened: then
    nobody knows what was seen. Raises Unavailable."""
    try:
        return frozenset(read(notes.open(note)).sid for note in ledger.everything())
    except ValueError:
        return None


def _one(
    ledger: Ledger, notes: Notes, provider: Eraser, has_tip: HasTip, note: bytes, now: int
) -> str:
    try:
        trace = read(notes.open(note))
    except ValueError:
        ledger.later(note, now + LONGEST)
        return "purge_unreadable"
    if trace.report and ledger.waits(trace.report):
        ledger.later(note, now + FIRST)
        return "purge_waits"
    if trace.kind == "recording" and has_tip(trace.report):
        ledger.done(note, "fetching")
        return "purge_fetched"
    try:
        deleted = provider.delete(trace.kind, trace.sid)
    except Unavailable:
        deleted = "busy"
    if deleted == "gone":
        ledger.done(note, "purged")
        return "purged"
    ledger.later(note, now + pause(ledger.tries(note)))
    return f"purge_{deleted}"


def pause(tries: int) -> int:
    """Seconds until the next try: a minute, two, four … six hours."""
    return int(min(LONGEST, FIRST * 2 ** min(tries, 12)))
