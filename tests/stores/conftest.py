"""Engines for the stores' tests: SQLite always, a real PostgreSQL where one can be started."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.database import migrate, open_engine

MISSING = "no PostgreSQL server here: apt-get install postgresql"


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return key_ring(new_key())


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the tests; skips when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    owner = _owner(folder)
    data, binaries = folder / "data", found[-1].parent
    try:
        _run(owner, binaries / "initdb", "-D", data, "-A", "trust", "-U", "hotline", "-E", "UTF8")
        options = f"-p {_port()} -k {folder} -c listen_addresses='' -c fsync=off"
        log = folder / "log"
        _run(owner, binaries / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        port = options.split()[1]
        yield f"postgresql://hotline@/postgres?host={folder}&port={port}"
    finally:
        if (data / "postmaster.pid").exists():
            _run(owner, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    else:
        engine = open_engine(request.getfixturevalue("postgresql_url"))
        with engine.begin() as held:
            held.execute(text("DROP SCHEMA public CASCADE"))
            held.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(bare: Engine) -> Engine:
    """A database with our tables."""
    migrate(bare)
    return bare


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`."""
    if os.getuid() != 0:
        return []
    if shutil.which("runuser") is None or subprocess.run(["id", "postgres"]).returncode:
        pytest.skip("PostgreSQL does not run as root and there is no user postgres")
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(owner: list[str], *words: object) -> None:
    subprocess.run(
        [*owner, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60
    )


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
