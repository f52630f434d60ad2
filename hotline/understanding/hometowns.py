"""The Vietnamese home province of the affected person or the family."""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.understanding.model import Span
from hotline.understanding.tables import load, spell
from hotline.understanding.text import Text

_CUE_REACH = 1


@dataclass(frozen=True, slots=True)
class _Place:
    plain: tuple[str, ...]
    marked: tuple[str, ...]
    province: str
    strength: str


@dataclass(frozen=True, slots=True)
class Hometown:
    """A province in full spelling and the words that name it."""

    province: str
    span: Span


def _places() -> dict[tuple[str, ...], list[_Place]]:
    """The places by their plain words."""
    data = load("provinces")
    found: dict[tuple[str, ...], list[_Place]] = {}
    for strength in ("strong", "weak", "district"):
        for province, names in data[strength].items():
            for name in names:
                plain, marked = zip(*spell(name), strict=True)
                place = _Place(plain, marked, province, strength)
                found.setdefault(plain, []).append(place)
    return found


def _sizes(places: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """Of how many words the places are that begin with a word, most first."""
    found: dict[str, set[int]] = {}
    for words in places:
        found.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in found.items()}


def _tails(phrases: Iterable[str]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """Cues by their plain words, with every spelling of them."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = spell(phrase)
        found.setdefault(tuple(p for p, _ in words), []).append(tuple(m for _, m in words))
    return found


_PLACES = _places()
_SIZES = _sizes(_PLACES)
_CUES = {key: _tails(value) for key, value in load("provinces")["cues"].items()}
_LONGEST = 4


def find(text: Text, taken: Iterable[Span]) -> Hometown | None:
    """The province named as a home; one named only in passing does not count.

    `taken` are the spans of names of people, in which a province name is no place.
    """
    spans = tuple(taken)
    best: tuple[int, Hometown] | None = None
    for index, word in enumerate(text.plain):
        if word not in _SIZES:
            continue
        place = _named(text, index)
        score = _score(text, index, place, spans) if place else 0
        if place and score and (best is None or score > best[0]):
            span = text.span(index, index + len(place.plain))
            best = (score, Hometown(place.province, span))
    return best[1] if best else None


def names_place(text: Text, index: int) -> bool:
    """Whether a province, a city or Vietnam is named from a word on (not a one-word name)."""
    if text.plain[index : index + 2] in (("viet", "nam"), ("nhat", "ban")):
        return True
    place = _named(text, index)
    return place is not None and len(place.plain) > 1


def _named(text: Text, index: int) -> _Place | None:
    """The place of most words that is named from a word on."""
    for size in _SIZES.get(text.word(index), ()):
        for place in _PLACES.get(text.plain[index : index + size], ()):
            if _agrees(text, index, place):
                return place
    return None


def _score(text: Text, index: int, place: _Place, taken: tuple[Span, ...]) -> int:
    """0: named in passing; 1: named; 2: named as a home."""
    end = index + len(place.plain)
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
    """Whether the place is spelled so, whose plain words stand there."""
    typed = text.marked[index : index + len(place.plain)]
    if typed not in (place.marked, place.plain) and not all(
        word in spellings for word, *spellings in zip(typed, place.plain, place.marked, strict=True)
    ):
        return False
    loose = place.strength != "strong"
    return not (loose and text.accented and typed[0] != place.marked[0])


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
