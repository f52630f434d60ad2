"""The spool: sealed parts on a disk of our own while the durable Redis is away.

Rule 1: a part is on the disk, whole and under its own name, before the caller hears of it.
Rule 2: a file holds ciphertext and opaque tags only, no more than the durable Redis would.
Rule 3: a part comes in once: its name is the event's tag, and the tag is claimed in the same script
that takes the part in. An event that was committed after all (its reply was lost) is not new.
Rule 4: what its caller took back meanwhile, on whichever host, does not come in (`hl:gone:<tag>`).
Rule 5: that something lies at the provider is known from then on, whatever became of its report.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.messages import Answer, CallerKey, ReportId
from hotline.intake.ports import SealedPart
from hotline.stores.link import Argument, Link, Script
from hotline.stores.redis_sessions import EVENT_LIVES, close_answer, event_name, session_name

PART, DRAFT = ".part", ".draft"
DRAFT_LIVES = 600  # seconds after which a draft belongs to nobody: its writer died before rule 1
BATCH = 100

# Twice is safe: the second run finds the claim. KEYS: the event under each day's key, the list of
# the caller's brought reports.
_BRING_IN = Script("""
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 0 end
end
local report, part, minute, answer, lives = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if ARGV[7] ~= '' then
  redis.call('ZADD', 'hl:purge', minute + 90, ARGV[7])
  redis.call('ZADD', 'hl:purge:born', minute, ARGV[7])
end
local gone = redis.call('GET', 'hl:gone:' .. string.sub(KEYS[1], 6))
if gone and tonumber(ARGV[6]) <= tonumber(gone) then
  redis.call('SET', KEYS[2], answer, 'EX', lives)
  return 0
end
redis.call('RPUSH', 'hl:p:' .. report, part)
redis.call('HSET', 'hl:job:' .. report, 'doing', 'unfinished', 'since', minute)
redis.call('ZADD', 'hl:out', 0, report)
redis.call('HINCRBY', 'hl:totals', 'accepted', 1)
redis.call('HINCRBY', 'hl:totals', 'unfinished', 1)
redis.call('HINCRBY', 'hl:totals', 'spooled', 1)
redis.call('RPUSH', KEYS[1], report)
redis.call('EXPIRE', KEYS[1], lives)
redis.call('SET', KEYS[2], answer, 'EX', lives)
return 1
""")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What one file says."""

    brought: bytes
    events: tuple[bytes, ...]
    report: ReportId
    part: bytes
    minute: int
    answer: bytes
    at: int
    trace: bytes


class FileSpool:
    """`Spool` in one folder. Any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> "FileSpool":
        """Make the folder and try it. Raises Mistaken: a spool that cannot be written is none."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._folder / f".{secrets.token_hex(8)}{DRAFT}", b"").unlink()
        except OSError:
            raise Mistaken(f"HOTLINE_SPOOL_DIR: cannot write in {self._folder}") from None
        return self

    def keep(self, caller: CallerKey, answer: Answer, part: SealedPart) -> None:
        """See `Spool.keep`."""
        days = [caller.today, *([caller.yesterday] if caller.yesterday else [])]
        if any(self._path(day.event).exists() for day in days):
            return
        text = json.dumps(
            {
                "brought": _text(b"hl:b:" + session_name(days[0])[5:]),
                "events": [_text(event_name(day)) for day in days],
                "report": part.report,
                "part": _text(part.sealed),
                "minute": part.minute,
                "answer": _text(close_answer(days[0], answer)),
                "at": int(time()),  # as the file's own time tells anyway
                "trace": _text(part.trace),
            }
        )
        draft = self._folder / f".{secrets.token_hex(8)}{DRAFT}"
        try:
            self._write(draft, text.encode())
            draft.replace(self._path(days[0].event))
            self._sync_folder()
        except OSError:
            draft.unlink(missing_ok=True)
            raise Unavailable("spool") from None

    def waiting(self) -> int:
        """How many parts wait here."""
        return sum(1 for _ in self._files(PART))

    def bring_in(self, link: Link) -> int:
        """Take every part into the durable Redis, once; how many were new. Raises Unavailable."""
        new = 0
        for path in self._files(PART):
            kept = _read(path)
            if kept is None:
                continue
            keys: list[Argument] = [kept.brought, *kept.events]
            more: list[Argument] = [kept.report, kept.part, kept.minute, kept.answer, EVENT_LIVES]
            new += int(link.run(_BRING_IN, keys, [*more, kept.at, kept.trace]))
            path.unlink(missing_ok=True)  # another steward of this host may have been quicker
        self._sweep()
        return new

    def _sweep(self) -> None:
        for path in self._files(DRAFT):
            try:
                if path.stat().st_mtime < time() - DRAFT_LIVES:
                    path.unlink(missing_ok=True)
            except OSError:
                continue

    def _files(self, suffix: str) -> Iterator[Path]:
        try:
            names = sorted(os.listdir(self._folder))
        except OSError:
            return
        yield from (self._folder / name for name in names if name.endswith(suffix))

    def _path(self, event: bytes) -> Path:
        return self._folder / f"{event.hex()}{PART}"

    def _write(self, path: Path, data: bytes) -> Path:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def host_mark(name: str) -> str:
    """What stands for a host in the durable Redis: not its name."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def tell_waiting(link: Link, host: str, waiting: int) -> None:
    """Tell everybody how many parts wait on this host. Raises Unavailable."""
    if waiting:
        link.call("HSET", "hl:spool", host, waiting)
    else:
        link.call("HDEL", "hl:spool", host)


def _read(path: Path) -> _Kept | None:
    """What a file says; None for one that vanished or that this release cannot read (it stays)."""
    try:
        read = json.loads(path.read_bytes())
        return _Kept(
            _raw(read["brought"]),
            tuple(_raw(event) for event in read["events"]),
            ReportId(read["report"]),
            _raw(read["part"]),
            int(read["minute"]),
            _raw(read["answer"]),
            int(read.get("at", read["minute"])),  # earlier releases wrote the minute alone
            _raw(read.get("trace", "")),  # and their traces into the part
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
