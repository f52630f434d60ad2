"""Power cuts: a disk that keeps what was synced, and what is left on it when the light goes out.

`power.c` is loaded into every process under test and remembers what was synced. After a cut a
folder holds the synced bytes under the synced names; of what was not synced any part may have
reached the disk all the same: a prefix of what was added, any block of what was written over, all
new names of a folder or none.
"""

import ctypes
import os
import shutil
import stat
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from hotline.intake.errors import Mistaken

SOURCE = Path(__file__).with_name("power.c")
BLOCK = 4096  # bytes that reach a disk at once
_BORN, _INO = 0x800, 0x100  # STATX_BTIME, STATX_INO
_HERE, _NO_FOLLOW = -100, 0x100  # AT_FDCWD, AT_SYMLINK_NOFOLLOW


class Disk:
    """What is synced of the folders `roots`; `folder` is where that is remembered."""

    def __init__(self, folder: Path, roots: Sequence[Path]) -> None:
        self._folder, self.roots = folder, tuple(roots)
        self.library = folder / "power.so"
        self.told: Counter[str] = Counter()

    @property
    def env(self) -> dict[str, str]:
        """What a process under test is started with."""
        return {
            "LD_PRELOAD": str(self.library),
            "HOTLINE_POWER_ROOTS": ":".join(map(str, self.roots)),
            "HOTLINE_POWER_DISK": str(self._folder),
        }

    def build(self) -> "Disk":
        """Compile what processes load. Raises Mistaken where there is no compiler."""
        for name in ("data", "dirs", "dirty"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        command = ("cc", "-O2", "-shared", "-fPIC", "-o", str(self.library), str(SOURCE), "-ldl")
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise Mistaken("power cuts need Linux and a C compiler: apt install gcc") from None
        return self

    def sync(self, *roots: Path) -> None:
        """What is in `roots` (all of them by default) is on the disk, as after `sync`.

        Nobody may write meanwhile.
        """
        for root in roots or self.roots:
            for path in (root, *_all(root)):
                if path.is_dir():
                    rows = [f"{_kind(p)} {key(p)} {p.name}\n" for p in sorted(path.iterdir())]
                    (self._folder / "dirs" / key(path)).write_text("".join(rows))
                else:
                    shutil.copyfile(path, self._folder / "data" / key(path))

    def cut(self, chance: Random, *roots: Path) -> None:
        """Put back `roots` (all of them by default); whoever wrote there is dead already.

        What is left is on the disk, and a next cut comes back to it.
        """
        for root in roots or self.roots:
            there = {key(path): path for path in _all(root) if path.is_file()}
            left = list(self._left(root, Path(), chance, there))
            for path in root.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for name, content in left:
                if content is None:
                    (root / name).mkdir()
                    continue
                (root / name).write_bytes(content)
                (root / name).chmod(0o600)
            self.sync(root)

    def _left(
        self, root: Path, below: Path, chance: Random, there: dict[str, Path]
    ) -> Iterator[tuple[Path, bytes | None]]:
        """Names below `root` and what is left under each; None for a folder."""
        synced, now = self._names(root / below), _names(root / below)
        names = chance.choice((synced, now))
        self.told["names undone"] += synced != now and names is synced
        for name, (kind, each) in names.items():
            if kind == "d":
                yield below / name, None
                yield from self._left(root, below / name, chance, there)
            else:
                yield below / name, self._content(each, there.get(each), chance)

    def _names(self, folder: Path) -> dict[str, tuple[str, str]]:
        path = self._folder / "dirs" / key(folder) if folder.exists() else Path()
        rows = path.read_text().splitlines() if path.is_file() else []
        return {name: (kind, each) for kind, each, name in (row.split(" ", 2) for row in rows)}

    def _content(self, each: str, path: Path | None, chance: Random) -> bytes:
        kept = self._folder / "data" / each
        synced = kept.read_bytes() if kept.exists() else b""
        now = path.read_bytes() if path else synced
        if now == synced:
            return synced
        if chance.random() < 0.5:
            self.told["writes dropped"] += 1
            return synced
        self.told["writes torn"] += 1
        return torn(synced, now, chance)


def torn(synced: bytes, now: bytes, chance: Random) -> bytes:
    """Synced bytes with some of the later ones: any block written over, a prefix of what is new."""
    left = bytearray(synced)
    both = min(len(synced), len(now))
    for at in range(0, both, BLOCK):
        if chance.random() < 0.5:
            end = min(at + BLOCK, both)
            left[at:end] = now[at:end]
    return bytes(left) + now[len(synced) : chance.randint(len(synced), max(len(synced), len(now)))]


def key(path: Path) -> str:
    """By what a file or folder is known: device, inode and birth, as power.c has it."""
    found = ctypes.create_string_buffer(256)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statx(_HERE, os.fsencode(path), _NO_FOLLOW, _BORN | _INO, found):
        raise OSError(ctypes.get_errno(), str(path))
    buffer = found.raw
    mask = int.from_bytes(buffer[0:4], "little")
    inode = int.from_bytes(buffer[32:40], "little")
    seconds = int.from_bytes(buffer[80:88], "little", signed=True)
    nanoseconds = int.from_bytes(buffer[88:92], "little")
    major, minor = (int.from_bytes(buffer[at : at + 4], "little") for at in (136, 140))
    born = seconds * 1_000_000_000 + nanoseconds if mask & _BORN else 0
    return f"{major:x}-{minor:x}-{inode}-{born}"


def _names(folder: Path) -> dict[str, tuple[str, str]]:
    paths = folder.iterdir() if folder.exists() else iter(())
    return {path.name: (_kind(path), key(path)) for path in paths}


def _kind(path: Path) -> str:
    return "d" if path.is_dir() else "f"


def _all(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if stat.S_ISREG(mode := path.lstat().st_mode) or stat.S_ISDIR(mode):
            yield path
