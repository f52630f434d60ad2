"""Stations and areas written in kanji or kana, full and half width.

Rule: the longest name wins, no name is longer than `_LONGEST` characters, so time is linear.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hotline.places.kana import fold_letters, fold_name
from hotline.understanding.spelling import has_japanese
from hotline.understanding.station_index import Rows, by_kana, by_name, fold_kana, kana_letters, own
from hotline.understanding.station_words import Area, area_kanji

_LONGEST = 40
_MARKS = "ﾞﾟ\u3099\u309a"
_STATION_WORDS = ("駅", "えき", "エキ")


@dataclass(frozen=True, slots=True)
class Written:
    """A Japanese name in a text: characters `[start, end)` as given, and what it may be.

    `station` is true when 駅 follows; `alone` when nothing Japanese touches it.
    """

    start: int
    end: int
    rows: Rows
    area: Area | None
    station: bool
    alone: bool
    letters: int


def _normalised(text: str) -> tuple[str, list[int]]:
    """NFKC, and for each character of it the place in the text it comes from."""
    out: list[str] = []
    places: list[int] = []
    i = 0
    while i < len(text):
        size = 2 if i + 1 < len(text) and text[i + 1] in _MARKS else 1
        piece = unicodedata.normalize("NFKC", text[i : i + size])
        out.append(piece)
        places += [i] * len(piece)
        i += size
    places.append(len(text))
    return "".join(out), places


def written(text: str) -> list[Written]:
    """Every Japanese name in the text, left to right."""
    if not has_japanese(text):
        return []
    return list(_names(*_normalised(text)))


def _names(text: str, places: list[int]) -> Iterator[Written]:
    folded, kana = fold_letters(text), kana_letters(text)
    i = 0
    while i < len(text):
        size = _longest(text, folded, kana, i)
        if size:
            yield _written(text, places, i, i + size)
        i += size or 1


def _longest(text: str, folded: str, kana: str, i: int) -> int:
    """Characters of the longest name that begins here; a name before 駅 is preferred."""
    stop = min(len(text), i + _LONGEST)
    sizes = [
        end - i for end in range(stop, i, -1)
        if folded[i:end] in by_name() or text[i:end] in area_kanji()
    ]  # fmt: skip
    if "ぁ" <= kana[i] <= "ゖ":
        beats = _kana_run(kana, i, stop)
        sizes += [n for n in range(beats, 0, -1) if kana[i : i + n].replace("ー", "") in by_kana()]
    if stop - i in sizes and i == 0 and stop == len(text):
        return stop
    before_station = [n for n in sizes if text[i + n : i + n + 2].startswith(_STATION_WORDS)]
    return max(before_station or sizes or [0])


def _kana_run(kana: str, i: int, stop: int) -> int:
    end = i
    while end < stop and ("ぁ" <= kana[end] <= "ゖ" or kana[end] == "ー"):
        end += 1
    return end - i


def _rows(name: str) -> Rows:
    if len(name) > 1 and name.endswith("駅"):
        return ()
    return by_name().get(fold_name(name), ()) + by_kana().get(fold_kana(name), ())


def _written(text: str, places: list[int], start: int, end: int) -> Written:
    name = text[start:end]
    touched = has_japanese(text[start - 1 : start]) or has_japanese(text[end : end + 1])
    return Written(
        places[start], places[end], own(_rows(name)), area_kanji().get(name),
        text[end : end + 3].lstrip().startswith(_STATION_WORDS), not touched, len(name),
    )  # fmt: skip
