"""What a browser may send as a voice note, and what is made of it."""

import struct

import pytest

from hotline.records.voice_note import LONGEST, RATE, read
from tests.tips import a_voice_note as write

SOUND = bytes(range(256)) * 40


def test_samples_come_back_without_their_head() -> None:
    note = read(write(SOUND))
    assert note.samples == SOUND
    assert (note.seconds, len(note.mark)) == (2, 64)
    assert read(write(SOUND[:-1])).mark != note.mark


def test_what_else_is_in_the_file_is_left_out() -> None:
    raw = write(SOUND)
    told = b"LIST" + struct.pack("<I", 15) + b"Nguyen Van Tuan" + b"\0"
    more = raw[:12] + told + raw[12:] + told
    assert b"Tuan" in more
    assert read(more).samples == SOUND


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"RIFF",
        b"RIFF\0\0\0\0WAVE",
        write(b""),
        write(SOUND)[:-20],
        write(bytes(LONGEST * RATE + 2)),
        write(SOUND).replace(b"\x07\0\x01\0", b"\x01\0\x01\0"),  # another code
        write(SOUND).replace(b"\x07\0\x01\0", b"\x07\0\x02\0"),  # two channels
        write(SOUND).replace(struct.pack("<I", RATE), struct.pack("<I", 44_100), 1),
        b"ID3\x04" + write(SOUND)[4:],
    ],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(raw)


def test_a_whole_minute_fits() -> None:
    assert read(write(bytes(LONGEST * RATE))).seconds == LONGEST
