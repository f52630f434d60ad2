"""Closed for one caller: only that caller's own request can derive the key that opens it.

XChaCha20-Poly1305 by the bindings below `nacl.secret.Aead`, which close the same and ask less: this
is done three times a turn.
"""

import os

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from hotline.intake.errors import Unavailable
from hotline.intake.messages import DayKey

NONCE = 24  # bytes at random, in front of what they closed
BLOCK = 256  # bytes: what is closed is padded to multiples, so that length tells little


def encrypt(key: DayKey, purpose: str, text: str) -> bytes:
    """The text, closed; blanks at its end are lost."""
    plain = text.encode()
    padded = plain + b" " * (-len(plain) % BLOCK)  # JSON: blanks at the end say nothing
    nonce = os.urandom(NONCE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded, purpose.encode(), nonce, key.secret
    )


def decrypt(key: DayKey, purpose: str, sealed: bytes) -> str:
    """What was closed. Raises Unavailable when this key does not open it."""
    nonce, closed = sealed[:NONCE], sealed[NONCE:]
    try:
        plain = crypto_aead_xchacha20poly1305_ietf_decrypt(
            closed, purpose.encode(), nonce, key.secret
        )
    except (CryptoError, ValueError, TypeError):  # the last two: cut short
        raise Unavailable("session_key") from None
    return plain.decode().rstrip(" ")
