"""Sound as mp3, which every case system takes: mono, without any tag, no date, no title."""

import struct

import lameenc

RATE = 8_000
KILOBITS = 24


def mp3(pcm: bytes) -> bytes:
    """An mp3 of 16-bit samples at RATE."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(KILOBITS)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(pcm) + encoder.flush())


def _meant(code: int) -> int:
    """What a byte of µ-law means (ITU-T G.711)."""
    bits = ~code & 0xFF
    size = (((bits & 0x0F) << 3) + 132 << ((bits & 0x70) >> 4)) - 132
    return -size if bits & 0x80 else size


_SAMPLES = tuple(struct.pack("<h", _meant(code)) for code in range(256))


def pressed(samples: bytes) -> bytes:
    """An mp3 of µ-law samples at RATE: there is nothing to distrust in single bytes."""
    return mp3(b"".join(map(_SAMPLES.__getitem__, samples)))
