"""In what kind of messages words are used: a second opinion beside the signs of `kinds`.

`data/usage.tsv` says in how many labelled messages of each kind a word, two neighbours, or a
meaning of `concepts.toml` stand (`tools/count_usage.py` counts them). From that comes naive Bayes
of the XX, and hears what nobody wrote a rule for.

Source: Rennie, Shih, Teevan and Karger, Tackling the Poor Assumptions of Naive Bayes Text
Classifiers, ICML 2003, section 3.1.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise, repeat
from typing import get_args

from hotline.understanding.model import Kind
from hotline.understanding.tables import BadTable

KINDS: tuple[Kind, ...] = get_args(Kind)
SMOOTHING = 0.5
STEPS = 16  # of a weight, to 1 nat
_MIDDLE, _BITS = 256, 32  # no weight has 256 steps; all words of the table together fit
_MASK = (1 << _BITS) - 1
_PLACES = tuple((kind, _BITS * place) for place, kind in enumerate(KINDS))


def features(plain: Sequence[str], meanings: Iterable[str]) -> set[str]:
    """The words of a message, each two neighbours and what they mean; every number is the same."""
    words = ["0" if word[:1].isdigit() else word for word in plain]
    pairs = map(" ".join, pairwise(words))  # one text: a look at a tuple reads three objects
    return {*words, *pairs, *[f":{meaning}" for meaning in meanings]}


def speak(plain: Sequence[str], meanings: Iterable[str]) -> dict[Kind, int]:
    """How loudly the words of a message speak for each kind, in steps; only differences count."""
    total = sum(map(_weights().get, features(plain, meanings), repeat(0)))
    return {kind: total >> shift & _MASK for kind, shift in _PLACES}


def loudest(plain: Sequence[str], kind: Kind, other: Kind) -> list[int]:
    """Where the three words stand that speak most for `kind` against `other`."""
    found = sorted((-_for(word, kind) + _for(word, other), at) for at, word in enumerate(plain))
    return sorted(at for difference, at in found[:3] if difference < 0)


def _for(word: str, kind: Kind) -> int:
    return _weights().get(word, 0) >> _BITS * KINDS.index(kind) & _MASK


def parse(table: str) -> dict[str, tuple[int, ...]]:
    """Words -> in how many messages of each kind they stand. Raises BadTable."""
    head, *lines = table.splitlines() or [""]
    if head.split("\t")[1:] != list(KINDS):
        raise BadTable("usage.tsv: the first line names other kinds")
    counts: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines, 2):
        words, *figures = line.split("\t")
        if len(figures) != len(KINDS) or words.count(" ") > 1 or not all(map(str.isdigit, figures)):
            raise BadTable(f"usage.tsv: line {number}: one or two words and {len(KINDS)} numbers")
        counts[words] = tuple(map(int, figures))
    return counts


@cache
def _weights() -> Mapping[str, int]:
    """The weights of all kinds side by side in one number, so that a sum is one sum."""
    source = resources.files("hotline.understanding") / "data" / "usage.tsv"
    return weights(parse(source.read_text("utf-8")))


def weights(counts: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """How rare words are outside of each kind, against their mean over all kinds."""
    columns = [sum(column) for column in zip(*counts.values(), strict=True)]
    outside = [sum(columns) - n + SMOOTHING * len(counts) for n in columns]
    logs = [math.log(n) for n in outside]
    packed = {row: _pack(row, logs) for row in set(counts.values())}  # most words stand in one
    return {words: packed[row] for words, row in counts.items()}


def _pack(row: Sequence[int], logs: Sequence[float]) -> int:
    known = sum(row)
    rare = [total - math.log(known - n + SMOOTHING) for n, total in zip(row, logs, strict=True)]
    mean = sum(rare) / len(rare)
    return sum(
        (_MIDDLE + round(STEPS * (weight - mean))) << _BITS * place
        for place, weight in enumerate(rare)
    )
