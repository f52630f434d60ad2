"""How many people are affected, where the text says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from hotline.understanding.kinds import Reading
from hotline.understanding.letters import fold, tone_last
from hotline.understanding.model import Name, Role
from hotline.understanding.numbers import NUMBER_WORDS, number
from hotline.understanding.people import KIN, SELF, Person
from hotline.understanding.text import Text

# Words for people after a number; the second word where one alone would be too little.
_CLASSIFIERS: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = MappingProxyType(
    {
        plain: (marks, frozenset(seconds))
        for plain, marks, seconds in (
            ("nguoi", ("người",), ()),
            ("ban", ("bạn",), ()),
            ("dua", ("đứa",), ()),
            ("anh", ("anh",), ()),
            ("chi", ("chị",), ()),
            ("em", ("em",), ()),
            ("chau", ("cháu",), ()),
            ("thang", ("thằng",), ("bi", "em", "ban", "nua", "cung", "kia", "o", "viet", "do")),
            ("co", ("cô",), ("gai", "be", "chau", "nguoi")),
            ("ong", ("ông",), ()),
            ("thuc", ("thực",), ("tap",)),
            ("du", ("du",), ("hoc",)),
            ("cong", ("công",), ("nhan",)),
            ("nam", ("nam",), ("nu", "thanh", "gioi", "bi", "va", "1", "2", ",")),
            ("nu", ("nữ",), ()),
            ("mang", ("mạng",), ()),
            ("nan", ("nạn",), ("nhan",)),
            ("nhan", ("nhân",), ("vien",)),
            ("vo", ("vợ",), ("chong",)),
            ("me", ("mẹ",), ("con",)),
            ("bo", ("bố",), ("con",)),
            ("ba", ("ba", "bà"), ("con", "me")),
            ("con", ("con",), ("toi", "em", "nho", "trai", "gai")),
            ("lao", ("lao",), ("dong",)),
            ("ky", ("kỹ", "kĩ"), ("su",)),
            ("dong", ("đồng",), ("huong", "nghiep")),
            ("thanh", ("thanh",), ("nien",)),
            ("phu", ("phụ",), ("nu",)),
            ("sinh", ("sinh",), ("vien",)),
            ("cau", ("cậu",), ()),
            ("thuyen", ("thuyền",), ("vien",)),
            ("tu", ("tu",), ("nghiep",)),
            ("hoc", ("học",), ("vien", "sinh")),
            ("be", ("bé",), ("trai", "gai")),
            ("bac", ("bác",), ("tai", "gai")),
            ("chu", ("chú",), ("chau", "tho")),
            ("tho", ("thợ",), ("han", "xay", "ho", "may", "son")),
        )
    }
)
_SPELT = MappingProxyType(
    {plain: frozenset(map(tone_last, marks)) for plain, (marks, _) in _CLASSIFIERS.items()}
)
# Plain where they are typed with their marks ("ba cô mặc áo dài"); without, "co" is mostly "có".
_SPELT_ALONE = frozenset({"thang", "co", "be", "bac", "chu", "tho"})
_PAIRS = frozenset({("vo", "chong"), ("me", "con"), ("bo", "con"), ("ba", "con")})
_SUFFERS, _DIES = frozenset({"bi"}), frozenset({"chet", "mat"})
_AND = frozenset({"va", "voi", "cung", "+", "&"})
# Before a number of people that is no number of the affected.
_OTHERS = frozenset({"co", "gom", "hon", "tuoi", "phong", "moi"})
_UNCOUNTED = frozenset({"question", "other"})


@dataclass(frozen=True, slots=True)
class Number:
    """A stated number of people: words `[start, end)`."""

    start: int
    end: int
    value: int


def numbers(text: Text) -> tuple[Number, ...]:
    """All stated numbers of people."""
    found: list[Number] = []
    for index, word in enumerate(text.plain):
        if word not in NUMBER_WORDS and not word[0].isdigit():
            continue
        stated = _number(text, index) if not found or index >= found[-1].end else None
        if stated is not None:
            found.append(stated)
    return tuple(found)


def _number(text: Text, index: int) -> Number | None:
    value = number(text, index)
    if value is None or not 1 <= value[0] <= 500 or not _may_count(text, index, value[0]):
        return None
    end = _classifier_end(text, value[1])
    return Number(index, end, value[0]) if end else None


def _may_count(text: Text, index: int, value: int) -> bool:
    """Not "anh ba em" (a brother's name), "tháng 2 em", "thứ 7 bạn", "7h 2"; but "2 nam 1 nữ"."""
    before = text.word(index - 1)
    if before in _DATE_WORDS and not _is_no_date(text, index) and not _ends_clause(text, index - 1):
        return False
    spelled = not text.word(index).isdigit()
    if spelled and text.word(index) in ("ba", "nam", "tu", "mot", "sau", "hai", "bon"):
        return _is_spelled_number(text, index)
    return True


def _is_no_date(text: Text, index: int) -> bool:
    """ "2 nam 1 nữ" is no year, "cả chủ lẫn 3 nhân viên" no times."""
    men_before = text.word(index - 1) == "nam" and text.word(index + 1) == "nu"
    return men_before or text.marked[index - 1] == _AS_WELL_AS


def _ends_clause(text: Text, at: int) -> bool:
    """ "gọi nyukan. 4 chị em sợ": a stop after a word, not the one of "2.4"."""
    return text.word(at) in (".", "-") and not text.word(at - 1)[:1].isdigit()


_AS_WELL_AS = tone_last("lẫn")
_DATE_WORDS = frozenset(
    {"thang", "thu", "t", "ngay", "hom", "/", "-", ".", "mung", "mong", "gio", "thu.", "kem", "hai",
     "lop", "doi", "so", "quan", "tang", "phong", "nam", "sn", "sinh", "lan", "cap", "dot"}
)  # fmt: skip
_RANKED = MappingProxyType(
    {
        fold(typed): tone_last(typed)
        for typed in ["anh", "chị", "chú", "cô", "cậu", "dì", "bác", "ông", "con", "em", "thằng"]
    }
)
_THERE_ARE = tone_last("có")
_WE = frozenset({"bon", "tui", "chung", "nhom", "hoi"})
# Ranks that are other words too without marks ("có ba người", "đi hai bạn"), where these follow.
_OTHER_WORDS = frozenset({"co", "di", "con"})
_PLAINLY = frozenset({"nguoi", "ban", "dua", "nan", "thuc", "du", "cong", "lao", "mang", "phu"})


def _is_spelled_number(text: Text, index: int) -> bool:
    """ "hai vợ chồng", "có ba người" count; "anh hai em", "ba em" (a father), "năm nay" do not."""
    word, following = text.word(index), text.word(index + 1)
    before, typed = text.word(index - 1), text.marked[index - 1] if index else ""
    if typed == _THERE_ARE:
        return word != "tu" and following in _CLASSIFIERS
    ranked = before in _RANKED and typed in (before, _RANKED[before])
    ranked = ranked and text.word(index - 2) not in _WE  # "bọn em ba đứa"
    if ranked and not (typed in _OTHER_WORDS and following in _PLAINLY):
        return False
    if word in ("ba", "nam") and following in (
        "em",
        "con",
        "chau",
        "chu",
        "anh",
        "chi",
        "nu",
        "viet",
    ):
        return following in ("anh", "chi") and text.word(index + 2) in ("em", "chi")
    if word == "tu" or (word == "bon" and _is_of_us(text, index)):
        return False
    return following in _CLASSIFIERS


def _is_of_us(text: Text, index: int) -> bool:
    """ "bon em" without marks is "bọn em", we."""
    return text.marked[index] == "bon" and text.word(index + 1) in ("em", "chau", "con")


def _classifier_end(text: Text, index: int) -> int | None:
    word = text.word(index)
    if word not in _CLASSIFIERS:
        return None
    typed = text.marked[index]
    spelt = typed in _SPELT[word]
    if typed != word and not spelt:
        return None
    if word in ("nam", "thang") and typed == word and _is_a_while(text, index):
        return None
    seconds = _CLASSIFIERS[word][1]
    if word == "nam" and typed == word and _is_object(text, index):
        return index + 1
    alone = spelt and word in _SPELT_ALONE and typed != word
    if seconds and not alone and text.word(index + 1) not in seconds:
        return None
    return index + 1 + (bool(seconds) and not alone and word not in ("thang", "nam"))


def _is_object(text: Text, index: int) -> bool:
    """ "cục vào bắt 3 nam rồi" are men; "bị bắt 3 nam" may be years."""
    return text.word(index - 2) in _TAKES and text.word(index - 3) != "bi"


_TAKES = frozenset({"bat", "hot", "tom", "giu", "dan", "cong", "tum"})
_LASTS = frozenset(
    {
        "sang",
        "qua",
        "nhat",
        "o",
        "lam",
        "duoc",
        "hon",
        "gan",
        "tron",
        "ngoai",
        "da",
        "gia",
        "lau",
        "het",
        "them",
        "moi",
        "han",
        "bau",
        "thai",
    }
)


def _is_a_while(text: Text, index: int) -> bool:
    """ "sang Nhat 3 nam", "bau 7 thang": years and months without marks, not men."""
    return text.word(index - 2) in _LASTS


def find(
    text: Text,
    numbered: Sequence[Number],
    people: Sequence[Person],
    subject: Person | None,
    names: Sequence[Name],
    reading: Reading,
    role: Role,
) -> int | None:
    """The number of affected people, None when the text does not show it.

    `numbered` are all `numbers` of the text.
    """
    if reading.kind in _UNCOUNTED:
        return None
    stated = [n for n in numbered if not _counts_others(text, n, reading.kind)]
    if stated:
        stated = _suffering(text, stated, reading.kind) or stated
        return _with_companions(text, stated, people, names)
    return _unstated(text, people, subject, names, reading, role)


def _counts_others(text: Text, stated: Number, kind: str) -> bool:
    """ "công ty có 20 người", "phòng 4 người", "hai đứa con nhỏ"; of who waits for somebody who is
    missing, "hai vợ chồng tui"."""
    if ("con", "nho") in pairwise(text.plain[stated.start + 1 : stated.end + 2]):
        return True
    if kind == "missing" and text.plain[stated.end - 2 : stated.end] in _PAIRS:
        return text.word(stated.end) in ("toi", "tui", "em", "minh", "con", "chau")
    words = text.plain[max(0, stated.start - 4) : stated.start]
    if text.plain[stated.end : stated.end + 2] in (("canh", "sat"), ("cong", "an")):
        return True  # "hai anh cảnh sát"
    if text.plain[stated.end : stated.end + 2] == ("tu", "xung"):
        return True  # "hai người tự xưng cảnh sát"
    if words[-1:] in (("bi",), ("boi",), ("do",)):
        return True  # "bị 2 thanh niên đánh"
    if kind == "abuse" and words[-1:] == ("keo",):
        return True  # "nó kéo 4 thằng tới"
    if "cong" in words and "ty" in words and words[-1:] == ("co",):
        return True
    if words[-1:] in (("phong",), ("cung",)) and text.word(stated.end) == "o":
        return True
    return words[-1:] in (("moi",), ("lop",))


def _suffering(text: Text, stated: Sequence[Number], kind: str) -> list[Number]:
    """ "5 người trên xe, 2 người chết": from the number of those to whom it happened on."""
    for index, one in enumerate(stated):
        if text.word(one.end) in (_DIES if kind == "death" else _SUFFERS):
            return list(stated[index:])
    return []


def _with_companions(
    text: Text, stated: Sequence[Number], people: Sequence[Person], names: Sequence[Name]
) -> int:
    first = stated[0]
    base = _with_writer(text, first, people, names)
    if len(stated) < 2:
        return base
    second = stated[1]
    joined = text.word(second.start - 1) in _AND and _near(first, second)
    return base + second.value if joined or _men_and_women(text, first, second) else base


def _men_and_women(text: Text, first: Number, second: Number) -> bool:
    """ "3 nam 2 nữ"."""
    words = {text.word(first.start + 1), text.word(second.start + 1)}
    return words == {"nam", "nu"} and second.start - first.end <= 1


def _near(first: Number, second: Number) -> bool:
    return second.start - first.end <= 5


def _with_writer(
    text: Text, stated: Number, people: Sequence[Person], names: Sequence[Name]
) -> int:
    """ "A với 2 đứa nữa", "cả A lẫn 2 đứa" are 3: who stands before comes on top."""
    value = stated.value
    if text.plain[stated.end - 2 : stated.end] in _PAIRS:
        return value
    at = stated.start - 1
    if text.marked[at] == _AS_WELL_AS and "ca" in text.plain[max(0, at - 4) : at]:
        return value + 1
    if text.word(at) not in _AND:
        return value + _other_more(text, stated, people)
    before = [p for p in people if p.end == at or (p.end == at - 1 and text.word(at - 1) == "cung")]
    named = any(text.ends[at - 1] == n.span.end for n in names) if at > 0 else False
    if before:
        return value + (before[-1].count or 1)
    if text.word(at - 1) in _TAKES and any(p.end < at for p in people):
        return value + 1  # "chị dâu em bị bắt cùng 4 nhân viên"
    if named:
        return value + _listed(text, at, names)
    return value + 1 if text.word(stated.end) == "nua" else value


def _listed(text: Text, at: int, names: Sequence[Name]) -> int:
    """How many names stand one after the other before a word: "Mai, Thư và một bạn nữa"."""
    count = 0
    while at > 0 and any(text.ends[at - 1] == n.span.end for n in names):
        name = next(n for n in names if text.ends[at - 1] == n.span.end)
        count += 1
        at = next(i for i, start in enumerate(text.starts) if start == name.span.start) - 1
        if text.word(at) not in (",", "va", "voi"):
            break
    return count


def _other_more(text: Text, stated: Number, people: Sequence[Person]) -> int:
    """ "bắt chồng em và thêm 2 người nữa", "cùng với 2 người nữa"."""
    more = "nua" in text.plain[stated.end : stated.end + 3] or text.word(stated.start - 1) == "them"
    return 1 if more and any(p.end <= stated.start for p in people) else 0


def _unstated(
    text: Text,
    people: Sequence[Person],
    subject: Person | None,
    names: Sequence[Name],
    reading: Reading,
    role: Role,
) -> int | None:
    if len(names) > 1 and (subject is None or subject.label not in SELF):
        return len(names)
    if subject is None:
        return 1 if names or role == "self" or _is_described(text) else None
    if subject.count:
        return subject.count
    if subject.label in ("vague", "group"):
        return None
    if role == "self" and subject.label == "third" and any(p.label == "group" for p in people):
        return None
    if any(p.label == "vague" for p in people) and (
        subject.label not in KIN | SELF or role == "witness"
    ):
        return None
    joined = _joined(text, people, subject)
    return None if joined is None else 1 + (joined or _beside(text, subject, names))


def _joined(text: Text, people: Sequence[Person], subject: Person) -> int | None:
    """ "em trai và chị gái tôi": one more; "chồng em với mấy anh": None."""
    for person in people:
        first, second = sorted((person, subject), key=lambda one: one.start)
        between = text.plain[first.end : second.start]
        several = person.label == "vague" or text.word(second.start) == "may"
        if several and between in (("va",), ("voi",), ("cung",)):
            return None
        if person.label in ("kin", "exist") and between in (("va",), ("voi",), ("cung",)):
            return 1
    return 0


def _beside(text: Text, subject: Person, names: Sequence[Name]) -> int:
    """ "ba tui với chú Hậu bị bắt": one more, who is called by name, maybe behind a title."""
    if subject.label not in KIN or text.word(subject.end) not in ("va", "voi", "cung"):
        return 0
    starts = (text.starts[at] for at in range(subject.end + 1, min(subject.end + 3, len(text))))
    return int(any(start == name.span.start for start in starts for name in names))


def _is_described(text: Text) -> bool:
    """A bare notice describes one person: "nam, 1m70"."""
    return any(
        word in ("nam", "nu") and text.word(i - 1) in ("", ",", ".", "la", "gioi", ":", "ban")
        and (
            text.word(i + 1) in ("", ",", ".", "gioi", "cao", "mac", "tam", "khoang")
            or text.word(i + 2) == "tuoi"
        )
        for i, word in enumerate(text.plain)
    )  # fmt: skip
