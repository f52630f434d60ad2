"""The engine under the case book: SQLite for one machine, PostgreSQL for several.

Rule: an error from below becomes Unavailable("casebook"); its text, which may quote a row, ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from hotline.intake.errors import Mistaken, Unavailable

_CREATING = Lock()  # until the descriptor is closed nobody here may connect

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "secure_delete=ON",
    "temp_store=MEMORY",
)


def open_engine(url: str) -> Engine:
    """An engine for `HOTLINE_DATABASE_URL`: `sqlite:///path` or `postgresql://…`.

    Connects to nothing yet. Raises Mistaken with the remedy.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Mistaken("HOTLINE_DATABASE_URL: not an address of a database") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "")
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise Mistaken("HOTLINE_DATABASE_URL: sqlite:///… or postgresql://… is wanted")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads. Raises Unavailable("casebook")."""
    with _sheltered(), engine.execution_options(hotline_reads=True).begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction, whole or not at all. Raises Unavailable("casebook")."""
    with _sheltered(), engine.begin() as connection:
        yield connection


def lock(connection: Connection, *numbers: int) -> None:
    """Until the transaction ends nobody else holds these (SQLite has one writer anyway).

    Several are taken in their order: two who want the same ones never wait for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"numbers": sorted(numbers)})


_LOCK = text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n")


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest form. Safe to run twice and by several processes at once."""
    with reading(engine) as held:
        if _form(held) == newest_form():
            return
    from hotline.stores.migrating import upgrade

    with writing(engine) as held:
        lock(held, 0x686F746C696E65)
        upgrade(held)


def refuse_other_form(engine: Engine) -> None:
    """Raises Mistaken when the tables are not of this release's form. Changes nothing."""
    with reading(engine) as held:
        found = _form(held)
    if found != (wanted := newest_form()):
        raise Mistaken(
            f"tables are of form {found or 'none'}, this release wants {wanted}: "
            "start worker or desk of this release once, they bring them up"
        )


def newest_form() -> str:
    """The newest migration of this release: their files are named in their order."""
    folder = files("hotline.stores").joinpath("migrations", "versions")
    return max(each.name for each in folder.iterdir() if each.name[0].isdigit()).partition("_")[0]


def _form(held: Connection) -> str | None:
    """The form in which the tables are; none when nothing was ever made."""
    if not inspect(held).has_table("alembic_version"):
        return None
    found = held.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def truncate_log(engine: Engine) -> None:
    """SQLite: fold the write-ahead log away, so that what was erased is not in it either."""
    if engine.dialect.name != "sqlite":
        return
    with _sheltered(), engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()


@contextmanager
def _sheltered() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError:
        raise Unavailable("casebook") from None


def _sqlite(path: str) -> Engine:
    if not path or path == ":memory:":
        raise Mistaken("HOTLINE_DATABASE_URL: sqlite needs a file: sqlite:////path/casebook.db")
    engine = create_engine(
        f"sqlite:///{path}",
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(engine, "do_connect", lambda *_: _private(Path(path)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _private(path: Path) -> None:
    """Nobody else on the machine reads the file, nor the log that SQLite makes beside it.

    A file that is there is never opened here: POSIX drops every lock a process holds on a file as
    soon as it closes any descriptor of it. Another process then takes itself for the last one that
    has the case book open, deletes the log under us, and our next commits are in no file (measured:
    46 tips of 200 conversations).
    """
    with _CREATING, suppress(OSError):  # connecting says what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare(connection: Any, entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """The driver begins nothing by itself; a writer takes the lock at once and never upgrades."""
    reads = connection.get_execution_options().get("hotline_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 3, "application_name": "hotline"},
        )
    except ImportError:
        raise Mistaken("PostgreSQL needs psycopg: pip install 'hotline[postgresql]'") from None
