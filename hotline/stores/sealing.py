"""Closing parts to the recipient's public key, and opening them with the private one.

A sealed part is `form(1) | key id(8) | X25519 sealed box`; the key id is the start of SHA-256 of
the public key, so that two keys can live during a rotation. Before closing, the text is padded to
a size class: its length tells nothing. The web process has a Sealer; only the worker has an Opener.

What a browser closes (`static/chat.js`) is padded alike and of another form, as its library knows
no sealed box: `form(2) | key id(8) | ephemeral key(32) | nonce(24) | X25519 box`.
"""

import base64
import binascii
import hashlib

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey, SealedBox

from hotline.intake.errors import Mistaken

FORM, ENVELOPE = b"\x01", b"\x02"
KEY_ID, KEY = 8, 32
SIZES = tuple(512 << n for n in range(12))  # bytes after padding, to 1 MiB: a voice note


class Sealer:
    """Closes; holds no key that opens."""

    def __init__(self, public_key: str) -> None:
        key = PublicKey(_key("HOTLINE_RECIPIENT_PUBLIC_KEY", public_key))
        self._box = SealedBox(key)
        self._head = FORM + _key_id(key)
        self.for_browsers = ENVELOPE + _key_id(key) + bytes(key)

    def close(self, plain: bytes) -> bytes:
        """Padded and sealed. Raises ValueError over 1 MiB."""
        return self._head + self._box.encrypt(pad(plain))


class Opener:
    """Opens what was closed to any of its keys."""

    def __init__(self, private_keys: str) -> None:
        name = "HOTLINE_RECIPIENT_PRIVATE_KEY"
        keys = [PrivateKey(_key(name, text)) for text in private_keys.split(",") if text.strip()]
        if not keys:
            raise Mistaken(f"{name}: no key; `hotline keys new` makes one")
        self._keys = {_key_id(key.public_key): key for key in keys}
        self.public_key = _text(bytes(keys[0].public_key))

    def open(self, sealed: bytes) -> bytes:
        """What was closed. Raises ValueError when no key here opens it."""
        form, key = sealed[:1], self._keys.get(sealed[1 : 1 + KEY_ID])
        box = sealed[1 + KEY_ID :]
        if form not in (FORM, ENVELOPE) or key is None:
            raise ValueError("no key for this part")
        try:
            if form == ENVELOPE:
                sender, rest = PublicKey(box[:KEY]), box[KEY:]
                return unpad(Box(key, sender).decrypt(rest))
            return unpad(SealedBox(key).decrypt(box))
        except (CryptoError, TypeError):
            raise ValueError("not a sealed part") from None


def new_pair() -> tuple[str, str]:
    """A recipient key pair, base64: public, private."""
    key = PrivateKey.generate()
    return _text(bytes(key.public_key)), _text(bytes(key))


def pad(plain: bytes) -> bytes:
    """Length (4 bytes, big endian), text, zeros up to the next size class."""
    needed = len(plain) + 4
    size = next((s for s in SIZES if s >= needed), None)
    if size is None:
        raise ValueError("too long to seal")
    return len(plain).to_bytes(4, "big") + plain + bytes(size - needed)


def unpad(padded: bytes) -> bytes:
    """What `pad` was given."""
    length = int.from_bytes(padded[:4], "big")
    if length > len(padded) - 4:
        raise ValueError("not padded")
    return padded[4 : 4 + length]


def _key_id(key: PublicKey) -> bytes:
    return hashlib.sha256(bytes(key)).digest()[:KEY_ID]


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _key(name: str, text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise Mistaken(f"{name}: needs 32 bytes in base64; `hotline keys new` makes them")
    return raw
