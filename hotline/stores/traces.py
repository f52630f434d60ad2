"""Traces: what still lies at the provider and has to go, as sealed notes in the durable Redis.

`hl:purge` notes by the second of their next try · `hl:purge:born` the same by the minute they came
`hl:purge:tries` tries of a note, by its digest · `hl:tk:<id>` a web process's key, sealed

Rule 1: a SID leads to a number at the provider, so it never lies here in the open.
Rule 2: sealing to the recipient costs more than the rest of a turn's bookkeeping, and every text
has a SID. So a process makes a key for an hour, seals that once, and closes its notes with it: it
can open again what it saw itself within that hour, and nobody else on the public side can.
"""

import hashlib
import secrets
from collections.abc import Sequence
from time import monotonic

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from hotline.intake.ports import Opener, Sealer
from hotline.stores import due
from hotline.stores.link import Link, Script

HOUR = 3_600.0
KEY_LIVES = 30 * 86_400  # seconds: longer than any note should wait
_ID = 8

# Twice is safe: the members are the same.
_ADD = Script("""
for i = 2, #ARGV do
  redis.call('ZADD', 'hl:purge', 'NX', ARGV[1], ARGV[i])
  redis.call('ZADD', 'hl:purge:born', 'NX', ARGV[1], ARGV[i])
end
return 1
""")

# Twice is safe: what is gone stays gone.
_DONE = Script("""
redis.call('ZREM', 'hl:purge', ARGV[1])
redis.call('HDEL', 'hl:purge:tries', ARGV[2])
if redis.call('ZREM', 'hl:purge:born', ARGV[1]) == 1 then
  redis.call('HINCRBY', 'hl:totals', ARGV[3], 1)
end
return 1
""")

# A lost reply counts one try twice: the next comes a little later.
_LATER = Script("""
redis.call('ZADD', 'hl:purge', 'XX', ARGV[3], ARGV[1])
return redis.call('HINCRBY', 'hl:purge:tries', ARGV[2], 1)
""")


class TraceSealer:
    """Closes notes on the public side. `close` asks Redis once an hour; raises Unavailable."""

    def __init__(self, durable: Link, sealer: Sealer) -> None:
        self._durable, self._sealer = durable, sealer
        self._made = -HOUR
        self._id, self._key = b"", b""

    def close(self, plain: bytes) -> bytes:
        """A note that only the worker opens."""
        if monotonic() - self._made >= HOUR:
            self._renew()
        return self._id + bytes(Aead(self._key).encrypt(plain.ljust(96), self._id))

    def _renew(self) -> None:
        fresh, name = secrets.token_bytes(32), secrets.token_bytes(_ID)
        sealed = self._sealer.close(fresh)
        self._durable.call("SET", b"hl:tk:" + name, sealed, "EX", KEY_LIVES)
        self._id, self._key, self._made = name, fresh, monotonic()


class TraceOpener:
    """Opens notes; only the worker has one."""

    def __init__(self, durable: Link, opener: Opener) -> None:
        self._durable, self._opener = durable, opener
        self._keys: dict[bytes, bytes] = {}

    def open(self, note: bytes) -> bytes:
        """What was closed, by a process's key or to the recipient. Raises ValueError."""
        name = note[:_ID]
        key = self._keys.get(name) or self._fetch(name)
        if key is None:
            return self._opener.open(note)
        try:
            return bytes(Aead(key).decrypt(note[_ID:], name)).rstrip()
        except (CryptoError, ValueError):
            raise ValueError("not a note") from None

    def _fetch(self, name: bytes) -> bytes | None:
        sealed = self._durable.call("GET", b"hl:tk:" + name)
        if sealed is None:
            return None
        self._keys[name] = self._opener.open(sealed)
        return self._keys[name]


class RedisLedger:
    """`Ledger` over the durable Redis."""

    def __init__(self, durable: Link) -> None:
        self._durable = durable

    def add(self, notes: Sequence[bytes], due: int) -> None:
        """See `Ledger.add`."""
        if notes:
            self._durable.run(_ADD, [], [due, *notes])

    def due(self, now: int, most: int) -> list[bytes]:
        """See `Ledger.due`."""
        return due.take(self._durable, "hl:purge", now, most, due.DAYS)

    def everything(self) -> list[bytes]:
        """See `Ledger.everything`."""
        return list(self._durable.call("ZRANGE", "hl:purge", 0, -1))

    def waits(self, report: str) -> bool:
        """See `Ledger.waits`."""
        places = ("hl:open", "hl:out")
        if any(self._durable.call("ZSCORE", place, report) is not None for place in places):
            return True
        return bool(self._durable.call("SISMEMBER", "hl:dead", report))

    def done(self, note: bytes, outcome: str) -> None:
        """See `Ledger.done`."""
        self._durable.run(_DONE, [], [note, _digest(note), outcome])

    def later(self, note: bytes, at: int) -> None:
        """See `Ledger.later`."""
        self._durable.run(_LATER, [], [note, _digest(note), at])

    def tries(self, note: bytes) -> int:
        """See `Ledger.tries`."""
        return int(self._durable.call("HGET", "hl:purge:tries", _digest(note)) or 0)

    def debt(self, now: int, overdue: int) -> tuple[int, int]:
        """How much is still at the provider, and how much of it for longer than `overdue`."""
        total = int(self._durable.call("ZCARD", "hl:purge"))
        late = int(self._durable.call("ZCOUNT", "hl:purge:born", "-inf", now - overdue))
        return total, late


def _digest(note: bytes) -> bytes:
    return hashlib.blake2b(note, digest_size=8).digest()


__all__ = ["RedisLedger", "TraceOpener", "TraceSealer"]
