"""The Vietnamese lunar calendar (UTC+7): which solar day a lunar day was.

The table is computed by `tools/lunar_table.py`, which names its astronomical source. A bare month
number means the ordinary month, not the leap month of that number.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hotline.understanding.tables import load


@dataclass(frozen=True, slots=True)
class Month:
    """A lunar month: its number, whether it is the leap month, first day, length in days."""

    number: int
    leap: bool
    first: date
    length: int


def _year(first: str, leap: int, lengths: str) -> list[Month]:
    day = date.fromisoformat(first)
    months: list[Month] = []
    number = 0
    for long in lengths:
        is_leap = leap != 0 and number == leap and not months[-1].leap
        number += 0 if is_leap else 1
        months.append(Month(number, is_leap, day, 29 + int(long)))
        day += timedelta(months[-1].length)
    return months


MONTHS = tuple(month for row in load("lunar")["years"].values() for month in _year(*row))


def last_before(day: int, month: int | None, today: date) -> date | None:
    """The last lunar day `day` (of `month`, or of any) not after `today`; None outside the table.

    Day 30 of a month of 29 days is its last day: 30 Tết is New Year's Eve either way.
    """
    if not 1 <= day <= 30:
        return None
    for lunar in reversed(MONTHS):
        if month in (None, lunar.number) and not lunar.leap:
            found = lunar.first + timedelta(min(day, lunar.length) - 1)
            if found <= today:
                return found
    return None


def last_month_before(number: int, today: date) -> tuple[date, date] | None:
    """First day and day after the last of the last such month that has begun."""
    for lunar in reversed(MONTHS):
        if lunar.number == number and not lunar.leap and lunar.first <= today:
            return lunar.first, lunar.first + timedelta(lunar.length)
    return None
