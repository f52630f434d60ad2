"""The lunar table against days that are known."""

from datetime import date, timedelta

import pytest

from hotline.understanding import lunar


@pytest.mark.parametrize(
    ("year", "tet"),
    [
        (2007, date(2007, 2, 17)),  # one day before China
        (2023, date(2023, 1, 22)),
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2030, date(2030, 2, 2)),  # one day before China
    ],
)
def test_tet_falls_on_the_known_day(year: int, tet: date) -> None:
    assert lunar.last_before(1, 1, date(year, 12, 31)) == tet


def test_2025_had_two_sixth_months() -> None:
    sixth = [m for m in lunar.MONTHS if m.number == 6 and m.first.year == 2025]
    assert [m.leap for m in sixth] == [False, True]


def test_months_follow_one_another_without_a_gap() -> None:
    for month, following in zip(lunar.MONTHS, lunar.MONTHS[1:], strict=False):
        assert month.first + timedelta(month.length) == following.first


def test_a_day_before_the_table_is_unknown() -> None:
    assert lunar.last_before(1, 1, date(1950, 1, 1)) is None
