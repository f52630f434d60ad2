"""A station's name that is also the name of a town: Toyota is a city with the station Toyotashi,
and 豊田, which some read so, lies elsewhere; a caller who writes "ga Fukuoka" may mean the city.
"""

from collections.abc import Sequence
from functools import cache

from hotline.places import gazetteer
from hotline.understanding.station_index import Rows, weights
from hotline.understanding.station_words import Area

_SHOWN = 3
_BIG = ("県", "市")
_LAST = "都道府県市"


def in_town(rows: Sequence[int], areas: Sequence[Area]) -> Rows:
    """Those of `rows` (old names below zero) that lie in the prefecture of one of the areas."""
    wanted = {p for area in areas for p in area.prefectures}
    prefecture = gazetteer.columns()[4]
    return tuple(row for row in rows if prefecture[row if row >= 0 else ~row] in wanted)


def namesakes(rows: Sequence[int], areas: Sequence[Area]) -> Rows:
    """Stations that bear the name of a city or prefecture in their own name and lie in it, the
    likeliest three; none when one of `rows` lies there itself."""
    big = [area for area in areas if area.kind in _BIG and len(area.prefectures) == 1]
    if not big or in_town(rows, big):
        return ()
    found = dict.fromkeys(row for area in big for row in _named_after(area))
    weight = weights()
    return tuple(sorted(found, key=lambda row: -weight[row])[:_SHOWN])


@cache
def _named_after(area: Area) -> Rows:
    base = area.name.rstrip(_LAST) if len(area.name) > 1 else area.name
    _, names, _, _, prefecture, *_ = gazetteer.columns()
    return tuple(
        row
        for row, name in enumerate(names)
        if base in name and prefecture[row] == area.prefectures[0]
    )
