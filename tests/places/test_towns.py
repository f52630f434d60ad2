"""The middle of a town."""

from hotline.places.towns import town_center


def test_a_town_lies_where_its_stations_are() -> None:
    found = town_center("川口市", "11")
    assert found is not None
    lat, lon = found
    assert abs(lat - 35.82) < 0.05
    assert abs(lon - 139.73) < 0.05


def test_a_city_of_wards_is_a_town_too() -> None:
    assert town_center("横浜市", "14") is not None
    assert town_center("横浜市西区", "14") is not None


def test_a_town_of_that_name_elsewhere_is_none() -> None:
    assert town_center("川口市", "13") is None
