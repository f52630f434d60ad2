"""What happened: signs with weights, doubts that take them away, an order of kinds, and usage.

A sign counts fully in a told case. It does not count where it is only asked about or supposed ("có
bị bắt không", "sợ bị bắt"); a supposed arrest of a person of the case makes that person missing.
The first kind in `ORDER` with enough signs is the answer, unless the words of the message are used
in messages of another kind so much more that the signs must have been misread, or were none.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from hotline.understanding import usage
from hotline.understanding.doubts import (
    DENIABLE,
    asks_of_anybody,
    asks_others,
    denied,
    doubted,
)
from hotline.understanding.model import Kind
from hotline.understanding.phrases import Found, Hit
from hotline.understanding.signs import find as signs_of
from hotline.understanding.text import Text

ORDER: tuple[Kind, ...] = ("death", "missing", "arrest", "injury", "abuse", "wages", "return")
ENOUGH = 0.6
_EVENTS = frozenset({"death", "arrest", "arrest_weak", "injury", "assault", "abuse", "wages"})
_AFFECTED = frozenset({"kin", "kin_two", "self", "self_two", "group", "third", "exist", "vague"})
_TIES = frozenset({"kin", "kin_two", "third"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The kind, the phrases that show it (best first), whether an arrest was only supposed, and
    whether the signs are plain or only words of the field."""

    kind: Kind
    signs: tuple[Hit, ...] = ()
    supposed: bool = False
    sure: bool = True


@dataclass(slots=True)
class _Signs:
    """The signs by label, sorted into told and supposed ones, and the labels that are denied."""

    told: dict[str, list[Hit]] = field(default_factory=dict)
    supposed: dict[str, list[Hit]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)

    def weight(self, *labels: str) -> float:
        return sum(hit.weight for label in labels for hit in self.told.get(label, ()))

    def has(self, *labels: str) -> bool:
        return any(label in self.told for label in labels)


def find(text: Text, found: Found, concrete: bool) -> Reading:
    """The kind of a message. `concrete`: it names a station, a day or a number of people.

    Usage knows no grammar: it is not heard for what is denied, nor of who wants not to be sought,
    and less where a death is told, between silence and the arrest before it, or where it would make
    no case of a case: then nobody would look.
    """
    signs = _sort(text, found)
    if any(hit.label == "safe" for hit in found["context"]) and not _has_kin(found):
        return Reading("other", tuple(signs.told.get("help", ())))
    read = _by_signs(text, found, signs, concrete)
    spoken = usage.speak(text.plain, [hit.label for hit in found["concepts"]])
    if max(spoken.values()) - spoken[read.kind] < _TRUST:
        return read
    kind = max(spoken, key=lambda kind: spoken[kind] - _trust(read.kind, kind))
    if kind == read.kind or kind in signs.denied:
        return read
    words = usage.loudest(text.plain, kind, read.kind) if kind != "other" else ()
    return Reading(kind, tuple(Hit(at, at + 1, "usage", 1.0) for at in words))


_FIRM_TRUST = 9 * usage.STEPS
_TRUST = 3 * usage.STEPS  # in signs: docs/decisions, 17


def _trust(read: Kind, other: Kind) -> int:
    """By how much usage has to speak louder for `other` than for what the signs tell."""
    if read == other:
        return 0
    if read == "death" or {read, other} == {"arrest", "missing"}:
        return _FIRM_TRUST
    return _TRUST


def _by_signs(text: Text, found: Found, signs: _Signs, concrete: bool) -> Reading:
    case = concrete or _has_person(found) or signs.has("missing") or _unpaid_months(text, signs)
    spam = signs.has("spam") and not _tells(signs, found)
    if spam and not signs.has("question"):
        return Reading("other", tuple(signs.told["spam"]))
    if signs.has("question") and (
        not case
        or asks_others(text)
        or _only_asks(signs)
        or asks_of_anybody(text, found["persons"], concrete)
    ):
        return Reading("question", tuple(signs.told["question"]))
    if spam:
        return Reading("other", tuple(signs.told["spam"]))
    if _is_resolved(signs) or (signs.has("unhurt") and not signs.has(*ORDER)):
        return Reading("other", tuple(signs.told.get("resolved", ())))
    return _first(text, found, signs, concrete)


def _only_asks(signs: _Signs) -> bool:
    """ "em muốn hỏi là em làm mất hợp đồng thì …": opens as a question and tells of no event."""
    return signs.has("asked") and not signs.has(*ORDER, "arrest_weak", "lost", "assault")


def _unpaid_months(text: Text, signs: _Signs) -> bool:
    """ "lương tháng 9 chưa trả": pay of a certain month, or a sum, is a case, no question."""
    return signs.has("wages") and any(
        (word == "thang" and text.word(i + 1)[:1].isdigit())
        or (word in _MONEY and text.word(i - 1).isdigit())
        for i, word in enumerate(text.plain)
    )


_MONEY = frozenset({"man", "van", "la", "yen", "trieu", "sen", "nghin"})


def _first(text: Text, found: Found, signs: _Signs, concrete: bool) -> Reading:
    hits = _by_kind(text, found, signs)
    for kind in ORDER:
        if sum(hit.weight for hit in hits[kind]) >= ENOUGH:
            supposed = kind == "missing" and _only_supposed(signs)
            plain = any(hit.label != "arrest_weak" for hit in hits[kind])
            return Reading(kind, tuple(hits[kind]), supposed, plain)
    if signs.has("question") and not signs.has("help", "suicidal"):
        return Reading("question", tuple(signs.told["question"]))
    spoken = concrete or _has_person(found) or signs.has("abuse_faint", "wages_faint")
    if spoken and not signs.has("help", "suicidal", "thanks", "spam", "resolved", "praise"):
        return _faint(signs)
    return Reading("other", tuple(signs.told.get("help", ())))


def _faint(signs: _Signs) -> Reading:
    """No full sign: most of the single words decide, in a message that speaks of somebody."""
    found = [(kind, signs.told.get(f"{kind}_faint", [])) for kind in ORDER]
    kind, hits = max(found, key=lambda one: len({hit.start for hit in one[1]}))
    return Reading(kind, tuple(hits), sure=False) if hits else Reading("other")


def _by_kind(text: Text, found: Found, signs: _Signs) -> Mapping[Kind, list[Hit]]:
    told = signs.told
    weak = () if signs.has("injury", "death") else told.get("arrest_weak", ())
    arrest = [*told.get("arrest", ()), *weak]
    missing = _missing(text, found, signs, bool(arrest))
    abuse, injury = _violence(text, found, signs)
    if signs.has("return") and _elders_ill(text, injury):
        injury = []
    if abuse and signs.has("return") and _only_hinders(text, found, signs.told["return"][0], abuse):
        abuse = []
    return {
        "death": told.get("death", []),
        "missing": missing,
        "arrest": arrest,
        "injury": injury,
        "abuse": abuse,
        "wages": told.get("wages", []),
        "return": told.get("return", []),
    }


def _missing(text: Text, found: Found, signs: _Signs, arrested: bool) -> list[Hit]:
    """Silence after a told arrest, accident or wrong is part of that; being sought is not."""
    lost, sought = signs.told.get("lost", []), signs.told.get("missing", [])
    if _only_self(found):
        lost, sought = [], [hit for hit in sought if text.word(hit.start) in _SEEKING]
    if arrested or (_cheated(text, signs) and not _has_kin(found)):
        return []
    guessed = signs.supposed.get("arrest", [])
    if guessed and (lost or sought or _has_tie(found)) and not signs.has("return", "wages"):
        return [*sought, *lost, *guessed]
    if signs.has("injury", "assault", "abuse", "wages", "return") and not sought:
        return []
    return [*sought, *lost]


def _cheated(text: Text, signs: _Signs) -> bool:
    """ "bị lừa 15 man, giờ không tìm được nó": who took the money is not missed."""
    helps = signs.told.get("help", ())
    return any("lua" in text.plain[hit.start : hit.end] for hit in helps)


def _violence(text: Text, found: Found, signs: _Signs) -> tuple[list[Hit], list[Hit]]:
    """Assault by boss, landlord, broker or partner is abuse, by anybody else injury."""
    assault = signs.told.get("assault", [])
    abuse, injury = signs.told.get("abuse", []), signs.told.get("injury", [])
    if not assault:
        return abuse, injury
    if abuse or any(_by_somebody_known(text, found, hit) for hit in assault):
        return [*assault, *abuse], []
    return abuse, [*assault, *injury]


def _elders_ill(text: Text, injury: list[Hit]) -> bool:
    """ "mẹ ốm nặng", "mệ nội cháu ốm": whoever is ill at home is why somebody wants to go."""
    return bool(injury) and all(
        not _ELDERS.isdisjoint(text.plain[max(0, hit.start - 4) : hit.start]) for hit in injury
    )


def _only_hinders(text: Text, found: Found, wish: Hit, abuse: list[Hit]) -> bool:
    """ "em muốn về nước mà công ty giữ hộ chiếu": the wish heads, papers or fines hinder it."""
    papers = [hit for hit in found["concepts"] if hit.label == "doc"]
    return all(
        wish.start < hit.start
        and (
            any(p.start < hit.end and hit.start < p.end for p in papers)
            or not _FINES.isdisjoint(text.plain[hit.start : hit.end + 2])
        )
        for hit in abuse
    )


_FINES = frozenset({"den", "phat", "boi"})


_ELDERS = frozenset({"me", "bo", "ba", "cha", "ma", "noi", "ngoai", "ong", "tia", "u"})


def _by_somebody_known(text: Text, found: Found, hit: Hit) -> bool:
    first, last = hit.start - 14, hit.end + 5
    for concept in found["concepts"]:
        if concept.label == "boss" and first <= concept.start < last:
            between = text.plain[hit.end : concept.start]
            if _CLAUSE_ENDS.isdisjoint(between):
                return True
    return _partner_strikes(text, hit)


_CLAUSE_ENDS = frozenset(",.;!?\n")


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
    bosses = _acting(text, found)
    for hit in signs_of(text, found):
        if hit.label in DENIABLE and denied(text, hit):
            signs.denied.add(hit.label)
            continue
        label = _meant(text, found, hit, bosses)
        if not label:
            continue
        doubtful = label in _EVENTS and doubted(text, hit, hedges)
        (signs.supposed if doubtful else signs.told).setdefault(label, []).append(hit)
    if signs.has("unhurt"):
        signs.told.pop("injury", None)
    if "arrest" in signs.denied or signs.has("let_go"):
        for label in ("arrest_weak", "arrest_faint"):
            signs.told.pop(label, None)
    signs.denied.update(
        hit.label.removesuffix("_not")  # "không bị bắt" stands among the exceptions
        for hit in found["kinds"]
        if hit.label.endswith("_not") and text.plain[hit.start] in ("khong", "chua")
    )
    return signs


def _acting(text: Text, found: Found) -> frozenset[int]:
    """Where bosses are named who do something; "bỏ công ty" and "ở công ty" are places."""
    police = [hit.end for hit in found["concepts"] if hit.label == "police"]
    return frozenset(
        hit.end
        for hit in found["concepts"]
        if hit.label == "boss"
        and text.word(hit.start - 1) not in _PLACING
        and not any(0 <= hit.start - end <= _FAR for end in police)
    )


_PLACING = frozenset(
    {"o", "tai", "khoi", "bo", "roi", "trong", "cua", "ra", "den", "toi", "tu", "ve", "lam", "vao",
     "xuong", "qua", "cho", "gan", "noi"}
)  # fmt: skip
_FAR = 9


def _meant(text: Text, found: Found, hit: Hit, bosses: Container[int]) -> str:
    """The label a sign has where it stands, "" for none."""
    if hit.label == "arrest" and "giu" in text.plain[hit.start : hit.end]:
        kept = _object(found, hit)
        if kept:
            return kept  # "bị giữ lại 3 man", "giữ 2 tháng lương"
    if hit.label in _ARREST and _is_called(text, hit):
        return ""
    bossed = any(at in bosses for at in range(hit.start - 2, hit.start + 1))
    if hit.label in ("missing", "lost") and (
        bossed or "neu" in text.plain[max(0, hit.start - 3) : hit.start]
    ):
        return ""  # "chủ biến mất", "nếu em không quay lại"
    if bossed and hit.label == "arrest" and text.word(hit.start) == "bat":
        return "abuse"  # "ông chủ bắt mấy đứa …"
    if hit.label == "death" and text.word(hit.start - 1) in _INTENDING:
        return "suicidal"  # "đòi nhảy lầu"
    if hit.label == "death" and "doa" in text.plain[max(0, hit.start - 3) : hit.start]:
        return ""  # "dọa đâm chết"
    return hit.label


def _object(found: Found, hit: Hit) -> str:
    """What is kept, if it is no person: pay (wages) or papers (abuse)."""
    for concept in found["concepts"]:
        near = concept.start - 1 <= hit.end < concept.end
        if near and concept.label in _KEPT:
            return _KEPT[concept.label]
    return ""


_KEPT = {"pay": "wages", "money": "wages", "doc": "abuse"}
_INTENDING = frozenset({"muon", "dinh", "doi", "tinh", "suyt", "toan", "doa", "tuong", "sap"})
_ARREST = frozenset({"arrest", "arrest_weak"})
_OFFICERS = frozenset({"canh", "cong", "nyukan", "cuc", "police", "nhap"})
_CALLS = frozenset({"goi", "bao", "keu", "doa"})


def _is_called(text: Text, hit: Hit) -> bool:
    """ "dọa báo cảnh sát bắt": only threatened with; not "gọi cảnh sát, họ còng chồng em"."""
    return (
        "ho" not in text.plain[hit.start + 2 : hit.end]
        and text.word(hit.start) in _OFFICERS
        and text.word(hit.start - 1) in _CALLS
    )


def _has_person(found: Found) -> bool:
    persons = found["persons"]
    called = {(hit.start, hit.end) for hit in persons if hit.label == "address"}
    return any(hit.label in _AFFECTED and (hit.start, hit.end) not in called for hit in persons)


_SEEKING = frozenset({"tim", "kiem", "ai", "can", "nho"})


def _only_self(found: Found) -> bool:
    """Nobody but the writer is spoken of: whoever writes is not missing."""
    labels = {hit.label for hit in found["persons"]} & _AFFECTED
    return bool(labels) and labels <= {"self", "group", "self_two"}


def _has_kin(found: Found) -> bool:
    return any(hit.label in ("kin", "kin_two") for hit in found["persons"])


def _has_tie(found: Found) -> bool:
    return any(hit.label in _TIES for hit in found["persons"])


def _tells(signs: _Signs, found: Found) -> bool:
    told = signs.has(*ORDER, "assault")
    return (told and _has_person(found)) or (signs.has("lost") and _has_kin(found))


def _is_resolved(signs: _Signs) -> bool:
    if not signs.has("resolved"):
        return False
    if signs.has("thanks"):
        return True
    return not signs.has("missing", "lost", "arrest", "death", "injury")


def _only_supposed(signs: _Signs) -> bool:
    return "arrest" in signs.supposed
