"""When a person answers: both sides of every edge."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.conversation.hours import read_hours

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - hours know no zone


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        ("mon-fri 10:00-19:00", at(0, 9, 59), False),
        ("mon-fri 10:00-19:00", at(0, 10), True),
        ("mon-fri 10:00-19:00", at(4, 18, 59), True),
        ("mon-fri 10:00-19:00", at(4, 19), False),
        ("mon-fri 10:00-19:00", at(5, 12), False),
        ("sat-mon 10:00-19:00", at(6, 12), True),
        ("sat-mon 10:00-19:00", at(0, 12), True),
        ("sat-mon 10:00-19:00", at(1, 12), False),
        ("fri 22:00-02:00", at(4, 21, 59), False),
        ("fri 22:00-02:00", at(5, 1, 59), True),
        ("fri 22:00-02:00", at(5, 2), False),
        ("fri 22:00-02:00", at(4, 1), False),
        ("sun 22:00-02:00", at(0, 1), True),
        ("mon 0:00-24:00", at(0, 23, 59), True),
        ("mon 0:00-24:00", at(1, 0), False),
        ("mon 9:00-10:00; wed 9:00-10:00", at(2, 9, 30), True),
        ("mon 9:00-10:00; wed 9:00-10:00;", at(1, 9, 30), False),
    ],
)
def test_hours_are_open_from_their_beginning_to_their_end(
    text: str, moment: datetime, is_open: bool
) -> None:
    assert read_hours(text).open(moment) is is_open


@given(st.integers(0, 7 * 24 * 60 - 1))
def test_every_minute_of_a_week_that_is_always_open_is_open(minute: int) -> None:
    assert read_hours("mon-sun 00:00-24:00").open(MONDAY + timedelta(minutes=minute))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "10:00-19:00",
        "mon 10-19",
        "mon 10:00-10:00",
        "mon 10:60-19:00",
        "mon 24:00-25:00",
        "mon 10:00-24:01",
        "monday 10:00-19:00",
        "thứ hai 10:00-19:00",
        "mon ١٠:00-19:00",
        ";".join(["mon 1:00-2:00"] * 5),
    ],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        read_hours(text)
