"""What can be recorded in a studio: every text of a call that is the same for everybody.

A file is named by its text: `prompts/audio/vi/report.when.3f2a91.wav`. The six digits are made from
what is said, so that a text that changed is never spoken with an old recording: its file has no
name any more, and the synthetic voice says it until a new one is there.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.conversation.flow import Flows, Text
from hotline.conversation.hearing import Line
from hotline.conversation.session import Locale
from hotline.review.graph import places_on
from hotline.wording.catalogue import LOCALES
from hotline.wording.compose import Wording

KIND = ".wav"
WRITTEN_ONLY = frozenset({"common.picture", "common.too_long", "common.no_code", "common.outdated"})


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: the name of its text, in which language, and what is said."""

    name: str
    locale: Locale
    text: str

    @property
    def file(self) -> str:
        """Its file below the folder of recordings."""
        mark = hashlib.sha256(self.text.encode()).hexdigest()[:6]
        return f"{self.locale}/{self.name}.{mark}{KIND}"


def clips(flows: Flows, wording: Wording, locales: Sequence[Locale] = LOCALES) -> tuple[Clip, ...]:
    """Everything a studio may record, in the order in which the flow files have it."""
    names = tuple(_names(flows))
    return tuple(
        clip for locale in locales for name in names for clip in _of(wording, name, locale)
    )


def recorded(wanted: Sequence[Clip], audio: Path) -> dict[Clip, Path]:
    """Those whose file is there."""
    return {clip: path for clip in wanted if (path := audio / clip.file).is_file()}


def strangers(wanted: Sequence[Clip], audio: Path) -> tuple[str, ...]:
    """Files of the folder that no text has: of older texts, or badly named."""
    known = {clip.file for clip in wanted}
    there = (path.relative_to(audio).as_posix() for path in sorted(audio.rglob("*")))
    files = (name for name in there if (audio / name).is_file() and not name.endswith(".md"))
    return tuple(name for name in files if name not in known)


def _names(flows: Flows) -> Iterator[str]:
    heard = places_on(flows, "voice")
    for name, text in flows.common.items():
        piece = name == "common.option" or name.startswith("common.gap_")
        if not piece and name not in WRITTEN_ONLY and not _has_gap(text):
            yield name
    for flow in flows.by_id.values():
        for name, text in flow.texts.items():
            if name in heard and not _has_gap(text):
                yield name


def _of(wording: Wording, name: str, locale: Locale) -> Iterator[Clip]:
    """The text itself and, for a menu, each of its keys."""
    keys = wording.catalogue.labels(name)
    parts = (name, *(f"{name}.{key}" for key in keys))
    said = wording.spoken([Line(name, {})], locale)
    if len(said) == len(parts):
        for part, utterance in zip(parts, said, strict=True):
            yield Clip(part, utterance.locale, utterance.text)


def _has_gap(text: Text) -> bool:
    return "{" in text.spoken
