"""The sealed parts of a report to one filed tip.

Running it twice is safe at every point: parts are only read, the case book files an id once, and
the outbox forgets a report only after that.
"""

import base64
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from hotline.conversation import receipt
from hotline.conversation.events import Said
from hotline.conversation.report import Kept
from hotline.conversation.session import Session
from hotline.intake import learned, purge
from hotline.intake.errors import HotlineError, Unavailable
from hotline.intake.messages import Due, HandedOver, Part, ReportId, thaw_part
from hotline.intake.ports import Attachments, CaseBook, Opener, Outbox, Sealer
from hotline.intake.recordings import MEDIA_TYPE
from hotline.records import voice_note
from hotline.records.merge import Told, attachment_id, merge, recordings
from hotline.records.tip import Sought, Tip, problems, to_json
from hotline.understanding import looks
from hotline.understanding.letters import printable
from hotline.understanding.message import redact, understand

LEASE = 10  # seconds a worker has for a report before another may take it
BATCH = 20
AT_ONCE = 200  # reports of one round
NOT_OPENED = "[Lời khoá trong trình duyệt, không có khóa nào mở được.]"
LONGEST_WAIT = 900  # seconds between two tries, at most

Outcome = Literal["filed", "again", "dead", "empty", "erased"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the worker needs: where reports wait, what opens them, where tips live."""

    outbox: Outbox
    opener: Opener
    sealer: Sealer
    casebook: CaseBook
    shelf: Attachments
    pressed: Callable[[bytes], bytes]  # µ-law samples as an mp3


def drain(desk: Desk, clock: Callable[[], int], most: int = AT_ONCE) -> Counter[str]:
    """Hand over what is due; counts by outcome. Raises Unavailable.

    At most `most` reports: then deliveries and the rest of a worker's round have their turn, and
    whoever looks for what is due rings again.
    """
    counts = Counter[str]()
    for _ in range(most // BATCH):
        batch = desk.outbox.lease(clock(), LEASE, BATCH)
        if not batch:
            break
        counts.update(hand_over(desk, batch, clock()))
    return counts


def hand_over(desk: Desk, batch: Sequence[Due], now: int) -> list[Outcome]:
    """What becomes of each of some reports: filed, erased, tried later, or set aside with a reason
    code. They are filed together, for one sync, and one by one when that fails."""
    outcomes, made = list[Outcome](), list[_Made]()
    for due in batch:
        try:
            made.append(_made(desk, due))
        except _FAULTS as error:
            outcomes.append(_put_off(desk, due, error, now))
    together = _filed_together(desk, made)
    outcomes += _finish(desk, [one for one in made if not one.boxes], together, now)
    for one in made:
        if one.boxes:  # sound takes its time: nothing else waits for it
            outcomes += _finish(desk, [one], together, now)
    return outcomes


def _finish(desk: Desk, made: Sequence["_Made"], filed: bool, now: int) -> Iterator[Outcome]:
    """File what is not `filed` yet, put sound on its shelf, and let the outbox forget them all."""
    over = []
    for one in made:
        try:
            if one.tip is not None and not filed:
                desk.casebook.file(one.tip, one.apart)
            if one.tip is not None and one.boxes:
                _shelve(desk, one.tip, one.boxes)
        except _FAULTS as error:
            yield _put_off(desk, one.over.due, error, now)
        else:
            over.append(one)
    desk.outbox.done(*(one.over for one in over))
    yield from (one.outcome for one in over)


_FAULTS = (HotlineError, ValueError, KeyError, TypeError)


def _put_off(desk: Desk, due: Due, error: Exception, now: int) -> Outcome:
    if isinstance(error, Unavailable):
        desk.outbox.later(due, now + wait(due.attempts))
        return "again"
    desk.outbox.dead(due, error.code if isinstance(error, HotlineError) else "unreadable")
    return "dead"


def _filed_together(desk: Desk, made: Sequence["_Made"]) -> bool:
    try:
        desk.casebook.file_all([(one.tip, one.apart) for one in made if one.tip is not None])
    except HotlineError:
        return False
    return True


def wait(attempts: int) -> int:
    """Seconds until the next try: 1, 2, 4 … up to a quarter of an hour."""
    return int(min(LONGEST_WAIT, 2 ** min(attempts, 10)))


def tip_of(report: ReportId, parts: Sequence[Part], complete: bool) -> Tip | None:
    """The tip of a report's parts, redacted; None when nothing of it still stands."""
    told = [
        Told(
            turn=part.turn,
            hour=part.hour,
            channel=part.channel,
            locale=part.locale,
            kept=part.kept,
            takes_back=part.takes_back,
            follows=tip_id(part.follows) if part.follows else None,
        )
        for part in parts
    ]
    tip = merge(tip_id(report), told, complete, redacted)
    return None if tip is None else _seen(tip)


def _seen(tip: Tip) -> Tip:
    """With age and gender of the one who is sought, where the words tell them of nobody else and
    they were not given by themselves."""
    people = tip.people
    alone = (people.count or 1) == 1 and len(people.sought) < 2
    if not alone or tip.role not in ("relative", "witness"):
        return tip
    one = people.sought[0] if people.sought else Sought()
    gender = looks.gender(tip.narrative) if tip.role == "relative" else None
    age = looks.age(tip.narrative) if one.age is None else one.age
    seen = replace(one, age=age, gender=one.gender or gender)
    return tip if seen == Sought() else replace(tip, people=replace(people, sought=(seen,)))


def tip_id(report: ReportId) -> str:
    """The id of a tip: the report's random 128 bits, written as a UUID."""
    return str(uuid.UUID(report))


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a report: its tip, and the `boxes` of a browser that hold sound for it."""

    outcome: Outcome
    over: HandedOver
    tip: Tip | None = None
    apart: bool = False
    boxes: tuple[str, ...] = ()


def _made(desk: Desk, due: Due) -> _Made:
    if due.doing == "erase":
        desk.casebook.take_back(tip_id(due.report))
        return _Made("erased", HandedOver(due))
    told = [thaw_part(desk.opener.open(sealed)) for sealed in due.parts]
    parts = disclosed(desk, told)
    if any(part.report != due.report for part in parts):
        raise ValueError("a part of another report")
    traces = tuple(_spooled(desk, parts))
    tip = tip_of(due.report, parts, due.doing == "submit")
    if tip is None:
        return _Made("empty", HandedOver(due, traces=traces))
    if problems(to_json(tip)):
        raise ValueError("not a tip")
    over = HandedOver(due, tuple(_fetches(desk, tip, parts)), traces)
    boxes = (str(k.value) for p in told for k in p.kept if k.field == "envelope")
    sound = tuple(boxes) if tip.attachments else ()
    return _Made("filed", over, tip, any(part.apart for part in parts), sound)


def disclosed(desk: Desk, parts: Sequence[Part]) -> list[Part]:
    """Parts in which what a browser sealed is open: its words, and what is understood of them where
    nothing else of the report says it. What no key opens is said to be there."""
    known = tuple({k.field for part in parts for k in part.kept})
    return [replace(part, kept=tuple(_all_of(desk, part, known))) for part in parts]


def _all_of(desk: Desk, part: Part, known: tuple[str, ...]) -> Iterator[Kept]:
    for kept in part.kept:
        yield from _disclosed(desk, part, kept, known)


def _disclosed(desk: Desk, part: Part, kept: Kept, known: tuple[str, ...]) -> tuple[Kept, ...]:
    if kept.field != "envelope":
        return (kept,)
    try:
        plain = desk.opener.open(base64.b64decode(str(kept.value)))
        if plain.startswith(voice_note.MAGIC):
            note = voice_note.read(plain)
            return (Kept("voice", {"mark": note.mark, "seconds": note.seconds}),)
    except ValueError:
        return (Kept("said", NOT_OPENED),)
    words = plain.decode("utf-8", "replace")
    event = Said(datetime.fromisoformat(part.hour), printable(words))
    session = Session("web", "", 0, "", filled=known)
    return learned.said(event, session, understand(event.text, event.at)).kept


def _shelve(desk: Desk, tip: Tip, boxes: Sequence[str]) -> None:
    """Voice notes of a filed tip, where its recordings lie. They were disguised in the browser."""
    wanted, brought = {a.id for a in tip.attachments}, set[str]()
    for box in boxes:
        with suppress(ValueError):
            note = voice_note.read(desk.opener.open(base64.b64decode(box)))
            name = attachment_id(tip.id, note.mark)
            if name in wanted:
                sound = desk.pressed(note.samples)
                desk.shelf.put(
                    tip.id, name, MEDIA_TYPE, sound, seconds=note.seconds, disguised=True
                )
                brought.add(name)
    if brought:
        desk.casebook.amend(tip.id, partial(_here, brought))


def _here(brought: Set[str], tip: Tip) -> Tip:
    told = (
        replace(a, held="here", disguised=True) if a.id in brought else a for a in tip.attachments
    )
    return replace(tip, attachments=tuple(told))


def _spooled(desk: Desk, parts: Sequence[Part]) -> Iterator[bytes]:
    """Messages that came in by the spool of an earlier release, which wrote no note about them."""
    for part in parts:
        if part.trace:
            yield desk.sealer.close(purge.write(purge.Trace("message", part.trace)))


def _fetches(desk: Desk, tip: Tip, parts: Sequence[Part]) -> Iterator[bytes]:
    """Recordings that still lie at the provider, sealed again: tip, attachment, reference.

    Sealing differs each time; a worker that dies in between leaves one entry, never two, because
    the outbox takes them in the same script that forgets the report.
    """
    for reference, _ in recordings([k for p in parts for k in p.kept]):
        note = {"tip": tip.id, "attachment": attachment_id(tip.id, reference), "at": reference}
        yield desk.sealer.close(json.dumps(note).encode())


def redacted(text: str) -> tuple[str, Mapping[str, int]]:
    """Without identifiers of anybody, and without the caller's own way back."""
    text, codes = receipt.scrub(text)
    clean, counts = redact(text)
    return clean, {**counts, "receipt": codes} if codes else counts
