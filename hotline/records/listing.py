"""How tips are listed: what may be asked for and what a line of the list says."""

from dataclasses import dataclass
from typing import Literal, get_args

State = Literal["new", "seen", "closed"]
STATES: tuple[State, ...] = get_args(State)
KINDS = ("arrest", "missing", "injury", "death", "abuse", "wages", "return", "question", "other")
CHANNELS = ("sms", "whatsapp", "messenger", "voice", "web", "operator")
PAGE = 50


@dataclass(frozen=True, slots=True)
class TipFilter:
    """Which tips. Empty and None ask for all; days are `YYYY-MM-DD` in Japan, both included.

    `place` is looked for in the caller's words and in the stations they may mean, whatever the
    accents, case, spaces and hyphens; `stations` are those that `place` may mean itself, each with
    its name and prefecture: a tip that may speak of one of them is found too. `apart`: those that
    came in a flood, or those that did not.
    """

    kind: str = ""
    channel: str = ""
    prefecture: str = ""
    state: str = ""
    complete: bool | None = None
    since: str = ""
    until: str = ""
    place: str = ""
    stations: tuple[tuple[str, str], ...] = ()
    apart: bool | None = None


@dataclass(frozen=True, slots=True)
class TipRow:
    """One line of the list: never the narrative. `received` is the hour.

    `readable` is False when no key here opens the tip; then `place` is empty and `people` None.
    """

    id: str
    received: str
    channel: str
    kind: str
    role: str
    prefecture: str | None
    language: str
    complete: bool
    state: State
    follows: str | None
    place: str = ""
    people: int | None = None
    attachments: int = 0
    readable: bool = True
    apart: bool = False


@dataclass(frozen=True, slots=True)
class TipPage:
    """Lines, newest hour first. `next` is where the next page begins, empty when there is none.

    A search in places opens a bounded number of tips for one page: then `next` may be there
    though the page is not full. `looked` is how many were looked at.
    """

    rows: tuple[TipRow, ...]
    next: str = ""
    looked: int = 0
