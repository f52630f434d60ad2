"""A WAV file as samples, read with suspicion: what counts is the content, never a name or header.

Providers give WAV with 16-bit, 8-bit, mu-law or A-law samples (format 1, 6, 7). Everything else is
refused by code; nothing here trusts a length that the file claims.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.recordings.disguise import RATE, Sound

LONGEST = 300  # seconds that are kept of a recording; a flow asks for two minutes
LARGEST = 64 * 1024 * 1024  # bytes: an hour of telephone, and every microphone's two minutes
SLOWEST, FASTEST = 6_000, 96_000  # samples a second
SHORTEST = 0.2  # seconds; less holds no word
FAINTEST = 0.003  # of full scale, the loudest tenth of a second; below is silence
PCM, A_LAW, MU_LAW, EXTENSIBLE = 1, 6, 7, 0xFFFE


class Refused(Exception):
    """A recording that cannot be used; `code` says why: not_audio, empty, silent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Form:
    """What the `fmt ` chunk says."""

    coding: int
    channels: int
    rate: int
    bits: int


def read(content: bytes) -> tuple[Sound, bool]:
    """Samples at RATE, mono, full scale 1, and whether the end was cut off. Raises Refused."""
    form, data = _chunks(content)
    frame = form.channels * form.bits // 8
    most = LONGEST * form.rate * frame
    cut = len(data) > most
    data = data[: min(len(data), most) // frame * frame]
    if len(data) < SHORTEST * form.rate * frame:
        raise Refused("empty")
    mono = _samples(form, data).reshape(-1, form.channels).mean(axis=1)
    sound = _at_rate(mono - mono.mean(), form.rate)
    if _loudest(sound) < FAINTEST:
        raise Refused("silent")
    return sound, cut


def write(sound: Sound) -> bytes:
    """A WAV file of 16-bit samples at RATE."""
    data = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, PCM, 1,
                       RATE, 2 * RATE, 2, 16)  # fmt: skip
    return head + b"data" + struct.pack("<I", len(data)) + data


def _chunks(content: bytes) -> tuple[Form, bytes]:
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise Refused("not_audio")
    form, at = None, 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            form = _form(body)
        if name == b"data" and form:
            return form, body
        at += 8 + size + size % 2
    raise Refused("not_audio")


def _form(body: bytes) -> Form:
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if coding == EXTENSIBLE and len(body) >= 26:
        coding = int.from_bytes(body[24:26], "little")
    known = (coding == PCM and bits in (8, 16)) or (coding in (A_LAW, MU_LAW) and bits == 8)
    if not known or channels not in (1, 2) or not SLOWEST <= rate <= FASTEST:
        raise Refused("not_audio")
    return Form(coding, channels, rate, bits)


def _samples(form: Form, data: bytes) -> Sound:
    if form.bits == 16:
        return np.frombuffer(data, "<i2").astype(np.float64) / 32768
    raw = np.frombuffer(data, np.uint8)
    if form.coding == PCM:
        return (raw.astype(np.float64) - 128) / 128
    return _table(form.coding)[raw]


def _table(coding: int) -> Sound:
    """What each byte of G.711 means (ITU-T G.711), full scale 1."""
    codes = np.arange(256)
    if coding == MU_LAW:
        bits = ~codes & 0xFF
        size = (((bits & 0x0F) << 3) + 132 << ((bits & 0x70) >> 4)) - 132
        return np.where(bits & 0x80, -size, size) / 32768
    bits = codes ^ 0x55
    step, part = (bits & 0x70) >> 4, (bits & 0x0F) << 4
    size = np.where(step > 0, (part + 0x108) << np.maximum(step - 1, 0), part + 8)
    return np.where(bits & 0x80, size, -size) / 32768


def _at_rate(sound: Sound, rate: int) -> Sound:
    """The same sound at RATE, with everything above half of it taken out first."""
    if rate == RATE:
        return sound
    size = round(len(sound) * RATE / rate)
    spectrum = np.fft.rfft(sound)
    kept = np.zeros(size // 2 + 1, dtype=complex)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    return np.asarray(np.fft.irfft(kept, size) * (size / len(sound)))


def _loudest(sound: Sound) -> float:
    tenth = RATE // 10
    parts: NDArray[np.float64] = sound[: len(sound) // tenth * tenth].reshape(-1, tenth)
    return float(np.sqrt((parts**2).mean(axis=1)).max()) if len(parts) else 0.0
