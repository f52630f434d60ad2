"""What days and festivals share: month names, years, the words that make a date lunar."""

from datetime import date
from types import MappingProxyType

from hotline.understanding.numbers import number
from hotline.understanding.text import Text

MONTH_WORDS = frozenset({"thang", "t", "th", "thg", "月"})
MONTH_NAMES = MappingProxyType({"gieng": 1, "chap": 12})
_LUNAR_MARKS = frozenset({"am", "al", "tet"})


def month_number(text: Text, index: int) -> tuple[int, int] | None:
    named = MONTH_NAMES.get(text.word(index))
    if named is not None:
        return named, index + 1
    month = number(text, index)
    return month if month and 1 <= month[0] <= 12 else None


def full_year(word: str) -> int | None:
    if not word.isdigit() or len(word) not in (2, 4):
        return None
    year = int(word) + (2000 if len(word) == 2 else 0)
    return year if 1990 <= year <= 2099 else None


def lunar_mark(text: Text, index: int) -> tuple[bool, int]:
    if text.word(index) not in _LUNAR_MARKS:
        return False, index
    return True, index + (2 if text.word(index + 1) == "lich" else 1)


def solar(day: int, month: int, year: int | None, today: date) -> date | None:
    """The date; without a year the last one that is not after `today`."""
    years = [year] if year else [today.year, today.year - 1]
    for candidate in years:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found <= today:
            return found
    return None
