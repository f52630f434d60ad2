"""The words and keys that work anywhere: help, again, back, slower, a person, done, erase.

The third part of `turn`. Rule: none of them keeps or loses anything that was said, but for the two
whose name says so (wrong, erase).
"""

from datetime import datetime
from typing import assert_never

from hotline.conversation.changing import replace
from hotline.conversation.events import Event, Keyed, Said
from hotline.conversation.flow import Ask, Choose, Digits, Expects, Key, Nothing, Person
from hotline.conversation.hearing import (
    KEY_COMMANDS,
    LONG_KEY_COMMANDS,
    NO,
    SPOKEN_COMMANDS,
    Command,
    Line,
    command,
    plain,
)
from hotline.conversation.moving import (
    Machine,
    Turn,
    enter,
    expects,
    fresh,
    prompt,
    repeat,
    saying,
)
from hotline.conversation.session import Session


def command_in(machine: Machine, session: Session, event: Event) -> Command | None:
    """The command that an event is; None where it is an answer."""
    match event:
        case Said(text=text) if session.channel == "voice":
            return _spoken_command(session, text)
        case Said(text=text, late=late):
            word = command(text)
            return None if late and word == "wrong" else word  # which answer, nobody knows
        case Keyed(keys=keys):
            match expects_here(machine, session):
                case Key():
                    return KEY_COMMANDS.get(keys.rstrip("#"))
                case Digits():
                    return LONG_KEY_COMMANDS.get(keys.rstrip("#"))
    return None


def _spoken_command(session: Session, text: str) -> Command | None:
    """The command that was spoken; a name that is denied is no answer taken back."""
    word = command(text)
    if word not in SPOKEN_COMMANDS or (session.doubt and plain(text) in NO):
        return None
    return word


def obey(machine: Machine, session: Session, word: Command, at: datetime) -> Turn:
    """What comes of a command."""
    match word:
        case "help":
            return _help(machine, session)
        case "again":
            return with_keys(machine, repeat(machine.flows, session))
        case "wrong":
            return _take_back(machine, session)
        case "erase":
            return _erase(machine, session)
        case "done":
            return _finish(machine, session)
        case "code":
            return replace(code(session), expects=expects_here(machine, session))
        case "person":
            return person(machine, session, at)
        case "slower":
            line = Line("common.usual_pace" if session.slow else "common.slower", {})
            return saying(repeat(machine.flows, replace(session, slow=not session.slow)), line)
        case "vi" | "en" | "ja":
            return repeat(machine.flows, replace(session, locale=word))
        case _:
            assert_never(word)


def person(machine: Machine, session: Session, at: datetime) -> Turn:
    """To a person, when one answers now; else when one does, and the same question once more."""
    if session.channel != "voice":
        return _help(machine, session)
    hours = machine.registers.hours
    if hours is None:
        return saying(repeat(machine.flows, session), Line("common.person_none", {}))
    if not hours.open(at):
        closed = Line("common.person_closed", {"hours": hours.gap})
        return saying(repeat(machine.flows, session), closed)
    return Turn(session, (Line("common.person", {"hours": hours.gap}),), Person())


def then_person(machine: Machine, turn: Turn, at: datetime) -> Turn:
    """A turn after which the caller wants a person: its question waits until they are back."""
    if turn.session.over:
        return turn
    going = person(machine, turn.session, at)
    said = turn.says[: len(turn.says) - len(prompt(turn.session))]
    return replace(turn, says=(*said, *going.says), expects=going.expects)


def with_keys(machine: Machine, turn: Turn) -> Turn:
    """A turn on the telephone that ends by telling the keys that work here."""
    if turn.session.channel != "voice":
        return turn
    match turn.expects:
        case Key():
            keys = [Line("common.keys", {})]
        case Digits():
            keys = [Line("common.keys_long", {})]
        case _:
            return turn
    if machine.registers.hours:
        keys.append(Line("common.key_person", {}))
    return replace(turn, says=(*turn.says, *keys))


def code(session: Session) -> Turn:
    """A receipt, because the caller asked for one."""
    return Turn(session, (Line("common.code", {}),), Nothing(), issues=True)


def expects_here(machine: Machine, session: Session) -> Expects:
    """What the place where the caller stands waits for."""
    node = machine.node(session)
    return expects(session, node) if isinstance(node, Ask | Choose) else Nothing()


def _help(machine: Machine, session: Session) -> Turn:
    told = saying(repeat(machine.flows, session), Line("common.help", {}))
    return with_keys(machine, told)


def _take_back(machine: Machine, session: Session) -> Turn:
    if not session.trail or not session.trail[-1].node:
        return saying(repeat(machine.flows, session), Line("common.nothing_to_take_back", {}))
    last = session.trail[-1]
    flow, node = machine.flows.flow_of(last.node, session.flow)
    back = replace(
        session,
        flow=flow.id,
        version=flow.version,
        node=node,
        turn=session.turn + 1,
        filled=tuple(f for f in session.filled if f not in last.fields),
        trail=session.trail[:-1],
        doubt=None,
        misses=0,
    )
    turn = saying(repeat(machine.flows, back), Line("common.taken_back", {}))
    return replace(turn, takes_back=last.turn if last.told else None)


def _erase(machine: Machine, session: Session) -> Turn:
    anew = fresh(machine.flows, session.channel, session.locale, session.plain)
    gone = replace(anew, over=True)
    return Turn(gone, (Line("common.erased", {}),), Nothing(), outcome="discard")


def _finish(machine: Machine, session: Session) -> Turn:
    if not session.told:
        return saying(repeat(machine.flows, session), Line("common.nothing_yet", {}))
    flow = machine.flows.by_id[session.flow]
    return enter(machine, replace(session, doubt=None, turn=session.turn + 1), flow.done)
