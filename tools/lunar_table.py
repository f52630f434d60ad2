"""Writes hotline/understanding/data/lunar.toml: the Vietnamese lunar calendar, UTC+7.

    python tools/lunar_table.py > hotline/understanding/data/lunar.toml

Months begin on the civil day (UTC+7) of the new moon. The month with the winter solstice is the
11th; between two of them lie 12 or 13 months, and of 13 the first without a major solar term is a
leap month. Vietnam has used UTC+7 since 1968 (Decision 121-CP of 8 August 1967).

Source of the astronomy: Jean Meeus, Astronomical Algorithms, 2nd edition (1998), chapter 49 (phases
of the moon) and chapter 25 (longitude of the sun, low accuracy, 0.01 degrees); Delta T after
Espenak and Meeus, NASA TP-2006-214141.
"""

import itertools
import math
from datetime import date, timedelta

FIRST, LAST = 1990, 2100
_EPOCH = 2451550.09766
_PERIODIC = (
    (-0.40720, 1, (0, 1, 0, 0)), (0.17241, 2, (1, 0, 0, 0)), (0.01608, 1, (0, 2, 0, 0)),
    (0.01039, 1, (0, 0, 2, 0)), (0.00739, 2, (-1, 1, 0, 0)), (-0.00514, 2, (1, 1, 0, 0)),
    (0.00208, 3, (2, 0, 0, 0)), (-0.00111, 1, (0, 1, -2, 0)), (-0.00057, 1, (0, 1, 2, 0)),
    (0.00056, 2, (1, 2, 0, 0)), (-0.00042, 1, (0, 3, 0, 0)), (0.00042, 2, (1, 0, 2, 0)),
    (0.00038, 2, (1, 0, -2, 0)), (-0.00024, 2, (-1, 2, 0, 0)), (-0.00017, 1, (0, 0, 0, 1)),
    (-0.00007, 1, (2, 1, 0, 0)), (0.00004, 1, (0, 2, -2, 0)), (0.00004, 1, (3, 0, 0, 0)),
    (0.00003, 1, (1, 1, -2, 0)), (0.00003, 1, (0, 2, 2, 0)), (-0.00003, 1, (1, 1, 2, 0)),
    (0.00003, 1, (-1, 1, 2, 0)), (-0.00002, 1, (-1, 1, -2, 0)), (-0.00002, 1, (1, 3, 0, 0)),
    (0.00002, 1, (0, 4, 0, 0)),
)  # fmt: skip
_PLANETS = (
    (299.77, 0.107408, 0.000325), (251.88, 0.016321, 0.000165), (251.83, 26.651886, 0.000164),
    (349.42, 36.412478, 0.000126), (84.66, 18.206239, 0.000110), (141.74, 53.303771, 0.000062),
    (207.14, 2.453732, 0.000060), (154.84, 7.306860, 0.000056), (34.52, 27.261239, 0.000047),
    (207.19, 0.121824, 0.000042), (291.34, 1.844379, 0.000040), (161.72, 24.198154, 0.000037),
    (239.56, 25.513099, 0.000035), (331.55, 3.592518, 0.000023),
)  # fmt: skip


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def new_moon(k: int) -> float:
    """Julian day (dynamical time) of new moon k; k = 0 is the first of 2000."""
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
    jde = _EPOCH + 29.530588861 * k + 0.00015437 * t**2 - 0.000000150 * t**3
    for amplitude, power, (a, b, c, d) in _PERIODIC:
        jde += amplitude * e ** (power - 1) * _sin(a * sun + b * moon + c * latitude + d * node)
    for index, (start, rate, amplitude) in enumerate(_PLANETS):
        drift = -0.009173 * t**2 if index == 0 else 0.0
        jde += amplitude * _sin(start + rate * k + drift)
    return jde


def sun_longitude(jde: float) -> float:
    """Apparent longitude of the sun in degrees."""
    t = (jde - 2451545.0) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = 357.52911 + 35999.05029 * t - 0.0001537 * t * t
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t * t) * _sin(anomaly)
        + (0.019993 - 0.000101 * t) * _sin(2 * anomaly)
        + 0.000289 * _sin(3 * anomaly)
    )
    return (mean + centre - 0.00569 - 0.00478 * _sin(125.04 - 1934.136 * t)) % 360


def delta_t(year: float) -> float:
    """Dynamical minus universal time in seconds."""
    if year < 2005:
        t = year - 2000
        return 63.86 + 0.3345 * t - 0.060374 * t**2 + 0.0017275 * t**3
    if year < 2050:
        t = year - 2000
        return 62.92 + 0.32217 * t + 0.005589 * t**2
    return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year)


def civil_day(jde: float) -> int:
    """Julian day number of the civil day in UTC+7."""
    year = 2000 + (jde - 2451545) / 365.25
    return math.floor(jde - delta_t(year) / 86400 + 0.5 + 7 / 24)


def term(day: int) -> int:
    """Number of the major solar term (0 to 11, 30 degrees each) at the start of a civil day."""
    jde = day - 0.5 - 7 / 24 + delta_t(2000 + (day - 2451545) / 365.25) / 86400
    return int(sun_longitude(jde) / 30)


def months_from_solstice(year: int) -> list[int]:
    """First days of the months from the 11th month of `year` to the next 11th, both included."""
    k = round((year - 2000) * 12.3685) - 3
    days = [civil_day(new_moon(i)) for i in range(k, k + 34)]
    eleventh = [a for a, b in itertools.pairwise(days) if term(a) <= 8 < term(b)]
    eleventh = [a for a in eleventh if _date(a).month in (11, 12)]
    begin = next(d for d in eleventh if _date(d).year == year)
    end = next(d for d in eleventh if _date(d).year == year + 1)
    return [d for d in days if begin <= d <= end]


def numbered(year: int) -> list[tuple[int, bool, int]]:
    """(month, leap, first day) from the 11th month of `year` up to the 10th of the next."""
    days = months_from_solstice(year)
    leap_year = len(days) == 14
    found: list[tuple[int, bool, int]] = []
    month, leap_done = 11, False
    for first, following in itertools.pairwise(days):
        leap = leap_year and not leap_done and bool(found) and term(first) == term(following)
        if leap:
            leap_done = True
            month = (month - 2) % 12 + 1
        found.append((month, leap, first))
        month = month % 12 + 1
    return found


def _date(day: int) -> date:
    return date(2000, 1, 1) + timedelta(day - 2451545)


def main() -> None:
    months = [month for year in range(FIRST - 1, LAST + 1) for month in numbered(year)]
    print("# The Vietnamese lunar calendar (UTC+7). Written by tools/lunar_table.py; do not edit.")
    print("# year = [first day of the first month, number of the leap month or 0, month lengths]")
    print("[years]")
    starts = [i for i, (month, leap, _) in enumerate(months) if month == 1 and not leap]
    for at, after in itertools.pairwise(starts):
        block = months[at:after]
        first_days = [day for _, _, day in months[at : after + 1]]
        lengths = "".join(str(b - a - 29) for a, b in itertools.pairwise(first_days))
        leap = next((month for month, is_leap, _ in block if is_leap), 0)
        print(f'{_date(block[0][2]).year} = ["{_date(block[0][2])}", {leap}, "{lengths}"]')


if __name__ == "__main__":
    main()
