"""What the desk needs from outside. Everything raises Unavailable when it is away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hotline.intake.errors import Untrusted
from hotline.intake.messages import Figures
from hotline.intake.typed import Clerk
from hotline.records.attachment import Stored
from hotline.records.case import Case, CaseState
from hotline.records.counting import Spot
from hotline.records.delivery import Delivery, Status
from hotline.records.homeward import HomeStep
from hotline.records.listing import State, TipFilter, TipPage, TipRow
from hotline.records.matching import Pair, Verdict
from hotline.records.operator import Act, Chain, Credentials, DeskSession, Member, Operator, Passkey
from hotline.records.tip import Tip
from hotline.records.work import Note, Work


class Book(Protocol):
    """The case book as the desk reads it."""

    def list(self, wanted: TipFilter = ..., after: str = ..., size: int = ...) -> TipPage:
        """A page of lines, newest hour first; `after` is what the page before says is next."""

    def every(self, wanted: TipFilter = ...) -> Iterator[Tip]:
        """Every tip asked for that a key here opens, newest hour first; a chunk at a time."""

    def row(self, tip_id: str) -> TipRow | None:
        """The line of one tip."""

    def read(self, tip_id: str) -> Tip | None:
        """The whole tip. Raises Mistaken when no key here opens it."""

    def following(self, tip_id: str) -> tuple[str, ...]:
        """The ids of tips that go on from this one."""

    def mark_seen(self, tip_id: str) -> bool:
        """A new tip is seen. False when it was not new."""

    def set_state(self, tip_id: str, state: State, day: str = ...) -> bool:
        """Set a tip's state; `day` is when it was closed. False: no such tip."""

    def erase(self, tip_id: str, outcome: str = ...) -> bool:
        """Remove a tip everywhere; what was delivered is withdrawn. False when there is none."""

    def unread_since(self, hour: str) -> int:
        """How many tips nobody has read that came before `hour`."""

    def take_in(self, tip_id: str) -> bool:
        """A tip that stood apart stands with the others. False when it did not."""

    def count(self, state: str = ..., apart: bool | None = ...) -> int:
        """How many tips, of one state or of all, with or without those that stand apart."""


class Works(Protocol):
    """What operators do with tips."""

    def of(self, tip_id: str, now: datetime) -> Work:
        """How work on a tip stands. Raises Mistaken when no key here opens its labels."""

    def holders(self, tip_ids: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Who has which of these tips at the moment."""

    def claim(self, tip_id: str, operator: str, now: datetime) -> bool:
        """Take a tip, or keep it for longer; False while somebody else has it."""

    def give_back(self, tip_id: str, operator: str = ...) -> bool:
        """Free a tip that `operator` has, whoever has it when empty."""

    def set_status(self, tip_id: str, status: Status) -> bool:
        """What the desk says of it."""

    def set_labels(self, tip_id: str, labels: Sequence[str]) -> bool:
        """All labels of a tip. Raises Mistaken for too many or too long ones."""

    def set_home_step(self, tip_id: str, known: HomeStep, step: HomeStep, day: str) -> bool:
        """A way home goes from step `known` to its neighbour. Raises Mistaken."""

    def set_home_told(self, tip_id: str, step: HomeStep) -> bool:
        """The fixed words of a step were sent."""

    def note(self, tip_id: str, operator: str, text: str, now: datetime) -> bool:
        """Write a note. Raises Mistaken for no words or too many."""

    def notes(self, tip_id: str) -> tuple[Note, ...]:
        """The notes of a tip, the oldest first. Raises Mistaken when no key here opens one."""

    def count_notes(self, tip_id: str) -> int:
        """How many notes a tip has."""


class Attachments(Protocol):
    """What came with tips."""

    def of(self, tip_id: str) -> tuple[Stored, ...]:
        """What lies here of a tip, without the bytes."""

    def read(self, attachment_id: str) -> bytes | None:
        """The bytes. Raises Mistaken when no key here opens them."""


class Replies(Protocol):
    """What operators answer to whoever holds a tip's receipt."""

    def has_box(self, tip_id: str) -> bool:
        """Whether somebody can come back to this tip."""

    def answered(self, tip_id: str) -> int:
        """How often it was answered; the words are the holder's alone."""

    def answer(self, tip_id: str, text: str, known: int | None = ...) -> bool:
        """Answer, once. Raises Mistaken for a bad length or when somebody answered meanwhile."""


class Post(Protocol):
    """What is on its way to case systems, and a person's decisions about it."""

    def list(
        self,
        state: str = ...,
        sink: str = ...,
        tip_id: str = ...,
        most: int = ...,
        after: str = ...,
    ) -> tuple[Delivery, ...]:
        """Deliveries in no order that tells when their tips came."""

    def row(self, delivery_id: str) -> Delivery | None:
        """One delivery."""

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many, by sink and state."""

    def audiences(self) -> Mapping[str, str]:
        """Who reads at each sink."""

    def replay(self, delivery_id: str) -> bool:
        """Try again now; False when there is nothing to."""

    def park(self, delivery_id: str) -> bool:
        """Send nothing until it is released."""

    def release(self, delivery_id: str) -> bool:
        """Let it go: it is sent now."""

    def discard(self, delivery_id: str) -> bool:
        """It is never sent, or tried no more."""


class Tallies(Protocol):
    """How many tips."""

    def by_prefecture(self, since: str = ...) -> Mapping[tuple[str, str], int]:
        """Since a day, by prefecture (empty: not known) and kind."""

    def by_channel(self, since: str) -> Mapping[str, int]:
        """Since an hour, by channel."""

    def by_hour(self, since: str) -> Mapping[str, int]:
        """Since an hour, by hour of arrival."""

    def by_station(self, wanted: TipFilter) -> tuple[Mapping[Spot, int], int]:
        """By the station that tips most likely speak of; how many were opened to look."""


class Cases(Protocol):
    """Cases. What cannot be opened raises Mistaken("casebook_key")."""

    def of(self, case_id: str) -> Case | None:
        """One case."""

    def list(self, state: CaseState = ..., most: int = ...) -> tuple[Case, ...]:
        """Cases of one state, the newest first."""

    def note(self, case_id: str, operator: str, text: str, now: datetime) -> bool:
        """Write a note, once. Raises Mistaken for no words or too many, and for too many notes."""

    def notes(self, case_id: str) -> tuple[Note, ...]:
        """The notes of a case, the oldest first."""

    def set_state(self, case_id: str, state: CaseState) -> bool:
        """Close a case or open it again. False when it is so already."""

    def merge(self, case_id: str, other: str) -> bool:
        """All of the other case into this one. False when one is not there."""

    def split(self, case_id: str, tip_ids: Sequence[str], hour: str) -> str | None:
        """These tips leave: the case they become, "" for one alone, None when it cannot be."""


class Matches(Protocol):
    """Tips that may be about one matter. What cannot be opened raises Mistaken."""

    def of(self, tip_id: str, most: int = ...) -> tuple[Pair, ...]:
        """The best matches of a tip."""

    def case(self, tip_id: str) -> tuple[str, tuple[str, ...]] | None:
        """The case of a tip and the other tips in it."""

    def decide(self, tip_id: str, other: str, verdict: Verdict, hour: str) -> bool:
        """What a person says of two tips. False when they do not match."""


class Staff(Protocol):
    """Who may come in."""

    def check(self, name: str, password: str, totp: str, now: datetime) -> Operator | None:
        """Who this is, when all three are right; a recovery code does for the third, once."""

    def check_password(self, name: str, password: str) -> bool:
        """Whether this is their password: for who is in already."""

    def members(self, now: datetime) -> tuple[Member, ...]:
        """Everybody, by name."""

    def add(self, name: str, role: str = ...) -> Credentials:
        """A new operator. Raises Mistaken for a bad or taken name or an unknown role."""

    def reset(self, name: str) -> Credentials:
        """New password, secret and recovery codes; their sessions end. Raises Mistaken."""

    def new_recovery(self, name: str) -> tuple[str, ...]:
        """Other recovery codes; those they had open nothing any more. Raises Mistaken."""

    def set_role(self, name: str, role: str) -> None:
        """They are something else from now on; their sessions end. Raises Mistaken."""

    def close(self, name: str) -> None:
        """They may not come in any more; their sessions end. Raises Mistaken."""

    def sign_out(self, name: str) -> None:
        """Every session of theirs ends. Raises Mistaken."""


class Passkeys(Protocol):
    """What operators' devices sign with. What cannot be opened raises Mistaken."""

    def of(self, operator: str) -> tuple[Passkey, ...]:
        """An operator's passkeys, by name."""

    def add(self, operator: str, label: str, credential: bytes, key: bytes, count: int) -> None:
        """One more. Raises Mistaken for a bad name, a known one and too many."""

    def remove(self, operator: str, mark: str) -> bool:
        """Forget one of theirs; False when there is none."""

    def find(self, credential: bytes) -> Passkey | None:
        """The passkey of a credential's id."""

    def use(self, mark: str, count: int, moment: int) -> bool:
        """It signed a challenge of this moment; False when a later one counted already."""


class Sessions(Protocol):
    """Who is in."""

    def open(self, operator: str, now: datetime, notes: Mapping[str, str]) -> str:
        """A new session; what the cookie shall hold."""

    def read(self, token: str, now: datetime, stirs: bool = ...) -> DeskSession | None:
        """Who sits there; None when it ended. `stirs` says that a person did something."""

    def note(self, token: str, notes: Mapping[str, str]) -> None:
        """Remember other notes for this session."""

    def close(self, token: str) -> None:
        """The session is over."""

    def lock(self, token: str) -> None:
        """Lock it now."""

    def unlock(self, token: str, now: datetime) -> None:
        """Its operator is back."""


class Audit(Protocol):
    """What operators did."""

    def write(self, operator: str, act: str, what: str, now: datetime) -> None:
        """One line: who, what, which, in which hour."""

    def read(self, most: int = ..., before: int | None = ...) -> tuple[Act, ...]:
        """The newest lines."""

    def verify(self) -> Chain:
        """Look at every line, from the first."""


def deaf(sink: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Where no case system may tell us anything. Raises Untrusted."""
    raise Untrusted("no_hook")


@dataclass(frozen=True, slots=True)
class Room:
    """Everything the desk stands on. `https` says that a proxy in front of us serves TLS: then
    cookies are Secure whatever we see. `metrics_token` opens /metrics; without one it stays closed.
    `clerk` takes in what operators type; without one nobody can.

    `milestones` are days: since when a key is in use, when the line was last tried. `origin`
    (`https://desk.example`) is what passkeys are bound to; without one, whatever was asked for.

    `hears` takes what a case system tells (sink, headers in lower case, body): False when it is
    no news. It raises Untrusted when the signature is not the sink's.
    """

    casebook: Book
    work: Works
    attachments: Attachments
    replies: Replies
    post: Post
    tallies: Tallies
    matches: Matches
    cases: Cases
    operators: Staff
    passkeys: Passkeys
    sessions: Sessions
    audit: Audit
    figures: Callable[[], Figures]
    clock: Callable[[], datetime]
    secret_key: str = field(repr=False)
    https: bool = False
    hears: Callable[[str, Mapping[str, str], bytes], bool] = deaf
    metrics_token: str = field(default="", repr=False)
    clerk: Clerk | None = None
    milestones: Callable[[], Mapping[str, str]] = dict
    origin: str = ""
