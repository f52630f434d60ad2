"""What can happen to a conversation. Every event carries its moment: nothing here reads a clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Begun:
    """A call was answered or a page was opened; nothing was said yet."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """Words arrived, NFC, at most 4,096 characters; `pictures` counts what came along unread;
    `late` says that they were written on a page that showed an earlier question. `near`: codes of
    stations near a place that was shared, nearest first; none near is (), nothing shared None."""

    at: datetime
    text: str
    pictures: int = 0
    late: bool = False
    near: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """Keys were pressed: only `0`…`9`, `*` and `#`."""

    at: datetime
    keys: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording of `seconds` lies at the provider under `reference` (its SID); `closed` is the
    key that ended it, if one did."""

    at: datetime
    reference: str
    seconds: int
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Words that the caller's own browser sealed to the recipient: `box` is base64, and nothing on
    this side opens it."""

    at: datetime
    box: str


@dataclass(frozen=True, slots=True)
class Silent:
    """We waited for an answer and none came."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """The caller hung up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """A code was given. `why` it opens nothing, or the `state` (new, seen, closed) of what it opens
    and what was answered. `once`: somebody else knows the code, so it is used up by now and another
    one has to be given. The code itself never comes in here."""

    at: datetime
    why: Literal["slip", "unknown", "later"] | None = None
    state: str = "new"
    answers: tuple[str, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A code that was just read out was keyed back, without a slip or not."""

    at: datetime
    right: bool


@dataclass(frozen=True, slots=True)
class Talked:
    """The call comes back from a person, who answered it or did not."""

    at: datetime
    answered: bool


Event = Begun | Said | Keyed | Recorded | Envelope | Silent | Left | Returned | Checked | Talked
