"""The Vietnamese home province of the affected person or the family."""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.understanding.model import Span
from hotline.understanding.tables import load, spell
from hotline.understanding.text import Text

_CUE_REACH = 1


@dataclass(frozen=True, slots=True)
class _Place:
    words: tuple[tuple[str, str], ...]
    province: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Hometown:
    """A province in full spelling and the words that name it."""

    province: str
    span: Span


def _places() -> dict[str, list[_Place]]:
    data = load("provinces")
    found: dict[str, list[_Place]] = {}
    for strength in ("strong", "weak"):
        for province, names in data[strength].items():
            for name in names:
                place = _Place(spell(name), province, strength == "weak")
                found.setdefault(place.words[0][0], []).append(place)
    for places in found.values():
        places.sort(key=lambda place: -len(place.words))
    return found


def _tails(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(plain for plain, _ in spell(phrase)) for phrase in phrases)


_PLACES = _places()
_CUES = {key: _tails(value) for key, value in load("provinces")["cues"].items()}
_LONGEST = 4


def find(text: Text, taken: Iterable[Span]) -> Hometown | None:
    """The province named as a home; one named only in passing does not count.

    `taken` are the spans of names of people, in which a province name is no place.
    """
    spans = tuple(taken)
    best: tuple[int, Hometown] | None = None
    for index, word in enumerate(text.plain):
        for place in _PLACES.get(word, ()):
            score = _score(text, index, place, spans)
            if score and (best is None or score > best[0]):
                span = text.span(index, index + len(place.words))
                best = (score, Hometown(place.province, span))
            if score is not None:
                break
    return best[1] if best else None


def _score(text: Text, index: int, place: _Place, taken: tuple[Span, ...]) -> int | None:
    """None: not this place; 0: named in passing; 1: named; 2: named as a home."""
    end = index + len(place.words)
    if end > len(text) or not _agrees(text, index, place):
        return None
    start, stop = text.starts[index], text.ends[end - 1]
    if any(span.start < stop and start < span.end for span in taken):
        return 0
    if _ends_with(text, index, "not_before") or _begins_with(text, end, "not_after"):
        return 0
    if _ends_with(text, index, "before"):
        return 2
    return 0 if place.weak else 1


def _agrees(text: Text, index: int, place: _Place) -> bool:
    for offset, (plain, marked) in enumerate(place.words):
        if text.plain[index + offset] != plain:
            return False
        typed = text.marked[index + offset]
        if typed not in (plain, marked):
            return False
    return not (place.weak and text.accented and text.marked[index] != place.words[0][1])


def _ends_with(text: Text, index: int, key: str) -> bool:
    return any(
        text.plain[max(0, index - size) : index] in _CUES[key] for size in range(1, _LONGEST + 1)
    )


def _begins_with(text: Text, index: int, key: str) -> bool:
    return any(text.plain[index : index + size] in _CUES[key] for size in range(1, 3))
