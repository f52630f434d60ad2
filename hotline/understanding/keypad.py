"""Names spelled on a telephone's keys: 2 abc, 3 def, 4 ghi, 5 jkl, 6 mno, 7 pqrs, 8 tuv, 9 wxyz."""

import re
from functools import cache

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from hotline.understanding.station_index import Rows, by_digits, weights

LONG_ENOUGH = 5  # keys of a name in which one may be wrong
SHORTEST = 3  # different keys in a row that may stand for a name
MOST = 8

_IGNORED = str.maketrans("", "", " -*#.\t")
_RUN = re.compile(r"(.)\1+")


def digits_of(text: str) -> str | None:
    """The keys pressed, if the text is nothing else (a closing # or * may stand)."""
    keys = text.strip().translate(_IGNORED)
    return keys if len(keys) >= 2 and keys.isascii() and keys.isdigit() else None


def spelled(keys: str) -> Rows:
    """All stations of the country whose Hepburn spelling, long vowels once, has these keys."""
    return by_digits().get(keys, ())


def nearly(keys: str) -> Rows:
    """Stations that may be meant by keys that spell none, likeliest first: other habits of writing
    (toukyou, sinjuku, oosaka), a key too many or too few, one wrong key."""
    if "0" in keys or "1" in keys or len(heard := _habit(keys)) < SHORTEST:
        return ()
    rows = _by_habit().get(heard, ())
    if not rows and len(heard) >= LONG_ENOUGH:
        close = extract(
            heard, _by_habit().keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=MOST
        )
        rows = tuple(row for found, _, _ in close for row in _by_habit()[found])
    weight = weights()
    return tuple(sorted(rows, key=lambda row: -weight[row])[:MOST])


def _habit(keys: str) -> str:
    """Keys without what people leave out or put in: ou and oo for o, si for shi, tu for tsu."""
    return _RUN.sub(r"\1", keys.replace("878", "8").replace("68", "6"))


@cache
def _by_habit() -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for keys, rows in by_digits().items():
        found.setdefault(_habit(keys), []).extend(rows)
    return {keys: tuple(dict.fromkeys(rows)) for keys, rows in found.items()}
