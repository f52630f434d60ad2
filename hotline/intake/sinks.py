"""What delivering needs from outside: case systems, and the rows that say what is on its way.

A sink returns what is done or raises Trouble with what shall happen instead. It never retries,
never waits and never logs: the delivery's row is the truth, and the next turn begins from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hotline.intake.errors import HotlineError
from hotline.records.delivery import Delivery, DeliveryState, PartState, Status
from hotline.records.tip import Tip


@dataclass(frozen=True, slots=True)
class Later:
    """Away or busy: again later, not before `seconds`."""

    code: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Parked:
    """The sink is set up wrongly, here or there: alarm, and try once a day."""

    code: str


@dataclass(frozen=True, slots=True)
class Dead:
    """This very tip will never be taken like that: set aside, a person decides."""

    code: str


class Trouble(HotlineError):
    """Not done; `what` says what shall happen instead."""

    def __init__(self, what: Later | Parked | Dead) -> None:
        super().__init__(what.code)
        self.what = what


@dataclass(frozen=True, slots=True)
class Done:
    """Taken: its name over there. `code` says what is not as it should be (`unverified`)."""

    reference: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent: the tip's id is the key by which a repeat is known; `now` in seconds."""

    key: str
    body: bytes = field(repr=False)
    now: int


@dataclass(frozen=True, slots=True)
class File:
    """One attachment, with a name that says nothing; `words` are what a program heard in it."""

    id: str
    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str
    words: str = field(default="", repr=False)

    @property
    def said(self) -> str:
        """Its name, and below it the words: for a comment that a person reads."""
        return f"{self.name}\n\n{self.words}" if self.words else self.name


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a sink's settings, and what to do."""

    code: str
    remedy: str


class Sink(Protocol):
    """One case system. Every method but `compose` raises Trouble."""

    @property
    def takes_files(self) -> bool:
        """Whether attachments go there, or at least what was heard in them."""

    @property
    def polls(self) -> bool:
        """Whether `poll` can learn anything."""

    def compose(self, tip: Tip) -> bytes:
        """The bytes that stand for this tip: the same tip gives the same bytes."""

    def look_up(self, key: str) -> str | None:
        """The reference of what was delivered under this key before; None when nothing is known."""

    def deliver(self, order: Order) -> Done:
        """Deliver once: a key that is there already with this content is done, too."""

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """One attachment of a delivered tip; the same one twice is done, too."""

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Have the far end drop the tip, or tell it to."""

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """What became of tips, by key; those without news may be left out."""

    def check(self) -> Sequence[Finding]:
        """Whether the far end is there and set up as the settings say. Changes nothing there."""


Settled = tuple[int | None, str]  # the next minute (None: nothing more to do) and the reason


class Deliveries(Protocol):
    """The rows. Every method raises Unavailable. Those that return bool refuse an older turn."""

    def lease(self, minute: int, minutes: int, most: int) -> Sequence[Delivery]:
        """What is due, each for `minutes`: nobody else gets it meanwhile."""

    def renew(self, delivery: Delivery, until: int) -> bool:
        """Keep it until minute `until`; False when it was erased or taken by another."""

    def body(self, delivery: Delivery) -> bytes | None:
        """The bytes kept for it."""

    def keep_body(self, delivery: Delivery, body: bytes) -> bool:
        """Keep the very bytes that will be sent, before they are sent."""

    def settle(self, delivery: Delivery, state: DeliveryState, due: int | None, code: str) -> bool:
        """This turn is over: state, next minute (None: nothing more to do), reason.

        A reason to wait counts as an attempt; without one the count begins anew. A part that the
        delivery in hand does not name makes what is delivered due at once.
        """

    def arrived(self, delivery: Delivery, reference: str, settled: Settled | None = None) -> bool:
        """The far end has it. When it was erased meanwhile, the reference is kept for that.

        `settled`: nothing follows, so that this turn is over at once, as `settle` ends it.
        """

    def part(self, delivery: Delivery, attachment_id: str, state: PartState, code: str) -> bool:
        """What became of one attachment."""

    def forget(self, delivery: Delivery) -> bool:
        """It was withdrawn: the row goes."""

    def heard(self, mark: str, tip_id: str, sink: str, status: Status, hour: str) -> bool:
        """A sink's news, once a mark: False when it was heard before or the tip is gone."""

    def statuses(self, tip_id: str) -> tuple[str, ...]:
        """What the sinks last said of a tip."""


class Mirror(Protocol):
    """Where whoever returns with a receipt sees what became of the tip."""

    def became(self, tip_id: str, status: Status) -> None:
        """The tip's status changed. Twice is safe."""


Jitter = Callable[[], float]  # 0 … 1
