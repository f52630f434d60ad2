"""Another voice with the same words.

The recording is taken apart into pitch, spectral envelope and noise (the WORLD vocoder, Morise
et al. 2016), each is moved away from whoever spoke, and a new sound is made of them. What WORLD
does not carry (phase, glottal pulse, jitter) is gone for good.

Rule 1: every figure is drawn anew for each recording and kept nowhere.
Rule 2: the melody stays. Vietnamese is a tonal language: flattened, its words are lost. Only the
height and the width of the voice are taken from the speaker.
Rule 3: nothing above 4 kHz comes out, however wide the recording was.
"""

from dataclasses import dataclass

import numpy as np
import pyworld
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATE = 8_000  # samples a second, in and out: what a telephone carries
FRAME = 5.0  # milliseconds between two frames
LOWEST, HIGHEST = 65.0, 480.0  # Hz: from a low man to a child
QUEFRENCIES = 26  # cepstral coefficients kept: formants, not the fine grain of a throat
LOUDNESS = 0.08  # RMS of what comes out; full scale is 1
SILENT = 1e-4

# What every voice is brought to: mean and spread of the first cepstral coefficients (but the
# loudness), measured over the voices of tools/measure_voice.py.
MEAN = np.array(
    [
        1.395,
        0.49,
        0.908,
        -0.02,
        0.363,
        -0.136,
        0.215,
        -0.312,
        0.108,
        -0.171,
        0.094,
        -0.113,
        0.141,
        -0.081,
        0.112,
        -0.097,
        0.088,
        -0.091,
        0.032,
        -0.109,
        0.045,
        -0.069,
        0.036,
        -0.076,
        0.003,
    ]
)
SPREAD = np.array(
    [
        0.848,
        0.461,
        0.507,
        0.494,
        0.267,
        0.222,
        0.213,
        0.215,
        0.182,
        0.167,
        0.142,
        0.132,
        0.122,
        0.107,
        0.096,
        0.097,
        0.093,
        0.09,
        0.08,
        0.074,
        0.067,
        0.064,
        0.064,
        0.061,
        0.056,
    ]
)


@dataclass(frozen=True, slots=True)
class Mask:
    """How one recording is moved."""

    height: float  # log Hz: where the voice lies
    width: float  # log Hz: how far its melody reaches
    bend: float  # McAdams coefficient: angles of poles to this power
    stretch: float  # linear warp of the frequency axis
    tempo: float
    drift: float  # how far the tempo wanders


def draw(chance: np.random.Generator) -> Mask:
    """A mask nobody can guess from the recording."""
    away = chance.choice([-1.0, 1.0])
    return Mask(
        height=float(np.log(chance.uniform(115.0, 200.0))),
        width=float(chance.uniform(0.14, 0.2)),
        bend=float(1.0 + away * chance.uniform(0.08, 0.16)),
        stretch=float(1.0 + chance.uniform(-0.08, 0.08)),
        tempo=float(chance.uniform(0.92, 1.08)),
        drift=float(chance.uniform(0.03, 0.08)),
    )


def disguise(sound: Sound, mask: Mask, chance: np.random.Generator) -> Sound:
    """The same words in another voice; `sound` at RATE, full scale 1."""
    sound = np.ascontiguousarray(sound, dtype=np.float64)
    rough, times = pyworld.dio(sound, RATE, LOWEST, HIGHEST, frame_period=FRAME)
    pitch = pyworld.stonemask(sound, rough, times, RATE)
    envelope = pyworld.cheaptrick(sound, pitch, times, RATE)
    at = _paces(len(pitch), mask, chance)
    pitch = _lifted(pitch, mask)[np.round(at).astype(int)]
    shaped = _between(np.exp(_masked(np.log(envelope), mask)), at)
    made = pyworld.synthesize(pitch, shaped, _breath(pitch, shaped.shape[1]), RATE, FRAME)
    return _levelled(made)


def _lifted(pitch: Sound, mask: Mask) -> Sound:
    """The same melody, at another height and of another width."""
    voiced = pitch > 0
    if not voiced.any():
        return pitch
    logs = np.log(pitch[voiced])
    centre = np.median(logs)
    spread = max(float(np.std(logs)), 0.05)
    moved = mask.height + (logs - centre) * min(mask.width / spread, 2.0)
    lifted = np.zeros_like(pitch)
    lifted[voiced] = np.clip(np.exp(moved), LOWEST, HIGHEST)
    return lifted


def loud_cepstra(sound: Sound) -> Sound:
    """Cepstra of the louder half of a sound's frames: what a voice is recognised by."""
    rough, times = pyworld.dio(sound, RATE, LOWEST, HIGHEST, frame_period=FRAME)
    logs = np.log(pyworld.cheaptrick(sound, rough, times, RATE))
    cepstra = np.fft.irfft(logs, axis=1)[:, :QUEFRENCIES]
    return np.asarray(cepstra[cepstra[:, 0] > np.median(cepstra[:, 0])])


def _masked(logs: Sound, mask: Mask) -> Sound:
    """Log envelopes brought to the common voice, then bent."""
    bins = logs.shape[1]
    cepstra = np.fft.irfft(logs, axis=1)[:, :QUEFRENCIES]
    rest = cepstra[:, 1:]
    loud = cepstra[:, 0] > np.median(cepstra[:, 0])
    mean, spread = rest[loud].mean(axis=0), rest[loud].std(axis=0)
    cepstra[:, 1:] = (rest - mean) / np.maximum(spread, 0.01) * SPREAD + MEAN
    whole = np.zeros((len(logs), 2 * (bins - 1)))
    whole[:, :QUEFRENCIES] = cepstra
    whole[:, 1 - QUEFRENCIES :] = cepstra[:, :0:-1]
    smooth = np.fft.rfft(whole, axis=1).real
    angles = np.linspace(0.0, np.pi, bins)
    from_ = np.clip(angles / mask.stretch, 0, np.pi) ** (1.0 / mask.bend)
    return np.stack([np.interp(from_, angles, frame) for frame in smooth])


def _paces(frames: int, mask: Mask, chance: np.random.Generator) -> Sound:
    """Which frame of the recording each frame of the new sound takes: a tempo that wanders."""
    knots = max(2, frames // 200 + 1)
    pace = mask.tempo + mask.drift * chance.uniform(-1.0, 1.0, knots)
    speed = np.interp(np.arange(2 * frames), np.linspace(0, 2 * frames, knots), pace)
    at = np.concatenate([[0.0], np.cumsum(speed)])
    return np.asarray(at[at <= frames - 1])


def _between(frames: Sound, at: Sound) -> Sound:
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(frames) - 1)
    part = (at - low)[:, None]
    return np.asarray(frames[low] * (1 - part) + frames[high] * part)


def _breath(pitch: Sound, bins: int) -> Sound:
    """How much of each frame is noise: one rule for all, whoever spoke."""
    curve = np.clip(np.linspace(-0.15, 0.75, bins), 0.002, 0.999)
    return np.where(pitch[:, None] > 0, curve[None, :], 0.999)


def _levelled(sound: Sound) -> Sound:
    strength = float(np.sqrt(np.mean(sound**2))) if len(sound) else 0.0
    if strength < SILENT:
        return np.zeros_like(sound)
    return np.clip(sound * (LOUDNESS / strength), -0.99, 0.99)
