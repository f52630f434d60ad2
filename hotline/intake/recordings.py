"""A recording's way: from the provider, through the disguise, into the case book; then it is
deleted there.

Rule 1: nobody hears the voice itself: it is disguised before it is stored, and kept nowhere else.
Rule 2: the provider's copy is deleted only when ours is stored, or when there is nothing to store.
Rule 3: whatever a recording is, the tip stays and the next recording has its turn.
Running it twice is safe at every point: what is stored already is not fetched again.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from hotline.intake.errors import HotlineError, Unavailable
from hotline.intake.ports import Opener
from hotline.records.tip import Attachment, Tip

LEASE = 240  # seconds in which one recording is worked at: fetched, listened to, disguised
NOT_THERE_TRIES = 16  # of one that the provider does not have: about two hours
LONGEST_WAIT = 900  # seconds between two tries, at most
MEDIA_TYPE = "audio/mpeg"
REFERENCE = re.compile(r"RE[0-9a-zA-Z]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Outcome = Literal["disguised", "cut", "again", "gone", "orphan", "unreadable", "not_audio",
                  "empty", "silent", "too_big"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sealed note of a recording, leased; `tries` counts this one."""

    note: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class Disguised:
    """An mp3 in which nobody is recognised; `cut` when the recording was longer than we keep."""

    mp3: bytes
    seconds: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Useless:
    """A recording without a word in it, or none at all."""

    code: str


class Waits(Protocol):
    """Recordings that still lie at the provider. Raises Unavailable."""

    def take(self, now: int, seconds: int) -> Waiting | None:
        """The one that is due longest, for `seconds`; None when nothing is due."""

    def later(self, waiting: Waiting, at: int) -> None:
        """Try again at second `at`."""

    def done(self, waiting: Waiting) -> None:
        """Forget it."""

    def due(self, now: int) -> int:
        """How many could be taken now."""


class Source(Protocol):
    """The provider's store of recordings. Raises Unavailable."""

    def fetch(self, reference: str) -> bytes | Useless | None:
        """The sound; None when the provider has none (yet); Useless("too_big")."""

    def remove(self, reference: str) -> None:
        """Delete it there; fine when it is gone already."""


class Shelf(Protocol):
    """Where attachments lie, closed. Raises Unavailable."""

    def put(
        self,
        tip_id: str,
        attachment_id: str,
        media_type: str,
        content: bytes,
        *,
        seconds: int | None = None,
        disguised: bool = False,
    ) -> bool:
        """Store it once: True when it is new, False when it was there or the tip is not."""


class Book(Protocol):
    """The tips that recordings belong to. Raises Unavailable."""

    def read(self, tip_id: str) -> Tip | None:
        """The tip, or None when there is none (any more)."""

    def amend(self, tip_id: str, change: Callable[[Tip], Tip]) -> bool:
        """Change a tip; False when there is none."""


Redacted = Callable[[str], tuple[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Studio:
    """What a recording passes through. `listen` gives its words, where a recogniser is set up;
    `told` hears of a tip that has more words now."""

    waits: Waits
    opener: Opener
    source: Source
    disguise: Callable[[bytes], Disguised | Useless]
    shelf: Shelf
    book: Book
    listen: Callable[[bytes], str] | None = None
    redact: Redacted = lambda text: (text, {})
    told: Callable[[str], object] = lambda tip_id: None


def fetch_one(studio: Studio, clock: Callable[[], int]) -> dict[str, int]:
    """One recording that is due; its outcome, counted. Raises Unavailable when the stores are away.

    One, because filing goes first: a worker looks for reports before each recording.
    """
    waiting = studio.waits.take(clock(), LEASE)
    if waiting is None:
        return {}
    try:
        outcome = _handle(studio, waiting)
    except HotlineError as error:
        studio.waits.later(waiting, clock() + wait(waiting.tries))
        return {f"again_{error.code}": 1}
    if outcome == "again":
        studio.waits.later(waiting, clock() + wait(waiting.tries))
    else:
        studio.waits.done(waiting)
    return {outcome: 1}


def wait(tries: int) -> int:
    """Seconds until the next try: 2, 4, 8 … up to a quarter of an hour."""
    return int(min(LONGEST_WAIT, 2 ** min(tries, 10)))


def _handle(studio: Studio, waiting: Waiting) -> Outcome:
    try:
        note = json.loads(studio.opener.open(waiting.note))
        tip_id, attachment, reference = str(note["tip"]), str(note["attachment"]), str(note["at"])
    except (ValueError, KeyError, TypeError):
        return "unreadable"
    if not REFERENCE.fullmatch(reference):
        return "unreadable"
    tip = studio.book.read(tip_id)
    mine = next((a for a in tip.attachments if a.id == attachment), None) if tip else None
    outcome: Outcome = "orphan"  # erased meanwhile: nothing of it may stay, there or here
    if mine is not None and mine.held == "provider":
        outcome = _bring(studio, tip_id, mine, reference, waiting.tries)
    elif mine is not None:
        outcome = "disguised"  # stored by an earlier run that could not delete it there
    if outcome not in ("again", "gone"):
        studio.source.remove(reference)
    return outcome


def _bring(
    studio: Studio, tip_id: str, attachment: Attachment, reference: str, tries: int
) -> Outcome:
    sound = studio.source.fetch(reference)
    if sound is None:
        if tries < NOT_THERE_TRIES:
            return "again"
        _mark(studio, tip_id, attachment.id, held="lost")
        return "gone"
    made = studio.disguise(sound) if isinstance(sound, bytes) else sound
    if isinstance(made, Useless):
        _mark(studio, tip_id, attachment.id, held="lost")
        return made.code  # type: ignore[return-value]  # the disguise knows these codes only
    if isinstance(sound, bytes) and attachment.transcript is None:
        _listen(studio, tip_id, attachment.id, sound)
    studio.shelf.put(
        tip_id, attachment.id, MEDIA_TYPE, made.mp3, seconds=made.seconds, disguised=True
    )
    _mark(studio, tip_id, attachment.id, held="here", disguised=True, seconds=made.seconds)
    return "cut" if made.cut else "disguised"


def _listen(studio: Studio, tip_id: str, attachment_id: str, sound: bytes) -> None:
    """Write down what was said, redacted as every other text, before anything is sent on.

    The voice itself is listened to: more of it is understood than of a disguised one
    (docs/voice.md). A recogniser that fails never keeps a recording back.
    """
    heard = ""
    with suppress(Unavailable):
        heard = studio.listen(sound) if studio.listen else ""
    if not heard:
        return
    words, counts = studio.redact(heard)
    _mark(studio, tip_id, attachment_id, counts, transcript=words)
    studio.told(tip_id)


def _mark(
    studio: Studio,
    tip_id: str,
    attachment_id: str,
    counts: Mapping[str, int] = {},
    **more: Any,
) -> None:
    """Change one attachment of a tip; what redaction removed is counted."""

    def change(tip: Tip) -> Tip:
        attachments = tuple(
            replace(a, **more) if a.id == attachment_id else a for a in tip.attachments
        )
        redacted = {**tip.redacted, **{k: tip.redacted.get(k, 0) + n for k, n in counts.items()}}
        return replace(tip, attachments=attachments, redacted=redacted)

    studio.book.amend(tip_id, change)
