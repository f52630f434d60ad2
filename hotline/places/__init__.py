"""Japanese stations, prefectures and municipalities, as data. Imports the standard library only."""

from hotline.places.gazetteer import (
    Municipality,
    Prefecture,
    StationRow,
    by_code,
    municipalities,
    prefecture_name,
    prefectures,
    station,
    stations,
)

__all__ = [
    "Municipality",
    "Prefecture",
    "StationRow",
    "by_code",
    "municipalities",
    "prefecture_name",
    "prefectures",
    "station",
    "stations",
]
