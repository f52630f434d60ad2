"""Looks for one caller in what is left behind, in every shape a leak may take."""

import base64
import contextlib
import hashlib
import json
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from hotline.conversation.receipt import grouped


@dataclass(frozen=True, slots=True)
class Canary:
    """One made-up caller: what must be found nowhere."""

    number: str  # +8400…
    sentence: str  # Vietnamese, with accents
    profile: str
    address: str
    agent: str
    code: str = ""
    spoken: str = ""  # what a recogniser hears in a recording


def needles(canary: Canary) -> dict[bytes, str]:
    """Every shape of every secret, with the name of what it is."""
    found: dict[bytes, str] = {}
    for name, shapes in (
        ("number", _numbers(canary.number)),
        ("sentence", _texts(canary.sentence)),
        ("profile", _texts(canary.profile)),
        ("address", [canary.address]),
        ("agent", _texts(canary.agent)),
        ("code", _codes(canary.code)),
        ("spoken", _texts(canary.spoken) if canary.spoken else ()),
    ):
        for shape in shapes:
            for raw in _shapes(shape):
                if len(raw) >= 7:  # less is found by chance
                    found[raw] = name
    return found


def hits(haystack: bytes, wanted: dict[bytes, str]) -> set[str]:
    """What of the canary is in some bytes, also where they are compressed."""
    whole = haystack + b"\n" + b"\n".join(_inflated(haystack))
    return {name for raw, name in wanted.items() if raw in whole}


def in_folder(
    folder: Path, wanted: dict[bytes, str], but: Iterable[str] = ()
) -> dict[str, set[str]]:
    """Files under a folder that show the canary."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in but:
            seen = hits(path.read_bytes(), wanted) | hits(str(path).encode(), wanted)
            if seen:
                found[str(path.relative_to(folder))] = seen
    return found


def _numbers(number: str) -> Iterator[str]:
    digits = number.lstrip("+")
    national = "0" + digits[2:]
    for shape in (
        number,
        digits,
        national,
        national[:3] + "-" + national[3:7] + "-" + national[7:],
    ):
        yield shape
        yield shape[::-1]


def _texts(text: str) -> Iterator[str]:
    for form in ("NFC", "NFD"):
        yield unicodedata.normalize(form, text)
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    yield "".join(c for c in folded if not unicodedata.combining(c))


def _codes(code: str) -> Iterator[str]:
    if code:
        yield from (code, grouped(code), grouped(code, "-"), code[::-1])


def _shapes(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield raw.lower()
    yield raw.hex().encode()
    yield quote(text).encode()
    yield quote_plus(text).encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("utf-16-le")
    for lead in (b"", b"x", b"xx"):  # the three ways base64 falls on what surrounds it
        yield base64.b64encode(lead + raw)[4 if lead else 0 : -4].rstrip(b"=")
    for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
        yield digest(raw).digest()
        yield digest(raw).hexdigest().encode()


def _inflated(raw: bytes) -> Iterator[bytes]:
    """Whatever zlib streams are inside: RQ compresses what it keeps of a job."""
    at = raw.find(b"\x78")
    while at >= 0:
        if raw[at + 1 : at + 2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(raw[at:], 1_000_000)
        at = raw.find(b"\x78", at + 1)
