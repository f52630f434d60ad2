"""The engine under the case book: what other processes on the same file must never bring about."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from hotline.stores.database import open_engine, reading, writing

# What any other command does with the case book: open it, look, close.
LOOKS = """
import sys
from hotline.stores.database import open_engine, reading
from sqlalchemy import text
engine = open_engine(sys.argv[1])
with reading(engine) as held:
    print(held.scalar(text("SELECT count(*) FROM told")))
engine.dispose()
"""


def elsewhere(url: str) -> int:
    """How many rows another process sees; it is gone when this returns."""
    done = subprocess.run(
        (sys.executable, "-c", LOOKS, url), capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_a_command_that_comes_and_goes_takes_no_commit_away(tmp_path: Path) -> None:
    """A second connection of one process must not let go of the first one's locks.

    They are POSIX locks: closing any descriptor of the file drops all that the process holds. Then
    whoever closes the file elsewhere takes itself for the last, and deletes the log under us.
    """
    url = f"sqlite:///{tmp_path / 'book.db'}"
    worker, another_engine_of_it = open_engine(url), open_engine(url)
    with writing(worker) as held:
        held.execute(text("CREATE TABLE told (word TEXT)"))
    with reading(another_engine_of_it) as held:
        held.execute(text("SELECT 1"))
    assert elsewhere(url) == 0
    assert (tmp_path / "book.db-wal").exists()
    with writing(worker) as held:
        held.execute(text("INSERT INTO told VALUES ('a')"))
    assert elsewhere(url) == 1


def test_nobody_else_on_the_machine_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    with writing(open_engine(f"sqlite:///{path}")) as held:
        held.execute(text("CREATE TABLE told (word TEXT)"))
    for each in tmp_path.iterdir():
        assert each.stat().st_mode & 0o077 == 0, each.name
