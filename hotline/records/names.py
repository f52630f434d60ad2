"""Vietnamese names as people type them, made comparable.

Order is surname, middle names, given name; the given name is what people are called by. Marks are
often left out, letters follow the ear of a region, and a nickname may stand beside the name.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Alike = Literal["full", "full_unmarked", "most", "given", "given_unmarked", "sound", "nick"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# By share of the population, as far as surnames tell people apart at all.
_COMMON_SURNAMES = _set("nguyen tran le pham")
_SURNAMES = _COMMON_SURNAMES | _set(
    "huynh hoang phan vu vo dang bui do ho ngo duong ly li dinh doan dao mai trinh truong cao ha "
    "luong luu ta to chu la thai vuong kieu quach bach ninh nghiem tang tong phung lam dam thach "
    "giap khuat tu trieu than nong ma lo luc vi sam quang lai diep kim chau hua ung ton uong "
    "van"
)
# Given names that so many bear that one alone says little.
_COMMON_GIVEN = _set(
    "tuan hung dung nam hai minh duc thang long cuong linh huong lan hoa ha trang thao ngoc anh "
    "huy hoang quan phuc tai dat khanh son tung hieu kien trung hien thuy tu phuong quang nga mai "
    "hang thanh thu yen nhung nhi vi manh toan binh khoa phong an cong hau loc"
)
_TITLES = _set(
    "anh chi em cu thang be chau ban con ong ba co chu bac cau di mo ten la mr ms san kun chan"
)
_MIDDLE = _set("van thi dinh huu duc xuan ngoc quoc minh thanh")
# "Tuấn còi" is Tuấn, and thin.
_EPITHETS = _set(
    "coi beo map gay den trang cao lun ti teo to nho beu sut gia tre xu rau coc meo cun gau bop hoi"
)
_ASIDE = re.compile(
    r"\(([^)]*)\)|[,/]|\b(?:tức(?: là)?|hay(?: được)? gọi(?: là)?|biệt danh|thường gọi(?: là)?|"
    r"ở nhà gọi(?: là)?|tuc la|hay goi(?: la)?|biet danh|thuong goi(?: la)?|o nha goi(?: la)?|"
    r"aka|nick)\b",
    re.IGNORECASE,
)
_SOUNDS = (
    (re.compile(r"^dz"), "d"),
    (re.compile(r"^(?:gi|r)(?=[aeiouy])"), "d"),
    (re.compile(r"^tr"), "ch"),
    (re.compile(r"^x"), "s"),
    (re.compile(r"^n(?=[aeiouy])"), "l"),
    (re.compile(r"ng$"), "n"),
    (re.compile(r"nh$"), "n"),
    (re.compile(r"c$"), "t"),
    (re.compile(r"y"), "i"),
    (re.compile(r"^(?:ph|f)"), "f"),
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name: tokens in Vietnamese order, as typed (lower case, NFC), and nicknames."""

    words: tuple[str, ...]
    nicks: tuple[str, ...] = ()

    @property
    def plain(self) -> tuple[str, ...]:
        """The tokens without marks."""
        return tuple(map(plain, self.words))

    @property
    def given(self) -> str:
        """What people call them, without marks."""
        return plain(self.words[-1])

    @property
    def surname(self) -> str:
        """Without marks; empty when only a given name is known."""
        first = plain(self.words[0])
        return first if len(self.words) > 1 and first in _SURNAMES else ""

    @property
    def is_common(self) -> bool:
        """Whether the given name alone hardly tells people apart."""
        return self.given in _COMMON_GIVEN


def plain(word: str) -> str:
    """Lower case without marks; đ is d, and a final y is i (Quý, Quí)."""
    parts = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return bare[:-1] + "i" if len(bare) > 1 and bare[-1] == "y" else bare


def sound(word: str) -> str:
    """As regions that do not tell some letters apart hear it; of a word without marks."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def read_name(text: str) -> Name | None:
    """The name in a field; None when there are no letters in it."""
    text = unicodedata.normalize("NFC", text)
    pieces = [p for p in _ASIDE.split(text) if p and p.strip()]
    named = [words for words in map(_words, pieces) if words]
    if not named:
        return None
    main = max(named, key=len)
    nicks = tuple(plain(w[-1]) for w in named if w is not main)
    return Name(_without_epithet(_vietnamese_order(main)), nicks)


def alike(one: Name, other: Name) -> Alike | None:
    """In which way two names may be one person's; None when they cannot be."""
    if nicked(one, other):
        return "nick"
    if one.given != other.given:
        return "sound" if _sounds_alike(one, other) else None
    if _marks_differ(one.words[-1], other.words[-1]):
        return None
    if one.surname and other.surname and one.surname != other.surname:
        return None
    marked = _same_marks(one.words[-1], other.words[-1])
    if len(one.words) > 1 and one.plain == other.plain:
        same = all(map(_same_marks, one.words, other.words))
        return "full" if same else "full_unmarked"
    if one.surname and other.surname:
        return "most" if _middles_agree(one, other) else None
    return "given" if marked else "given_unmarked"


def nicked(one: Name, other: Name) -> bool:
    """Whether a nickname of the one is a name of the other, or they share one.

    Two whole names that differ are two people, whatever both are called at home.
    """
    if len(one.words) > 1 and len(other.words) > 1:
        return False
    mine, theirs = {*one.nicks, one.given}, {*other.nicks, other.given}
    return bool((mine & theirs) - {one.given} or (mine & theirs) - {other.given})


def is_rare(name: Name) -> bool:
    """Whether the whole name is borne by few: an uncommon surname or given name with others."""
    return len(name.words) > 1 and (
        not name.is_common or (bool(name.surname) and name.surname not in _COMMON_SURNAMES)
    )


def _words(text: str) -> tuple[str, ...]:
    words = list(re.findall(r"[^\W\d_]+", text.casefold()))
    while len(words) > 1 and plain(words[0]) in _TITLES and plain(words[0]) not in _SURNAMES:
        words.pop(0)
    return tuple(words)


def _vietnamese_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "Tuan Nguyen" and "Tuan Van Nguyen", as forms abroad have it, turned round."""
    bare = [plain(w) for w in words]
    if len(words) < 2 or bare[0] in _SURNAMES or bare[-1] not in _COMMON_SURNAMES:
        return words
    return (words[-1], *words[1:-1], words[0])


def _without_epithet(words: tuple[str, ...]) -> tuple[str, ...]:
    first, last = plain(words[0]), plain(words[-1])
    if len(words) == 2 and last in _EPITHETS and first not in _SURNAMES | _MIDDLE:
        return words[:1]
    return words


def _marks_differ(one: str, other: str) -> bool:
    """Both are typed with marks, and they are other ones: Hùng is not Hưng."""
    return not one.isascii() and not other.isascii() and _mark_form(one) != _mark_form(other)


def _same_marks(one: str, other: str) -> bool:
    return _mark_form(one) == _mark_form(other)


def _mark_form(word: str) -> str:
    """Tone moved to the end: Hoà and Hòa are one."""
    parts = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
    rest = "".join(c for c in parts if c not in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", rest).replace("y", "i") + tones


def _middles_agree(one: Name, other: Name) -> bool:
    mine, theirs = set(one.plain[1:-1]), set(other.plain[1:-1])
    return not mine or not theirs or bool(mine & theirs)


def _sounds_alike(one: Name, other: Name) -> bool:
    if one.surname and other.surname and one.surname != other.surname:
        return False
    if not _middles_agree(one, other):
        return False
    return len(one.given) > 2 and sound(one.given) == sound(other.given)
