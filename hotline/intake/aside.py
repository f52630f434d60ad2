"""What becomes of a message that says something while the store of conversations is away.

It is understood and sealed as ever, as an unfinished report of its own, and kept on a disk of ours;
a steward brings it in. Rule: the caller is told what is true: kept, and that we cannot go on now.
"""

from hotline.conversation import turn as machine
from hotline.conversation.events import Envelope, Recorded, Said
from hotline.conversation.flow import Flows, Nothing
from hotline.conversation.hearing import Line, Registers, plain
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Session
from hotline.intake.messages import Answer, Inbound

WORDS_THAT_SAY_SOMETHING = 2
LETTERS_THAT_SAY_SOMETHING = 6


def learned(
    flows: Flows, registers: Registers, inbound: Inbound
) -> tuple[Session, tuple[Kept, ...]]:
    """What an event says by itself, whatever was said before; nothing for a key or a command."""
    begun = machine.fresh(flows, inbound.channel)
    event = inbound.event
    if isinstance(event, Recorded):
        value: JsonValue = {"reference": event.reference, "seconds": event.seconds}
        return begun, (Kept("recording", value),)
    if isinstance(event, Envelope):
        return begun, (Kept("envelope", event.box),)
    if not isinstance(event, Said) or not _says_something(event.text):
        return begun, ()
    turn = machine.step(flows, begun, event, registers)
    return turn.session, turn.kept


def kept_answer(session: Session) -> Answer:
    """It is kept; the conversation cannot go on now."""
    return Answer((Line("common.aside", {}),), Nothing(), session.locale, session.plain)


def _says_something(text: str) -> bool:
    words = plain(text).split()
    return (
        len(words) >= WORDS_THAT_SAY_SOMETHING or sum(map(len, words)) >= LETTERS_THAT_SAY_SOMETHING
    )
