"""One turn of a conversation.

Rule 1: nothing here waits, stores, sends or reads a clock.
Rule 2: whatever a caller says, step() returns.
Rule 3: what is said leaves in the turn in which it came (`Turn.kept`); the session keeps names.
"""

import unicodedata
from dataclasses import replace
from typing import assert_never

from hotline.conversation.events import (
    Begun,
    Checked,
    Event,
    Keyed,
    Left,
    Recorded,
    Returned,
    Said,
    Silent,
)
from hotline.conversation.flow import (
    Ask,
    Choose,
    Expects,
    Flows,
    Nothing,
    Option,
)
from hotline.conversation.hearing import (
    KEY_COMMANDS,
    Command,
    Line,
    Registers,
    Unclear,
    Value,
    command,
)
from hotline.conversation.moving import (
    BACK,
    Machine,
    Turn,
    doubt_keys,
    enter,
    expects,
    fresh,
    prompt,
    repeat,
    saying,
)
from hotline.conversation.report import Field, Kept
from hotline.conversation.session import Doubt, Session, Step

__all__ = ["Turn", "fresh", "known", "repeat", "step"]

PATIENCE = 3  # misses at one place before we go on without the answer
LONGEST_KEYS = 24
WORDS_THAT_TELL = 4  # hardly any Vietnamese sentence of four words is without an accent


def known(flows: Flows, session: Session) -> bool:
    """Whether this release still has the flow, version and node the session stands in."""
    flow = flows.by_id.get(session.flow)
    return flow is not None and flow.version == session.version and session.node in flow.nodes


def step(flows: Flows, session: Session, event: Event, registers: Registers) -> Turn:
    """Answer one event. Never fails on what a caller says.

    A session that is fresh or over is begun first; then the event is heard at the first question.
    """
    machine = Machine(flows, registers)
    if session.over and isinstance(event, Said) and command(event.text) in ("done", "again"):
        return repeat(flows, session)
    if session.over and isinstance(event, Said) and command(event.text) == "code":
        return _code(session)
    if session.over:
        session = fresh(flows, session.channel, session.locale, session.plain)
    if isinstance(event, Said) and _writes_plain(event.text, session.plain) != session.plain:
        session = replace(session, plain=not session.plain)
    if isinstance(event, Left):
        return _leave(session)
    if isinstance(machine.node(session), Ask | Choose):
        return _answer(machine, session, event)
    opened = enter(machine, session, session.node)
    return opened if isinstance(event, Begun) else _answer(machine, opened.session, event)


def _answer(machine: Machine, session: Session, event: Event) -> Turn:
    word = _command(machine, session, event)
    if word is not None:
        return _obey(machine, session, word)
    match event:
        case Begun():
            return repeat(machine.flows, session)
        case Silent():
            return _miss(machine, session, "unheard")
        case Left():
            return _leave(session)
        case Said() | Keyed() | Recorded():
            return _hear(machine, session, event)
        case Returned():
            return _come_back(machine, session, event)
        case Checked():
            return _check(machine, session, event)
        case _:
            assert_never(event)


def _command(machine: Machine, session: Session, event: Event) -> Command | None:
    match event:
        case Said(text=text):
            return command(text)
        case Keyed(keys="*"):
            return "again"
        case Keyed(keys=keys) if isinstance(machine.node(session), Choose) and not session.doubt:
            return KEY_COMMANDS.get(keys)
        case _:
            return None


def _obey(machine: Machine, session: Session, word: Command) -> Turn:
    match word:
        case "help":
            return saying(repeat(machine.flows, session), Line("common.help", {}))
        case "again":
            return repeat(machine.flows, session)
        case "wrong":
            return _take_back(machine, session)
        case "erase":
            anew = fresh(machine.flows, session.channel, session.locale, session.plain)
            gone = replace(anew, over=True)
            return Turn(gone, (Line("common.erased", {}),), Nothing(), outcome="discard")
        case "done":
            return _finish(machine, session)
        case "code":
            turn = _code(session)
            return replace(turn, expects=_expects_here(machine, session))
        case "vi" | "en" | "ja":
            return repeat(machine.flows, replace(session, locale=word))
        case _:
            assert_never(word)


def _take_back(machine: Machine, session: Session) -> Turn:
    if not session.trail:
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
    return replace(turn, takes_back=last.turn)


def _finish(machine: Machine, session: Session) -> Turn:
    if not session.told:
        return saying(repeat(machine.flows, session), Line("common.nothing_yet", {}))
    flow = machine.flows.by_id[session.flow]
    return enter(machine, replace(session, doubt=None, turn=session.turn + 1), flow.done)


def _leave(session: Session) -> Turn:
    return Turn(replace(session, over=True), (), Nothing(), outcome="left")


def _code(session: Session) -> Turn:
    """A receipt, because the caller asked for one."""
    return Turn(session, (Line("common.code", {}),), Nothing(), issues=True)


def _come_back(machine: Machine, session: Session, event: Returned) -> Turn:
    """What a code opens: how far it is, what was answered, what can be done with it."""
    if event.why:
        return saying(repeat(machine.flows, session), Line(f"common.code_{event.why}", {}))
    anew = fresh(machine.flows, session.channel, session.locale, session.plain)
    entered = enter(machine, anew, BACK)
    answers = [Line("common.code_answer", {"answer": answer}) for answer in event.answers]
    return saying(entered, Line(f"common.code_{event.state}", {}), *answers)


def _check(machine: Machine, session: Session, event: Checked) -> Turn:
    """A code that was keyed back: go on when it is right, read it again when not."""
    node = machine.node(session)
    if not isinstance(node, Ask) or not event.right:
        return _miss(machine, session, "code_differs")
    onwards = enter(machine, replace(session, turn=session.turn + 1, misses=0), node.next)
    return replace(saying(onwards, Line("common.code_right", {})), confirms=True)


def _expects_here(machine: Machine, session: Session) -> Expects:
    node = machine.node(session)
    return expects(session, node) if isinstance(node, Ask | Choose) else Nothing()


def _hear(machine: Machine, session: Session, event: Said | Keyed | Recorded) -> Turn:
    node = machine.node(session)
    if isinstance(event, Keyed) and not _plausible(event.keys):
        return _miss(machine, session, "not_an_option")
    if session.doubt and (picked := _picked(session.doubt, event)) is not None:
        return _settle(machine, session, session.doubt, picked)
    if session.doubt and _is_short_number(event):
        return _miss(machine, session, "not_an_option")
    if isinstance(node, Choose) and (option := _option(node, event)):
        return _choose(machine, session, node, option)
    hearing = node.hears if isinstance(node, Ask | Choose) else None
    if hearing is None or (isinstance(node, Choose) and isinstance(event, Keyed)):
        return _miss(machine, session, "not_an_option")
    heard = machine.registers.hearings[hearing](event, session)
    if isinstance(heard, Unclear):
        return _miss(machine, session, heard.why)
    return _take(machine, session, heard)


def _plausible(keys: str) -> bool:
    return 0 < len(keys) <= LONGEST_KEYS


def _picked(doubt: Doubt, event: Said | Keyed | Recorded) -> str | None:
    """The code picked by number, "" for none of them, None when it is no number in range."""
    match event:
        case Said(text=text) | Keyed(keys=text):
            number = text.strip().rstrip("#.)")
        case _:
            return None
    if number == "0":
        return ""
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= len(doubt.codes):
        return doubt.codes[int(number) - 1]
    return None


def _is_short_number(event: Said | Keyed | Recorded) -> bool:
    """A number that can only be meant as a choice, though none of those offered."""
    match event:
        case Said(text=text) | Keyed(keys=text):
            return len(text.strip()) < 3 and text.strip().rstrip("#").isdigit()
        case _:
            return False


def _settle(machine: Machine, session: Session, doubt: Doubt, code: str) -> Turn:
    settled = replace(session, doubt=None)
    node = machine.node(session)
    if not code and isinstance(node, Ask) and node.fills == doubt.field:
        return _miss(machine, settled, "no_such")  # none of those offered: name it another way
    value = machine.registers.settle(doubt.field, code) if code else Value()
    return _take(machine, settled, value, answered=bool(code))


def _option(node: Choose, event: Said | Keyed | Recorded) -> Option | None:
    match event:
        case Said(text=text) | Keyed(keys=text):
            return node.options.get(text.strip().rstrip("#.)"))
        case _:
            return None


def _choose(machine: Machine, session: Session, node: Choose, option: Option) -> Turn:
    kept: tuple[Kept, ...] = ()
    choices: dict[str, str] = {}
    if node.saves and option.keeps is not None:
        kept = (Kept(node.saves, option.keeps),)
        choices = {node.saves: option.keeps}
    return _take(machine, session, Value(kept, choices), arrow=option.next, own=node.saves)


def _take(
    machine: Machine,
    session: Session,
    value: Value,
    *,
    answered: bool = True,
    arrow: str | None = None,
    own: Field | None = None,
) -> Turn:
    """Keep what was understood and go on; what was asked counts as answered even when left open."""
    node = machine.node(session)
    own = own or (node.fills if isinstance(node, Ask) and answered else None)
    known_now = tuple(k.field for k in value.kept if k.field not in value.open)
    fields = tuple(dict.fromkeys((*known_now, *((own,) if own else ()))))
    turn = session.turn + 1
    taken = Step(session.place, turn, fields, bool(value.kept))
    after = replace(
        session,
        filled=tuple(dict.fromkeys((*session.filled, *fields))),
        turn=turn,
        choices={**session.choices, **(value.choices or {})},
        trail=(*session.trail, taken) if fields or value.kept else session.trail,
        misses=0,
        doubt=None,
    )
    if value.asks:
        return _doubt(after, value)
    going = arrow or (node.next if isinstance(node, Ask | Choose) and node.next else session.node)
    entered = enter(machine, after, going)
    return replace(entered, says=(*value.says, *entered.says), kept=value.kept)


def _doubt(session: Session, value: Value) -> Turn:
    assert value.asks is not None
    field, codes = value.asks
    open_ = tuple(f for f in session.filled if f != field)
    doubting = replace(session, doubt=Doubt(field, codes), filled=open_)
    says = (*value.says, *prompt(doubting))
    return Turn(doubting, says, doubt_keys(codes), kept=value.kept)


def _miss(machine: Machine, session: Session, why: str) -> Turn:
    node = machine.node(session)
    session = replace(session, misses=session.misses + 1)
    if session.misses < PATIENCE:
        return saying(repeat(machine.flows, session), Line(f"common.{why}", {}))
    if isinstance(node, Ask):
        turn = enter(machine, replace(session, doubt=None, turn=session.turn + 1), node.next)
        return saying(turn, Line("common.go_on", {}))
    if session.channel == "voice":
        return replace(_leave(session), says=(Line("common.goodbye", {}),))
    return saying(repeat(machine.flows, session), Line(f"common.{why}", {}))


def _writes_plain(text: str, before: bool) -> bool:
    """Whether a caller writes Vietnamese without accents.

    Few words tell nothing: SAI and XONG have no accents, nor has "ga Ueno" or "Osaka".
    """
    if not text.isascii() and _accented(text):
        return False
    return before or text.count(" ") >= WORDS_THAT_TELL - 1


def _accented(text: str) -> bool:
    return any(c.isalpha() and not c.isascii() for c in unicodedata.normalize("NFC", text))
