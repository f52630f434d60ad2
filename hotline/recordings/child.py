"""The process in which a stranger's bytes are taken apart: `python -I -m hotline.recordings.child`.

It reads a recording from its input, and writes `seconds(4) | cut(1) | mp3` to its output; exit 0.
A recording that cannot be used ends it with 3 and the code on its output.

Rule 1: it has no settings, no key, no network (where the system allows), may write no file, start
no process, and has bounded memory and time.
Rule 2: what it was given is never written anywhere.
"""

import contextlib
import ctypes
import os
import resource
import secrets
import sys

import numpy as np

from hotline.recordings import wave
from hotline.recordings.disguise import RATE, disguise, draw
from hotline.recordings.pressed import mp3

MEMORY = 2 * 1024**3  # bytes of address space
SECONDS = 45  # of processor time
REFUSED = 3
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> int:
    """Lock the door, then look."""
    confine()
    content = sys.stdin.buffer.read(wave.LARGEST + 1)
    try:
        sound, cut = wave.read(content)
    except wave.Refused as refused:
        sys.stdout.write(refused.code)
        return REFUSED
    if sys.argv[1:] == ["--plain"]:  # for a recogniser on this machine; never stored
        sys.stdout.buffer.write(wave.write(sound))
        return 0
    chance = np.random.default_rng(secrets.randbits(256))
    other = disguise(sound, draw(chance), chance)
    head = round(len(sound) / RATE).to_bytes(4, "big") + bytes([cut])
    pcm = (np.clip(other, -1, 1) * 32767).astype("<i2").tobytes()
    sys.stdout.buffer.write(head + mp3(pcm))
    return 0


def confine(memory: int = MEMORY, seconds: int = SECONDS, processes: bool = False) -> None:
    """Give up whatever is not needed for arithmetic, but `processes` where that is said."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if not processes:
        limits |= {resource.RLIMIT_NOFILE: 16, resource.RLIMIT_NPROC: 0}
    for kind, most in limits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    if sys.platform == "linux":
        system = ctypes.CDLL(None, use_errno=True)
        system.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        system.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: nobody reads our memory
        system.unshare(CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET)


if __name__ == "__main__":
    sys.exit(main())
