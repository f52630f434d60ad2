"""The disguise that a browser makes, run outside of one: another voice, the same melody."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import pyworld
from numpy.typing import NDArray

from hotline.recordings import disguise as ours

SCRIPT = Path(__file__).parents[2] / "hotline/channels/site/static/disguise.js"
NODE = shutil.which("node")
DRIVE = """
if (!globalThis.crypto) globalThis.crypto = require("crypto").webcrypto;
require(process.argv[1]);
const raw = require("fs").readFileSync(0);
const bytes = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);
const made = disguise(new Float32Array(bytes));
process.stdout.write(Buffer.from(made.buffer, made.byteOffset, made.byteLength));
"""
Sound = NDArray[np.float64]

pytestmark = pytest.mark.skipif(not NODE, reason="node: apt install nodejs")


def disguised(sound: Sound) -> Sound:
    command = (str(NODE), "-e", DRIVE, str(SCRIPT))
    raw = sound.astype("<f4").tobytes()
    done = subprocess.run(command, input=raw, capture_output=True, check=True, timeout=120)
    return np.frombuffer(done.stdout, "<f4").astype(np.float64)


FORMANTS = (650.0, 1_150.0, 2_600.0)


def sung(seconds: float, height: float = 110.0) -> Sound:
    """A vowel whose pitch rises and falls every second, between pauses."""
    time = np.arange(int(seconds * ours.RATE)) / ours.RATE
    pitch = height * 2 ** (0.35 * np.sin(2 * np.pi * time))
    phase = np.cumsum(pitch / ours.RATE)
    sound = np.zeros_like(time)
    for overtone in range(1, 20):
        at = overtone * pitch
        loud = sum(
            np.exp(-(((at - formant) / 250.0) ** 2)) for formant in (650.0, 1_150.0, 2_600.0)
        )
        sound += np.where(at < 3_800, (loud + 0.01) * np.sin(2 * np.pi * overtone * phase), 0.0)
    sound *= np.where(time % 2.5 < 2.1, 0.1, 0.0)
    return sound + 1e-4 * np.random.default_rng(1).standard_normal(len(sound))


def melody(sound: Sound) -> Sound:
    rough, times = pyworld.dio(sound, ours.RATE, 65.0, 480.0, frame_period=5.0)
    return np.asarray(pyworld.stonemask(np.ascontiguousarray(sound), rough, times, ours.RATE))


@pytest.mark.parametrize("height", [90.0, 230.0])
def test_the_voice_lies_elsewhere_and_its_melody_stays(height: float) -> None:
    sound = sung(10.0, height)
    made = disguised(sound)
    before, after = melody(sound), melody(made)
    assert 110 < np.median(after[after > 0]) < 215
    stretched = before[np.linspace(0, len(before) - 1, len(after)).astype(int)]
    best = max(
        np.corrcoef(np.log(a[both]), np.log(after[both]))[0, 1]
        for shift in range(-40, 41)
        for a in (np.roll(stretched, shift),)
        if (both := (a > 0) & (after > 0)).sum() > 500
    )
    assert best > 0.6  # the tempo wanders: the two are nowhere quite side by side
    assert 0.8 < len(made) / len(sound) < 1.25


def test_what_a_voice_is_known_by_is_brought_to_the_common_one() -> None:
    sound = sung(10.0)
    own, common = (ours.loud_cepstra(s)[:, 1:].mean(axis=0) for s in (sound, disguised(sound)))
    assert np.linalg.norm(common - ours.MEAN) < 0.6 * np.linalg.norm(own - ours.MEAN)


def test_every_time_another_voice_and_never_a_broken_sound() -> None:
    sound = sung(3.0)
    first, second = disguised(sound), disguised(sound)
    for made in (first, second):
        assert np.isfinite(made).all()
        assert np.abs(made).max() <= 0.991
        assert abs(np.sqrt(np.mean(made**2)) - ours.LOUDNESS) < 0.02
    heights = [np.median(p[p > 0]) for p in map(melody, (first, second))]
    assert abs(heights[0] - heights[1]) > 0.5 or len(first) != len(second)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(16_000), sung(0.1), np.full(9_000, 0.0)])
def test_nothing_comes_of_nothing(sound: Sound) -> None:
    assert len(disguised(sound)) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_and_clicks_are_no_trouble(seed: int) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.standard_normal(16_000) * 0.2
    noise[::4_000] = 1.0
    made = disguised(np.clip(noise, -1, 1))
    assert np.isfinite(made).all()
    assert len(made) > 10_000
