"""What somebody who takes this hotline's stores now could read: looked at, not recited.

Each store is read as a thief would read it, without any key: every Redis key and every column is
counted under its class of `inventory`, values are searched for the shapes of telephone numbers and
provider's ids, and what should be closed is checked to look like it (no text inside).
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
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
_JAPAN = timezone(timedelta(hours=9))


@dataclass(slots=True)
class Seen:
    """What was found of one class. `bare` counts values that show what they should not; `oldest`:
    the hour of the oldest, as far as a thief can tell, empty where nothing tells."""

    count: int = 0
    size: int = 0
    bare: dict[str, int] = field(default_factory=dict)
    oldest: str = ""

    def add(self, raw: bytes, closed: bool, hour: str = "") -> None:
        """Look at one value, which is from `hour` (ISO, in Japan) if that can be told."""
        self.count += 1
        self.oldest = min(filter(None, (self.oldest, hour)), default="")
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
            for kept, label, raw, hour in read():
                if kept is None:
                    unknown.add(label)
                    continue
                seen = classes.setdefault(kept.what, (kept, Seen()))[1]
                seen.add(raw, kept.form == "closed", hour)
        except (Unavailable, OSError):
            away.append(name)
    return Looked(classes, tuple(sorted(unknown)), tuple(away))


def values(
    durable: Link, fleeting: Link, engine: Engine, spool: Path | None
) -> Iterator[tuple[str, str, bytes]]:
    """Everything that is kept: place, name, what is there. Raises Unavailable."""
    sources: tuple[tuple[str, Found], ...] = (
        ("durable Redis", _redis(durable)),
        ("fleeting Redis", _redis(fleeting)),
        ("case book", _columns(engine)),
        ("spool", _spool(spool)),
    )
    for place, source in sources:
        for _, name, raw, _ in source:
            yield place, name, raw


Found = Iterator[tuple[Kept | None, str, bytes, str]]


def _redis(link: Link) -> Found:
    cursor = b"0"
    while True:
        cursor, keys = link.call("SCAN", cursor, "COUNT", CHUNK)
        for key in keys:
            kept = of_key(key)
            label = key.decode("ascii", "replace").partition(":")[0]
            values = b" ".join(map(_inflated, _values(link, key)))
            yield kept, label, key + b" " + values, _hour(_second(link, key))
        if cursor in (b"0", 0):
            return


def _second(link: Link, key: bytes) -> int:
    """Since when what lies under `key` is there, in seconds since 1970; 0 where nothing tells."""
    store, _, rest = key.removeprefix(b"hl:").partition(b":")
    if store in (b"p", b"job"):  # a report's parts, by the minute in which its job began
        return int(link.call("HGET", b"hl:job:" + rest, "since") or 0)
    if key == b"hl:purge":
        found = link.call("ZRANGE", "hl:purge:born", 0, 0, "WITHSCORES")
        return int(float(_pair(found)[-1])) if found else 0
    return 0


def _pair(reply: Any) -> list[Any]:
    """Member and score, as either version of the protocol gives them."""
    return [part for each in reply for part in (each if isinstance(each, list) else [each])]


def _hour(second: int) -> str:
    return datetime.fromtimestamp(second, _JAPAN).strftime("%Y-%m-%dT%H:00+09:00") if second else ""


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
    received = _received(engine)
    for table in inspect(engine).get_table_names():
        with reading(engine) as held:
            rows = held.execution_options(stream_results=True).execute(
                text(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            )
            for row in rows.mappings():
                hour = _hour_of(table, row, received)
                for column, value in row.items():
                    name = f"{table}.{column}"
                    if value is not None and name not in TECHNICAL:
                        yield of_column(name), name, _raw(value), hour


def _received(engine: Engine) -> dict[str, str]:
    """The hour of every tip: what hangs on a tip is no older."""
    if not inspect(engine).has_table("tips"):
        return {}
    with reading(engine) as held:
        rows = held.execute(text("SELECT id, received FROM tips"))
        return {str(tip): str(hour) for tip, hour in rows}


def _hour_of(table: str, row: Mapping[Any, Any], received: Mapping[str, str]) -> str:
    own = next((row[name] for name in ("received", "hour", "created", "day") if row.get(name)), "")
    return str(own or received.get(str(row.get("id" if table == "tips" else "tip_id")), ""))


def _raw(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _spool(folder: Path | None) -> Found:
    kept = next(row for row in KEPT if row.place == "spool")
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        yield kept, path.name, path.read_bytes(), _hour(int(path.stat().st_mtime))
