"""The child that takes a stranger's bytes apart: what it takes, refuses and survives."""

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hotline.intake.errors import Unavailable
from hotline.intake.recordings import Disguised, Useless
from hotline.recordings import wave
from hotline.recordings.bounded import disguised, plain
from hotline.recordings.disguise import RATE
from tests.recordings.voices import MAN

WAV = wave.write(MAN)


def test_a_voice_becomes_an_mp3_of_its_length_without_a_tag() -> None:
    made = disguised(WAV)
    assert isinstance(made, Disguised)
    assert made.seconds == round(len(MAN) / RATE)
    assert made.mp3[0] == 0xFF
    assert made.mp3[1] & 0xE0 == 0xE0
    assert not made.mp3.startswith(b"ID3")
    assert made.mp3[-128:-125] != b"TAG"
    assert not made.cut


def test_two_runs_give_two_voices() -> None:
    one, two = disguised(WAV), disguised(WAV)
    assert isinstance(one, Disguised)
    assert isinstance(two, Disguised)
    assert one.mp3 != two.mp3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_audio"),
        (b"<html>404</html>" * 100, "not_audio"),
        (b"\xff\xfb\x90\x00" * 500, "not_audio"),
        (WAV[:44], "empty"),
        (WAV[:1_000], "empty"),
        (wave.write(np.zeros(2 * RATE)), "silent"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + b"\x00" * 16 + b"data", "not_audio"),
        (WAV[:20] + struct.pack("<HHIIHH", 1, 1, 4_000_000_000, 1, 1, 16) + WAV[36:], "not_audio"),
    ],
)
def test_what_holds_no_word_is_refused_by_code(content: bytes, code: str) -> None:
    assert disguised(content) == Useless(code)


def test_an_hour_is_cut_to_what_is_kept() -> None:
    long = wave.write(np.tile(MAN, 1_800))
    sound, cut = wave.read(long)
    assert cut
    assert len(sound) == wave.LONGEST * RATE


@pytest.mark.parametrize("coding", [6, 7])
def test_telephone_codings_are_read(coding: int) -> None:
    data = bytes(range(256)) * 40
    head = struct.pack(
        "<4sI4s4sIHHIIHH",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        coding,
        1,
        8_000,
        8_000,
        1,
        8,
    )
    sound, _ = wave.read(head + b"data" + struct.pack("<I", len(data)) + data)
    assert len(sound) == len(data)
    assert np.abs(sound).max() <= 1.01


def test_a_child_that_dies_or_lies_is_tried_again() -> None:
    for code in ("raise SystemExit(1)", "print('nonsense')", "raise SystemExit(3)"):
        with pytest.raises(Unavailable, match="disguise"):
            disguised(WAV, (sys.executable, "-c", code))
    with pytest.raises(Unavailable, match="disguise"):
        disguised(WAV, ("/no/such/program",))


def test_the_child_opens_no_file_and_no_network(tmp_path: Path) -> None:
    file = str(tmp_path / "file")
    code = (
        "import sys; from hotline.recordings.child import confine; confine()\n"
        "import socket\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except OSError as e:\n    print(type(e).__name__, end=' ')\n"
        f"try:\n    open({file!r}, 'w').write('x' * 99999)\n"
        "except OSError as e:\n    print('file', end='')\n"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, check=False)
    assert done.returncode != 0 or b"file" in done.stdout  # SIGXFSZ ends it


def test_for_a_recogniser_the_sound_comes_out_as_it_was() -> None:
    sound = plain(WAV)
    assert sound is not None
    assert len(wave.read(sound)[0]) == len(MAN)
    assert plain(b"no") is None
