"""One inbound message to one answer: open, step, seal, commit.

Rule 1: what a caller is thanked for is committed before the answer leaves.
Rule 2: a repeated event gets the same answer and changes nothing.
Rule 3: whatever was learned is sealed in the turn in which it was said.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from hotline.conversation import turn as machine
from hotline.conversation.changing import replace
from hotline.conversation.events import Begun, Event, Left, Recorded, Said
from hotline.conversation.flow import Flows, Nothing
from hotline.conversation.hearing import Line, Registers
from hotline.conversation.moving import CODE_LINES, Turn
from hotline.conversation.report import Kept
from hotline.conversation.session import Session, freeze, thaw
from hotline.intake import aside, calling_back, purge
from hotline.intake.coming_back import code_in, given, told
from hotline.intake.errors import Unavailable
from hotline.intake.floods import Crowd, apart, novel
from hotline.intake.messages import Answer, Inbound, Issued, Part, ReportId, Tag, freeze_part
from hotline.intake.ports import (
    Bell,
    Change,
    Codes,
    Committed,
    Conflict,
    Held,
    Receipts,
    Repeated,
    Rest,
    Rests,
    SealedPart,
    Sealer,
    Sessions,
    Spool,
    Throttle,
    Tracer,
)
from hotline.records.hour import hour

TRIES = 8  # turns of one caller at the same moment before we say that we are busy
TEXT_LIVES = 86_400  # seconds a text conversation may rest
CALL_LIVES = 14_400  # the longest call a provider allows is four hours

Reports = tuple[ReportId, ...]


@dataclass(frozen=True, slots=True)
class Ear:
    """Everything a turn needs, built once a process."""

    flows: Flows
    registers: Registers
    sessions: Sessions
    sealer: Sealer
    codes: Codes
    bell: Bell
    receipts: Receipts
    throttle: Throttle
    tracer: Tracer
    rests: Rests
    spool: Spool | None = None
    crowd: Crowd | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A session with the report it fills and the first report that it goes on from: whoever takes
    everything back, or has a code, means that one and all that follows it.

    `lookup` is the receipt that opens `of`; `code` is one that is being read out and keyed back.
    """

    session: Session
    report: ReportId | None = None
    follows: ReportId | None = None
    lookup: bytes = b""
    of: ReportId | None = None
    code: str = ""


def freeze_conversation(conversation: Conversation) -> str:
    """Six lines; still to be encrypted. JSON holds no line break."""
    c = conversation
    parts = (c.report or "", c.follows or "", c.lookup.hex(), c.of or "", c.code)
    return "\n".join((freeze(c.session), *parts))


def thaw_conversation(text: str | None) -> Conversation | None:
    """The conversation, or None where there is none that this version can read."""
    if text is None:
        return None
    frozen, report, follows, lookup, of, code, *_ = (*text.split("\n"), "", "", "")
    session = thaw(frozen)
    if session is None:
        return None
    return Conversation(session, _id(report), _id(follows), bytes.fromhex(lookup), _id(of), code)


def _id(text: str) -> ReportId | None:
    return ReportId(text) if text else None


def hear(ear: Ear, inbound: Inbound) -> Answer:
    """Answer one event of one caller. Raises Unavailable when it could not be kept."""
    try:
        return _converse(ear, inbound)
    except Unavailable:
        if (answer := _set_aside(ear, inbound)) is None:
            raise
        return answer


def _set_aside(ear: Ear, inbound: Inbound) -> Answer | None:
    """Keep what the event says by itself; None where it says nothing. Raises Unavailable.

    Twice is safe: the spool keeps an event once, and one that was committed after all is known by
    its claim when it is brought in.
    """
    session, kept = aside.learned(ear.flows, ear.registers, inbound)
    if ear.spool is None or not kept or code_in(inbound.event):
        return None
    at, report = inbound.event.at, ear.codes.report()
    part = Part(report, 1, hour(at), inbound.channel, session.locale, kept)
    answer = aside.kept_answer(session)
    sealed = ear.sealer.close(freeze_part(part))
    # A tracer would ask the store that is away for its key.
    trace = ear.sealer.close(_traced(inbound.trace, report)) if inbound.trace else b""
    ear.spool.keep(inbound.caller, answer, SealedPart(report, sealed, _minute(at), trace))
    return answer


def _converse(ear: Ear, inbound: Inbound) -> Answer:
    handed = False
    for _ in range(TRIES):
        held = ear.sessions.open(inbound.caller)
        if held.answered is not None:
            return held.answered
        before = thaw_conversation(held.state)
        if isinstance(inbound.event, Left) and (before is None or before.session.over):
            return Answer((), Nothing())
        if before is not None and inbound.channel == "voice" and _is_late(inbound, held):
            repeated = _answer(machine.repeat(ear.flows, before.session), held.version, before.code)
            if not isinstance(inbound.event, Recorded):
                return repeated
            change = _late_recording(ear, inbound, inbound.event, before, repeated)
        else:
            change = _change(ear, inbound, held, _begun_again(before, handed))
        result = ear.sessions.commit(held, change)
        match result:
            case Committed(rings=rings):
                if rings:
                    ear.bell.ring()
                return change.answer
            case Repeated(answer=answer):
                return answer
            case Conflict(handed=taken):
                handed = handed or taken
            case _:
                assert_never(result)
    raise Unavailable("busy")


def _is_late(inbound: Inbound, held: Held) -> bool:
    """A call step that was answered already, or whose call went on: it may change nothing. A page
    that shows another question than the one that stands."""
    return inbound.step is not None and inbound.step != held.version


def _event(inbound: Inbound, held: Held) -> Event:
    """What happened; words of a page that is late are marked so: its keys mean nothing any more."""
    event = inbound.event
    if inbound.channel == "web" and isinstance(event, Said) and _is_late(inbound, held):
        return replace(event, late=True)
    return event


def _late_recording(
    ear: Ear, inbound: Inbound, event: Recorded, before: Conversation | None, answer: Answer
) -> Change:
    """A recording that comes in when the call is over, or that belongs to a call which we know
    nothing of any more: a report of its own, filed at once."""
    report = ear.codes.report()
    kept = Kept("recording", {"reference": event.reference, "seconds": event.seconds})
    part = Part(
        report=report,
        turn=1,
        hour=hour(event.at),
        channel=inbound.channel,
        locale=before.session.locale if before else answer.locale,
        kept=(kept,),
        follows=_first(before),
    )
    return Change(
        state=freeze_conversation(before) if before else None,
        answer=answer,
        report=report,
        part=ear.sealer.close(freeze_part(part)),
        opens=True,
        doing="unfinished",
        trace=_trace(ear, inbound, report),
        minute=_minute(event.at),
        seconds_to_live=CALL_LIVES,
    )


def _begun_again(before: Conversation | None, handed: bool) -> Conversation | None:
    """A report that was handed over is closed: whatever comes now follows it."""
    if before is None or not handed:
        return before
    return replace(before, report=None, follows=_first(before))


def _first(before: Conversation | None) -> ReportId | None:
    """The report that whatever comes next follows."""
    return before.follows or before.report if before else None


def _change(ear: Ear, inbound: Inbound, held: Held, before: Conversation | None) -> Change:
    if before is None and isinstance(inbound.event, Recorded):
        lost = aside.kept_answer(machine.fresh(ear.flows, inbound.channel))  # we cannot go on now
        return _late_recording(ear, inbound, inbound.event, None, lost)
    outdated = before is not None and not machine.known(ear.flows, before.session)
    now = before if before is not None and not outdated else _fresh(ear, inbound, before)
    event = _event(inbound, held)
    hands = (before.report,) if outdated and before and before.report else ()
    if before is None and (rested := _rested(ear, inbound)):
        session = calling_back.offered(rested.session)
        now = Conversation(session, None, _first(rested))
        hands = (rested.report,) if rested.report else ()  # no call has told that it was over
    if back := given(ear.receipts, ear.throttle, inbound.channel, event, now.code):
        event, found = back.event, back.found
        if found:
            hands = (*hands, *((now.report,) if now.report else ()))
            now = Conversation(now.session, None, found.report, found.lookup, found.report)
    if inbound.channel == "voice" and _unknown_step(inbound, before):
        event = Begun(event.at)  # a later step of a call we do not know: begin it
    turn = machine.step(ear.flows, now.session, event, ear.registers)
    if outdated:
        turn = replace(turn, says=(Line("common.outdated", {}), *turn.says))
    return _commit_of(ear, inbound, held, now, turn, hands)


def _rested(ear: Ear, inbound: Inbound) -> Conversation | None:
    """The call of this number that broke off, and may be gone on with."""
    if inbound.line is None or not isinstance(inbound.event, Begun):
        return None
    text = calling_back.found(ear.rests.find(inbound.line), inbound.event.at)
    rested = thaw_conversation(text)
    if rested is None or not machine.known(ear.flows, rested.session):
        return None
    return rested


def _rest(inbound: Inbound, now: Conversation, turn: Turn, after: Conversation) -> Rest | None:
    """What is left for the next call of this number; None leaves what lies there as it is."""
    if inbound.line is None:
        return None
    asked = now.session.doubt is not None and now.session.doubt.field == "call"
    left = turn.outcome == "left"
    stands = now.session if left else turn.session
    opened = bool(now.lookup or after.lookup)
    if not asked and not stands.over and calling_back.may_rest(stands, opened):
        here = Conversation(stands, now.report if left else after.report, after.follows)
        frozen = freeze_conversation(here)
        return Rest(inbound.line, calling_back.noted(frozen, inbound.event.at, left))
    gone = turn.anew or (not asked and calling_back.may_rest(now.session, bool(now.lookup)))
    return Rest(inbound.line, None) if gone else None


def _unknown_step(inbound: Inbound, before: Conversation | None) -> bool:
    return inbound.step is not None and before is None and not isinstance(inbound.event, Left)


def _fresh(ear: Ear, inbound: Inbound, before: Conversation | None) -> Conversation:
    return Conversation(machine.fresh(ear.flows, inbound.channel), None, _first(before))


def _commit_of(
    ear: Ear, inbound: Inbound, held: Held, now: Conversation, turn: Turn, hands: Reports
) -> Change:
    """What a turn changes, and what becomes of session and report when it was the last."""
    report, part, flooded = now.report, None, False
    if turn.kept or (turn.takes_back is not None and report):
        flooded = report is None and _stands_apart(ear, inbound, turn, now.follows is not None)
        report = report or ear.codes.report()
        part = ear.sealer.close(freeze_part(_part(inbound, report, now, turn, flooded)))
    code, issued = _issue(ear, turn, now.follows or report)
    told_after = _after(now, turn, report, code, issued)
    after: Conversation | None = told_after
    doing: Literal["submit", "unfinished"] | None = None
    erases: Reports = ()
    forgets = (now.lookup,) if now.lookup and (issued or turn.outcome == "discard") else ()
    if turn.outcome == "discard":
        erases = tuple(r for r in (report, now.follows) if r)
        after, report, part = None, None, None
    elif turn.outcome and report:
        doing = "submit" if turn.outcome == "submit" else "unfinished"
    return Change(
        state=freeze_conversation(after) if after else None,
        answer=_answer(turn, held.version + 1, code or now.code, flooded),
        report=report,
        part=part,
        opens=part is not None and now.report is None,
        stands=f"{inbound.channel} {'' if turn.session.over else turn.session.place}",
        doing=doing,
        hands=hands,
        erases=erases,
        issues=issued,
        forgets=forgets,
        confirms=turn.confirms,
        trace=_trace(ear, inbound, report),
        rests=_rest(inbound, now, turn, told_after),
        gone=_tags(inbound) if turn.outcome == "discard" else (),
        minute=_minute(inbound.event.at),
        seconds_to_live=CALL_LIVES if inbound.channel == "voice" else TEXT_LIVES,
    )


def _tags(inbound: Inbound) -> tuple[Tag, ...]:
    """By what this caller's parts are known, in whichever spool they still wait: they go too."""
    days = (inbound.caller.today, inbound.caller.yesterday)
    return tuple(day.session for day in days if day)


def _trace(ear: Ear, inbound: Inbound, report: ReportId | None) -> bytes | None:
    """A note of what lies at the provider: it may go when this turn's report is filed."""
    if inbound.trace is None:
        return None
    return ear.tracer.close(_traced(inbound.trace, report))


def _traced(trace: purge.Trace, report: ReportId | None) -> bytes:
    return purge.write(replace(trace, report=report or ""))


def _issue(ear: Ear, turn: Turn, report: ReportId | None) -> tuple[str, Issued | None]:
    """A new code and what makes it open `report`; none where nothing was reported."""
    if not turn.issues or report is None:
        return "", None
    code = ear.codes.receipt()
    return code, ear.receipts.issue(code, report)


def _after(
    now: Conversation, turn: Turn, report: ReportId | None, code: str, issued: Issued | None
) -> Conversation:
    """The conversation after a turn: a report that was handed over is what comes next follows."""
    over = bool(turn.outcome and report)
    follows = None if turn.anew else now.follows or (report if over else None)
    lookup, of = (issued.lookup, now.follows or report) if issued else (now.lookup, now.of)
    if of not in (report, follows):
        lookup, of = b"", None
    reading = code or now.code if turn.session.place in CODE_LINES else ""
    return Conversation(turn.session, None if over else report, follows, lookup, of, reading)


def _stands_apart(ear: Ear, inbound: Inbound, turn: Turn, further: bool) -> bool:
    """Whether a report that begins now comes in a flood; never when that cannot be known."""
    if ear.crowd is None or (novel(turn.kept) and not further):
        return False
    try:
        counts = ear.crowd.joins(inbound.caller.today.session, int(inbound.event.at.timestamp()))
    except Unavailable:
        return False
    return apart(*counts, turn.kept, turn.says)


def _part(
    inbound: Inbound, report: ReportId, now: Conversation, turn: Turn, stands_apart: bool
) -> Part:
    return Part(
        report=report,
        turn=turn.session.turn,
        hour=hour(inbound.event.at),
        channel=inbound.channel,
        locale=turn.session.locale,
        kept=turn.kept,
        takes_back=turn.takes_back,
        follows=now.follows,
        apart=stands_apart,
    )


def _answer(turn: Turn, version: int, code: str = "", flooded: bool = False) -> Answer:
    now = turn.session
    expects = turn.expects if not now.over else Nothing()
    return Answer(told(turn.says, code), expects, now.locale, now.plain, version, now.slow, flooded)


def _minute(at: datetime) -> int:
    """Seconds since 1970, rounded down to the minute: how idle conversations are found."""
    return int(at.timestamp()) // 60 * 60
