"""Finds the phrases of all tables in one walk over the words of a message.

A phrase is written with its marks. A word typed without marks agrees with it; a word typed with
marks agrees only when they are the same, or when it is none of our words at all (a slip of the
keyboard). A phrase that begins with "=" must be typed with its marks. "…" in a phrase stands for
up to five other words of the same sentence. Of two hits in one table the longer one hides what
lies inside it, so a longer phrase under another label is how an exception is written.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from hotline.understanding.tables import Entry, entries, spell
from hotline.understanding.text import Text

GAP = "…"
MAX_GAP = 5
_STOPS = frozenset(".!?;\n")
TABLES = ("kinds", "persons", "times", "context", "concepts")


class Hit(NamedTuple):
    """A phrase found: words `[start, end)`, what it says and how strongly."""

    start: int
    end: int
    label: str
    weight: float


_hit: Callable[[tuple[int, int, str, float]], Hit] = partial(tuple.__new__, Hit)
_START, _END = itemgetter(0), itemgetter(1)


class _Sign(NamedTuple):
    """What phrases say; `exact` ones must be typed with their marks. One for all phrases of a
    label: there are tens of thousands of them."""

    table: str
    label: str
    weight: float
    exact: bool


class _Node:
    """What may follow some words of phrases: by the next word without marks, how it is written in
    phrases and where each leads; the phrases that end here; what may follow a gap.

    Nodes after which the same may follow are one: sets that are written out make tens of thousands
    of phrases, and few nodes.
    """

    __slots__ = ("gap", "signs", "ways")

    def __init__(
        self,
        ways: Mapping[str, tuple[tuple[str, "_Node"], ...]],
        signs: tuple[_Sign, ...],
        gap: "_Node | None",
    ) -> None:
        self.ways = ways
        self.signs = signs
        self.gap = gap


Found = dict[str, tuple[Hit, ...]]
_Phrase = tuple[tuple[str, ...], _Sign]  # its words with their marks, what it says
_NOTHING_FOLLOWS: Mapping[str, tuple[tuple[str, _Node], ...]] = MappingProxyType({})


class _Planter:
    """Makes a tree of phrases, from its ends to its root, each node once."""

    def __init__(self, plain: Mapping[str, str]) -> None:
        self._plain = plain
        self._known: dict[tuple[object, ...], _Node] = {}
        self._ends: dict[_Phrase, _Node] = {}

    def node(self, phrases: Sequence[_Phrase], depth: int = 0) -> _Node:
        """The node that these phrases reach with their first `depth` words."""
        if len(phrases) != 1:
            return self._fork(phrases, depth)
        words, sign = phrases[0]
        end = (words[depth:], sign)  # many phrases end alike
        known = self._ends.get(end)
        if known is None:
            known = self._ends[end] = self._fork(phrases, depth)
        return known

    def _fork(self, phrases: Sequence[_Phrase], depth: int) -> _Node:
        signs: list[_Sign] = []
        following: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            words, sign = phrase
            if len(words) == depth:
                signs.append(sign)
            else:
                following.setdefault(words[depth], []).append(phrase)
        behind = following.pop(GAP, None)
        gap = self.node(behind, depth + 1) if behind else None
        ways: dict[str, list[tuple[str, _Node]]] = {}
        for word, some in following.items():
            ways.setdefault(self._plain[word], []).append((word, self.node(some, depth + 1)))
        return self._once({plain: tuple(these) for plain, these in ways.items()}, signs, gap)

    def _once(
        self,
        ways: dict[str, tuple[tuple[str, _Node], ...]],
        signs: Sequence[_Sign],
        gap: _Node | None,
    ) -> _Node:
        leads = tuple((word, id(node)) for these in ways.values() for word, node in these)
        alike = (leads, tuple(signs), id(gap))
        known = self._known.get(alike)
        if known is None:
            known = self._known[alike] = _Node(ways or _NOTHING_FOLLOWS, tuple(signs), gap)
        return known


class Phrases:
    """All phrases as one tree of words."""

    def __init__(self, all_entries: Iterable[Entry]) -> None:
        spelt: set[tuple[str, str]] = set()
        signs: dict[_Sign, _Sign] = {}
        phrases: list[_Phrase] = []
        for entry in all_entries:
            exact = entry.phrase.startswith("=")
            words = spell(entry.phrase.removeprefix("="))
            spelt.update(words)
            sign = _Sign(entry.table, entry.label, entry.weight, exact)
            phrases.append((tuple([marked for _, marked in words]), signs.setdefault(sign, sign)))
        plain = {marked: bare for bare, marked in spelt}
        self.words = plain.keys() - {GAP}
        self.root = _Planter(plain).node(phrases)

    def find(self, text: Text) -> Found:
        """The hits of every table, in the order of the text, without those hidden by longer."""
        walk = _Walk(text, self.words)
        first = self.root.ways
        for start, word in enumerate(text.plain):
            if word in first:
                walk.on(self.root, start, start, True)
        return {table: _visible(hits) for table, hits in walk.raw.items()}


class _Walk:
    """One walk over a text: the hits of each table as they are found."""

    def __init__(self, text: Text, words: Container[str]) -> None:
        self.text = text
        self.words = words
        self.raw: dict[str, list[Hit]] = {table: [] for table in TABLES}

    def on(self, node: _Node, start: int, at: int, exactly: bool) -> None:
        """From a node over the word at `at`; `exactly`: all words since `start` were typed as the
        phrase has them, marks and all."""
        plain, typed = self.text.plain[at], self.text.marked[at]
        for word, reached in node.ways.get(plain, ()):
            same = typed == word
            if same or typed == plain or (len(typed) > 3 and typed not in self.words):
                self._reach(reached, start, at + 1, exactly and same)

    def _reach(self, node: _Node, start: int, end: int, exactly: bool) -> None:
        for table, label, weight, exact in node.signs:
            # Times are short words, and what stands beside them decides.
            alone = end == start + 1 and self.text.accented and table != "times"
            if exactly or not (exact or alone):
                self.raw[table].append(_hit((start, end, label, weight)))
        if end < len(self.text.plain) and self.text.plain[end] in node.ways:
            self.on(node, start, end, exactly)
        if node.gap is not None:
            self._leap(node.gap, start, end, exactly)

    def _leap(self, node: _Node, start: int, end: int, exactly: bool) -> None:
        near = self.text.plain[end : end + MAX_GAP + 1]
        if node.ways.keys().isdisjoint(near):
            return
        for at, word in enumerate(near, end):
            if word in node.ways:
                self.on(node, start, at, exactly)
            if word in _STOPS:
                return


def _visible(hits: list[Hit]) -> tuple[Hit, ...]:
    """Without what lies inside a longer hit, or stands beside an exception of the same words."""
    if len(hits) < 2:
        return tuple(hits)
    kept: list[Hit] = []
    furthest = -1
    for hit in longest_first(hits):
        if hit.end > furthest:
            kept.append(hit)
            furthest = hit.end
        elif (hit.start, hit.end) == (kept[-1].start, kept[-1].end):
            _add_twin(kept, hit)
    return tuple(kept)


def longest_first(hits: list[Hit]) -> list[Hit]:
    """In the order of the text, of those that begin together the longest first."""
    hits.sort(key=_END, reverse=True)
    hits.sort(key=_START)
    return hits


def _add_twin(kept: list[Hit], hit: Hit) -> None:
    """An exception of the same words takes its own label away and leaves the others."""
    label = hit.label
    if label.endswith("_not"):
        base = label.removesuffix("_not")
        kept[:] = [h for h in kept if h[:3] != (hit.start, hit.end, base)]
    elif _stands(kept, hit, f"{label}_not"):
        return
    kept.append(hit)


def _stands(kept: list[Hit], twin: Hit, label: str) -> bool:
    """Whether the words of a hit have a label already; twins stand together at the end."""
    for hit in reversed(kept):
        if hit.start != twin.start or hit.end != twin.end:
            return False
        if hit.label == label:
            return True
    return False


@cache
def phrases() -> Phrases:
    """The phrases of all tables, read once a process: most processes never need them."""
    return Phrases(entry for table in TABLES for entry in entries(table))
