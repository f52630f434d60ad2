"""Is this request really from the provider?

Twilio signs the configured URL exactly as it requested it, then every form parameter, sorted, name
and value without separators: HMAC-SHA1 with the account's token, base64 (twilio-python,
request_validator.py).

Rule 1: the URL is the configured public one plus the raw request target, never a header.
Rule 2: parameters are verified as the bytes that came, before any decoding.
Rule 3: what could be read in two ways (a repeated parameter, another content type, a cut body) is
refused.
"""

import base64
import hashlib
import hmac
from urllib.parse import unquote_to_bytes

from hotline.intake.errors import Mistaken, Untrusted
from hotline.intake.keyed import Keyed

LARGEST = 65_536  # bytes of a form; Twilio's own are under 10 kB
FORM = "application/x-www-form-urlencoded"

PERCENT, PLUS = b"%+"  # as numbers: looked for as bytes, CPython first tries and fails to read one

Form = dict[bytes, bytes]


class Signature:
    """Verifies requests to one public URL with one or, while it is being changed, two tokens."""

    def __init__(self, public_url: str, tokens: str) -> None:
        self._url = check_public_url(public_url).encode()
        known = [t.strip().encode() for t in tokens.split(",") if t.strip()]
        if not known or any(len(token) < 16 for token in known):
            # An empty key verifies signatures that anybody can make (measured).
            raise Mistaken("TWILIO_AUTH_TOKEN: needs a token of at least 16 characters")
        self._tokens = [Keyed(token, hashlib.sha1) for token in known]

    def verify(self, target: str, form: Form, given: str) -> None:
        """Raises Untrusted unless `given` signs `form` sent to `target` (path and query, raw)."""
        parts = [self._url, target.encode("latin-1", "replace")]
        for name in sorted(form):
            parts += (name, form[name])
        text = b"".join(parts)
        signature = given.encode("latin-1", "replace")
        for token in self._tokens:
            expected = base64.b64encode(token.digest(text))
            if hmac.compare_digest(expected, signature):
                return
        raise Untrusted("signature")


def read_form(body: bytes, content_type: str, length: int, most: int = LARGEST) -> Form:
    """The parameters of a form of at most `most` bytes. Raises Untrusted unless it is whole."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise Untrusted("content_type")
    if len(body) != length or length > most:
        raise Untrusted("length")
    form: Form = {}
    for pair in body.split(b"&"):
        if not pair:
            continue
        name, _, value = pair.partition(b"=")
        if PERCENT in pair or PLUS in pair:
            name, value = _decode(name), _decode(value)
        if name in form:
            raise Untrusted("repeated")
        form[name] = value
    return form


def check_public_url(url: str, name: str = "HOTLINE_PUBLIC_URL") -> str:
    """A URL of ours without trailing slash or fragment. Raises Mistaken with the setting `name`."""
    bare = url.partition("#")[0].rstrip("/")
    scheme, _, rest = bare.partition("://")
    if scheme not in ("http", "https") or not rest or not rest.isascii() or "%" in rest:
        raise Mistaken(f"{name}: needs an ASCII https://host, as it is called from outside")
    if "/" in rest:
        raise Mistaken(f"{name}: give the host alone, without a path")
    return bare


def sign(public_url: str, token: str, target: str, form: dict[str, str]) -> str:
    """The signature the provider would send: for the simulator, the bench and tests."""
    text = public_url + target + "".join(key + form[key] for key in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def _decode(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))
