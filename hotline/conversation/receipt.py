"""The receipt: sixteen digits with which whoever reported comes back, on any channel.

Fifteen random digits and a check digit, said and written in groups of four. The first digit is
never 0, and no code begins with 110, 118 or 119: dialled by mistake it would ring the police, the
coast guard or the fire brigade. The check digit (Damm 2004, the quasigroup of its table) finds
every wrong digit and every swap of neighbours, and says nothing about which codes exist.
"""

import re
import unicodedata
from collections.abc import Callable

DIGITS = 16
GROUP = 4
LONGEST = 60  # characters of a message that may be nothing but a code
EMERGENCY = ("110", "118", "119")
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
MARK = "[mã]"
_RUN = re.compile(r"(?<!\d)\d(?:[\s.\-–_/,;:]{0,3}\d){15}(?!\d)")
_BETWEEN = frozenset(" .-–_/,;:\n\t#")


def make(below: Callable[[int], int]) -> str:
    """A new code; `below(n)` draws a whole number from 0 to n - 1."""
    while True:
        digits = str(below(9 * 10 ** (DIGITS - 2)) + 10 ** (DIGITS - 2))
        if not digits.startswith(EMERGENCY):
            return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The Damm check digit of some digits."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def is_whole(code: str) -> bool:
    """Whether sixteen digits are a code without a slip: its check digit is right."""
    return check_digit(code) == "0"


def read(text: str) -> str | None:
    """The sixteen digits of a text that is nothing but a code, however grouped; None for others.

    Digits of any width or script count; whether the check digit is right is not looked at.
    """
    if len(text) > LONGEST:
        return None
    kept = [c for c in unicodedata.normalize("NFKC", text) if c not in _BETWEEN]
    if len(kept) != DIGITS or not all(unicodedata.category(c) == "Nd" for c in kept):
        return None
    return "".join(str(unicodedata.digit(c)) for c in kept)


def scrub(text: str) -> tuple[str, int]:
    """The text with a mark in place of every whole code, and how many there were."""
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        code = read(found[0])
        if code is None or not is_whole(code):
            return found[0]
        count += 1
        return MARK

    return _RUN.sub(mark, text), count


def grouped(code: str, between: str = " ") -> str:
    """`1234 5678 9012 3456`."""
    return between.join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
