"""`hotline erase --everything`: the keys first, then what they closed.

Rule 1: once the keys are gone nothing closed can be read, whatever else goes wrong afterwards.
Rule 2: every step is tried, and each says whether it reached what it wanted to.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

from hotline.intake.errors import HotlineError
from hotline.settings import Settings, secret_names
from hotline.stores.database import open_engine, truncate_log, writing
from hotline.stores.link import Link

LONGEST = 65_536  # bytes of a key file that are overwritten


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done, or what kept it from being done."""

    what: str
    ok: bool
    why: str = ""


def undo(settings: Settings, env: Mapping[str, str]) -> Iterator[Step]:
    """Destroy every key that a file holds, then flush every store."""
    yield from _keys(env)
    yield _tried("keys of the day", lambda: _flush(settings.fleeting_redis_url, "fleeting"))
    yield _tried("durable Redis", lambda: _flush(settings.durable_redis_url, "durable"))
    yield _tried("case book", lambda: _drop(settings.database_url))
    yield _tried("spool", lambda: _empty(settings.spool_dir))


def _keys(env: Mapping[str, str]) -> Iterator[Step]:
    for name in secret_names():
        path = _file_of(name, env)
        if path is not None:
            yield _tried(name, lambda path=path: _shred(path))  # type: ignore[misc]
        elif name in env:
            yield Step(name, False, "it stands in the environment: remove it there")


def _file_of(name: str, env: Mapping[str, str]) -> Path | None:
    """Where a setting's file lies, as `settings` looks for it."""
    if f"{name}_FILE" in env:
        return Path(env[f"{name}_FILE"])
    folder = env.get("HOTLINE_DATA_DIR")
    path = Path(folder) / "settings" / name if folder else None
    return path if path is not None and path.exists() else None


def _shred(path: Path) -> None:
    """Overwrite and remove. On a disk that copies on write the old bytes may stay: the disk is
    encrypted (docs/deploy), and that key is the next to go."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(os.urandom(min(max(path.stat().st_size, 64), LONGEST)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _flush(url: str, name: str) -> None:
    if not url:
        return
    link = Link(url, name)
    link.call("FLUSHALL")
    if name == "durable":  # the log still tells what was flushed until it is written anew
        link.call("BGREWRITEAOF")


def _drop(url: str) -> None:
    """Every table, whatever release made it; then the pages that held them."""
    if not url:
        return
    engine = open_engine(url)
    with writing(engine) as held:
        found = MetaData()
        found.reflect(held)
        found.drop_all(held)
    truncate_log(engine)
    engine.dispose()


def _empty(folder: str) -> None:
    path = Path(folder)
    if not folder or not path.is_dir():
        return
    for each in path.iterdir():
        each.unlink()


def _tried(what: str, act: Callable[[], None]) -> Step:
    try:
        act()
    except HotlineError as error:
        return Step(what, False, error.code)
    except OSError as error:
        return Step(what, False, type(error).__name__)
    return Step(what, True)
