"""Who the message speaks of, and which of them the event happened to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.understanding.kinds import Reading
from hotline.understanding.phrases import Found, Hit, longest_first
from hotline.understanding.text import Text

SELF = frozenset({"self", "self_two", "group"})
KIN = frozenset({"kin", "kin_two"})
TIED = SELF | KIN
_SENTENCE_ENDS = frozenset(".!?\n")
_CLAUSE_ENDS = frozenset(",.;!?\n")
# Words after which a person is not the one affected: the number of, the way to reach somebody.
_CONTACT = frozenset(
    {"sdt", "so", "zalo", "line", "facebook", "goi", "thoai", "lien", "bao", "nhan"}
)


@dataclass(frozen=True, slots=True)
class Person:
    """One mention: `label` as in `persons.toml`, `count` when a number was said with it."""

    start: int
    end: int
    label: str
    count: int | None = None


def mentions(text: Text, found: Found) -> tuple[Person, ...]:
    """The people mentioned, in order, without those only written to."""
    hits = [
        h
        for h in _hits(found)
        if h.label in _KNOWN and not _is_contact(text, h) and not _is_evening(text, h)
    ]
    hidden = [
        h
        for h in found["persons"]
        if h.label == "exist_not" or (h.label == "address" and not _is_along(text, h))
    ]
    lulled = [h for h in found["times"] if h.end - h.start > 1 and "_" in h.label]
    strangers = {(h.start, h.end) for h in hits if h.label == "exist"}
    ends = {h.end for h in hits if h.label in TIED}
    ties = {h.start for h in hits if h.label == "kin" and text.word(h.start) == "la"}
    named = tuple(
        _person(text, h, lulled)
        for h in hits
        if not any(_hides(text, a, h) for a in hidden)
        and not _is_stranger(text, h, strangers)
        and not _is_more_of_the_same(text, h, ends)
        and not (h.label == "self" and any(t.start <= h.start < t.end for t in lulled))
        and not _is_house(text, h)
        and not (h.label == "self" and h.end in ties)
    )
    return _pairs(_spoken_of(text, named))


def _spoken_of(text: Text, people: Sequence[Person]) -> Sequence[Person]:
    """ "con gái tôi …, cháu bị …": with tôi for the writer, cháu is the one spoken of."""
    kin = [p for p in people if p.label in KIN and p.end - p.start > 1]
    told = {text.word(p.start - 1) for p in kin if text.word(p.start) == "la"} & _WRITERS
    owners = told or {text.word(p.end - 1) for p in kin} & _WRITERS  # "tôi là mẹ của cháu"
    if not owners:
        return people
    others = _YOUNGER - owners if owners & _OLDER else frozenset({"tao", "chau"}) - owners
    first = kin[0].start
    return [
        replace(p, label="third")
        if p.label == "self" and p.start > first and text.word(p.start) in others
        else p
        for p in people
    ]


_OLDER = frozenset({"toi", "bac", "co", "chu", "di", "me", "ong", "ba", "chi", "anh"})
_YOUNGER = frozenset({"chau", "con", "em", "tao"})
_WRITERS = _OLDER | _YOUNGER | {"minh"}


def _hits(found: Found) -> Sequence[Hit]:
    """People named by phrases, and fellows told by frames ("thằng … cùng khóa em")."""
    fellows = [hit for hit in found["frames"] if hit.label == "kin"]
    if not fellows:
        return found["persons"]
    free = [
        hit
        for hit in found["persons"]
        if not any(one.start <= hit.start and hit.end <= one.end for one in fellows)
    ]
    return longest_first([*free, *fellows])


def _pairs(people: Sequence[Person]) -> tuple[Person, ...]:
    """ "hai mẹ con" and "chị hàng xóm em" are one mention of two people."""
    found: list[Person] = []
    for person in people:
        last = found[-1] if found else None
        if last and person.label == "kin" and person.start < last.end <= person.end:
            found[-1] = _over(last, person)  # "mẹ con" and "con chị", one word in both
        elif last and last.label == "self_two" and person.label == "kin" and _touches(last, person):
            found[-1] = Person(last.start, person.end, "kin_two", 2)
        else:
            found.append(person)
    return tuple(found)


def _over(first: Person, second: Person) -> Person:
    """Two mentions that share words: the pair stays a pair."""
    if first.label == "self_two":
        return Person(first.start, second.end, "kin_two", 2)
    return Person(first.start, max(first.end, second.end), second.label, first.count)


def _touches(first: Person, second: Person) -> bool:
    return 0 <= second.start - first.end <= 1


def _is_house(text: Text, hit: Hit) -> bool:
    """ "kế bên nhà tôi" is a house, "nhà tôi bị bắt" a husband or a wife."""
    return text.word(hit.start) == "nha" and text.word(hit.start - 1) in _BESIDE


_BESIDE = frozenset(
    {"ben", "gan", "o", "ve", "sat", "canh", "dien", "trong", "toi", "den", "truoc", "sau", "cua",
     "ra", "khoi", "vao", "vo", "tai", "tu", "voi", "qua", "quanh"}
)  # fmt: skip
_KNOWN = frozenset({"kin", "kin_two", "self", "self_two", "group", "third", "exist", "vague"})


def _is_along(text: Text, hit: Hit) -> bool:
    """ "em với con bạn bị …" are two people; "cứu em với" asks for help."""
    asked = hit.start > 0 and text.word(hit.start - 1) not in _CLAUSE_ENDS
    return not asked and text.word(hit.end - 1) == "voi" and text.word(hit.end) in _COMPANIONS


_COMPANIONS = frozenset(
    {"con", "ban", "thang", "dua", "anh", "chong", "vo", "may", "hai", "2", "3", "nguoi", "ong"}
)


def _hides(text: Text, other: Hit, hit: Hit) -> bool:
    if not other.start <= hit.start < other.end:
        return False
    if other.label == "address" and hit.end > other.end:
        # "giúp con tôi" speaks of the child, "các cô các chú, cháu …" does not.
        return hit.label not in KIN or text.word(hit.start) in ("co", "chu", "bac", "anh", "chi")
    return other.label == "address" or hit.label in ("exist", "self")


def _is_stranger(text: Text, hit: Hit, strangers: set[tuple[int, int]]) -> bool:
    """ "co ban" without marks is "có bạn" before "cô bạn"; "1 bạn gái" is a girl."""
    if hit.label != "kin":
        return False
    if (hit.start, hit.end) in strangers:
        return True
    friend = text.plain[hit.start : hit.end] in (("ban", "gai"), ("ban", "trai"))
    return friend and (text.word(hit.start - 1).isdigit() or text.word(hit.start - 1) in _ONE)


_ONE = frozenset({"mot", "co", "thay", "may"})


def _person(text: Text, hit: Hit, times: Sequence[Hit]) -> Person:
    label = hit.label
    if label == "kin" and any(t.start == hit.end - 1 for t in times):
        # "danh em toi qua" without marks is "đánh em tối qua", not "em tôi".
        label = "self" if text.plain[hit.start : hit.end - 1] == ("em",) else "kin"
    if label == "kin" and text.plain[hit.start : hit.end] in _SIBLINGS:
        label = "kin" if _is_sibling(text, hit) else "exist"
    return Person(hit.start, hit.end, label, 2 if label.endswith("_two") else None)


def _is_sibling(text: Text, hit: Hit) -> bool:
    """ "chị em muốn xin về": the writer's sister, when nobody is counted or called."""
    before = text.word(hit.start - 1)
    if before.isdigit() or before in _COUNTERS:
        return False
    return text.word(hit.end) not in ("oi", "nao", "giup", "cho", "minh", "viet", "chi", "xa")


_SIBLINGS = frozenset({("anh", "em"), ("chi", "em")})
_COUNTERS = frozenset(
    {"mong", "moi", "may", "hai", "ba", "bon", "nam", "sau", "cac", "nhieu", "nhung", "vai", "nhom"}
)


def _is_more_of_the_same(text: Text, hit: Hit, ends: set[int]) -> bool:
    """ "bọn em 7 người bị …" speaks of the same people twice; "em chỉ đi …" is "only"."""
    if hit.label == "exist":
        worker = text.word(hit.start) in ("thuc", "du", "cong")
        return (text.word(hit.start - 1).isdigit() and hit.start - 1 in ends) or (
            worker and hit.start in ends
        )
    return hit.label == "third" and text.word(hit.start) == "chi" and hit.start in ends


def _is_evening(text: Text, hit: Hit) -> bool:
    """ "9h toi" without marks is nine in the evening, not "tôi"."""
    if text.plain[hit.start : hit.end] != ("toi",) or text.marked[hit.start] != "toi":
        return False
    before = text.word(hit.start - 1)
    return before in _HOURS or (before[:1].isdigit() and before.rstrip("0123456789") in ("h", "g"))


_HOURS = frozenset({"gio", "ruoi", "h", "hom"})


def _is_contact(text: Text, hit: Hit) -> bool:
    if hit.label in KIN and text.plain[max(0, hit.start - 2) : hit.start] == ("bao", "cho"):
        return True  # "anh ấy nhờ báo cho vợ"
    return (
        hit.label in TIED
        and text.word(hit.start - 1) in _CONTACT
        and (text.word(hit.start - 1) != "bao" or hit.label == "self")
    )


def affected(text: Text, people: Sequence[Person], reading: Reading) -> Person | None:
    """The person the event happened to: the nearest before its sign, else the nearest after."""
    if not reading.signs:
        return people[0] if people else None
    sign = min(reading.signs, key=lambda hit: hit.start)
    candidates = [p for p in people if not strikes(text, p, reading)]
    if reading.kind == "return":
        taken = [
            p
            for p in candidates
            if p.label in KIN and text.word(p.start - 1) in ("dua", "cho", "don")
        ]
        if any(p.end <= hit.end for p in taken for hit in reading.signs):
            return taken[0]  # "đưa chồng tôi về nước"
    if reading.kind in ("missing", "death"):
        candidates = [p for p in candidates if p.label not in SELF]
    direct = [p for p in candidates if not _is_aside(text, p)]
    if not candidates:
        return None
    return _head(text, people, _nearest(text, direct or candidates, sign), reading)


def _head(text: Text, people: Sequence[Person], person: Person, reading: Reading) -> Person:
    """ "tui với 2 thằng bạn bị …": of people joined, the writer who stands first."""
    if person.label not in KIN | {"exist"} or reading.kind in ("missing", "death"):
        return person
    by_boss = reading.kind in ("wages", "abuse")
    if not by_boss and any(p.label == "third" and p.start > person.start for p in people):
        return person  # "tôi với thằng bạn bị chặn, nó bị lôi đi"
    at = person.start - 1
    if text.word(at).isdigit() or text.word(at) in _COUNTERS:
        at -= 1
    if text.word(at) not in ("voi", "va", "cung"):
        return person
    return next((p for p in people if p.end == at and p.label in SELF), person)


def _is_aside(text: Text, person: Person) -> bool:
    """ "làm chung với em", "ở phòng bên em bị …": the writer, beside the one spoken of."""
    return person.label == "self" and text.word(person.start - 1) in _ASIDE


_ASIDE = frozenset({"voi", "cho", "cua", "canh", "phong", "xuong", "ben"})


def _nearest(text: Text, people: Sequence[Person], sign: Hit) -> Person:
    """Who stands before the sign, or before its "bị": "em bị nhóm người Việt đánh" is em."""
    at = _passive(text, sign)
    before = [p for p in people if p.start < at] or [p for p in people if p.start < sign.start]
    found = _resolve(before) if before else people[0]
    if found.label in ("exist", "vague"):
        return next((p for p in people if p.label in KIN), found)
    return found


def _passive(text: Text, sign: Hit) -> int:
    at = sign.start
    while at > 0 and sign.start - at < _REACH and text.word(at - 1) not in _CLAUSE_ENDS:
        at -= 1
        if text.word(at) == "bi":
            return at
    return sign.start


_REACH = 14


def _resolve(before: Sequence[Person]) -> Person:
    """He or she is the relative named before."""
    last = before[-1]
    if last.label in ("third", "exist"):
        return next((p for p in reversed(before) if p.label in KIN), last)
    return last


def strikes(text: Text, person: Person, reading: Reading) -> bool:
    """The partner or boss who does it: "bị chồng đánh", "chồng em say rượu đánh em"."""
    if reading.kind != "abuse" or person.label not in KIN:
        return False
    if text.word(person.end) == "bi" or text.word(person.start) in _CHILDREN:
        return False
    starts = {sign.start for sign in reading.signs if text.word(sign.start) != "bi"}
    if text.word(person.start - 1) == "bi" or starts & {person.start, person.end}:
        return True  # "chồng em say rượu đánh em", "dì chồng em lấy hết giấy tờ"
    after = text.plain[person.end : person.end + 8]
    return "bi" not in after and not _ACTS.isdisjoint(after)


_CHILDREN = frozenset({"con", "chau", "be"})
_ACTS = frozenset(
    {"danh", "doa", "nhot", "tat", "dam", "chui", "ep", "giu", "bat", "bop", "dap", "cam"}
)
