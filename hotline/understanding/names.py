"""The names of the people sought or affected, as typed; never the writer's or an account's.

A name is found after "tên (là)", after a relative ("em gái tôi Phạm Thị Lan"), after a title (as
"thằng Đạt"), or where a surname and more stand in large letters.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.understanding.hometowns import names_place
from hotline.understanding.letters import fold, lower_each, tone_last
from hotline.understanding.model import Name, Span
from hotline.understanding.name_owners import (
    PRONOUNS,
    introduces_writer,
    is_writer,
    writer_pronouns,
)
from hotline.understanding.people import Person
from hotline.understanding.tables import load
from hotline.understanding.text import Text

_DATA = load("names")
SURNAMES = frozenset(_DATA["surnames"])
GIVEN = frozenset(_DATA["given"])
ORDINARY = frozenset(_DATA["ordinary"])
KNOWN = SURNAMES | GIVEN
_COMMON_SURNAMES = frozenset(_DATA["common"])
_STOP: dict[str, frozenset[str]] = {}
for _word in _DATA["words"]["stop"]:
    _STOP[fold(_word)] = _STOP.get(fold(_word), frozenset()) | {tone_last(_word)}
_TITLES = frozenset(fold(word) for word in _DATA["words"]["title"])
_AND = frozenset({"va", "voi", ",", "&", "cung", "lan"})
_CUES = frozenset({"ten", "la", ","})
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class NameAt:
    """A name in words `[start, end)`."""

    start: int
    end: int


def find(text: Text, people: Sequence[Person], taken: Iterable[Span]) -> tuple[Name, ...]:
    """The names in the order of the text; `taken` are spans that cannot be names."""
    likely = _likely_beginnings(text)
    if not likely:
        return ()
    blocked = _blocked_words(text, taken)
    writer = writer_pronouns(text, people)
    ends = frozenset(person.end for person in people if person.label != "self")
    found: list[NameAt] = []
    own: list[NameAt] = []
    end = 0
    for index in likely:
        if index < end:
            continue  # inside a name
        start, is_own = _begins(text, index, people, ends, writer)
        name = extent(text, start, index, blocked) if start is not None else None
        if name is not None and text.word(name.end) != "oi":  # "anh Đông ơi" is written to
            into = own if is_own else found
            into.append(name)
            end = _more(text, name.end, blocked, into)
    return _distinct(text, found, own) if found else ()


def _likely_beginnings(text: Text) -> list[int]:
    """A cheap look first: most words are neither a cue nor next to a name."""
    plain, capital = text.plain, text.capital
    if True in capital:
        known = [c or w in KNOWN for w, c in zip(plain, capital, strict=True)]
    else:
        known = [w in KNOWN for w in plain]
    known.append(False)
    return [
        index
        for index, (word, large, named) in enumerate(zip(plain, capital, known[1:], strict=True))
        if named or large or word in _CUES
    ]


def _more(text: Text, index: int, blocked: frozenset[int], into: list[NameAt]) -> int:
    """ "Hiếu và Phong": the next name of a list."""
    while text.word(index) in _AND:
        name = _listed(text, index + 1, blocked)
        if name is None:
            break
        into.append(name)
        index = name.end
    return index


def _listed(text: Text, index: int, blocked: frozenset[int]) -> NameAt | None:
    if text.word(index - 1) == "cung" and text.word(index) == "phong" and not _large(text, index):
        return None  # a room-mate, and no Phong
    start = index + 1 if text.word(index) in _TITLES and not _large(text, index) else index
    if start >= len(text) or start in blocked or stops(text, start):
        return None
    if text.word(start) not in KNOWN or names_place(text, start):
        return None  # "Lò Văn Páo, Điện Biên"
    if text.word(index - 1) == "," and not _large(text, start):
        return None
    if not _large(text, start) and text.word(start) in ORDINARY and text.accented:
        return None
    return _words(text, start, blocked)


def _begins(
    text: Text,
    index: int,
    people: Sequence[Person],
    ends: frozenset[int],
    writer: frozenset[str],
) -> tuple[int | None, bool]:
    """Where a name may begin at a word, and whether it would be the writer's own."""
    word = text.plain[index]
    if word == "ten" and _is_name_word(text, index):
        before = text.plain[max(0, index - 3) : index]
        bosses = not _BOSSES.isdisjoint(before) or ("quan" in before and "ly" in before)
        if bosses or names_place(text, index + 1):
            return None, False  # "anh quản lý tên Yamada", "thẻ tên VN"
        return _after_cue(text, index + 1), is_writer(text, index, people, writer)
    if word == "la" and text.marked[index] in ("la", tone_last("là")):
        if _named_by_la(text, index, people):
            return index + 1, is_writer(text, index, people, writer)
        return None, False
    if text.capital[index] and _full_name(text, index):
        return index, introduces_writer(text, index, people, writer)
    if word == "," and _apposed(text, index, people):
        return index + 1, False
    if word in ("tim", "kiem") and _sought(text, index + 1):
        return index + 1, False
    start = _after_title(text, index, ends)
    if start is None:
        return None, False
    return start, word in PRONOUNS and text.word(index - 1) in _REACHED


_BOSSES = frozenset({"sep", "doc", "shacho", "leader", "tencho", "hancho"})
_REACHED = frozenset({"goi", "bao", "he", "cho", "gap", "ib", "tin", "nhan"})


def _apposed(text: Text, index: int, people: Sequence[Person]) -> bool:
    """ "hai bạn cùng phòng em, Trung và Hậu, …" """
    if not _large(text, index + 1) or text.word(index + 1) not in GIVEN:
        return False
    return text.word(index + 2) in _AND and any(p.end == index for p in people)


def _sought(text: Text, start: int) -> bool:
    """ "đang tìm Mai"."""
    known = _large(text, start) and text.word(start) in GIVEN
    return known and not names_place(text, start) and not stops(text, start)


def _is_name_word(text: Text, index: int) -> bool:
    return text.marked[index] in ("ten", tone_last("tên"))


def _after_cue(text: Text, index: int) -> int:
    """Past "nó", "cháu", "em ấy", "là" and ":"."""
    steps = 0
    while steps < 5 and (
        text.word(index) in ("la", ":", "that", "goi", "day", "du")
        or (text.word(index) in _SUBJECTS and not _large(text, index) and _leads_on(text, index))
    ):
        index, steps = index + 1, steps + 1
    return index


_SUBJECTS = frozenset(
    {"no", "chau", "em", "anh", "chi", "co", "ay", "han", "ban", "con", "chong", "vo", "trai",
     "toi", "minh", "cua", "bo", "me", "ho", "va", "gai"}
)  # fmt: skip


def _leads_on(text: Text, index: int) -> bool:
    """ "tên nó là X", not "tên Anh": more must follow that is no stop."""
    return any(text.word(i) in ("la", ":") for i in range(index + 1, index + 5)) or (
        _large(text, index + 1) and text.word(index) in ("chau", "em", "no", "anh", "chi", "ban")
    )


def _named_by_la(text: Text, index: int, people: Sequence[Person]) -> bool:
    """ "anh họ cháu là Hoàng": somebody, "là", a large letter or a well known name."""
    following = text.word(index + 1)
    if following not in KNOWN or stops(text, index + 1):
        return False
    before = text.word(index - 1)
    someone = before in _SUBJECTS or before in PRONOUNS or any(p.end == index for p in people)
    if not someone:
        return False
    return _large(text, index + 1) or (
        following in _COMMON_SURNAMES and text.word(index + 2) in KNOWN
    )


def _full_name(text: Text, index: int) -> bool:
    """A surname and at least one more name, all in large letters."""
    if _has_middle_name(text, index):
        return True
    return (
        text.word(index) in _COMMON_SURNAMES
        and _large(text, index + 1)
        and text.word(index + 1) in KNOWN
        and not _large_run_too_long(text, index)
        and not _is_place_like(text, index)
        and not names_place(text, index)
    )


def _large_run_too_long(text: Text, index: int) -> bool:
    return all(_large(text, i) for i in range(index, index + 7))


def _is_place_like(text: Text, index: int) -> bool:
    return text.word(index - 1) in (
        "ga",
        "o",
        "que",
        "tinh",
        "duong",
        "chua",
        "quan",
        "nguoi",
        "tp",
    )


def _after_title(text: Text, index: int, ends: frozenset[int]) -> int | None:
    """ "thằng Đạt", "em gái tôi Lan", "2 chị em Thảo với Linh"; `ends`: behind whom."""
    start = index + 1
    if start >= len(text):
        return None
    if start not in ends and text.plain[index] not in _TITLES:
        return None
    middle = text.capital[start] and (
        _has_middle_name(text, start) or _is_foreign_name(text, index)
    )
    if not middle and (text.plain[start] not in KNOWN or stops(text, start)):
        return None
    pair = text.word(index - 2) in ("me", "bo", "ba", "cha")
    if text.word(index - 1) in _RELATIVES_OF and text.word(index) in _ELDERS and not pair:
        return None  # "con trai cô Hoa": whose son, not who
    if names_place(text, start):
        return None
    if _large(text, start) and not (_large(text, index) and index > 0):
        return start if _not_a_word(text, start) else None
    return start if _lower_name(text, index, start) else None


_RELATIVES_OF = frozenset({"trai", "gai", "chong", "vo", "con"})
_ELDERS = frozenset({"co", "bac", "chu", "ba", "ong", "di", "cau", "thim", "chi", "anh"})


def _has_middle_name(text: Text, start: int) -> bool:
    """ "Ngụy Văn Thành": whatever the surname, Văn and Thị stand in names only."""
    return (
        _large(text, start) and _large(text, start + 1) and text.word(start + 1) in ("van", "thi")
    )


def _is_foreign_name(text: Text, index: int) -> bool:
    """ "em Lù A Sềnh": after a small title two or more large words that are no place."""
    start = index + 1
    small = text.word(index) in _SMALL_TITLES and not _large(text, index)
    return small and all(
        _large(text, at) and text.plain[at].isalpha() and not stops(text, at)
        for at in (start, start + 1)
    )


_CALLING = frozenset({"thang", "ban", "anh", "chi", "chau", "con", "chu"})
_SMALL_TITLES = _CALLING | _ELDERS | {"em"}


def _not_a_word(text: Text, start: int) -> bool:
    if text.accented and text.marked[start] in ("hai", "ba"):
        return False  # "Chị Hai tui": the eldest sister
    return text.word(start) not in ("viet", "nhat", "anh", "la") or _large(text, start + 1)


def _lower_name(text: Text, index: int, start: int) -> bool:
    """A name in small letters must be a name only, and an event must follow."""
    word = text.word(start)
    if word in ORDINARY or text.word(index) not in _CALLING:
        return False
    return text.word(start + 1) in _EVENT_STARTS


_EVENT_STARTS = frozenset(
    {"bi", "mat", "que", "di", "o", "voi", "va", "tu", "hom", "dang", "lam", "da"}
)


def _blocked_words(text: Text, taken: Iterable[Span]) -> frozenset[int]:
    blocked: set[int] = set()
    for span in taken:
        first = bisect_right(text.ends, span.start)
        blocked.update(range(first, bisect_left(text.starts, span.end)))
    return frozenset(blocked)


def extent(text: Text, start: int, cue: int, blocked: frozenset[int]) -> NameAt | None:
    """The words of the name that begins at `start`, the word after `cue`, or None."""
    if start >= len(text) or start in blocked or not text.plain[start].isalpha():
        return None
    if text.word(start) in _TITLES and start > cue + 1 and not _large(text, start):
        return None
    said_so = text.word(cue) == "ten" and text.word(start) in _COMMON_SURNAMES
    said_so = said_so and text.word(start + 1) in KNOWN and not stops(text, start + 1)
    plainly = text.plain[start].isascii() and (said_so or not stops(text, start))
    return _words(text, start, blocked) if plainly else None


def _words(text: Text, start: int, blocked: frozenset[int]) -> NameAt:
    """From the first word as far as the name goes."""
    end = start + 1
    large = _large(text, start)
    surname = text.word(start) in SURNAMES
    while end < len(text) and end - start < _LONGEST and end not in blocked:
        if not text.plain[end].isalpha() or not text.plain[end].isascii():
            break
        if not _goes_on(text, start, end, large, surname):
            break
        end += 1
    return NameAt(start, end)


def _goes_on(text: Text, start: int, end: int, large: bool, surname: bool) -> bool:
    word = text.word(end)
    if text.starts[end] - text.ends[end - 1] > 2:
        return False
    if large:
        return _large(text, end) and not (stops(text, end) and word not in KNOWN)
    if end - start == 2 and surname and text.word(end - 1) in ("van", "thi") and word in KNOWN:
        return True  # "nguyễn văn nam": nobody is called "nguyễn văn"
    if stops(text, end) or word not in KNOWN:
        return False
    if surname and end - start < 4:
        return True
    return end - start == 1 and word not in ORDINARY


def stops(text: Text, index: int) -> bool:
    """Whether a word ends a name: a stop word, written as such or without any marks."""
    marks = _STOP.get(text.word(index))
    if marks is None:
        return False
    typed = text.marked[index]
    if typed in marks:
        return not (
            _large(text, index) and text.word(index) in KNOWN and typed == text.plain[index]
        )
    return typed == text.plain[index] and not _large(text, index)


def _large(text: Text, index: int) -> bool:
    return 0 <= index < len(text) and text.capital[index]


def _distinct(text: Text, found: Sequence[NameAt], own: Sequence[NameAt]) -> tuple[Name, ...]:
    """Each once; "Đỗ Quang Vinh, Vinh làm ở Nagano" is one person called by the last word."""
    seen = {fold(name_of(text, one)) for one in own}
    names: list[Name] = []
    for one in found:
        value = name_of(text, one)
        if fold(value) not in seen:
            seen.update((fold(value), fold(value).rpartition(" ")[2]))
            names.append(Name(value, text.span(one.start, one.end)))
    return tuple(names)


def name_of(text: Text, one: NameAt) -> str:
    """As typed, in title case; keys left in the text are decoded."""
    words = []
    for index in range(one.start, one.end):
        typed = text.raw[text.starts[index] : text.ends[index]]
        shown = unicodedata.normalize("NFC", typed)
        if len(shown) > 1 and fold(shown) != text.plain[index]:
            shown = text.marked[index] if text.marked[index].isascii() else text.plain[index]
        words.append(shown[:1].upper() + lower_each(shown[1:]))
    return " ".join(words)
