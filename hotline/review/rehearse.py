"""Plays a conversation written down in a file, turn by turn, and writes down what it hears.

A transcript reads:

    # what it is about
    @ sms            a channel: sms, whatsapp, messenger, voice, web
    > words          what the caller says; on `voice` digits, * and # are keys pressed
    < texts          names of the texts said
    = outcome kept   when a conversation ends, and at the end of the file: what stands

`>` also takes (silent), (left), (picture), (recorded 41) or, closed by a key, (recorded 41 0), a
receipt's code with what it opens, as in (code seen), (code unknown), (code slip), one keyed back,
(right) or (wrong), and what comes of a call to a person, (talked) or (no answer). The session is
frozen to JSON and thawed before every event, as between two turns of a real conversation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, cast, get_args

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
    Talked,
)
from hotline.conversation.flow import Flows
from hotline.conversation.hearing import Registers
from hotline.conversation.report import Kept
from hotline.conversation.session import Channel, Session, freeze, thaw
from hotline.conversation.turn import Turn, fresh, step

__all__ = ["BadTranscript", "Stage", "Transcript", "Turn", "begin", "play", "turn"]

JAPAN = timezone(timedelta(hours=9))
BEGINS = datetime(2026, 11, 23, 19, 0, tzinfo=JAPAN)
APART = timedelta(minutes=1)
RECORDED = re.compile(r"\(recorded (\d+)(?: ([0#]))?\)")


class BadTranscript(Exception):
    """A transcript that cannot be played; the text says why."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Title, channel, and what the caller does, line by line."""

    title: str
    channel: Channel
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A rehearsal between two turns: the frozen session, what was kept and in which turn."""

    session: str
    kept: tuple[tuple[int, Kept], ...] = ()
    lines: tuple[str, ...] = ()
    visited: tuple[str, ...] = ()
    open: bool = True


def read_transcript(text: str) -> Transcript:
    """What a file tells to play; its `<` and `=` lines are not looked at. Raises BadTranscript."""
    lines = text.splitlines()
    titles = [line[1:].strip() for line in lines if line.startswith("#")]
    channels = [line[1:].strip() for line in lines if line.startswith("@")]
    if len(channels) != 1 or channels[0] not in get_args(Channel):
        raise BadTranscript(f"needs one line '@ channel': {', '.join(get_args(Channel))}")
    said = tuple(line[1:].strip() for line in lines if line.startswith(">"))
    return Transcript(titles[0] if titles else "", cast(Channel, channels[0]), said)


def play(flows: Flows, registers: Registers, transcript: Transcript) -> Stage:
    """The whole conversation; a call begins before anything is said."""
    stage, _ = begin(flows, registers, transcript.channel)
    for said in transcript.said:
        stage, _ = turn(flows, registers, stage, said)
    return stage


def written_down(transcript: Transcript, stage: Stage) -> str:
    """The transcript as a file, with what was heard."""
    head = (f"# {transcript.title}", f"@ {transcript.channel}")
    return "\n".join((*head, *stage.lines, *closing(stage))) + "\n"


def begin(flows: Flows, registers: Registers, channel: Channel) -> tuple[Stage, Turn | None]:
    """The stage before the caller says anything; a call is answered with an opening turn."""
    stage = Stage(freeze(fresh(flows, channel)))
    return _turn(flows, registers, stage, Begun(BEGINS)) if channel == "voice" else (stage, None)


def turn(flows: Flows, registers: Registers, stage: Stage, said: str) -> tuple[Stage, Turn]:
    """One more line of the caller, with the turn that answers it."""
    session = _thawed(stage)
    at = BEGINS + APART * sum(line.startswith(">") for line in stage.lines)
    heard = replace(stage, lines=(*stage.lines, f"> {said}".rstrip()))
    return _turn(flows, registers, heard, event(session.channel, said, at))


def closing(stage: Stage) -> tuple[str, ...]:
    """The line that says what stands, when no outcome said it."""
    return (_outcome("open", stage.kept),) if stage.open and stage.kept else ()


def event(channel: Channel, said: str, at: datetime) -> Event:
    """What a line of a transcript stands for."""
    if found := RECORDED.fullmatch(said):
        return Recorded(at, "RE" + "0" * 32, int(found[1]), found[2] or "")
    match said:
        case "(silent)":
            return Silent(at)
        case "(left)":
            return Left(at)
        case "(picture)":
            return Said(at, "", pictures=1)
        case "(right)" | "(wrong)":
            return Checked(at, said == "(right)")
        case "(talked)" | "(no answer)":
            return Talked(at, said == "(talked)")
        case "(code slip)" | "(code unknown)" | "(code later)":
            return Returned(at, cast(Any, said[6:-1]))
        case "(code once)":
            return Returned(at, once=True)
        case "(code new)" | "(code seen)" | "(code closed)":
            return Returned(at, None, said[6:-1], ("Da tim thay.",) if "seen" in said else ())
    keyed = channel == "voice" and re.fullmatch(r"[0-9*#]+", said)
    return Keyed(at, said) if keyed else Said(at, said)


def _turn(flows: Flows, registers: Registers, stage: Stage, event: Event) -> tuple[Stage, Turn]:
    before = _thawed(stage)
    turn = step(flows, before, event, registers)
    kept = () if before.over else stage.kept
    kept = tuple((at, k) for at, k in kept if at != turn.takes_back)
    kept = (*kept, *((turn.session.turn, k) for k in turn.kept))
    says = f"< {' '.join(line.name for line in turn.says)}".rstrip()
    ended = (_outcome(turn.outcome, kept),) if turn.outcome else ()
    return (
        Stage(
            freeze(turn.session),
            () if turn.outcome else kept,
            (*stage.lines, says, *ended),
            (*stage.visited, *(line.name for line in turn.says), turn.session.place),
            turn.outcome is None,
        ),
        turn,
    )


def _thawed(stage: Stage) -> Session:
    session = thaw(stage.session)
    if session is None:
        raise BadTranscript("the session did not survive freezing")
    return session


def _outcome(outcome: str, kept: Sequence[tuple[int, Kept]]) -> str:
    last = {} if outcome == "discard" else {k.field: k for _, k in kept}
    return " ".join(("=", outcome, *(_shown(k) for k in last.values())))


def _shown(kept: Kept) -> str:
    """A field by name; words from closed lists and counts with their value, stories without."""
    return f"{kept.field}={kept.value}" if kept.field in ("kind", "role", "count") else kept.field
