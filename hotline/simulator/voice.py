"""A made-up voice, for who tries the line without a microphone: espeak-ng, else a vowel or two.

Nothing here needs more than Python's own library: the callers' side never loads numpy.
"""

import math
import shutil
import subprocess
import wave
from array import array
from functools import cache
from io import BytesIO
from itertools import pairwise

RATE = 8_000  # samples a second, as a telephone carries
ESPEAK = "espeak-ng"
STORY = "Tối qua ở ga Shin Okubo có ba người Việt bị bắt lên xe. Em không biết họ đưa đi đâu."
FORMANTS = (650.0, 1_100.0, 2_450.0)

Samples = list[int]  # 16 bits each


def made_up(seconds: int, words: str = "") -> bytes:
    """A WAV file of so many seconds (16 bits, mono, 8,000 a second), in which somebody speaks."""
    once = _spoken(words.strip() or STORY) or _vowels()
    samples = (once * (seconds * RATE // max(1, len(once)) + 1))[: seconds * RATE]
    return _wav(samples)


@cache
def _vowels(pitch: float = 120.0, seconds: float = 2.0) -> Samples:
    """A glottal pulse through three formants, whose melody rises and falls as a tone does."""
    sound, phase = [], 0.0
    for at in range(int(seconds * RATE)):
        time = at / RATE
        before, phase = phase, phase + pitch * (1 + 0.15 * math.sin(3 * math.pi * time)) / RATE
        sound.append(float(math.floor(phase) - math.floor(before)))
    for formant in FORMANTS:
        sound = _resonant(sound, formant)
    loudest = max(abs(sample) for sample in sound)
    swell = (0.6 + 0.4 * math.sin(5 * math.pi * at / RATE) for at in range(len(sound)))
    return [int(9_000 * s * by / loudest) for s, by in zip(sound, swell, strict=True)]


def _resonant(sound: list[float], formant: float, width: float = 90.0) -> list[float]:
    """Two poles at a formant."""
    radius = math.exp(-math.pi * width / RATE)
    a, b = 2 * radius * math.cos(2 * math.pi * formant / RATE), -(radius**2)
    made, one, two = [], 0.0, 0.0
    for sample in sound:
        one, two = sample + a * one + b * two, one
        made.append(one)
    return made


def _spoken(words: str) -> Samples | None:
    """The words in Vietnamese, where espeak-ng is installed."""
    program = shutil.which(ESPEAK)
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - by its full path; the words are its input
            (program, "-v", "vi", "-s", "130", "--stdin", "--stdout"),
            input=words.encode(),
            capture_output=True,
            timeout=10,
            check=True,
        )
        return _at_rate(done.stdout)
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError):
        return None


def _at_rate(sound: bytes) -> Samples | None:
    """Samples at RATE of a 16-bit mono file: means of neighbours, good enough for a telephone."""
    with wave.open(BytesIO(sound)) as read:
        step = read.getframerate() / RATE
    given = array("h", sound[44 : len(sound) // 2 * 2])  # a stream's header knows no length
    ends = [int(at * step) for at in range(int(len(given) / step) + 1)]
    return [sum(given[a:b]) // (b - a) for a, b in pairwise(ends)] if step >= 1 else None


def _wav(samples: Samples) -> bytes:
    out = BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(array("h", samples).tobytes())
    return out.getvalue()
