"""Running the child that looks at recordings, and believing it only so far."""

import subprocess
import sys
from collections.abc import Sequence

from hotline.intake.errors import Unavailable
from hotline.intake.recordings import Disguised, Useless

PATIENCE = 50  # seconds; two minutes of speech take four on a slow core
LARGEST_MP3 = 4 * 1024 * 1024
CODES = frozenset({"not_audio", "empty", "silent"})
COMMAND = (sys.executable, "-I", "-m", "hotline.recordings.child")
# One thread: the pools of a numerical library would need more processes than the child may have.
QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def disguised(content: bytes, command: Sequence[str] = COMMAND) -> Disguised | Useless:
    """The recording in another voice, or why it is of no use. Raises Unavailable("disguise")."""
    out = _run(content, command)
    if isinstance(out, Useless):
        return out
    if len(out) > LARGEST_MP3 or len(out) < 100:
        raise Unavailable("disguise")
    return Disguised(out[5:], int.from_bytes(out[:4], "big"), bool(out[4]))


def plain(content: bytes) -> bytes | None:
    """A WAV file at 8 kHz for a recogniser on this machine; None when it is of no use."""
    out = _run(content, (*COMMAND, "--plain"))
    return None if isinstance(out, Useless) else out


def _run(content: bytes, command: Sequence[str]) -> bytes | Useless:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=QUIET,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        raise Unavailable("disguise") from None
    code = done.stdout[:16].decode("ascii", "replace")
    if done.returncode == 3 and code in CODES:
        return Useless(code)
    if done.returncode != 0:
        raise Unavailable("disguise")
    return done.stdout
