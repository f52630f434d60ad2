"""What is said when a report has been handed over: more of it, thanks, or something new.

The fourth part of `turn`. Rule: nobody is asked again what they have told already.
"""

from hotline.conversation.changing import replace
from hotline.conversation.commands import code
from hotline.conversation.events import Event, Said
from hotline.conversation.flow import Nothing
from hotline.conversation.hearing import Line, Unclear, command
from hotline.conversation.moving import Machine, Turn, repeat
from hotline.conversation.session import Session
from hotline.conversation.tongue import as_written


def go_on(machine: Machine, session: Session, event: Event) -> Turn | None:
    """The answer to words after the end; None where they begin a conversation of their own."""
    if not isinstance(event, Said):
        return None
    word = command(event.text)
    if word in ("done", "again"):
        return repeat(machine.flows, session)
    if word == "code":
        return code(session)
    if word or event.late or not session.told or session.channel == "voice":
        return None
    heard = machine.registers.hearings["further"](event, session)
    if isinstance(heard, Unclear) or heard.choices:
        return None
    if not heard.kept:
        return Turn(session, (Line("receipt.bye", {}),), Nothing())
    told = replace(as_written(session, event.text), turn=session.turn + 1)
    says = (*heard.says, Line("common.added", {}))
    return Turn(told, says, Nothing(), kept=heard.kept, outcome="submit")
