"""Recordings and the like as the case book holds them, and how they are named outside."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hotline.records.tip import Tip

_ENDINGS = {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One attachment that lies with us, closed. `sha256` (hex) and `size` are of its bytes."""

    id: str
    tip_id: str
    media_type: str
    size: int
    sha256: str
    seconds: int | None = None
    disguised: bool = False

    @property
    def playable(self) -> bool:
        """Whether a person may hear it: sound, and in another voice."""
        return self.disguised and self.media_type.startswith("audio/")


def held_here(tip: Tip, stored: Iterable[Stored]) -> Tip:
    """The tip as it is once attachments were fetched: `held` and `disguised` as they lie here."""
    here = {each.id: each for each in stored}
    told = (
        replace(a, held="here", media_type=here[a.id].media_type, disguised=here[a.id].disguised)
        if a.id in here
        else a
        for a in tip.attachments
    )
    return replace(tip, attachments=tuple(told))


def neutral_name(tip: Tip, attachment_id: str, media_type: str) -> str:
    """`recording-1.mp3`: says nothing but which of the tip's attachments it is.

    The number is its place in the tip, so that the same one has the same name at every try.
    """
    ids = [a.id for a in tip.attachments]
    place = ids.index(attachment_id) + 1 if attachment_id in ids else len(ids) + 1
    word = "recording" if media_type.startswith("audio/") else "attachment"
    return f"{word}-{place}.{_ENDINGS.get(media_type, 'bin')}"
