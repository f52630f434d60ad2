"""Closed for one caller: only that caller's own request can derive the key that opens it."""

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from hotline.intake.errors import Unavailable
from hotline.intake.messages import DayKey

BLOCK = 256  # bytes: what is closed is padded to multiples, so that length tells little


def encrypt(key: DayKey, purpose: str, text: str) -> bytes:
    """The text, closed; blanks at its end are lost."""
    plain = text.encode()
    padded = plain + b" " * (-len(plain) % BLOCK)  # JSON: blanks at the end say nothing
    return bytes(Aead(key.secret).encrypt(padded, purpose.encode()))


def decrypt(key: DayKey, purpose: str, sealed: bytes) -> str:
    """What was closed. Raises Unavailable when this key does not open it."""
    try:
        return Aead(key.secret).decrypt(sealed, purpose.encode()).decode().rstrip(" ")
    except CryptoError:
        raise Unavailable("session_key") from None
