"""One turn of a conversation.

Rule 1: nothing here waits, stores, sends or reads a clock.
Rule 2: whatever a caller says, step() returns.
Rule 3: what is said leaves in the turn in which it came (`Turn.kept`); the session keeps names.
"""

from typing import assert_never

from hotline.conversation.afterwards import go_on
from hotline.conversation.changing import replace
from hotline.conversation.commands import command_in, obey, then_person, with_keys
from hotline.conversation.events import (
    Begun,
    Checked,
    Envelope,
    Event,
    Keyed,
    Left,
    Recorded,
    Returned,
    Said,
    Silent,
    Talked,
)
from hotline.conversation.flow import (
    Ask,
    Choose,
    Flows,
    Nothing,
    Option,
)
from hotline.conversation.hearing import (
    NO,
    YES,
    Line,
    Registers,
    Unclear,
    Value,
    command,
    plain,
    spoken_key,
)
from hotline.conversation.moving import (
    BACK,
    FRESH,
    OFFERED,
    Machine,
    Turn,
    doubt_keys,
    enter,
    fresh,
    none_of_them,
    prompt,
    repeat,
    saying,
)
from hotline.conversation.report import Field, Kept
from hotline.conversation.session import Doubt, Session, Step
from hotline.conversation.tongue import as_written

__all__ = ["Turn", "fresh", "known", "repeat", "step"]

PATIENCE = 3  # misses at one place before we go on without the answer
LONGEST_KEYS = 24
_INTENT = "intent"  # what the door of every flow asks for
_CHOSEN: tuple[Field, ...] = ("kind",)  # fields that menus fill


def known(flows: Flows, session: Session) -> bool:
    """Whether this release still has the flow, version and node the session stands in."""
    flow = flows.by_id.get(session.flow)
    return flow is not None and flow.version == session.version and session.node in flow.nodes


def step(flows: Flows, session: Session, event: Event, registers: Registers) -> Turn:
    """Answer one event. Never fails on what a caller says.

    A session that is fresh or over is begun first; then the event is heard at the first question,
    unless it only goes on from what was handed over.
    """
    machine = Machine(flows, registers)
    if session.over:
        if (further := go_on(machine, session, event)) is not None:
            return further
        session = fresh(flows, session.channel, session.locale, session.plain)
    if isinstance(event, Said):
        session = as_written(session, event.text)
    if isinstance(event, Left):
        return _leave(session)
    if isinstance(machine.node(session), Ask | Choose):
        return _answer(machine, session, event)
    opened = enter(machine, session, session.node)
    if isinstance(event, Begun):
        return with_keys(machine, opened)
    return _answer(machine, opened.session, event)


def _answer(machine: Machine, session: Session, event: Event) -> Turn:
    word = command_in(machine, session, event)
    if word is not None:
        return obey(machine, session, word, event.at)
    match event:
        case Begun():
            return repeat(machine.flows, session)
        case Silent():
            return _miss(machine, session, "unheard")
        case Left():
            return _leave(session)
        case Said() | Keyed() | Recorded():
            return _told(machine, session, event)
        case Envelope():
            return _keep_envelope(machine, session, event)
        case Talked(answered=answered):
            line = Line("common.person_over" if answered else "common.person_missed", {})
            return saying(repeat(machine.flows, replace(session, misses=0)), line)
        case Returned():
            return _come_back(machine, session, event)
        case Checked():
            return _check(machine, session, event)
        case _:
            assert_never(event)


def _told(machine: Machine, session: Session, event: Said | Keyed | Recorded) -> Turn:
    turn = _hear(machine, session, event)
    if isinstance(event, Recorded) and event.closed == "0":
        return then_person(machine, turn, event.at)
    return turn


def _keep_envelope(machine: Machine, session: Session, event: Envelope) -> Turn:
    """Words that nothing here can read: kept, and the question that stands is asked again. Its
    answer tells where help is in danger, which nobody knows; whoever said nothing else reports."""
    kept, choices = Kept("envelope", event.box), {_INTENT: session.choices.get(_INTENT, "report")}
    turn = _take(machine, session, Value((kept,), choices), answered=False, arrow=session.place)
    return saying(turn, Line("common.envelope", {}))


def _leave(session: Session) -> Turn:
    return Turn(replace(session, over=True), (), Nothing(), outcome="left")


def _come_back(machine: Machine, session: Session, event: Returned) -> Turn:
    """What a code opens: how far it is, what was answered, what can be done with it. One that opens
    only once is followed by another: written beside, or read out and keyed back first."""
    if event.why:
        return saying(repeat(machine.flows, session), Line(f"common.code_{event.why}", {}))
    anew = fresh(machine.flows, session.channel, session.locale, session.plain)
    reads = event.once and session.channel == "voice"
    entered = enter(machine, replace(anew, slow=session.slow), FRESH if reads else BACK)
    says = [Line(f"common.code_{event.state}", {})]
    says += [Line("common.code_answer", {"answer": answer}) for answer in event.answers]
    if event.once:
        says.append(Line("common.code_once", {}))
        says += [] if reads else [Line("common.code", {})]
    return replace(saying(entered, *says), issues=event.once)


def _check(machine: Machine, session: Session, event: Checked) -> Turn:
    """A code that was keyed back: go on when it is right, read it again when not."""
    node = machine.node(session)
    if not isinstance(node, Ask) or not event.right:
        return _miss(machine, session, "code_differs")
    onwards = enter(machine, replace(session, turn=session.turn + 1, misses=0), node.next)
    return replace(saying(onwards, Line("common.code_right", {})), confirms=True)


def _hear(machine: Machine, session: Session, event: Said | Keyed | Recorded) -> Turn:
    node = machine.node(session)
    if isinstance(event, Said) and event.late:
        return _hear_late(machine, session, event)
    if isinstance(event, Keyed) and not _plausible(event.keys):
        return _miss(machine, session, "not_an_option")
    if session.doubt and (picked := _picked(session, session.doubt, event)) is not None:
        return _settle(machine, session, session.doubt, picked)
    if session.doubt and _is_short_number(event):
        return _miss(machine, session, "not_an_option")
    if isinstance(node, Choose) and (option := _option(machine, session, node, event)):
        return _choose(machine, session, node, option)
    hearing = node.hears if isinstance(node, Ask | Choose) else None
    if hearing is None or (isinstance(node, Choose) and isinstance(event, Keyed)):
        return _miss(machine, session, "not_an_option")
    heard = machine.registers.hearings[hearing](event, session)
    if isinstance(heard, Unclear):
        return _miss(machine, session, heard.why)
    return _take(machine, session, heard)


def _hear_late(machine: Machine, session: Session, event: Said) -> Turn:
    """Words of a page that showed an earlier question: kept, whatever they answered, and the
    question that stands is asked again. A number belonged to the earlier question, and so did
    SAI: they choose and take back nothing here."""
    if not any(c.isalpha() for c in event.text) or command(event.text):
        return _old_page(machine, session)
    if isinstance(machine.node(session), Choose):
        return _hear(machine, session, replace(event, late=False))
    heard = machine.registers.hearings["more"](event, session)
    if isinstance(heard, Unclear) or not heard.kept:
        return _old_page(machine, session)
    turn = _take(machine, session, heard, answered=False, arrow=session.place)
    return saying(turn, Line("common.old_page_kept", {}))


def _old_page(machine: Machine, session: Session) -> Turn:
    return saying(repeat(machine.flows, session), Line("common.old_page", {}))


def _plausible(keys: str) -> bool:
    return 0 < len(keys) <= LONGEST_KEYS


def _picked(session: Session, doubt: Doubt, event: Said | Keyed | Recorded) -> str | None:
    """The code picked by number, "" for none of them, None when it is no number in range."""
    match event:
        case Said(text=text) if session.channel == "voice":
            number = _spoken_pick(session, doubt, text)
        case Said(text=text) | Keyed(keys=text):
            number = text.strip().rstrip("#.)")
        case _:
            return None
    if number == none_of_them(session):
        return ""
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= len(doubt.codes[:OFFERED]):
        return doubt.codes[int(number) - 1]
    return None


def _spoken_pick(session: Session, doubt: Doubt, text: str) -> str:
    """The key that words stand for; yes is the only one offered, no is none."""
    said = plain(text)
    if said in NO:
        return none_of_them(session)
    if said in YES and len(doubt.codes) == 1:
        return "1"
    return spoken_key(text) or ""


def _is_short_number(event: Said | Keyed | Recorded) -> bool:
    """A number that can only be meant as a choice, though none of those offered."""
    match event:
        case Said(text=text) | Keyed(keys=text):
            return len(text.strip()) < 3 and text.strip().rstrip("#").isdigit()
        case _:
            return False


def _settle(machine: Machine, session: Session, doubt: Doubt, code: str) -> Turn:
    settled = replace(session, doubt=None)
    if doubt.field == "call":
        return _go_on(machine, settled) if code == "on" else _anew(machine, session)
    if not code and (others := doubt.codes[OFFERED:]):
        return repeat(machine.flows, replace(session, doubt=Doubt(doubt.field, others), misses=0))
    node = machine.node(session)
    if not code and isinstance(node, Ask) and node.fills == doubt.field:
        return _miss(machine, settled, "no_such")  # none of those offered: name it another way
    value = machine.registers.settle(doubt.field, code) if code else Value()
    return _take(machine, settled, value, answered=bool(code))


def _go_on(machine: Machine, session: Session) -> Turn:
    """An earlier call goes on. What was chosen in it from closed lists goes into the new report,
    which follows the earlier one; behind this nothing can be taken back."""
    kept = tuple(Kept(f, value) for f, value in session.choices.items() if f in _CHOSEN)
    step = Step("", session.turn + 1, (), True)
    trail = (step,) if kept else ()
    going = replace(session, turn=session.turn + 1, trail=trail, misses=0)
    return replace(with_keys(machine, repeat(machine.flows, going)), kept=kept)


def _anew(machine: Machine, session: Session) -> Turn:
    begun = replace(fresh(machine.flows, session.channel, session.locale), slow=session.slow)
    begun = replace(begun, turn=session.turn + 1)
    return replace(with_keys(machine, enter(machine, begun, begun.node)), anew=True)


def _option(
    machine: Machine, session: Session, node: Choose, event: Said | Keyed | Recorded
) -> Option | None:
    match event:
        case Said(text=text) if session.channel == "voice":
            key = spoken_key(text) or _labelled(machine, session, node, plain(text))
            return node.options.get(key)
        case Said(text=text):
            key = text.strip().rstrip("#.)")
            return node.options.get(key) or node.options.get(_pressed(machine, session, node, text))
        case Keyed(keys=keys):
            return node.options.get(keys.rstrip("#.)"))
        case _:
            return None


def _pressed(machine: Machine, session: Session, node: Choose, text: str) -> str:
    """The key whose label was written whole, as a button sends it. A button of an earlier question
    has another label, and stays words."""
    texts = machine.flows.by_id[session.flow].texts
    return next(
        (k for k in node.options if plain(texts[f"{node.name}.{k}"].written) == plain(text)), ""
    )


def _labelled(machine: Machine, session: Session, node: Choose, words: str) -> str:
    """The key whose label these words are a part of; none where they may be of two."""
    if words.count(" ") < 1:
        return ""
    texts = machine.flows.by_id[session.flow].texts
    found = [k for k in node.options if words in plain(texts[f"{node.name}.{k}"].spoken)]
    return found[0] if len(found) == 1 else ""


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
        trail=_trail(session, taken),
        misses=0,
        doubt=None,
    )
    if value.asks:
        return _doubt(after, value)
    going = arrow or (node.next if isinstance(node, Ask | Choose) and node.next else session.node)
    entered = enter(machine, after, going)
    return replace(entered, says=(*value.says, *entered.says), kept=value.kept)


def _trail(session: Session, taken: Step) -> tuple[Step, ...]:
    """The answers that can be taken back. A caller with keys goes back through menus as well, and
    through each of them once."""
    if taken.told or taken.fields:
        return (*session.trail, taken)
    if session.channel != "voice":
        return session.trail
    before = (s for s in session.trail if s.told or s.fields or s.node != taken.node)
    return (*before, taken)


def _doubt(session: Session, value: Value) -> Turn:
    assert value.asks is not None
    field, codes = value.asks
    open_ = tuple(f for f in session.filled if f != field)
    doubting = replace(session, doubt=Doubt(field, codes), filled=open_)
    says = (*value.says, *prompt(doubting))
    return Turn(doubting, says, doubt_keys(doubting), kept=value.kept)


def _miss(machine: Machine, session: Session, why: str) -> Turn:
    node = machine.node(session)
    session = replace(session, misses=session.misses + 1)
    if session.misses < PATIENCE:
        turn = saying(repeat(machine.flows, session), Line(f"common.{why}", {}))
        return with_keys(machine, turn) if session.misses > 1 else turn
    if isinstance(node, Ask) and not (session.doubt and session.doubt.field == "call"):
        turn = enter(machine, replace(session, doubt=None, turn=session.turn + 1), node.next)
        return saying(turn, Line("common.go_on", {}))
    if session.channel == "voice":
        return replace(_leave(session), says=(Line("common.goodbye", {}),))
    return saying(repeat(machine.flows, session), Line(f"common.{why}", {}))
