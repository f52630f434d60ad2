"""What somebody who takes this hotline's stores now could read: looked at, not recited.

Each store is read as a thief would read it, without any key: every Redis key and every column is
counted under its class of `inventory`, values are searched for the shapes of telephone numbers and
provider's ids, and what should be closed is checked to look like it (no text inside).
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text

from hotline.intake.errors import Unavailable
from hotline.inventory import KEPT, TECHNICAL, Kept, of_column, of_key
from hotline.stores.database import reading
from hotline.stores.link import Link

# A number in any of its usual shapes, or a provider's id, in the open.
_NUMBER = re.compile(rb"\+\d{8,15}(?!\d)|(?<![\d.:a-f-])0[789]0[ -]?\d{4}[ -]?\d{4}(?![\da-f-])")
_SID = re.compile(rb"(?:SM|MM|CA|RE)[0-9a-f]{32}")
_WORDS = re.compile(rb"[a-z]{3,}(?: [a-z]{2,}){3,}")  # four words in a row: somebody's sentence
CHUNK = 500


@dataclass(slots=True)
class Seen:
    """What was found of one class. `bare` counts values that show what they should not."""

    count: int = 0
    size: int = 0
    bare: dict[str, int] = field(default_factory=dict)

    def add(self, raw: bytes, closed: bool) -> None:
        """Look at one value."""
        self.count += 1
        self.size += len(raw)
        for name, shape in (("number", _NUMBER), ("provider id", _SID)):
            if shape.search(raw):
                self.bare[name] = self.bare.get(name, 0) + 1
        if closed and _WORDS.search(raw):
            self.bare["words"] = self.bare.get("words", 0) + 1


@dataclass(frozen=True, slots=True)
class Looked:
    """The classes found, what no row of the inventory names, and what could not be looked at."""

    classes: dict[str, tuple[Kept, Seen]]
    unknown: tuple[str, ...]
    away: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether everything is known, everywhere was looked, and nothing shows a person."""
        bare = any(seen.bare for kept, seen in self.classes.values() if kept.place != "fleeting")
        return not (bare or self.unknown or self.away)


def look(durable: Link, fleeting: Link | None, engine: Engine, spool: Path | None) -> Looked:
    """Look at every store there is."""
    classes: dict[str, tuple[Kept, Seen]] = {}
    unknown: set[str] = set()
    away: list[str] = []
    sources: list[tuple[str, Any]] = [
        ("durable Redis", lambda: _redis(durable)),
        ("case book", lambda: _columns(engine)),
        ("spool", lambda: _spool(spool)),
    ]
    if fleeting is not None:
        sources.append(("fleeting Redis", lambda: _redis(fleeting)))
    for name, read in sources:
        try:
            for kept, label, raw in read():
                if kept is None:
                    unknown.add(label)
                    continue
                seen = classes.setdefault(kept.what, (kept, Seen()))[1]
                seen.add(raw, kept.form == "closed")
        except (Unavailable, OSError):
            away.append(name)
    return Looked(classes, tuple(sorted(unknown)), tuple(away))


Found = Iterator[tuple[Kept | None, str, bytes]]


def _redis(link: Link) -> Found:
    cursor = b"0"
    while True:
        cursor, keys = link.call("SCAN", cursor, "COUNT", CHUNK)
        for key in keys:
            kept = of_key(key)
            label = key.decode("ascii", "replace").partition(":")[0]
            values = b" ".join(map(_inflated, _values(link, key)))
            yield kept, label, key + b" " + values
        if cursor in (b"0", 0):
            return


def _values(link: Link, key: bytes) -> list[bytes]:
    match bytes(link.call("TYPE", key)):
        case b"string":
            return [link.call("GET", key) or b""]
        case b"hash":
            return _flat(link.call("HGETALL", key))
        case b"list":
            return list(link.call("LRANGE", key, 0, -1))
        case b"set":
            return _flat(link.call("SMEMBERS", key))
        case b"zset":
            return list(link.call("ZRANGE", key, 0, -1))
        case _:
            return []


def _inflated(value: bytes) -> bytes:
    """RQ compresses what it keeps of a job: a plain search would miss it."""
    try:
        return value + b" " + zlib.decompress(value)
    except zlib.error:
        return value


def _flat(reply: Any) -> list[bytes]:
    if isinstance(reply, dict):
        return [part for pair in reply.items() for part in pair]
    return list(reply)


def _columns(engine: Engine) -> Found:
    for table in inspect(engine).get_table_names():
        with reading(engine) as held:
            rows = held.execution_options(stream_results=True).execute(
                text(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            )
            for row in rows.mappings():
                for column, value in row.items():
                    name = f"{table}.{column}"
                    if value is not None and name not in TECHNICAL:
                        yield of_column(name), name, _raw(value)


def _raw(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _spool(folder: Path | None) -> Found:
    kept = next(row for row in KEPT if row.place == "spool")
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        yield kept, path.name, path.read_bytes()
