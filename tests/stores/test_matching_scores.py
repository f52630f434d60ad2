"""How well tips are matched, as a table, and the least that is accepted.

The tips of a half are filed and compared one by one, through the index and the case book, as a
worker does. Weights may be set on the half `tune`; `held` is only ever scored. Both are made by
`tools/matching_vectors.py`, which says what a true and a mute pair is.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from hotline.intake.matching import match_due
from hotline.records.matching import Band, Pair
from hotline.records.tip import Tip, from_json, problems
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.database import migrate, open_engine
from hotline.stores.matches import SqlMatches

VECTORS = Path(__file__).parents[1] / "vectors" / "matching"
HALVES = ("tune", "held")
BANDS: tuple[Band, ...] = ("strong", "likely", "possible")
RECALL, PRECISION = 0.95, 0.9  # of the five best; of the strong band
SCORES: list[str] = []  # printed at the end of the run, see tests/conftest.py

Two = frozenset[str]


@dataclass(frozen=True)
class Half:
    """The tips of one half, and which two of them are of one matter."""

    tips: tuple[Tip, ...]
    true: frozenset[Two]
    mute: frozenset[Two]


@dataclass(frozen=True)
class Outcome:
    """What the program made of a half."""

    lists: Mapping[str, tuple[Pair, ...]]
    cases: tuple[tuple[str, ...], ...]


def read(name: str) -> Iterator[dict[str, str]]:
    for line in (VECTORS / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def half(name: str) -> Half:
    raw = [row["tip"] for row in read("tips") if row["half"] == name]
    pairs = [row for row in read("pairs") if row["half"] == name]
    by_label = {
        label: frozenset(frozenset((p["one"], p["other"])) for p in pairs if p["label"] == label)
        for label in ("true", "mute")
    }
    tips = tuple(from_json(tip) for tip in raw)  # type: ignore[arg-type]
    return Half(tuple(sorted(tips, key=lambda t: t.received)), by_label["true"], by_label["mute"])


def worked(half: Half, folder: Path) -> Outcome:
    engine, ring = open_engine(f"sqlite:///{folder}/book.db"), key_ring(new_key())
    migrate(engine)
    matches = SqlMatches(engine, ring)
    book = SqlCaseBook(engine, ring, [matches])
    for tip in half.tips:
        book.file(tip)
        match_due(matches, book.read)
    lists = {tip.id: matches.of(tip.id, 1000) for tip in half.tips}
    cases = tuple(tips for _, tips in matches.cases(10_000))
    engine.dispose()
    return Outcome(lists, cases)


@dataclass(frozen=True)
class Figures:
    recall: float
    first: float
    bands: Mapping[Band, tuple[int, int]]  # true, all
    cases: tuple[int, int]
    found: float

    def precision(self, band: Band) -> float:
        true, every = self.bands[band]
        return true / every if every else 1.0


def score(half: Half, outcome: Outcome) -> Figures:
    hits: list[float] = []
    firsts: list[float] = []
    for tip in half.tips:
        partners = {other for two in half.true if tip.id in two for other in two - {tip.id}}
        if not partners:
            continue
        best = [p.other for p in outcome.lists[tip.id] if {tip.id, p.other} not in half.mute][:5]
        hits.append(len(partners & set(best)) / min(5, len(partners)))
        firsts.append(float(bool(best) and best[0] in partners))
    kept = {frozenset((p.tip, p.other)): p for each in outcome.lists.values() for p in each}
    judged = {two: p for two, p in kept.items() if two not in half.mute}
    every = Counter(p.found.band for p in judged.values())
    right = Counter(p.found.band for two, p in judged.items() if two in half.true)
    together = {frozenset(two) for case in outcome.cases for two in combinations(case, 2)}
    together -= half.mute
    return Figures(
        sum(hits) / len(hits),
        sum(firsts) / len(firsts),
        {band: (right[band], every[band]) for band in BANDS},
        (len(together & half.true), len(together)),
        len(set(kept) & half.true) / len(half.true),
    )


def test_the_set_is_large_enough_and_every_tip_is_one() -> None:
    tips = [row["tip"] for row in read("tips")]
    assert len(tips) >= 400
    assert not any(problems(tip) for tip in tips)  # type: ignore[arg-type]
    halves = {name: half(name) for name in HALVES}
    assert sum(len(each.true) for each in halves.values()) >= 120
    assert not {t.id for t in halves["tune"].tips} & {t.id for t in halves["held"].tips}


@pytest.mark.parametrize("name", HALVES)
def test_the_five_best_hold_who_belongs_there_and_strong_ones_are_right(
    name: str, tmp_path: Path
) -> None:
    given = half(name)
    figures = score(given, worked(given, tmp_path))
    head = f"{name}: {len(given.tips)} tips, {len(given.true)} true pairs, {len(given.mute)} mute"
    SCORES.append(head)
    SCORES.append(
        f"  recall@5 {figures.recall:.3f}  first is right {figures.first:.3f}  "
        f"kept at all {figures.found:.3f}"
    )
    for band in BANDS:
        true, every = figures.bands[band]
        SCORES.append(f"  {band:9} {true:4} of {every:4}  precision {figures.precision(band):.3f}")
    SCORES.append(f"  pairs put into one case: {figures.cases[0]} of {figures.cases[1]} right")
    assert figures.recall >= RECALL
    assert figures.precision("strong") >= PRECISION
    assert figures.bands["strong"][1] >= 40  # a band that is nearly empty proves nothing
    assert figures.cases[0] >= 0.9 * figures.cases[1]
