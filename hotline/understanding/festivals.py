"""Days with a name of their own: full moons, Tết, New Year's Eve, Christmas."""

from datetime import date, timedelta

from hotline.understanding import lunar
from hotline.understanding.monthwords import MONTH_WORDS, lunar_mark, month_number, solar
from hotline.understanding.numbers import number
from hotline.understanding.text import Text
from hotline.understanding.timeitems import Item

_DAY = timedelta(1)


def full_moon(text: Text, index: int, today: date) -> Item | None:
    """rằm, rằm tháng 7, rằm tháng giêng; always the lunar 15th."""
    if text.word(index) == "trung":
        return _festival(text, index, index + 2, (15, 8), today, text.word(index + 1) == "thu")
    if text.plain[index + 1 : index + 3] == ("trung", "thu"):
        return _festival(text, index, index + 3, (15, 8), today, True)
    month = month_number(text, index + 2) if text.word(index + 1) in MONTH_WORDS else None
    end = month[1] if month else index + 1
    last = lunar.last_before(15, month[0] if month else None, today)
    end = lunar_mark(text, end)[1]
    return Item(index, end, "day", last, last + _DAY, lunar=True) if last else None


def _festival(
    text: Text, start: int, end: int, said: tuple[int, int], today: date, sure: bool
) -> Item | None:
    last = lunar.last_before(said[0], said[1], today) if sure else None
    return Item(start, end, "day", last, last + _DAY, lunar=True) if last else None


def new_years_eve(text: Text, index: int, today: date) -> Item | None:
    """giao thừa (the last lunar day, or 31/12 where "dương" or a date says so), 30 Tết."""
    if text.word(index + 1) != "thua":
        return None
    if text.word(index + 2) == "duong":
        found = solar(31, 12, None, today)
        return Item(index, index + 3, "day", found, found + _DAY, "evening") if found else None
    last = lunar.last_before(30, 12, today)
    return Item(index, index + 2, "day", last, last + _DAY, "evening", lunar=True) if last else None


def tet(text: Text, index: int, today: date) -> Item | None:
    """Tết dương is 1 January; Tết alone is too vague."""
    if text.word(index + 1) not in ("duong", "tay"):
        return None
    found = solar(1, 1, None, today)
    end = index + (3 if text.word(index + 2) == "lich" else 2)
    return Item(index, end, "day", found, found + _DAY) if found else None


def christmas(text: Text, index: int, today: date) -> Item | None:
    if text.word(index) == "giang" and text.word(index + 1) != "sinh":
        return None
    found = solar(25, 12, None, today)
    end = index + (1 if text.word(index) == "noel" else 2)
    return Item(index, end, "day", found, found + _DAY) if found else None


def before_new_year(text: Text, index: int, today: date) -> Item | None:
    """29 Tết, 30 Tết: the last days of the old year; "mùng 3 Tết" is in the new one."""
    day = number(text, index)
    if day is None or not 23 <= day[0] <= 30 or text.word(day[1]) != "tet":
        return None
    last = lunar.last_before(day[0], 12, today)
    return Item(index, day[1] + 1, "day", last, last + _DAY, lunar=True) if last else None
