"""Made-up callers. Rule: no number here can ring anybody.

+81 90 0… and +84 900 000 1… are in no telephone company's hands; a withheld number comes as Twilio
sends it, the keypad word ANONYMOUS.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

WITHHELD = "+266696687"
_COUNTRIES = {"+81": "JP", "+84": "VN", "+1": "US"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who does not exist, and what the page calls them."""

    number: str
    name: str
    gloss: str


CALLERS = (
    Caller("+819000000101", "Lan, ở Tokyo", "in Tokyo"),
    Caller("+819000000102", "Minh, ở Osaka", "in Osaka"),
    Caller("+84900000103", "Mẹ của Tuấn, ở Nghệ An", "Tuấn's mother, in Vietnam"),
)


def sid(kind: str) -> str:
    """A new random name in Twilio's form: two letters (SM, CA, RE) and 32 hex digits."""
    return kind + secrets.token_hex(16)


def country(number: str) -> str:
    """The country Twilio writes beside a number, empty when it does not know one."""
    bare = number.rpartition(":")[2]
    return next((land for code, land in _COUNTRIES.items() if bare.startswith(code)), "")


def whereabouts(role: str, number: str) -> Mapping[str, str]:
    """The four fields about a number's place that Twilio adds for From, To, Caller and Called."""
    return {
        f"{role}City": "",
        f"{role}State": "",
        f"{role}Zip": "",
        f"{role}Country": country(number),
    }
