"""Receipts in the durable Redis: what a caller's code opens, and nothing without the code.

`hl:r:<lookup>` {r: which report, status: how far it is, answers: what operators answered}
`hl:rnote` sealed notes that tell the worker which tip a receipt belongs to; `hl:rnote:dead` those
that no key here opens

Rule 1: everything is derived from the code *and* the pepper: lookup, the key that opens `r`, and a
key pair, the reply box. Who has the stores without the pepper cannot even test a code; who has both
still has to guess 15 digits (docs/threat-model.md has the arithmetic).
Rule 2: `status` and `answers` are sealed to the reply box's public key: whoever writes them cannot
read them again.
Rule 3: a code that was never given, one that ran out and one that was erased are looked up, opened
and answered by the same steps.
Rule 4: a code that an operator read out opens once: it is forgotten in the very turn that gives its
holder another one.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from hotline.intake.errors import Mistaken
from hotline.intake.messages import Found, Issued, ReportId
from hotline.intake.ports import Sealer
from hotline.stores.link import Link, Script
from hotline.stores.redis_sessions import RECEIPT_LIVES
from hotline.stores.sealing import pad, unpad

# Reads only: twice is safe.
_FIND = Script("return redis.call('HMGET', KEYS[1], 'r', 'status', 'answers')")

# Twice is safe: the second run finds the record gone and hands nothing over.
_ERASE = Script("""
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
redis.call('DEL', 'hl:p:' .. ARGV[1])
if redis.call('ZREM', 'hl:open', ARGV[1]) == 0
   and not redis.call('ZSCORE', 'hl:out', ARGV[1]) then
  redis.call('HDEL', 'hl:why', ARGV[1])
  if redis.call('SREM', 'hl:dead', ARGV[1]) == 0 then
    redis.call('HINCRBY', 'hl:totals', 'reopened', 1)
  end
end
redis.call('HSET', 'hl:job:' .. ARGV[1], 'doing', 'erase', 'since', ARGV[2])
redis.call('ZADD', 'hl:out', 0, ARGV[1])
redis.call('HINCRBY', 'hl:totals', 'erase', 1)
return 1
""")

# Twice is safe: the same fields are set to the same meaning. A record that is gone stays gone.
_TELL = Script("""
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'answers', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
""")


# Twice is safe: a set takes a note once.
_ASIDE = Script("""
redis.call('LREM', KEYS[1], 1, ARGV[1])
return redis.call('SADD', KEYS[2], ARGV[1])
""")
_NOTES = "hl:rnote"


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    """What one code and the pepper make."""

    lookup: bytes
    secret: bytes
    box: bytes

    def bound(self, once: bool) -> bytes:
        """What the record is bound to: its place, and whether it opens only once."""
        return self.lookup + b"once" if once else self.lookup


class Receipts:
    """Issues, finds and erases by code. Every method that asks Redis raises Unavailable."""

    def __init__(self, durable: Link, pepper: str, sealer: Sealer) -> None:
        self._durable = durable
        self._pepper = _pepper(pepper)
        self._sealer = sealer

    def issue(self, code: str, report: ReportId, once: bool = False) -> Issued:
        """What has to be committed so that `code` opens `report` from now on. Asks nobody.

        `once` tells whoever finds it to forget it (docs/decisions/0010); nobody else can see it.
        """
        keys = self._keys(code)
        sealed = Aead(keys.secret).encrypt(report.encode(), keys.bound(once))
        box = bytes(PrivateKey(keys.box).public_key)
        note = {"report": report, "lookup": _text(keys.lookup), "box": _text(box)}
        return Issued(keys.lookup, bytes(sealed), self._sealer.close(json.dumps(note).encode()))

    def find(self, code: str) -> Found | None:
        """What a code opens, or None: wrong, run out and erased are one."""
        keys = self._keys(code)
        sealed, status, answers = self._durable.run(_FIND, [name(keys.lookup)], [])
        opened = {once: _opened(keys, sealed or _NOTHING, once) for once in (False, True)}
        box = SealedBox(PrivateKey(keys.box))
        state = _read(box, status or _NOTHING)
        said = tuple(_read(box, each) for each in _unpacked(answers or b""))
        once, report = next(((o, r) for o, r in opened.items() if r), (False, None))
        if report is None:
            return None
        return Found(keys.lookup, ReportId(report), state or "new", said, once)

    def erase(self, found: Found, minute: int) -> bool:
        """Forget the code and have its report erased everywhere; False when it was gone."""
        return bool(self._durable.run(_ERASE, [name(found.lookup)], [found.report, minute]))

    def _keys(self, code: str) -> _Keys:
        derived = (_derive(self._pepper, purpose, code) for purpose in ("lookup", "open", "box"))
        lookup, secret, box = derived
        return _Keys(lookup[:16], secret, box)


class RedisNotes:
    """`Notes` over the durable Redis."""

    def __init__(self, durable: Link) -> None:
        self._durable = durable

    def waiting(self, most: int) -> list[bytes]:
        """See `Notes.waiting`."""
        return list(self._durable.call("LRANGE", _NOTES, 0, most - 1))

    def drop(self, note: bytes) -> None:
        """See `Notes.drop`."""
        self._durable.call("LREM", _NOTES, 1, note)

    def set_aside(self, note: bytes) -> None:
        """See `Notes.set_aside`."""
        self._durable.run(_ASIDE, [_NOTES, f"{_NOTES}:dead"], [note])


def name(lookup: bytes) -> bytes:
    """The Redis key of a receipt."""
    return b"hl:r:" + lookup


def put_in_box(box: bytes, plain: bytes) -> bytes:
    """Words that only the holder of the code will read: padded and sealed to the reply box."""
    return bytes(SealedBox(PublicKey(box)).encrypt(pad(plain)))


def tell(durable: Link, lookup: bytes, status: bytes, answers: Sequence[bytes]) -> bool:
    """Bring sealed status and answers to where the code's holder finds them.

    False when the record is gone: erased, or run out. Raises Unavailable.
    """
    packed = b"".join(len(a).to_bytes(_LENGTH, "big") + a for a in answers)
    return bool(durable.run(_TELL, [name(lookup)], [status, packed, RECEIPT_LIVES]))


def forget(durable: Link, lookup: bytes) -> None:
    """From now on this code opens nothing. Raises Unavailable."""
    durable.call("DEL", name(lookup))


_LENGTH = 4
_NOTHING = bytes(24 + 32 + 16)  # as long as a sealed report id: what is opened for a wrong code


def _opened(keys: _Keys, sealed: bytes, once: bool) -> str | None:
    try:
        return Aead(keys.secret).decrypt(sealed, keys.bound(once)).decode()
    except CryptoError:
        return None


def _read(box: Any, sealed: bytes) -> str:
    try:
        return unpad(box.decrypt(sealed)).decode()
    except (CryptoError, ValueError):
        return ""


def _unpacked(packed: bytes) -> list[bytes]:
    found = []
    while packed:
        length = int.from_bytes(packed[:_LENGTH], "big")
        found.append(packed[_LENGTH : _LENGTH + length])
        packed = packed[_LENGTH + length :]
    return found


def _derive(pepper: bytes, purpose: str, code: str) -> bytes:
    person = f"receipt {purpose}".encode()[:16]
    return hashlib.blake2b(code.encode(), key=pepper, digest_size=32, person=person).digest()


def _pepper(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise Mistaken("HOTLINE_RECEIPT_PEPPER: needs 32 bytes in base64 (`hotline keys new`)")
    return raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
