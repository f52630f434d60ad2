"""Finds the phrases of all tables in one walk over the words of a message.

A phrase is written with its marks. A word typed without marks agrees with it; a word typed with
marks agrees only when they are the same, or when it is none of our words at all (a slip of the
keyboard). A phrase that begins with "=" must be typed with its marks. "…" in a phrase stands for
up to five other words of the same sentence. Of two hits in one table the longer one hides what
lies inside it, so a longer phrase under another label is how an exception is written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
            if node is not None:
                _walk(text, node, start, raw)
        return {table: _visible(hits) for table, hits in raw.items()}


def _walk(text: Text, node: _Node | None, start: int, raw: dict[str, list[Hit]]) -> None:
    """The phrases that begin at a word: most have no gap, and need no path."""
    plain, marked = text.plain, text.marked
    gaps: list[tuple[_Node, int]] = []
    at = start + 1
    while node is not None:
        if node.leaves:
            typed = marked[start:at]
            bare = typed == plain[start:at]
            for marks, (table, label, weight, exact) in node.leaves:
                if typed != marks:
                    # Times are short words, and what stands beside them decides.
                    alone = at == start + 1 and text.accented and table != "times"
                    if exact or alone or not (bare or _slips(text, range(start, at), marks)):
                        continue
                raw[table].append(_hit((start, at, label, weight)))
        if node.gap is not None:
            gaps.append((node.gap, at))
        if at == len(plain):
            break
        node = node.children.get(plain[at])
        at += 1
    for gap, end in reversed(gaps):
        _leap(text, gap, start, end, range(start, end), raw)


def _walk_on(
    text: Text, node: _Node, start: int, at: int, path: Sequence[int], raw: dict[str, list[Hit]]
) -> None:
    """The same behind a gap: `path` are the words of the phrase so far."""
    for marks, (table, label, weight, exact) in node.leaves:
        if all(text.marked[i] == mark for i, mark in zip(path, marks, strict=True)) or (
            not exact and _slips(text, path, marks)
        ):
            raw[table].append(_hit((start, at, label, weight)))
    following = node.children.get(text.word(at))
    if following is not None:
        _walk_on(text, following, start, at + 1, (*path, at), raw)
    if node.gap is not None:
        _leap(text, node.gap, start, at, path, raw)


def _leap(
    text: Text, node: _Node, start: int, at: int, path: Sequence[int], raw: dict[str, list[Hit]]
) -> None:
    """To the next word of a phrase behind a gap."""
    near = text.plain[at : at + MAX_GAP + 1]
    if node.children.keys().isdisjoint(near):
        return
    for there, word in enumerate(near, at):
        following = node.children.get(word)
        if following is not None:
            _walk_on(text, following, start, there + 1, (*path, there), raw)
        if word in _STOPS:
            return


def _slips(text: Text, path: Sequence[int], marks: Sequence[str]) -> bool:
    """Whether each word is the phrase's, or typed without marks, or none of our words at all."""
    for index, mark in zip(path, marks, strict=True):
        typed = text.marked[index]
        if typed in (mark, text.plain[index]):
            continue
        if typed in phrases().words or len(typed) < 4:
            return False
    return True


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
