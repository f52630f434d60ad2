"""Stations near a point."""

from hotline.places import by_code, nearest


def names(lat: float, lon: float) -> list[str]:
    return [row.name for code in nearest(lat, lon) if (row := by_code(code))]


def test_the_nearest_come_first_each_name_once() -> None:
    found = names(35.7013, 139.7003)
    assert found[0] == "新大久保"
    assert len(set(found)) == len(found) == 3


def test_beyond_three_kilometres_there_is_none() -> None:
    assert names(10.7769, 106.7009) == []  # Ho Chi Minh City
    assert names(35.0, 145.0) == []  # the open sea
