"""A voice note as a browser makes it: WAV, one channel, 8,000 µ-law samples a second, disguised
there (`channels/site/static/disguise.js`).

Nothing of a stranger's file is kept but its samples.
"""

import hashlib
import struct
from dataclasses import dataclass

RATE = 8_000  # samples, and bytes, a second
LONGEST = 60  # seconds
MAGIC = b"RIFF"
_MU_LAW = 7


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """Its samples, how long it is, and a mark that the same note always gets."""

    samples: bytes
    seconds: int
    mark: str


def read(raw: bytes) -> VoiceNote:
    """What a browser sent. Raises ValueError for anything that is no such file."""
    if raw[:4] != MAGIC or raw[8:12] != b"WAVE":
        raise ValueError("not a WAV file")
    shape, samples, at = b"", b"", 12
    while at + 8 <= len(raw):
        name, size = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        content = raw[at + 8 : at + 8 + size]
        if len(content) != size:
            raise ValueError("cut off")
        shape = content if name == b"fmt " else shape
        samples = content if name == b"data" else samples
        at += 8 + size + size % 2
    if shape[:12] != struct.pack("<HHII", _MU_LAW, 1, RATE, RATE):
        raise ValueError("not of this form")
    if not 0 < len(samples) <= LONGEST * RATE:
        raise ValueError("nothing in it, or too much")
    return VoiceNote(samples, -(-len(samples) // RATE), hashlib.sha256(samples).hexdigest())
