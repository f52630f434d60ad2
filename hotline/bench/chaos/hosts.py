"""One host of a hotline under test: its processes, its spool, its own way to both Redis servers."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

import psutil

from hotline.bench.chaos.proxy import FaultProxy, Mode
from hotline.demo import free_port, settings_of
from hotline.settings import Role

HERE = "127.0.0.1"
REST = 0.3  # seconds before somebody is started again
SPOOL_BYTES = 4 * 1024 * 1024  # of the small disk
ROLES: Sequence[tuple[Role, ...]] = (
    ("web", "web", "worker", "steward"),
    ("web", "worker", "steward"),
)

Command = Callable[[str], tuple[str, ...]]


def real(role: str) -> tuple[str, ...]:
    """The command of one of our processes."""
    return (sys.executable, "-m", "hotline", role)


@dataclass(slots=True)
class Room:
    """One process and how it is started; `host` is 0 for the servers that all hosts share."""

    role: str
    host: int
    command: tuple[str, ...]
    env: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0

    def revive(self, log: IO[bytes]) -> bool:
        """Start it when it is not there; whether that was so."""
        if self.process and self.process.poll() is None:
            return False
        if monotonic() - self.began < REST:
            return False
        self.began = monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        return True

    def pids(self) -> list[int]:
        """It and its children."""
        if not self.process or self.process.poll() is not None:
            return []
        with suppress(psutil.Error):
            family = psutil.Process(self.process.pid).children(recursive=True)
            return [self.process.pid, *(p.pid for p in family)]
        return []

    def end(self) -> None:
        """End it in peace, or without."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Host:
    """Host `number` (from 1), with two ways that may break, and a disk that may be full."""

    number: int
    folder: Path
    servers: Mapping[str, Path]
    seed: int
    small_disk: bool = False
    port: int = field(default_factory=lambda: free_port(HERE, 0))

    def __post_init__(self) -> None:
        self.spool = self.folder / f"spool{self.number}"
        self.ways = {
            name: FaultProxy(path.with_name(f"{name}{self.number}.sock"), path, self.seed)
            for name, path in self.servers.items()
        }

    @property
    def roles(self) -> tuple[Role, ...]:
        """Which processes run here."""
        return ROLES[min(self.number, len(ROLES)) - 1]

    def open(self) -> None:
        """A spool on a small disk of its own, where we may mount one; both ways open."""
        self.spool.mkdir()
        self.small_disk = _mounted(self.spool)
        for way in self.ways.values():
            way.start()

    def be(self, mode: Mode, *servers: str) -> None:
        """How the ways to these servers (both by default) are from now on."""
        for name in servers or tuple(self.ways):
            self.ways[name].be(mode)

    def room(self, role: Role, command: Command, passwords: Mapping[str, str]) -> Room:
        """A process of this host: settings of its role, its own user in both servers."""
        env = settings_of(self.folder, role)
        env |= {"HOTLINE_PORT": str(self.port), "HOTLINE_SPOOL_DIR": str(self.spool)}
        for name, way in self.ways.items():
            url = f"unix://{role}:{passwords[role]}@{way.path}"
            env[f"HOTLINE_{name.upper()}_REDIS_URL"] = url
        return Room(role, self.number, command(role), env)

    def fill_disk(self) -> None:
        """No byte fits on the spool's disk any more."""
        if not self.small_disk:
            return
        with suppress(OSError), (self.spool / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)

    def empty_disk(self) -> None:
        """There is room again."""
        (self.spool / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """Give everything back."""
        for way in self.ways.values():
            way.stop()
        if self.small_disk:
            subprocess.run(("umount", "-l", str(self.spool)), check=False)


def _mounted(folder: Path) -> bool:
    """A small disk of its own for the spool, where we may mount one."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    command: Sequence[str] = ("mount", "-t", "tmpfs", "-o", f"size={SPOOL_BYTES}", "tmpfs")
    try:
        done = subprocess.run((*command, str(folder)), check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0
