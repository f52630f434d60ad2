"""Rows of the gazetteer that may be meant, to an answer: in which order, and how sure."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from hotline.places import gazetteer
from hotline.understanding.model import Decision, Span, Station, StationAnswer, StationMatch
from hotline.understanding.station_index import weights
from hotline.understanding.station_scan import BY_EAR, Item

NOTHING = StationAnswer((), "none")
SHOWN = 8
_ONE_SLIP = 1.15
_ENOUGH_KANA = 4


def answer_of(
    rows: Sequence[int], score: float, span: Span, item: Item | None = None
) -> StationAnswer:
    """Stations by likelihood, those of an exact spelling; certain if there is only one place."""
    if not rows:
        return NOTHING
    weight = weights()
    ordered = item is not None and (item.cost > 0 or item.in_order)
    order = list(rows) if ordered else sorted(rows, key=lambda row: -weight[row])
    matches = [
        StationMatch(
            station(row), round(max(0.05, score - 0.01 * place - (0.1 if place else 0)), 3)
        )
        for place, row in enumerate(_distinct(order)[:SHOWN])
    ]
    return StationAnswer(tuple(matches), _decide(matches, item), span)


def _decide(matches: Sequence[StationMatch], item: Item | None) -> Decision:
    if len(matches) != 1:
        return "ask"
    if item is not None and item.rivals:
        return "ask"
    enough = len(matches[0].station.kana) >= _ENOUGH_KANA
    if item is None or item.cost == 0:
        return "certain" if enough or item is None or item.score > BY_EAR else "ask"
    return "certain" if enough and item.cost <= _ONE_SLIP else "ask"


def _distinct(rows: Iterable[int]) -> list[int]:
    """Without a second row of the same name in the same prefecture, or of 富山駅 beside 富山."""
    seen: set[tuple[str, str]] = set()
    kept: list[int] = []
    names, prefecture = gazetteer.columns()[1], gazetteer.columns()[4]
    for row in rows:
        key = (names[row].removesuffix("駅"), prefecture[row])
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


@lru_cache(maxsize=512)
def station(row: int) -> Station:
    """The station in this row of the gazetteer, in the shape of the product."""
    found = gazetteer.station(row)
    return Station(
        found.code, found.name, found.romaji, found.kana, found.prefecture, found.municipality,
        found.lat, found.lon,
    )  # fmt: skip
