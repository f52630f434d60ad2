"""How numbers are said."""

import pytest

from hotline.conversation.session import Locale
from hotline.wording.speech import aloud


@pytest.mark.parametrize(
    ("text", "locale", "said"),
    [
        ("gọi 110.", "vi", "gọi một một không."),
        ("call 119", "en", "call one one nine"),
        ("110番、119番", "ja", "ひゃくとお番、ひゃくじゅうきゅう番"),
        ("184", "ja", "いち はち よん"),
        (
            "0120-250-168",
            "en",
            "zero one two zero, two five zero, one six eight",
        ),
        ("+81-3", "en", "eight one, three"),
        (
            "1234567890123456",
            "vi",
            "một hai ba bốn, năm sáu bảy tám, chín không một hai, ba bốn năm sáu",
        ),
        ("3 người, 22 tháng 11", "vi", "3 người, 22 tháng 11"),
        ("07", "en", "zero seven"),
        ("8:30-17:15, 2026/11/22", "en", "8:30-17:15, 2026/11/22"),
    ],
)
def test_numbers_that_are_no_quantity_are_said_digit_by_digit(
    text: str, locale: Locale, said: str
) -> None:
    assert aloud(text, locale) == said
