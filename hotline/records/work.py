"""What operators do with a tip: take it, say how far it is, label it, write notes to each other."""

from dataclasses import dataclass

from hotline.records.delivery import FINAL, STATUSES, Status
from hotline.records.homeward import AT_FIRST, Homeward
from hotline.records.listing import State

CLAIM = 60  # minutes until a taken tip is free again
LONGEST_NOTE = 2_000  # characters
LONGEST_LABEL = 30
MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Work:
    """How work on a tip stands. `claimed_by` is empty when nobody has it at the moment.

    `claimed_until` is in minutes since 1970; `status` is what was said at the desk, or empty.
    """

    claimed_by: str = ""
    claimed_until: int = 0
    status: str = ""
    labels: tuple[str, ...] = ()
    homeward: Homeward = AT_FIRST


@dataclass(frozen=True, slots=True)
class Note:
    """What one operator wrote for the others; never told to a caller."""

    number: int
    hour: str
    operator: str
    text: str


def standing(state: State, said: str) -> Status:
    """One of the six states: what was said at the desk, as far as the tip's state bears it out."""
    if state == "closed":
        return _status(said) if said in FINAL else "closed"
    if said and said not in FINAL:
        return _status(said)
    return "received" if state == "new" else "triaged"


def state_of(status: Status) -> State:
    """What the tip's state becomes when the desk says `status`."""
    if status in FINAL:
        return "closed"
    return "new" if status == "received" else "seen"


def _status(said: str) -> Status:
    return next(status for status in STATUSES if status == said)
