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
from hotline.places.nearest import nearest

__all__ = [
    "Municipality",
    "Prefecture",
    "StationRow",
    "by_code",
    "municipalities",
    "nearest",
    "prefecture_name",
    "prefectures",
    "station",
    "stations",
]
