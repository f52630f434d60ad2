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
    strength: str


@dataclass(frozen=True, slots=True)
class Hometown:
    """A province in full spelling and the words that name it."""

    province: str
    span: Span


def _places() -> dict[str, list[_Place]]:
    data = load("provinces")
    found: dict[str, list[_Place]] = {}
    for strength in ("strong", "weak", "district"):
        for province, names in data[strength].items():
            for name in names:
                place = _Place(spell(name), province, strength)
                found.setdefault(place.words[0][0], []).append(place)
    for places in found.values():
        places.sort(key=lambda place: -len(place.words))
    return found


def _tails(phrases: Iterable[str]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """Cues by their plain words, with every spelling of them."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = spell(phrase)
        found.setdefault(tuple(p for p, _ in words), []).append(tuple(m for _, m in words))
    return found


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


def names_place(text: Text, index: int) -> bool:
    """Whether a province, a city or Vietnam is named from a word on (not a one-word name)."""
    if text.plain[index : index + 2] in (("viet", "nam"), ("nhat", "ban")):
        return True
    return any(
        len(place.words) > 1
        and index + len(place.words) <= len(text)
        and _agrees(text, index, place)
        for place in _PLACES.get(text.word(index), ())
    )


def _score(text: Text, index: int, place: _Place, taken: tuple[Span, ...]) -> int | None:
    """None: not this place; 0: named in passing; 1: named; 2: named as a home."""
    end = index + len(place.words)
    if end > len(text) or not _agrees(text, index, place):
        return None
    start, stop = text.starts[index], text.ends[end - 1]
    if any(span.start < stop and start < span.end for span in taken):
        return 0
    home, passing = (_cue_before(text, index, key) for key in ("before", "not_before"))
    if home and home >= passing:
        return 2
    if place.strength == "district":
        return 1 if _cue_before(text, index, "district") and not _passing_after(text, end) else 0
    if passing or _passing_after(text, end):
        return 0
    return 0 if place.strength == "weak" else 1


def _agrees(text: Text, index: int, place: _Place) -> bool:
    for offset, (plain, marked) in enumerate(place.words):
        if text.plain[index + offset] != plain:
            return False
        typed = text.marked[index + offset]
        if typed not in (plain, marked):
            return False
    loose = place.strength != "strong"
    return not (loose and text.accented and text.marked[index] != place.words[0][1])


def _cue_before(text: Text, index: int, key: str) -> int:
    """The number of words of the longest cue that ends at a word, 0 if none does."""
    sizes = range(min(_LONGEST, index), 0, -1)
    return next((n for n in sizes if _is_cue(text, index - n, index, key)), 0)


def _passing_after(text: Text, index: int) -> bool:
    return any(_is_cue(text, index, index + size, "not_after") for size in (1, 2))


def _is_cue(text: Text, start: int, end: int, key: str) -> bool:
    spellings = _CUES[key].get(text.plain[start:end], ())
    typed = tuple(zip(text.marked[start:end], text.plain[start:end], strict=True))
    return any(
        all(m in (mark, p) for mark, (m, p) in zip(marks, typed, strict=True))
        for marks in spellings
    )
