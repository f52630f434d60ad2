"""Running the children that look at recordings or listen, and believing them only so far."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.recordings import Disguised, Useless

PATIENCE = 50  # seconds; two minutes of speech take four on a slow core
LARGEST_MP3 = 4 * 1024 * 1024
CODES = frozenset({"not_audio", "empty", "silent"})
LISTENING = 100  # seconds that a recogniser may take
LONGEST = 20_000  # characters that are believed to be words
MODULES = {"vosk": "vosk", "whisper": "faster_whisper"}  # by engine, what has to be importable
COMMAND = (sys.executable, "-I", "-m", "hotline.recordings.child")
LISTENER = (sys.executable, "-I", "-m", "hotline.recordings.listener")
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


def listener(setting: str) -> Callable[[bytes], str] | None:
    """What turns a recording into words, as `HOTLINE_RECOGNISER` names it; None where it is empty.

    Raises Mistaken when there is no such engine, model or program on this machine.
    """
    if not setting:
        return None
    engine, _, place = setting.partition(":")
    path = Path(place)
    if engine not in (*MODULES, "program") or not path.is_absolute():
        raise Mistaken("HOTLINE_RECOGNISER: needs vosk:/…, whisper:/… or program:/…")
    if engine == "program" and not path.is_file():
        raise Mistaken("HOTLINE_RECOGNISER: there is no such program")
    if engine in MODULES and not path.is_dir():
        raise Mistaken("HOTLINE_RECOGNISER: there is no such folder; a model is one")
    if engine in MODULES and find_spec(MODULES[engine]) is None:
        raise Mistaken(f"HOTLINE_RECOGNISER: {MODULES[engine]} is not installed")
    return partial(heard, command=(*LISTENER, engine, place))


def heard(content: bytes, command: Sequence[str]) -> str:
    """The words of a recording, empty for none. Raises Unavailable("recogniser").

    What strangers made is read by the child that does nothing else: a recogniser gets our own WAV.
    """
    sound = plain(content)
    if sound is None:
        return ""
    try:
        said = _run(sound, command, LISTENING)
    except Unavailable:
        raise Unavailable("recogniser") from None
    if isinstance(said, Useless):
        return ""
    text = said[: 4 * LONGEST].decode("utf-8", "replace")
    kept = "".join(c for c in text if c.isprintable() or c == "\n")
    return "\n".join(filter(None, map(str.strip, kept.splitlines())))[:LONGEST]


def _run(content: bytes, command: Sequence[str], seconds: float = PATIENCE) -> bytes | Useless:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=QUIET,
            timeout=seconds,
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
