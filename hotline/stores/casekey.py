"""Closing what lies in the case book.

Rule 1: what is closed is bound to its name (a tip's id): swapped rows do not open.
Rule 2: length does not talk: 512, 1024, 2048 … bytes, whatever was written.
Rule 3: the first byte names the key, so that keys can change while old rows still open.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nacl.exceptions import CryptoError
from nacl.secret import Aead
from nacl.utils import random

from hotline.intake.errors import Mistaken

SMALLEST = 512
_LENGTH = 4


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The case book's keys by their first byte; `current` closes, every one opens."""

    current: int
    keys: Mapping[int, bytes]

    def close(self, name: str, plain: bytes) -> bytes:
        """`plain`, padded and closed under the current key, bound to `name`."""
        sealed = Aead(self.keys[self.current]).encrypt(_pad(plain), name.encode())
        return bytes([self.current]) + bytes(sealed)

    def open(self, name: str, closed: bytes) -> bytes:
        """What was closed under `name`. Raises Mistaken("casebook_key") when no key opens it."""
        key = self.keys.get(closed[0]) if closed else None
        if key is None:
            raise Mistaken("casebook_key")
        try:
            return _unpad(Aead(key).decrypt(closed[1:], name.encode()))
        except (CryptoError, ValueError):
            raise Mistaken("casebook_key") from None

    def digest(self, plain: bytes) -> bytes:
        """A keyed fingerprint: who has no key can not even test a guess."""
        return self._digest(self.current, plain)

    def same(self, digest: bytes, plain: bytes) -> bool:
        """Whether `digest` was made of `plain`. Raises Mistaken when its key is not here."""
        if digest[0] not in self.keys:
            raise Mistaken("casebook_key")
        return hmac.compare_digest(digest, self._digest(digest[0], plain))

    def seal(self, plain: bytes, number: int | None = None) -> bytes:
        """32 bytes over `plain` that nobody makes without the key that the first of them names.

        Raises Mistaken("casebook_key") when the key `number` is not here.
        """
        number = self.current if number is None else number
        if number not in self.keys:
            raise Mistaken("casebook_key")
        return self._digest(number, b"\0seal:" + plain)[:32]

    def marks(self, name: str) -> tuple[bytes, ...]:
        """Stable fingerprints of a name, one a key, the current key's first."""
        order = sorted(self.keys, key=lambda number: number != self.current)
        return tuple(self._digest(number, b"\0mark:" + name.encode()) for number in order)

    def tags(self, purpose: str, name: str) -> tuple[bytes, ...]:
        """Short stable fingerprints of a name under keys of their own, the current key's first.

        Who has no key cannot test a guess; who has the table still sees which ones are equal.
        """
        order = sorted(self.keys, key=lambda number: number != self.current)
        return tuple(self._tag(number, purpose, name) for number in order)

    def _tag(self, number: int, purpose: str, name: str) -> bytes:
        own = _derived(self.keys[number], purpose)
        return bytes([number]) + hashlib.blake2b(name.encode(), key=own, digest_size=15).digest()

    def _digest(self, number: int, plain: bytes) -> bytes:
        made = hashlib.blake2b(plain, digest_size=32, key=self.keys[number], person=b"case book")
        return bytes([number]) + made.digest()


def key_ring(text: str) -> KeyRing:
    """The keys of `HOTLINE_CASEBOOK_KEY`: base64 of 32 bytes, the current one first, comma between.

    Raises Mistaken naming the setting and the remedy.
    """
    keys = [_key(part.strip()) for part in text.split(",") if part.strip()]
    by_number = {_number(key): key for key in reversed(keys)}
    if not keys or len(by_number) != len(set(keys)):
        raise Mistaken("HOTLINE_CASEBOOK_KEY: no key, or two that look alike; make another one")
    return KeyRing(_number(keys[0]), by_number)


def new_key(beside: str = "") -> str:
    """A fresh case book key as the setting holds it, told apart from the keys of `beside`."""
    taken = {_number(_key(part.strip())) for part in beside.split(",") if part.strip()}
    while _number(key := random(Aead.KEY_SIZE)) in taken:
        pass
    return base64.b64encode(key).decode()


@cache
def _derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, made of the case book's; nothing leads back."""
    return hashlib.blake2b(purpose.encode(), key=key, digest_size=32, person=b"derived").digest()


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != Aead.KEY_SIZE:
        raise Mistaken("HOTLINE_CASEBOOK_KEY: must be 32 bytes in base64 (`hotline keys new`)")
    return key


def _number(key: bytes) -> int:
    return hashlib.blake2b(key, digest_size=1, person=b"key number").digest()[0]


def _pad(plain: bytes) -> bytes:
    size = SMALLEST
    while size < len(plain) + _LENGTH:
        size *= 2
    return (len(plain).to_bytes(_LENGTH, "big") + plain).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH], "big")
    return padded[_LENGTH : _LENGTH + length]
