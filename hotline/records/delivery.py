"""Tips on their way to case systems, and what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

DeliveryState = Literal["due", "held", "parked", "delivered", "dead", "withdraw", "discarded"]
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)
PartState = Literal["due", "delivered", "dead"]

Status = Literal["received", "triaged", "in_progress", "referred", "closed", "rejected"]
STATUSES: tuple[Status, ...] = get_args(Status)
FINAL: tuple[Status, ...] = ("closed", "rejected")

Audience = Literal["helpers", "consulate", "authority", "public"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Release = Literal["auto", "manual"]


@dataclass(frozen=True, slots=True)
class Route:
    """Which tips go to a sink, who reads there, and whether a person must let each one go.

    `kinds` empty means every kind; `unfinished` says that unfinished tips go as well.
    """

    sink: str
    audience: str
    release: str
    kinds: tuple[str, ...] = ()
    unfinished: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment of a delivery."""

    attachment_id: str
    state: PartState
    code: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One tip to one sink. `code` is why it waits; `reference` its name at the far end.

    `turn` says who leased it last: what an older turn reports is not taken.
    """

    id: str
    tip_id: str
    sink: str
    state: DeliveryState
    turn: int = 0
    attempts: int = 0
    code: str = ""
    reference: str = ""
    status: str = ""
    parts: tuple[Part, ...] = ()


Decision = Literal["replay", "park", "release", "discard"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)

# In which states a person's decision changes something.
DECIDABLE: dict[Decision, tuple[DeliveryState, ...]] = {
    "replay": ("due", "parked", "delivered", "dead", "withdraw"),
    "park": ("due", "parked"),
    "release": ("held",),
    "discard": ("held", "due", "parked", "dead"),
}


def together(statuses: Iterable[str]) -> Status | None:
    """One status for a tip that several case systems hold; None when none said anything.

    It is over only when it is over everywhere; else the furthest of those still at work counts.
    """
    said = {status for status in statuses if status in STATUSES}
    working = [status for status in STATUSES if status in said and status not in FINAL]
    if working:
        return working[-1]
    return next((status for status in FINAL if status in said), None)
