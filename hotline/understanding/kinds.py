"""What happened: signs with weights, doubts that take them away, and an order of kinds.

A sign counts fully in a told case. It does not count where it is only asked about or supposed ("có
bị bắt không", "sợ bị bắt"); a supposed arrest of a person of the case makes that person missing.
The first kind in `ORDER` with enough signs is the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

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
    case = concrete or _has_person(found) or signs.has("missing") or _unpaid_months(text, signs)
    if signs.has("spam") and not _tells(signs, found) and not signs.has("question"):
        return Reading("other", tuple(signs.told["spam"]))
    if not case and signs.has("question"):
        return Reading("question", tuple(signs.told["question"]))
    if signs.has("spam") and not _tells(signs, found):
        return Reading("other", tuple(signs.told["spam"]))
    if _is_resolved(signs):
        return Reading("other", tuple(signs.told["resolved"]))
    return _first(text, found, signs)


def _unpaid_months(text: Text, signs: _Signs) -> bool:
    """ "lương tháng 9 chưa trả": pay of a certain month is a case, not a question about pay."""
    return signs.has("wages") and any(
        word == "thang" and text.word(i + 1)[:1].isdigit() for i, word in enumerate(text.plain)
    )


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
    """No full sign: a single word of the field decides, in a message that speaks of somebody."""
    for kind in ORDER:
        if hits := signs.told.get(f"{kind}_faint"):
            return Reading(kind, tuple(hits))
    return Reading("other")


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
    for hit in found["kinds"]:
        if hit.label.endswith("_not"):
            continue
        doubtful = hit.label in _EVENTS and _doubted(text, hit, hedges)
        (signs.supposed if doubtful else signs.told).setdefault(hit.label, []).append(hit)
    return signs


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
    after = text.plain[hit.end : hit.end + 2]
    if after[:1] == ("thi",) or after == ("roi", "thi") or after == ("ma", "khong"):
        return after[:1] != ("thi",) or hit.start < 4
    return any(
        text.plain[i] in ("neu", "lo", "nho", "khi") and text.word(i - 1) not in _CHILDREN
        for i in range(max(0, hit.start - 3), hit.start)
    )


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
