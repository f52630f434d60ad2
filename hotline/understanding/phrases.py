"""Finds the phrases of all tables in one walk over the words of a message.

A phrase is written with its marks. A word typed without marks agrees with it; a word typed with
marks agrees only when they are the same, or when it is none of our words at all (a slip of the
keyboard). A phrase that begins with "=" must be typed with its marks. "…" in a phrase stands for
up to five other words of the same sentence. Of two hits in one table the longer one hides what
lies inside it, so a longer phrase under another label is how an exception is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
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


class _Sign(NamedTuple):
    """What phrases say; `exact` ones must be typed with their marks. One for all phrases of a
    label: there are tens of thousands of them."""

    table: str
    label: str
    weight: float
    exact: bool


_NOTHING_FOLLOWS: Mapping[str, "_Node"] = MappingProxyType({})  # most words end a phrase


class _Node:
    """A word of some phrases: what may follow it, and the phrases that end with it."""

    __slots__ = ("children", "gap", "leaves")

    def __init__(self) -> None:
        self.children: Mapping[str, _Node] = _NOTHING_FOLLOWS
        self.leaves: tuple[tuple[tuple[str, ...], _Sign], ...] = ()
        self.gap: _Node | None = None

    def child(self, word: str) -> "_Node":
        if not isinstance(self.children, dict):
            self.children = {}
        known = self.children.get(word)
        if known is None:
            known = self.children[word] = _Node()
        return known

    def leads_on(self, text: Text, at: int) -> bool:
        return self.gap is not None or (at < len(text.plain) and text.plain[at] in self.children)


Found = dict[str, tuple[Hit, ...]]


class Phrases:
    """All phrases as one tree of words."""

    def __init__(self, all_entries: Iterable[Entry]) -> None:
        self.root = _Node()
        self.words: set[str] = set()
        self._signs: dict[_Sign, _Sign] = {}
        for entry in all_entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        node, marks = self.root, []
        exact = entry.phrase.startswith("=")
        for plain, marked in spell(entry.phrase.removeprefix("=")):
            if plain == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                node = node.child(plain)
                marks.append(marked)
        sign = _Sign(entry.table, entry.label, entry.weight, exact)
        node.leaves = (*node.leaves, (tuple(marks), self._signs.setdefault(sign, sign)))
        self.words.update(marks)

    def find(self, text: Text) -> Found:
        """The hits of every table, in the order of the text, without those hidden by longer."""
        raw: dict[str, list[Hit]] = {table: [] for table in TABLES}
        first = self.root.children
        for start, word in enumerate(text.plain):
            node = first.get(word)
            if node is not None and (node.leaves or node.leads_on(text, start + 1)):
                _walk(text, node, start, start + 1, (start,), raw)
        return {table: _visible(hits) for table, hits in raw.items()}


def _walk(
    text: Text, node: _Node, start: int, at: int, path: tuple[int, ...], raw: dict[str, list[Hit]]
) -> None:
    for marks, sign in node.leaves:
        if _agrees(text, path, marks, sign.exact, sign.table):
            raw[sign.table].append(Hit(start, at, sign.label, sign.weight))
    if at < len(text.plain):
        following = node.children.get(text.plain[at])
        if following is not None:
            _walk(text, following, start, at + 1, (*path, at), raw)
    if node.gap is not None:
        _leap(text, node.gap, start, at, path, raw)


def _leap(
    text: Text, node: _Node, start: int, at: int, path: tuple[int, ...], raw: dict[str, list[Hit]]
) -> None:
    for there in range(at, min(at + MAX_GAP + 1, len(text.plain))):
        word = text.plain[there]
        following = node.children.get(word)
        if following is not None:
            _walk(text, following, start, there + 1, (*path, there), raw)
        if word in _STOPS:
            return


def _agrees(text: Text, path: Sequence[int], marks: Sequence[str], exact: bool, table: str) -> bool:
    # Times are short words, and what stands beside them decides (`days.from_phrase`).
    strict = exact or (len(path) == 1 and text.accented and table != "times")
    for index, mark in zip(path, marks, strict=True):
        typed = text.marked[index]
        if typed == mark:
            continue
        if strict or (typed != text.plain[index] and (typed in phrases().words or len(typed) < 4)):
            return False
    return True


def _visible(hits: list[Hit]) -> tuple[Hit, ...]:
    """Without what lies inside a longer hit, or stands beside an exception of the same words."""
    if len(hits) < 2:
        return tuple(hits)
    hits.sort(key=_reach)
    kept: list[Hit] = []
    furthest = -1
    for hit in hits:
        if hit.end > furthest:
            kept.append(hit)
            furthest = hit.end
        elif (hit.start, hit.end) == (kept[-1].start, kept[-1].end):
            _add_twin(kept, hit)
    return tuple(kept)


def _add_twin(kept: list[Hit], hit: Hit) -> None:
    """An exception of the same words takes its own label away and leaves the others."""
    twins = [h for h in kept if (h.start, h.end) == (hit.start, hit.end)]
    labels = {h.label for h in twins}
    if f"{hit.label}_not" in labels:
        return
    base = hit.label.removesuffix("_not")
    if base != hit.label and base in labels:
        kept[:] = [h for h in kept if h not in twins or h.label != base]
    kept.append(hit)


def _reach(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end


@cache
def phrases() -> Phrases:
    """The phrases of all tables, read once a process: most processes never need them."""
    return Phrases(entry for table in TABLES for entry in entries(table))
