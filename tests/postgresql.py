"""A real PostgreSQL for tests, which may die and come back."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

MISSING = "no PostgreSQL server here: apt-get install postgresql"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One server with its folder, and as whom its programs run."""

    folder: Path
    binaries: Path
    port: int
    owner: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"postgresql://hotline@/postgres?host={self.folder}&port={self.port}"

    def start(self) -> None:
        """Up, and answering; after a death it recovers first."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-w", "-l", self.folder / "log", "-o", options, "start")

    def die(self) -> None:
        """Every process of it ends at once, with whatever it had in hand."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def make(self) -> None:
        """An empty one."""
        self._run("initdb", "-A", "trust", "-U", "hotline", "-E", "UTF8")

    @property
    def is_up(self) -> bool:
        """Whether somebody has to end it."""
        return (self.folder / "data" / "postmaster.pid").exists()

    def _run(self, program: str, *words: object) -> None:
        command = [*self.owner, self.binaries / program, "-D", self.folder / "data", *words]
        subprocess.run(
            list(map(str, command)), check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60
        )


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster of its own; skips where there is no PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    cluster = Cluster(folder, found[-1].parent, _port(), _owner(folder))
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        if cluster.is_up:
            cluster.die()
        shutil.rmtree(folder, ignore_errors=True)


def emptied(engine: Engine) -> None:
    """Nothing in it."""
    with engine.begin() as held:
        held.execute(text("DROP SCHEMA public CASCADE"))
        held.execute(text("CREATE SCHEMA public"))


def _owner(folder: Path) -> tuple[str, ...]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`."""
    if os.getuid() != 0:
        return ()
    if shutil.which("runuser") is None or subprocess.run(["id", "postgres"]).returncode:
        pytest.skip("PostgreSQL does not run as root and there is no user postgres")
    shutil.chown(folder, "postgres")
    return ("runuser", "-u", "postgres", "--")


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
