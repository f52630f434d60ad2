"""Coming back with a receipt: what a code that was given opens, and the code of a new one.

Rule 1: the check digit is looked at first; a slip costs no try and says nothing about any code.
Rule 2: wrong, run out and erased are one: the same steps, the same words.
Rule 3: a code stands in no part, no log and no name; only in the answer that tells it, which is
encrypted for its caller, and in a call's session until it is keyed back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.conversation import receipt
from hotline.conversation.events import Checked, Event, Keyed, Returned, Said
from hotline.conversation.hearing import Line
from hotline.conversation.moving import CODE_LINES
from hotline.conversation.session import Channel
from hotline.intake.messages import Found
from hotline.intake.ports import Receipts, Throttle


@dataclass(frozen=True, slots=True)
class Back:
    """A code as the machine hears of it, and what it opened."""

    event: Returned | Checked
    found: Found | None = None


def code_in(event: Event) -> str | None:
    """The code that an event is, with or without a slip; None where it is anything else."""
    match event:
        case Said(text=text) | Keyed(keys=text):
            return receipt.read(text)
        case _:
            return None


def given(
    receipts: Receipts, throttle: Throttle, channel: Channel, event: Event, reading: str
) -> Back | None:
    """What comes of a code that was given; None where none was. Raises Unavailable.

    `reading` is a code that is being read out in this call: then it is compared and no more.
    """
    code = code_in(event)
    if code is None:
        return None
    if reading:
        return Back(Checked(event.at, code == reading))
    if not receipt.is_whole(code):
        return Back(Returned(event.at, "slip"))
    now = int(event.at.timestamp())
    if not throttle.allows(channel, now):
        return Back(Returned(event.at, "later"))
    found = receipts.find(code)
    if found is None:
        throttle.missed(channel, now)
        return Back(Returned(event.at, "unknown"))
    return Back(Returned(event.at, None, found.state, found.answers, found.once), found)


def told(says: Sequence[Line], code: str) -> tuple[Line, ...]:
    """The lines with the code in its gap; where there is nothing to come back to, they say so."""
    return tuple(_told(line, code) if line.name in CODE_LINES else line for line in says)


def _told(line: Line, code: str) -> Line:
    return replace(line, gaps={"code": code}) if code else Line("common.no_code", {})
