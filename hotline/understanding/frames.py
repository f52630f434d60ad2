"""Tells what words of certain meanings say together: "chủ" with "đánh", "máy" with "tay".

The words are in `concepts.toml`, what they say together in `frames.toml`. A frame is looked for
within one sentence, left to right, in a window of words, so time grows with the text alone.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hotline.understanding.phrases import Found, Hit
from hotline.understanding.tables import BadTable, Entry, entries, load
from hotline.understanding.text import Text

_GAP = 5
_GUARD = 3
_STOPS = frozenset(".!?;\n")


@dataclass(frozen=True, slots=True)
class _Part:
    """The next concept of a frame: how far it may be, and what may not stand before it."""

    concept: str
    gap: int
    without: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    label: str
    weight: float
    parts: tuple[_Part, ...]
    not_before: frozenset[str]
    not_after: frozenset[str]
    needs: frozenset[str]  # every concept after the first


def find(text: Text, found: Found) -> list[Hit]:
    """The signs of a kind that words tell together, in the order of the text."""
    hits = found["concepts"]
    ends = _sentence_ends(text)
    signs: list[Hit] = []
    there = {hit.label for hit in hits}
    for at, hit in enumerate(hits):
        for frame in _frames().get(hit.label, ()):
            if not frame.needs <= there:
                continue
            end = _match(frame, 1, hits, at, ends)
            if end is None or (end == at and _is_vague(text, hit)):
                continue
            if not _guarded(frame, hits, at, hits[end].end):
                start = hit.start - (text.word(hit.start - 1) == "bi")
                signs.append(Hit(start, hits[end].end, frame.label, frame.weight))
    return signs


def _is_vague(text: Text, hit: Hit) -> bool:
    """One short word without marks: "cam" may be cấm, cảm or cầm."""
    typed = text.marked[hit.start]
    short = hit.end - hit.start == 1 and len(typed) <= _SHORT
    return short and typed == text.plain[hit.start]


_SHORT = 4


def _sentence_ends(text: Text) -> list[int]:
    """For every word the number of sentence ends before it."""
    if _STOPS.isdisjoint(text.words):
        return [0] * (len(text.plain) + 1)
    counts, seen = [0], 0
    for index, word in enumerate(text.plain):
        ends = word in _STOPS and not (word == "." and text.word(index + 1).isdigit())
        seen += ends
        counts.append(seen)
    return counts


def _match(
    frame: _Frame, part: int, hits: Sequence[Hit], at: int, ends: Sequence[int]
) -> int | None:
    """The index of the hit that ends the frame, whose parts before `part` end with hit `at`."""
    if part == len(frame.parts):
        return at
    want, last = frame.parts[part], hits[at]
    for index in range(at + 1, len(hits)):
        hit = hits[index]
        if hit.start - last.end > want.gap or ends[hit.start] != ends[last.start]:
            return None
        if hit.start < last.end:
            continue
        if hit.label == want.concept:
            end = _match(frame, part + 1, hits, index, ends)
            if end is not None:
                return end
        if want.without and hit.label == want.without:
            return None
    return None


def _guarded(frame: _Frame, hits: Sequence[Hit], at: int, end: int) -> bool:
    if not frame.not_before and not frame.not_after:
        return False
    start = hits[at].start
    for hit in hits:
        if hit.label in frame.not_before and 0 <= start - hit.end <= _GUARD:
            return True
        if hit.label in frame.not_after and 0 <= hit.start - end <= _GUARD:
            return True
    return False


@cache
def _frames() -> Mapping[str, tuple[_Frame, ...]]:
    """The frames by their first concept, read once a process."""
    found: dict[str, list[_Frame]] = {}
    known = set(load("concepts"))
    for entry in entries("frames"):
        for frame in read_frame(entry, known):
            found.setdefault(frame.parts[0].concept, []).append(frame)
    return {concept: tuple(frames) for concept, frames in found.items()}


def read_frame(entry: Entry, known: Container[str]) -> Sequence[_Frame]:
    """One frame as written, or both orders of it. Raises BadTable for an unknown concept."""
    words = entry.phrase.split()
    if "&" in words:
        at = words.index("&")
        orders = (words[:at] + words[at + 1 :], words[at + 1 :] + words[:at])
        return [_ordered(entry, order, known) for order in orders]
    return [_ordered(entry, words, known)]


def _ordered(entry: Entry, words: Sequence[str], known: Container[str]) -> _Frame:
    parts: list[_Part] = []
    guards: tuple[set[str], set[str]] = (set(), set())
    gap, without = _GAP, ""
    for word in words:
        name = word.lstrip("!-")
        if not name.isdigit() and name not in known:
            raise BadTable(f"frames.toml: no concept {name} for the frame {entry.phrase!r}")
        if word.startswith("!"):
            guards[bool(parts)].add(name)
        elif word.startswith("-"):
            without = name
        elif word.isdigit():
            gap = int(word)
        else:
            parts.append(_Part(name, gap, without))
            gap, without = _GAP, ""
    if not parts:
        raise BadTable(f"frames.toml: no concept in the frame {entry.phrase!r}")
    before, after = frozenset(guards[0]), frozenset(guards[1])
    needs = frozenset(part.concept for part in parts[1:])
    return _Frame(entry.label, entry.weight, tuple(parts), before, after, needs)
