"""How old somebody is said to be, and whether a man or a woman: from words around them.

Only what is told of one person counts; who tells of several is not taken apart.
"""

import re
from collections.abc import Iterator
from typing import Literal

from hotline.understanding.letters import fold

Gender = Literal["male", "female"]

_YEAR = re.compile(r"\b(?:sinh nam|sn|sinh|nam sinh)[ :]*((?:19|20)?\d\d)\b")
_AGE = re.compile(r"\b(?:khoang |tam |chung |do )?(\d\d)(?:-(\d\d))? ?(?:t|tuoi)\b")
_ABOUT = re.compile(r"khoang|tam|chung|do ")
_MALE = re.compile(
    r"\b(?:con trai|em trai|anh trai|chau trai|ban trai|chong|ck|thang|bo em|bo toi|ong xa)\b"
)
_FEMALE = re.compile(
    r"\b(?:con gai|em gai|chi gai|chau gai|ban gai|vo em|vo toi|vo anh|vk|con be|me em|ba xa)\b"
)
_YOUNGEST, _OLDEST = 14, 80


def age(words: str) -> int | None:
    """The one age that is told, in years; None for none, for about, for more than one, and where
    men and women are spoken of, as it may be the other's."""
    plain = fold(words)
    if _MALE.search(plain) and _FEMALE.search(plain):
        return None
    told = {
        int(found[1])
        for found in _AGE.finditer(plain)
        if found[2] is None and not _ABOUT.match(found[0])
    }
    return next(iter(told)) if len(told) == 1 and _is_an_age(*told) else None


def born(words: str, this_year: int) -> Iterator[tuple[int, int]]:
    """Spans of years of birth, both included: one year where it is told, more where an age is."""
    plain = fold(words)
    for found in _YEAR.finditer(plain):
        year = _full_year(int(found[1]), this_year)
        if year is not None:
            yield year, year
    for found in _AGE.finditer(plain):
        youngest, oldest = int(found[1]), int(found[2] or found[1])
        slack = 2 if _ABOUT.match(found[0]) else 0
        if _is_an_age(youngest, oldest):
            yield this_year - oldest - 1 - slack, this_year - youngest + slack


def gender(words: str) -> Gender | None:
    """Of the relative that is spoken of; None where nothing or both are said."""
    plain = fold(words)
    male, female = bool(_MALE.search(plain)), bool(_FEMALE.search(plain))
    return None if male == female else "male" if male else "female"


def _is_an_age(youngest: int, oldest: int | None = None) -> bool:
    return _YOUNGEST <= youngest <= (oldest or youngest) <= _OLDEST


def _full_year(year: int, this_year: int) -> int | None:
    if year < 100:
        year += 2000 if 2000 + year <= this_year - 14 else 1900
    return year if this_year - 90 <= year <= this_year else None
