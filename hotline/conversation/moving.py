"""Going from node to node: what is said on the way, what is asked, where it ends.

The second half of `turn`, which hears and decides; here nothing is heard.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from hotline.conversation.changing import replace
from hotline.conversation.flow import (
    Ask,
    Choose,
    Decide,
    Digits,
    End,
    Expects,
    Flow,
    Flows,
    Key,
    Node,
    Nothing,
    Say,
)
from hotline.conversation.hearing import Line, Registers
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Channel, Locale, Session

End_ = Literal["submit", "discard", "left"]
# Texts whose gap is a receipt's code.
CODE_LINES = frozenset({"common.code", "receipt.read", "receipt.fresh"})
BACK = "receipt.back"  # where a code leads that opens something
FRESH = "receipt.fresh"  # where one leads on a call that opens only once
OFFERED = 3  # of several that may be meant, so many at a time
ENOUGH_NOISE = 2  # misses at one place after which only keys are listened to
FARTHEST = 50  # nodes entered in one turn; the checker proves flows need fewer


@dataclass(frozen=True, slots=True)
class Turn:
    """What should happen: the session after it, what to say, what to wait for, what was learned.

    `takes_back` is the turn whose kept things are void; `outcome` says that the conversation ended:
    submit (file it), left (file what there is as unfinished), discard (erase everything). `issues`
    asks for a receipt, whose code fills the gap of a line in CODE_LINES; `confirms` says that the
    caller keyed it back; `anew` that they leave an earlier call alone.
    """

    session: Session
    says: tuple[Line, ...]
    expects: Expects
    kept: tuple[Kept, ...] = ()
    takes_back: int | None = None
    outcome: End_ | None = None
    issues: bool = False
    confirms: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """The fixed part of every step."""

    flows: Flows
    registers: Registers

    def node(self, session: Session) -> Node:
        return self.flows.by_id[session.flow].nodes[session.node]


def fresh(flows: Flows, channel: Channel, locale: Locale = "vi", plain: bool = False) -> Session:
    """A session that stands before the first node."""
    flow = flows.by_id[flows.first]
    return Session(channel, flow.id, flow.version, flow.start, locale=locale, plain=plain)


def repeat(flows: Flows, session: Session) -> Turn:
    """The question the caller stands before, once more; nothing changes."""
    node = flows.by_id[session.flow].nodes[session.node]
    if isinstance(node, Ask | Choose):
        return Turn(session, prompt(session), expects(session, node))
    return Turn(session, prompt(session), Nothing())


def enter(machine: Machine, session: Session, arrow: str) -> Turn:
    """Go to a node and on from it until something is asked or the end is reached."""
    says: list[Line] = []
    here = session.flow
    outcome: End_ | None = None
    for _ in range(FARTHEST):
        flow, name = machine.flows.flow_of(arrow, here)
        here = flow.id
        match flow.nodes[name]:
            case Say(name=text, hands=True) if not session.told:
                return _end(_at(session, flow, name), (*says, Line(text, {})), "submit")
            case Say(name=text, next=going, hands=hands):
                says.append(Line(text, {}))
                arrow = going
                if hands:  # what comes from now on is a report of its own
                    session, outcome = replace(session, trail=(), filled=()), "submit"
            case Decide() as fork:
                arm = machine.registers.decisions[fork.asks](session)
                arrow = fork.arms.get(arm, fork.otherwise)
            case Ask(fills=field, next=going) if field in session.filled:
                arrow = going
            case Choose(saves=field, next=str() as going) if field in session.filled:
                arrow = going
            case Ask() | Choose() as node:
                there = _at(session, flow, name)
                told, waits = (*says, *prompt(there)), expects(there, node)
                issues = isinstance(node, Ask) and node.issues
                return Turn(there, told, waits, outcome=outcome, issues=issues)
            case End(name=text, outcome=last):
                turn = _end(_at(session, flow, name), (*says, Line(text, {})), last)
                return turn if outcome is None else replace(turn, outcome=outcome)
    raise RuntimeError("a flow went round in circles")


def _at(session: Session, flow: Flow, node: str) -> Session:
    here = (session.flow, session.version, session.node, session.misses)
    if here == (flow.id, flow.version, node, 0):
        return session
    return replace(session, flow=flow.id, version=flow.version, node=node, misses=0)


def _end(session: Session, says: tuple[Line, ...], outcome: str) -> Turn:
    over = replace(session, over=True)
    if outcome == "erase":
        return Turn(over, says, Nothing(), outcome="discard")
    if not session.told:  # never thank for what was not kept
        silent = (Line("common.nothing_yet", {}),) if outcome == "submit" else says
        return Turn(over, silent, Nothing())
    return Turn(over, says, Nothing(), outcome="submit" if outcome == "submit" else "left")


def prompt(session: Session) -> tuple[Line, ...]:
    if session.doubt:
        offered: list[JsonValue] = list(session.doubt.codes[:OFFERED])
        return (Line(f"common.which_{session.doubt.field}", {"codes": offered}),)
    return (Line(session.place, {}),)


def expects(session: Session, node: Ask | Choose) -> Expects:
    if session.doubt:
        return doubt_keys(session)
    match node:
        case Choose(options=options, hears=hears):
            return Key("".join(options), hears is not None and session.misses < ENOUGH_NOISE)
        case Ask(by_voice=Digits(most=most, speech=speech)):
            return Digits(most, speech and session.misses < ENOUGH_NOISE)
        case Ask(by_voice=expects):
            return expects
        case _:
            assert_never(node)


def doubt_keys(session: Session) -> Key:
    """The keys that settle what is in doubt."""
    codes = session.doubt.codes[:OFFERED] if session.doubt else ()
    keys = "".join(str(n) for n in range(1, len(codes) + 1)) + none_of_them(session)
    return Key(keys, session.channel == "voice" and session.misses < ENOUGH_NOISE)


def none_of_them(session: Session) -> str:
    """What stands for none of those offered, of which there are three at most; on a call 0 is a
    person."""
    return "4" if session.channel == "voice" else "0"


def saying(turn: Turn, *lines: Line) -> Turn:
    return replace(turn, says=(*lines, *turn.says))
