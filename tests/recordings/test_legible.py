"""What is said of a recorded prompt: both sides of each edge, on sounds made here."""

import shutil
import subprocess

import numpy as np
import pytest

from hotline.recordings.disguise import RATE, Sound
from hotline.recordings.legible import faults, levelled, measure
from hotline.recordings.wave import write

TEXT = "a" * 60


def speech(seconds: float = 4.0, level: float = -20.0, noise: float = -60.0) -> Sound:
    """A made-up voice with pauses, at a level in dB, in a room with some noise."""
    at = np.arange(int(seconds * RATE)) / RATE
    parts = [(150, 0.3), (700, 1.0), (1_200, 0.6), (2_400, 0.35)]
    tone = sum(share * np.sin(2 * np.pi * hertz * at) for hertz, share in parts)
    gate = (at % 0.5 < 0.35) & (at > 0.2) & (at < seconds - 0.2)
    tone = np.where(gate, tone, 0.0)
    tone *= 10 ** (level / 20) / np.sqrt((tone[gate] ** 2).mean())
    room = np.random.default_rng(1).normal(0, 10 ** (noise / 20), len(at))
    return np.asarray(tone + room)


def told(sound: Sound, text: str = TEXT) -> str:
    return " ".join(faults(write(sound), text))


def test_a_good_recording_is_told_nothing() -> None:
    assert told(speech()) == ""


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (speech(level=-35), "speech at -3"),
        (speech(level=-10), "speech at -1"),
        (speech(level=-6), "cut off"),
        (speech(noise=-40), "quieter room"),
        (speech(seconds=14), "too long"),
        (speech(seconds=1.5), "too short"),
        (np.concatenate([np.zeros(RATE), speech()]), "before"),
        (np.concatenate([speech(), np.zeros(RATE)]), "after"),
    ],
)
def test_each_fault_is_told_with_its_remedy(sound: Sound, fault: str) -> None:
    assert fault in told(sound)


def test_bass_and_dullness_are_heard_as_the_telephone_hears_them() -> None:
    at = np.arange(4 * RATE) / RATE
    rumble = 0.2 * np.sin(2 * np.pi * 120 * at) * (at % 0.5 < 0.35)
    assert "passes a telephone" in told(rumble)
    dull = 0.2 * np.sin(2 * np.pi * 500 * at) * (at % 0.5 < 0.35)
    assert "consonants are lost" in told(dull)


@pytest.mark.parametrize(
    "content", [b"", b"ID3 an mp3", write(np.zeros(RATE)), write(speech())[:44]]
)
def test_what_is_no_sound_is_told_so(content: bytes) -> None:
    (fault,) = faults(content, TEXT)
    assert "WAV" in fault


@pytest.mark.parametrize("level", [-50.0, -30.0, -8.0])
def test_a_draft_is_brought_to_its_level(level: float) -> None:
    found = measure(levelled(write(speech(level=level, noise=level - 40))))
    assert -22 < found.level < -18
    assert found.peak <= -0.5


def test_a_voice_of_a_machine_passes() -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not here: apt install espeak-ng")
    text = "Bạn đang ở gần ga nào? Bạn bấm tên ga bằng các phím có chữ."
    command = ("espeak-ng", "-v", "vi", "-s", "150", "--stdin", "--stdout")
    said = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    assert faults(levelled(said), text) == ()
