"""The answer to "do you know their name, age, home?": "Tuấn, 25 tuổi, Nghệ An".

Rule: whoever calls this has asked; in a message of its own a bare name is none.
"""

from dataclasses import dataclass, replace

from hotline.understanding import frames, hometowns, identifiers, looks, names, people
from hotline.understanding.model import Name
from hotline.understanding.numbers import NUMBER_WORDS
from hotline.understanding.phrases import phrases
from hotline.understanding.tables import load
from hotline.understanding.text import Text, read

_LEADS = frozenset(load("names")["words"]["lead"])
_BETWEEN = frozenset({",", ";", ".", "-", "/", "va", "voi", "&"})
_BREAKS = frozenset({"que", "bi", "o", "sn", "sinh", "ten", "la", "di", "lam", "tu"})
_SEXES = frozenset({"nam", "nu"})
_NO_NAMES = NUMBER_WORDS | frozenset({"thoi", "hoc", "gia", "the", "thi", "vi"})


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is sought, as far as an answer tells: names as typed, home province, age in years."""

    names: tuple[str, ...]
    hometown: str | None
    age: int | None
    gender: looks.Gender | None


def whom(text: str, bare: bool = True) -> Whom:
    """What an answer tells of one person, or of several by their names. `bare`: a name alone is
    one, as it was asked for."""
    words = read(text)
    words = words.without([one.span for one in identifiers.find(text, words.clean)])
    hits = phrases().find(words)
    hits["frames"] = tuple(frames.find(words, hits))
    found = _bare(words) if bare else ()
    found = found or names.find(words, people.mentions(words, hits), ())
    home = hometowns.find(words, [one.span for one in found])
    called = tuple(one.value for one in found)
    return Whom(called, home.province if home else None, looks.age(text), _gender(words))


def _bare(words: Text) -> tuple[Name, ...]:
    """The names that an answer begins with, or goes on with after a comma."""
    found: list[Name] = []
    end = 0
    for start, word in enumerate(words.plain):
        if start < end:
            continue
        if (one := _starting(words, start)) is not None:
            found.append(Name(names.name_of(words, one), words.span(one.start, one.end)))
            end = one.end
        elif hometowns.names_place(words, start):
            end = start + 2
        elif word not in _LEADS and word not in _BETWEEN:
            marks = (at for at in range(start, len(words)) if words.word(at) in _BETWEEN)
            end = next(marks, len(words))
    return tuple(found)


def _starting(words: Text, start: int) -> names.NameAt | None:
    word = words.word(start)
    if word not in names.KNOWN or word in _SEXES or hometowns.names_place(words, start):
        return None
    if word in _NO_NAMES and not words.capital[start]:
        return None
    one = names.extent(words, start, start, frozenset())
    one = replace(one, end=_farthest(words, one)) if one else None
    if one is None or not _ends(words, one.end):
        return None
    sure = words.capital[start] or one.end > start + 1 or _told_next(words, one.end)
    return one if sure else None


def _told_next(words: Text, at: int) -> bool:
    """Whether what follows one small word shows that it was a name: home, year, nothing more."""
    word = words.word(at)
    return not word.isalpha() or word in _BREAKS | _BETWEEN or hometowns.names_place(words, at)


def _farthest(words: Text, one: names.NameAt) -> int:
    """Where a name ends whose words may also be others: "tuan anh", "le van tai", before a mark."""
    end = at = one.end
    while words.word(at) in names.KNOWN and not hometowns.names_place(words, at):
        at += 1
        if _ends(words, at) and (words.word(at - 1) not in _BREAKS or not words.word(at).isalpha()):
            end = at
    return end


def _ends(words: Text, at: int) -> bool:
    """Whether a name may end before a word: at the end, a mark, a number, a word that is none."""
    word = words.word(at)
    return not word.isalpha() or names.stops(words, at) or hometowns.names_place(words, at)


def _gender(words: Text) -> looks.Gender | None:
    """A word of its own: "nam, 25 tuổi"."""
    told = [at for at, word in enumerate(words.plain) if word in _SEXES and _apart(words, at)]
    if len(told) != 1:
        return looks.gender(words.raw)
    return "male" if words.word(told[0]) == "nam" else "female"


def _apart(words: Text, at: int) -> bool:
    """Neither part of a name nor of a number of years."""
    before, after = words.word(at - 1), words.word(at + 1)
    return not (before.isalnum() or after.isalpha()) or before == "la"
