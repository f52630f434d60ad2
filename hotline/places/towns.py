"""Where the middle of a town is: the mean of its stations."""

from functools import cache

from hotline.places.gazetteer import columns, municipalities


def town_center(name: str, prefecture: str) -> tuple[float, float] | None:
    """Latitude and longitude; None for a town without a station. A city with wards is one too."""
    return _centers().get((prefecture, name))


@cache
def _centers() -> dict[tuple[str, str], tuple[float, float]]:
    _, _, _, _, prefectures, codes, lats, lons, *_ = columns()
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for prefecture, code, lat, lon in zip(prefectures, codes, lats, lons, strict=True):
        town = municipalities().get(code)
        if town is None or not lat:
            continue
        city, ward, _ = town.name.partition("市")
        for name in {town.name, city + ward}:
            found.setdefault((prefecture, name), []).append((float(lat), float(lon)))
    return {key: _mean(points) for key, points in found.items()}


def _mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    lats, lons = zip(*points, strict=True)
    return sum(lats) / len(points), sum(lons) / len(points)
