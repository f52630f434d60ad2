"""Standard Webhooks signatures: `v1,base64(HMAC-SHA256(id.timestamp.body))`.

Source: the Standard Webhooks specification. A few lines of the standard library give the identical
text as its own library, which takes a moment of any time zone for UTC.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from hotline.intake.errors import Mistaken, Untrusted

TOLERANCE = 300  # seconds between their clock and ours
PREFIX = "whsec_"


def keys(text: str) -> tuple[bytes, ...]:
    """The keys of a secret file, one a line, the current one first. Raises Mistaken."""
    return tuple(_key(line.strip()) for line in text.splitlines() if line.strip())


def headers(keys: Sequence[bytes], name: str, now: int, body: bytes) -> dict[str, str]:
    """The three headers; while keys change every key signs, so that the far end may have either."""
    signatures = " ".join(_sign(key, name, str(now), body) for key in keys)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures,
    }


def verify(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: int) -> str:
    """The message's id. Raises Untrusted("signature") whatever is wrong with it."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    if not name or len(name) > 200 or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        raise Untrusted("signature")
    if abs(int(stamp) - now) > TOLERANCE:
        raise Untrusted("signature")
    wanted = [_sign(key, name, stamp, body).encode() for key in keys]
    good = [hmac.compare_digest(each.encode(), right) for each in given[:8] for right in wanted]
    if not any(good):
        raise Untrusted("signature")
    return name


def _sign(key: bytes, name: str, stamp: str, body: bytes) -> str:
    signed = b".".join((name.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(line: str) -> bytes:
    try:
        key = base64.b64decode(line.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not line.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise Mistaken(f"a webhook's secret is {PREFIX} and base64 of 24 to 64 random bytes")
    return key
