"""Whether a recorded prompt can be understood on a telephone: what is measured, and what is wrong.

A telephone passes 300 to 3,400 Hz of 8,000 samples a second. Levels are dB below full scale; speech
is what is louder than GATE, in frames of 20 ms (after the idea of ITU-T P.56, simplified).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hotline.recordings.disguise import RATE, Sound
from hotline.recordings.wave import Refused, read, write

LETTERS_A_SECOND = (8.0, 24.0)  # slowest, fastest; short texts have a second more
LEVEL = (-26.0, -14.0)  # of the speech; the telephone's nominal level is -26, synthetic voices -18
LOUDEST = -0.5
NOISE = 25.0  # dB between speech and what is heard in its pauses
SILENCE = 0.7  # seconds before and after
IN_BAND = 0.4  # of the energy between 300 and 3,400 Hz
CONSONANTS = 0.01  # of that between 1,500 and 3,400 Hz
LONGEST = 30.0
GATE = 15.0  # dB below the loudest frame
TARGET = -20.0  # where drafts are brought to
_FRAME = RATE // 50


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, levels in dB, shares of energy."""

    seconds: float
    level: float
    peak: float
    noise: float
    lead: float
    tail: float
    in_band: float
    consonants: float


def measure(content: bytes) -> Measured:
    """Raises Refused for what is no WAV file with sound."""
    sound, _ = read(content)
    frames = _frames(sound)
    loud = frames > frames.max() - GATE
    first, last = int(np.argmax(loud)), len(loud) - int(np.argmax(loud[::-1]))
    pauses = frames[~loud]
    level = _db(float((10 ** (frames[loud] / 10)).mean()))
    return Measured(
        seconds=len(sound) / RATE,
        level=level,
        peak=2 * _db(float(np.abs(sound).max())),
        noise=level - float(np.percentile(pauses, 20)) if len(pauses) else 99.0,
        lead=first * 0.02,
        tail=(len(loud) - last) * 0.02,
        in_band=_share(sound, (300, 3_400), (0, RATE / 2)),
        consonants=_share(sound, (1_500, 3_400), (300, 3_400)),
    )


def faults(content: bytes, text: str) -> tuple[str, ...]:
    """What is wrong with a recording of this text, and what to do; nothing when it is well."""
    try:
        found = measure(content)
    except Refused as error:
        return (f"{error.code}: needs a WAV file, 16 bits, mono, 8,000 to 48,000 samples a second",)
    return tuple(_faults(found, text))


def levelled(content: bytes) -> bytes:
    """The same sound at the level prompts should have, as far as its peaks allow."""
    sound, _ = read(content)
    found = measure(content)
    gain = min(TARGET - found.level, LOUDEST - 1 - found.peak)
    return write(sound * 10 ** (gain / 20))


def _faults(found: Measured, text: str) -> Iterator[str]:
    slowest, fastest = LETTERS_A_SECOND
    if found.seconds > min(LONGEST, len(text) / slowest + 1.5):
        yield f"{found.seconds:.1f} s are too long for {len(text)} letters; speak faster or cut"
    if found.seconds < len(text) / fastest:
        yield f"{found.seconds:.1f} s are too short for {len(text)} letters; is it all there?"
    if not LEVEL[0] <= found.level <= LEVEL[1]:
        yield f"speech at {found.level:.0f} dB; bring it to {LEVEL[0]:.0f} to {LEVEL[1]:.0f}"
    if found.peak > LOUDEST:
        yield f"peaks at {found.peak:.1f} dB are cut off; record with less gain"
    if found.noise < NOISE:
        yield f"noise only {found.noise:.0f} dB below speech; record in a quieter room"
    if max(found.lead, found.tail) > SILENCE:
        yield f"{found.lead:.1f} s before and {found.tail:.1f} s after; leave {SILENCE} s at most"
    if found.in_band < IN_BAND:
        share = f"{found.in_band:.0%} of the sound"
        yield f"{share} passes a telephone; cut the bass below 200 Hz, move off the microphone"
    if found.consonants < CONSONANTS:
        yield f"{found.consonants:.1%} above 1,500 Hz: consonants are lost; brighten it"


def _frames(sound: Sound) -> Sound:
    """The level of each frame, in dB."""
    whole = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(10 * np.log10((whole**2).mean(axis=1) + 1e-12))


def _db(value: float) -> float:
    return 10 * float(np.log10(max(value, 1e-12)))


def _share(sound: Sound, part: tuple[float, float], whole: tuple[float, float]) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    total = power[(at >= whole[0]) & (at <= whole[1])].sum()
    return float(power[(at >= part[0]) & (at <= part[1])].sum() / max(total, 1e-12))
