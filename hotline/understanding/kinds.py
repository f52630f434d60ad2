"""What happened: signs with weights, doubts that take them away, and an order of kinds.

A sign counts fully in a told case. It does not count where it is only asked about or supposed ("có
bị bắt không", "sợ bị bắt"); a supposed arrest of a person of the case makes that person missing.
The first kind in `ORDER` with enough signs is the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from hotline.understanding import frames
from hotline.understanding.letters import tone_last
from hotline.understanding.model import Kind
from hotline.understanding.phrases import Found, Hit
from hotline.understanding.text import Text

ORDER: tuple[Kind, ...] = ("death", "missing", "arrest", "injury", "abuse", "wages", "return")
ENOUGH = 0.6
_EVENTS = frozenset({"death", "arrest", "arrest_weak", "injury", "assault", "abuse", "wages"})
_AFFECTED = frozenset({"kin", "kin_two", "self", "self_two", "group", "third", "exist", "vague"})
_TIES = frozenset({"kin", "kin_two", "third"})
_CLAUSE_ENDS = frozenset(",.;!?\n")
_ASKING = frozenset({"khong", "chua", "sao", "hay"})
_ASIDE = frozenset({"a", "nhi", "vay", "ha", "anh", "chi", "moi", "ban", "cac", "the", "ta", "da"})
_AGENTS = frozenset(
    {"chu", "sep", "shacho", "tencho", "hancho", "leader", "senpai", "cai", "moi", "nghiep", "quan",
     "giam", "doc", "truong", "cong", "xi"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """The kind, the phrases that show it (best first), and whether an arrest was only supposed."""

    kind: Kind
    signs: tuple[Hit, ...] = ()
    supposed: bool = False


@dataclass(slots=True)
class _Signs:
    """The signs by label, sorted into told and supposed ones."""

    told: dict[str, list[Hit]] = field(default_factory=dict)
    supposed: dict[str, list[Hit]] = field(default_factory=dict)

    def weight(self, *labels: str) -> float:
        return sum(hit.weight for label in labels for hit in self.told.get(label, ()))

    def has(self, *labels: str) -> bool:
        return any(label in self.told for label in labels)


def find(text: Text, found: Found, concrete: bool) -> Reading:
    """The kind of a message. `concrete`: it names a station, a day or a number of people."""
    signs = _sort(text, found)
    if any(hit.label == "safe" for hit in found["context"]):
        return Reading("other", tuple(signs.told.get("help", ())))
    case = concrete or _has_person(found) or signs.has("missing") or _unpaid_months(text, signs)
    if signs.has("spam") and not _tells(signs, found) and not signs.has("question"):
        return Reading("other", tuple(signs.told["spam"]))
    if signs.has("question") and (not case or _asks_others(text)):
        return Reading("question", tuple(signs.told["question"]))
    if signs.has("spam") and not _tells(signs, found):
        return Reading("other", tuple(signs.told["spam"]))
    if _is_resolved(signs):
        return Reading("other", tuple(signs.told["resolved"]))
    return _first(text, found, signs)


def _asks_others(text: Text) -> bool:
    """ "ai bị giữ rồi cho em xin kinh nghiệm": asks those it happened to."""
    return any(
        text.plain[i : i + 2] in (("xin", "kinh"), ("hoi", "kinh"), ("chia", "se"))
        and text.word(i + 2) in ("nghiem", "kinh", "voi", "cho")
        for i in range(len(text))
    )


def _unpaid_months(text: Text, signs: _Signs) -> bool:
    """ "lương tháng 9 chưa trả": pay of a certain month, or a sum, is a case, no question."""
    return signs.has("wages") and any(
        (word == "thang" and text.word(i + 1)[:1].isdigit())
        or (word in _MONEY and text.word(i - 1).isdigit())
        for i, word in enumerate(text.plain)
    )


_MONEY = frozenset({"man", "van", "la", "yen", "trieu", "sen", "nghin"})


def _first(text: Text, found: Found, signs: _Signs) -> Reading:
    hits = _by_kind(text, found, signs)
    for kind in ORDER:
        if sum(hit.weight for hit in hits[kind]) >= ENOUGH:
            return Reading(kind, tuple(hits[kind]), kind == "missing" and _only_supposed(signs))
    if signs.has("question") and not signs.has("help", "suicidal"):
        return Reading("question", tuple(signs.told["question"]))
    if _has_person(found) and not signs.has("help", "suicidal", "thanks", "spam", "resolved"):
        return _faint(signs)
    return Reading("other", tuple(signs.told.get("help", ())))


def _faint(signs: _Signs) -> Reading:
    """No full sign: most of the single words decide, in a message that speaks of somebody."""
    found = [(kind, signs.told.get(f"{kind}_faint", [])) for kind in ORDER]
    kind, hits = max(found, key=lambda one: len({hit.start for hit in one[1]}))
    return Reading(kind, tuple(hits)) if hits else Reading("other")


def _by_kind(text: Text, found: Found, signs: _Signs) -> Mapping[Kind, list[Hit]]:
    told = signs.told
    arrest = [*told.get("arrest", ()), *told.get("arrest_weak", ())]
    missing = _missing(found, signs, bool(arrest))
    abuse, injury = _violence(text, found, signs)
    return {
        "death": told.get("death", []),
        "missing": missing,
        "arrest": arrest,
        "injury": injury,
        "abuse": abuse,
        "wages": told.get("wages", []),
        "return": told.get("return", []),
    }


def _missing(found: Found, signs: _Signs, arrested: bool) -> list[Hit]:
    """Silence after a told arrest, accident or wrong is part of that; being sought is not."""
    lost, sought = signs.told.get("lost", []), signs.told.get("missing", [])
    if arrested:
        return []
    guessed = signs.supposed.get("arrest", [])
    if guessed and (lost or sought or _has_tie(found)) and not signs.has("return", "wages"):
        return [*sought, *lost, *guessed]
    if signs.has("injury", "assault", "abuse", "wages", "return") and not sought:
        return []
    return [*sought, *lost]


def _violence(text: Text, found: Found, signs: _Signs) -> tuple[list[Hit], list[Hit]]:
    """Assault by boss, landlord, broker or partner is abuse, by anybody else injury."""
    assault = signs.told.get("assault", [])
    abuse, injury = signs.told.get("abuse", []), signs.told.get("injury", [])
    if not assault:
        return abuse, injury
    if abuse or any(_by_somebody_known(text, hit) for hit in assault):
        return [*assault, *abuse], []
    return abuse, [*assault, *injury]


def _by_somebody_known(text: Text, hit: Hit) -> bool:
    around = text.plain[max(0, hit.start - 14) : hit.end + 5]
    if not _AGENTS.isdisjoint(around):
        return True
    return _partner_strikes(text, hit)


_BLOWS = frozenset({"danh", "tat", "dam", "dap", "bop", "da", "chem", "nem"})


def _partner_strikes(text: Text, hit: Hit) -> bool:
    """ "bị chồng đánh", "chồng em say rượu đánh em"; not "chồng em bị đánh"."""
    words = text.plain[max(0, hit.start - 14) : hit.end]
    partner = [
        i
        for i, w in enumerate(words)
        if w in ("chong", "vo", "yeu", "xa") or (w in ("trai", "gai") and words[i - 1] == "ban")
    ]
    if not partner:
        return False
    after = words[partner[-1] + 1 :]
    return "bi" not in after and not _BLOWS.isdisjoint(after)


def _sort(text: Text, found: Found) -> _Signs:
    signs = _Signs()
    hedges = [hit for hit in found["context"] if hit.label == "hedge"]
    denied: set[str] = set()
    for hit in _all_signs(text, found):
        if hit.label in _DENIABLE and _denied(text, hit):
            denied.add(hit.label)
            continue
        if hit.label in _ARREST and _is_called(text, hit):
            continue
        doubtful = hit.label in _EVENTS and _doubted(text, hit, hedges)
        (signs.supposed if doubtful else signs.told).setdefault(hit.label, []).append(hit)
    if "arrest" in denied:
        signs.told.pop("arrest_weak", None)
    return signs


_ARREST = frozenset({"arrest", "arrest_weak"})
_OFFICERS = frozenset({"canh", "cong", "nyukan", "cuc", "police", "nhap"})
_CALLS = frozenset({"goi", "bao", "keu", "doa"})


def _is_called(text: Text, hit: Hit) -> bool:
    """ "dọa báo cảnh sát bắt": the police are only threatened with."""
    return text.word(hit.start) in _OFFICERS and text.word(hit.start - 1) in _CALLS


def _all_signs(text: Text, found: Found) -> list[Hit]:
    """Phrases, and frames that no exception of their label touches, in the order of the text."""
    signs = [hit for hit in found["kinds"] if not hit.label.endswith("_not")]
    exceptions = [hit for hit in found["kinds"] if hit.label.endswith("_not")]
    signs.extend(_passed_away(text, found))
    for frame in frames.find(text, found):
        label = f"{frame.label}_not"
        if not any(
            e.label == label and e.start < frame.end and frame.start < e.end for e in exceptions
        ):
            signs.append(frame)
    return sorted(signs, key=lambda hit: (hit.start, -hit.end))


def _passed_away(text: Text, found: Found) -> list[Hit]:
    """ "bà ngoại em mất, …": somebody, "mất", and nothing that could be lost."""
    ends = {hit.end for hit in found["persons"] if hit.label in ("kin", "third", "exist")}
    return [
        Hit(index, index + 1, "death", 1.0)
        for index, word in enumerate(text.plain)
        if word == "mat"
        and text.marked[index] in ("mat", _MAT)
        and index in ends
        and text.word(index + 1) in _AFTER_DEATH
    ]


_MAT = tone_last("mất")
_AFTER_DEATH = frozenset(
    {"", ",", ".", "o", "tai", "vi", "do", "hom", "ngay", "luc", "roi", "khi", "trong", "cach",
     "sang", "dem", "chieu", "trua", "hoi", "nam", "dot", "ma", "nen", "bua", "nhung"}
)  # fmt: skip
_DENIABLE = frozenset({"arrest", "arrest_weak", "death", "injury", "assault"})
_NO = frozenset({"khong", "chua", "chang", "cha", "no", "dau"})
_LIGHT = frozenset({"bi", "he", "phai", "ai", "co", "den", "muc", "noi"})


def _denied(text: Text, hit: Hit) -> bool:
    """ "không bị bắt", "chưa ai chết", "cảnh sát hỏi thẻ nhưng không bị bắt"."""
    if _no_before(text, hit.start - 1):
        return True
    last = hit.end - 1
    inside = text.word(last - 1) == "bi" or text.word(last) == "bat"
    return inside and last > hit.start and _no_before(text, last - 1)


def _no_before(text: Text, at: int) -> bool:
    """Whether a no stands at a word or before it, with only light words between."""
    first = at
    while at > first - 3 and text.word(at) in _LIGHT:
        at -= 1
    word = text.word(at)
    if word not in _NO or (word == "no" and text.marked[at] != _NO_OF_NGHE_AN):
        return False
    return word != "dau" or text.word(at + 1) == "co"


_NO_OF_NGHE_AN = tone_last("nỏ")


def _doubted(text: Text, hit: Hit, hedges: list[Hit]) -> bool:
    if text.plain[max(0, hit.start - 2) : hit.start] == ("co", "ai") and _asks_after(
        text, hit.end, 12
    ):
        return True
    if any(h.end <= hit.start <= h.end + 1 and _hedges(text, h, hit) for h in hedges):
        return True
    if any(_fears(text, h, hit) for h in hedges):
        return True
    return _is_generic(text, hit)


def _hedges(text: Text, hedge: Hit, hit: Hit) -> bool:
    """ "có" and "lại" alone need the question after it: "có bị bắt không"."""
    word = text.word(hedge.start)
    if hedge.end - hedge.start == 1 and word in ("co", "lai", "lo", "chac", "hay"):
        supposed = word == "chac" or (word == "hay" and hit.label in ("arrest", "death"))
        return _asks_after(text, hit.end) or (supposed and hedge.end == hit.start)
    if word == "so" and text.marked[hedge.start] != "so":
        return True
    if word == "khong" and text.plain[hedge.start : hedge.end] == ("khong", "biet"):
        return _asks_after(text, hit.end)
    return word != "so" or hit.start == hedge.end


_FEARS = frozenset({"so", "lo", "nghi", "hay la", "so la", "lo la", "e rang", "khong biet", "lieu"})


def _fears(text: Text, hedge: Hit, hit: Hit) -> bool:
    """ "sợ anh ấy bị bắt": a fear, and up to four words of the person between."""
    words = " ".join(text.plain[hedge.start : hedge.end])
    between = text.plain[hedge.end : hit.start]
    if words not in _FEARS or not 0 < len(between) <= 4 or hedge.end > hit.start:
        return False
    if not _CLAUSE_ENDS.isdisjoint(between):
        return False
    if words == "khong biet":
        return _asks_after(text, hit.end)
    return words != "so" or text.marked[hedge.start] != "so"


def _asks_after(text: Text, end: int, within: int = 5) -> bool:
    for index in range(end, min(end + within, len(text))):
        word = text.plain[index]
        if word in _CLAUSE_ENDS:
            return word == "?"
        if word in _ASKING and (
            index + 1 >= len(text)
            or text.plain[index + 1] in _CLAUSE_ENDS | _ASIDE
            or (
                word == "khong"
                and text.plain[index + 1] in ("ma", "nua", "roi", "biet", "em", "cho", "mong")
            )
        ):
            return True
    return False


def _is_generic(text: Text, hit: Hit) -> bool:
    """ "bị bắt thì …", "người bị bắt …", "nếu …"."""
    before = text.plain[max(0, hit.start - _FAR) : hit.start]
    if any(pair in _SUPPOSING for pair in pairwise(before)):
        return True
    if before[-1:] == ("nguoi",) and before[-2:-1] in _FOR:
        return True
    if _is_anybody(text, hit.start):
        return True
    after = text.plain[hit.end : hit.end + 2]
    if after[:1] == ("thi",) or after == ("roi", "thi") or after == ("ma", "khong"):
        return after[:1] != ("thi",) or hit.start < 4
    return any(
        text.plain[i] in ("neu", "lo", "nho", "khi") and text.word(i - 1) not in _CHILDREN
        for i in range(max(0, hit.start - 3), hit.start)
    )


def _is_anybody(text: Text, start: int) -> bool:
    """ "ai bị giữ rồi", "bạn nào từng bị bắt": whoever it happened to, nobody of a case."""
    at = start - 1
    while text.word(at) in ("da", "tung", "ma", "moi", "vua", "dang", "bi"):
        at -= 1
    word, before = text.word(at), text.word(at - 1)
    return (word == "ai" and before not in _NO) or (word == "nao" and before in _FOLK)


_FOLK = frozenset({"ban", "anh", "em", "chi", "nguoi", "bac", "nha"})
_FAR = 9
_FOR = (("cho",), ("cua",), ("nhung",), ("cac",), ("voi",))
_SUPPOSING = frozenset({("truong", "hop"), ("gia", "su"), ("vi", "du"), ("gia", "nhu")})
_CHILDREN = frozenset({"con", "thang", "dua", "be"})  # "con nhỏ" is a girl, not "if"


def _has_person(found: Found) -> bool:
    return any(hit.label in _AFFECTED for hit in found["persons"])


def _has_tie(found: Found) -> bool:
    return any(hit.label in _TIES for hit in found["persons"])


def _tells(signs: _Signs, found: Found) -> bool:
    return signs.has(
        "death", "missing", "arrest", "injury", "assault", "abuse", "wages", "return"
    ) and (_has_person(found))


def _is_resolved(signs: _Signs) -> bool:
    if not signs.has("resolved"):
        return False
    if signs.has("thanks"):
        return True
    return not signs.has("missing", "lost", "arrest", "death", "injury")


def _only_supposed(signs: _Signs) -> bool:
    return "arrest" in signs.supposed
