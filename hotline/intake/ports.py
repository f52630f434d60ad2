"""What the use cases need from outside, as Protocols. Adapters in `stores` satisfy them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hotline.intake.messages import (
    Answer,
    CallerKey,
    DayKey,
    Due,
    Figures,
    Found,
    HandedOver,
    Inbound,
    Issued,
    ReportId,
    Tag,
)
from hotline.records.attachment import Stored
from hotline.records.tip import Tip

Filing = tuple[Tip, bool]  # and whether it came in a flood, and stands apart


@dataclass(frozen=True, slots=True)
class Held:
    """What the store knows when an event comes in.

    `answered` is set when this very event was answered before. `state` is the frozen conversation
    or None; `version` its number (0: none); `key` the key of the day it lies under.
    """

    key: DayKey
    version: int
    state: str | None
    answered: Answer | None


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a call stands, for the next one from the same number; `state` None forgets it."""

    line: DayKey
    state: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one turn changes; committed whole or not at all.

    `state` None drops the session. `report` names the report that `part` (sealed) belongs to;
    `opens` says that the report begins in this turn. `doing` hands it over, `hands` names older
    reports that are handed over as unfinished, `erases` those whose parts and tips must go.
    `stands` is the report's channel, and the question before which its caller stands, if before
    one (`sms report.where`).
    `issues` is a receipt that opens something from now on, `forgets` are lookups of those that no
    longer do, `confirms` counts one that its caller has keyed back. `trace` is a closed note of
    what lies at the provider. `gone` are the tags of a caller who has taken
    everything back: what they said until now, and still waits in a spool, may not come in any more.
    """

    state: str | None
    answer: Answer
    report: ReportId | None = None
    part: bytes | None = None
    opens: bool = False
    doing: Literal["submit", "unfinished"] | None = None
    hands: tuple[ReportId, ...] = ()
    erases: tuple[ReportId, ...] = ()
    stands: str = ""
    issues: Issued | None = None
    forgets: tuple[bytes, ...] = ()
    confirms: bool = False
    trace: bytes | None = None
    rests: Rest | None = None
    gone: tuple[Tag, ...] = ()
    minute: int = 0
    seconds_to_live: int = 172_800


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A report of one part, sealed: what a spool keeps. `minute` as in `Change`; `trace`: a sealed
    note of what lies at the provider, empty where nothing does."""

    report: ReportId
    sealed: bytes
    minute: int
    trace: bytes = b""


@dataclass(frozen=True, slots=True)
class Committed:
    """Done. `rings` says that nobody has been woken yet for what is now due."""

    rings: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another turn of this caller came first, or the report was handed over: open again."""

    handed: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """This very event was committed meanwhile; its answer stands."""

    answer: Answer


Result = Committed | Conflict | Repeated


class Sessions(Protocol):
    """The durable store of conversations. Every method raises Unavailable when it is away."""

    def open(self, caller: CallerKey) -> Held:
        """What is known of this caller and this event. Changes nothing."""

    def commit(self, held: Held, change: Change) -> Result:
        """All of a turn, atomically; running it twice gives Repeated."""


class Inbox(Protocol):
    """Where operators put reports that they typed in. Raises Unavailable."""

    def known(self, form: Tag) -> bool | None:
        """Whether this form was taken, with a receipt or without; None when it was not."""

    def take(
        self, form: Tag, report: ReportId, part: bytes, issued: Issued | None, minute: int
    ) -> bool:
        """Take a report of one sealed part, once; whether it has a receipt.

        Of a form that was taken before, the first time stands.
        """


class Rests(Protocol):
    """Calls that broke off, by the number they came from. Raises Unavailable."""

    def find(self, line: DayKey) -> str | None:
        """What the last commit with a `Rest` of this number left."""


class Outbox(Protocol):
    """Accepted reports on their way to the case book. Raises Unavailable."""

    def lease(self, now: int, seconds: int, most: int) -> Sequence[Due]:
        """Due reports, each for `seconds`; a worker that dies loses them to the next one."""

    def done(self, *over: HandedOver) -> None:
        """Reports are filed (or erased): drop their parts, remember what is left to do.

        Twice is safe: the second finds nothing.
        """

    def later(self, due: Due, at: int) -> None:
        """Try again at second `at`."""

    def dead(self, due: Due, code: str) -> None:
        """Set the report aside with a reason code; its parts stay, sealed."""

    def set_aside(self) -> Mapping[ReportId, str]:
        """Every dead letter with its reason code."""

    def replay(self, report: ReportId) -> bool:
        """Make a dead letter due again; False when it is none. Twice is safe."""

    def idle(self, before_minute: int) -> int:
        """Hand over, as unfinished, open reports untouched since; returns how many."""

    def due(self, now: int) -> int:
        """How many reports could be leased now."""

    def to_purge(self, now: int) -> int:
        """How many notes of what lies at the provider are due now."""

    def figures(self, now: int) -> Figures:
        """Live figures; counts only."""


class Spool(Protocol):
    """A disk of our own for what came in while the durable Redis was away."""

    def keep(self, caller: CallerKey, answer: Answer, part: SealedPart) -> None:
        """Keep one sealed part until a steward brings it in; on the disk when this returns.

        The same event twice is kept once. Raises Unavailable("spool").
        """


class Sealer(Protocol):
    """Closes; cannot open."""

    def close(self, plain: bytes) -> bytes:
        """Padded to a size class and sealed to the recipient."""


class Tracer(Protocol):
    """Closes notes of what lies at the provider, as cheaply as every text demands."""

    def close(self, plain: bytes) -> bytes:
        """A note that only the worker opens. Raises Unavailable."""


class Opener(Protocol):
    """Opens; only the worker has one."""

    def open(self, sealed: bytes) -> bytes:
        """What was closed. Raises ValueError when no key here opens it."""


class Receipts(Protocol):
    """What callers' codes open."""

    def issue(self, code: str, report: ReportId, once: bool = ...) -> Issued:
        """What has to be committed so that `code` opens `report`, `once` or again and again. Asks
        nobody."""

    def find(self, code: str) -> Found | None:
        """What a code opens; None for one that is wrong, ran out or was erased: they are one.

        Raises Unavailable.
        """


class Throttle(Protocol):
    """How fast codes may be tried: never a lock, only a pause that ends by itself."""

    def allows(self, channel: str, now: int) -> bool:
        """Whether one more code may be tried now. Raises Unavailable."""

    def missed(self, channel: str, now: int) -> None:
        """A code opened nothing."""


class Codes(Protocol):
    """Randomness, as a port."""

    def receipt(self) -> str:
        """A new receipt's sixteen digits."""

    def report(self) -> ReportId:
        """128 random bits, a UUID version 4."""


class CaseBook(Protocol):
    """Where tips live. Raises Unavailable."""

    def file(self, tip: Tip, apart: bool = ...) -> bool:
        """File a tip once: True when it is new. Twice the same is safe: the id is the key.

        `apart`: it came in a flood.
        """

    def file_all(self, filings: Sequence[Filing]) -> tuple[bool, ...]:
        """File tips of different ids in one transaction, all or none; see `file` for each."""

    def amend(self, tip_id: str, change: Callable[[Tip], Tip]) -> bool:
        """Change what a tip holds; False when there is no such tip."""

    def take_back(self, tip_id: str) -> bool:
        """Remove a tip and whatever goes on from it, filed or still to come, as its caller
        wishes. Tombstones (day, channel, outcome) stay. False when there was none."""


class Attachments(Protocol):
    """What came along with tips, as bytes. Raises Unavailable."""

    def put(
        self,
        tip_id: str,
        attachment_id: str,
        media_type: str,
        content: bytes,
        *,
        seconds: int | None = ...,
        disguised: bool = ...,
    ) -> bool:
        """Store an attachment once: True when it is new, False when it was there or the tip is not.

        The voice is disguised and what a file says of its maker is gone before this is called.
        Raises Mistaken("attachment_size") for nothing and for more than 20 MiB.
        """

    def of(self, tip_id: str) -> tuple[Stored, ...]:
        """What lies here of a tip, without the bytes."""

    def read(self, attachment_id: str) -> bytes | None:
        """The bytes; None when there are none."""


class Bell(Protocol):
    """Wakes a worker. May be lost or ring twice; nothing depends on it."""

    def ring(self) -> None:
        """Ask some worker to drain the outbox soon."""


__all__ = [
    "Attachments",
    "Bell",
    "CaseBook",
    "Change",
    "Codes",
    "Committed",
    "Conflict",
    "Held",
    "Inbound",
    "Inbox",
    "Opener",
    "Outbox",
    "Receipts",
    "Repeated",
    "Rest",
    "Rests",
    "Result",
    "SealedPart",
    "Sealer",
    "Sessions",
    "Spool",
    "Throttle",
    "Tracer",
]
