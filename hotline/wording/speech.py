"""What a voice says, and what it must not stumble over.

A voice reads 110 as "one hundred and ten". So digits that are no quantity are said one by one.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from hotline.conversation.session import Locale


class Utterance(NamedTuple):
    """Words for one voice: a Japanese station name inside a Vietnamese sentence is its own."""

    locale: Locale
    text: str


DIGITS: Mapping[Locale, str] = {
    "vi": "không một hai ba bốn năm sáu bảy tám chín",
    "en": "zero one two three four five six seven eight nine",
    "ja": "ゼロ いち に さん よん ご ろく なな はち きゅう",
}
# In Japan everybody knows these two by a name of their own.
NAMED: Mapping[Locale, Mapping[str, str]] = {
    "ja": {"110": "ひゃくとお", "119": "ひゃくじゅうきゅう"}
}
GROUP = 4

_NUMBER = re.compile(r"(?<![\d:./-])\+?\d[\d-]*\d(?![\d-]|[:./]\d)")


def aloud(text: str, locale: Locale) -> str:
    """The text with telephone numbers and codes said digit by digit, in groups."""
    return _NUMBER.sub(lambda found: _number(found[0], locale), text)


def _number(number: str, locale: Locale) -> str:
    digits = re.sub(r"\D", "", number)
    if len(digits) < 3 and not digits.startswith("0"):
        return number
    named = NAMED.get(locale, {}).get(number)
    return named or ", ".join(_digits(group, locale) for group in _groups(number))


def _groups(number: str) -> list[str]:
    parts = [part for part in number.strip("+").split("-") if part]
    if len(parts) > 1:
        return parts
    return [parts[0][at : at + GROUP] for at in range(0, len(parts[0]), GROUP)]


def _digits(group: str, locale: Locale) -> str:
    words = DIGITS[locale].split()
    return " ".join(words[int(digit)] for digit in group)
