"""Made-up voices: a glottal pulse through three formants, saying a vowel or two."""

import numpy as np
from numpy.typing import NDArray

from hotline.recordings.disguise import RATE

Sound = NDArray[np.float64]


def voice(pitch: float, formants: tuple[float, ...], seconds: float = 2.0) -> Sound:
    """A voice of `pitch` Hz whose melody rises and falls as a tone does."""
    time = np.arange(int(seconds * RATE)) / RATE
    melody = pitch * (1 + 0.15 * np.sin(2 * np.pi * 1.5 * time))
    phase = np.cumsum(melody) / RATE
    pulse = np.diff(np.floor(phase), prepend=0.0)
    sound = np.asarray(pulse, dtype=np.float64)
    for formant in formants:
        sound = _resonant(sound, formant)
    loud = 0.6 + 0.4 * np.sin(2 * np.pi * 2.5 * time)
    return np.asarray(0.3 * loud * sound / np.abs(sound).max())


def _resonant(sound: Sound, formant: float, width: float = 90.0) -> Sound:
    """Two poles at a formant."""
    radius = np.exp(-np.pi * width / RATE)
    a, b = 2 * radius * np.cos(2 * np.pi * formant / RATE), -(radius**2)
    made = np.zeros_like(sound)
    for at in range(len(sound)):
        made[at] = sound[at] + a * made[at - 1] + b * made[at - 2]
    return made


MAN = voice(110.0, (650.0, 1_100.0, 2_450.0))
WOMAN = voice(215.0, (800.0, 1_400.0, 2_800.0))
