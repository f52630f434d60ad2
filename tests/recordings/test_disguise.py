"""Another voice: other pitch, other throat, the same melody, never the same mask twice."""

import numpy as np
import pytest
import pyworld

from hotline.recordings.disguise import HIGHEST, LOWEST, RATE, Sound, disguise, draw, loud_cepstra
from tests.recordings.voices import MAN, WOMAN


def hidden(sound: Sound, seed: int) -> Sound:
    chance = np.random.default_rng(seed)
    return disguise(sound, draw(chance), chance)


def height(sound: Sound) -> float:
    """Pitch of the middle of a sound, Hz: where it is most like itself a moment later."""
    part = sound[4_000:6_000] - sound[4_000:6_000].mean()
    alike = np.correlate(part, part, "full")[len(part) - 1 :]
    first, last = int(RATE / 400), int(RATE / 70)
    return float(RATE / (first + np.argmax(alike[first:last])))


def apart(one: Sound, other: Sound) -> float:
    """How far two throats are apart: mean cepstra, but the loudness."""
    return float(
        np.linalg.norm((loud_cepstra(one) - 0)[:, 1:].mean(0) - loud_cepstra(other)[:, 1:].mean(0))
    )


def test_two_voices_come_out_nearer_to_each_other_than_to_themselves() -> None:
    before = apart(MAN, WOMAN)
    after = np.mean([apart(hidden(MAN, n), hidden(WOMAN, n + 100)) for n in range(4)])
    own = np.mean([apart(MAN, hidden(MAN, n)) for n in range(4)])
    assert after < before
    assert own > after


def test_nobody_keeps_the_height_of_their_voice() -> None:
    man, woman = ([height(hidden(who, n)) for n in range(8)] for who in (MAN, WOMAN))
    before = np.log(height(WOMAN) / height(MAN))
    assert abs(np.log(np.median(woman) / np.median(man))) < before / 3
    assert min(np.std(man), np.std(woman)) > 10  # and every recording has another one


def test_the_melody_stays_because_it_is_part_of_the_words() -> None:
    pitch, _ = pyworld.dio(np.ascontiguousarray(hidden(MAN, 3)), RATE, LOWEST, HIGHEST)
    voiced = np.log(pitch[pitch > 0])
    assert np.std(voiced) > 0.05


def test_the_same_recording_never_comes_out_twice_the_same() -> None:
    assert not np.array_equal(hidden(MAN, 1)[:4_000], hidden(MAN, 2)[:4_000])


@pytest.mark.parametrize("seconds", [0.3, 5.0])
def test_short_and_long_are_disguised(seconds: float) -> None:
    sound = np.tile(MAN, 3)[: int(seconds * RATE)]
    made = hidden(sound, 5)
    assert 0.85 < len(made) / len(sound) < 1.15
    assert np.isfinite(made).all()
    assert np.abs(made).max() < 1.0


def test_noise_and_whispers_break_nothing() -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(RATE)
    assert np.isfinite(hidden(noise, 1)).all()
