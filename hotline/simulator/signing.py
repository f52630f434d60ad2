"""How Twilio signs a form (docs/usage/security): written apart from the check that must agree."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """The X-Twilio-Signature of a form posted to `url`; a fragment is never part of it."""
    signed = url.partition("#")[0] + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
