"""Made-up tips."""

import struct
import uuid
from typing import Any

from hotline.records.tip import Attachment, People, Place, Sought, Tip, TipStation, TipWhen

SHIN_OKUBO = TipStation("新大久保", "Shin-Ōkubo", "13", "新宿区", 35.7013, 139.7003, 0.98)
STORY = "Tối qua ở ga Shin-Okubo có ba người bị đưa lên xe, em nghe họ gọi tên Tuấn."


def a_tip(**changes: Any) -> Tip:
    """A whole tip from Shin-Ōkubo; `changes` replace fields."""
    fields: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "received": "2026-11-23T19:00+09:00",
        "channel": "sms",
        "complete": True,
        "kind": "arrest",
        "role": "witness",
        "place": Place("ga sin okubo", (SHIN_OKUBO,), "13"),
        "when": TipWhen("tối qua", "2026-11-22T18:00", "2026-11-23T00:00", "part_of_day"),
        "people": People(3, (Sought("Tuấn", 27, "male", "Nghệ An", "áo đỏ"),)),
        "narrative": STORY,
        "redacted": {"phone": 1},
        "attachments": (Attachment(str(uuid.uuid4()), "audio/mpeg", 41, True),),
    }
    return Tip(**(fields | changes))


def a_voice_note(samples: bytes) -> bytes:
    """A WAV file of µ-law samples, as `static/voice.js` makes it."""
    shape = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8_000, 8_000, 1, 8)
    padded = samples + b"\xd5"[: len(samples) % 2]
    body = b"WAVE" + shape + b"data" + struct.pack("<I", len(samples)) + padded
    return b"RIFF" + struct.pack("<I", len(body)) + body
