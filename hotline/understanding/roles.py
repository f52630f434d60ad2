"""Who writes: the affected person, somebody with a tie to them, a witness, or not shown."""

from collections.abc import Sequence

from hotline.understanding import counts
from hotline.understanding.kinds import Reading
from hotline.understanding.model import Role
from hotline.understanding.people import KIN, SELF, Person, strikes
from hotline.understanding.phrases import Found
from hotline.understanding.text import Text

_OWN_CASES = frozenset({"abuse", "wages", "return"})
_BARE_SELF = frozenset({"abuse", "wages", "return", "injury"})
_EVENTS = frozenset({"arrest", "injury", "death", "abuse"})


def find(
    text: Text, found: Found, people: Sequence[Person], subject: Person | None, reading: Reading
) -> Role:
    """The writer's role, as far as the text shows it."""
    if reading.kind == "question" or (reading.kind in _EVENTS and _has(found, "notice")):
        return "unknown"
    if reading.kind == "wages" and any(p.label == "group" for p in people):
        return "self"  # "anh em mình có 5 người làm cùng xưởng chưa nhận lương"
    if subject is not None and subject.label in KIN:
        return "relative"
    if reading.kind == "other":
        return _in_need(found, reading, subject)
    if subject is not None and subject.label in SELF:
        hit = any(s.start < subject.start < s.end for s in reading.signs)
        return _speaking(not hit and _saw(text, found, people), people, reading)
    return _by_others(text, found, people, reading) or _outside(
        text, found, people, subject, reading
    )


def _by_others(text: Text, found: Found, people: Sequence[Person], reading: Reading) -> Role | None:
    """What others in the text tell of the writer, where neither writer nor kin is the subject."""
    kin = [p for p in people if p.label in KIN]
    if kin and reading.kind not in _OWN_CASES:
        return "relative"
    if kin and all(strikes(text, p, reading) for p in kin):
        return "self"
    ours = any(p.label in ("group", "self_two") for p in people)
    if ours and reading.kind in _OWN_CASES and not _has(found, "saw"):
        return "self"  # "cả nhóm bị đuổi, tụi em 4 người"
    return None


def _saw(text: Text, found: Found, people: Sequence[Person]) -> bool:
    """Whether the writer saw it; "con em nhìn thấy" is somebody else."""
    kin = {p.end for p in people if p.label in KIN}
    return any(
        hit.label == "saw" and hit.start not in kin and text.word(hit.start - 1) != "nguoi"
        for hit in found["persons"]
    )


def _speaking(saw: bool, people: Sequence[Person], reading: Reading) -> Role:
    """The writer names themselves; in an event that they saw they are not the affected one."""
    if reading.kind in ("missing", "death"):
        return "relative" if any(p.label in KIN for p in people) else "unknown"
    return "witness" if saw and reading.kind in _EVENTS else "self"


def _tells_of_others(text: Text, people: Sequence[Person], reading: Reading) -> bool:
    """ "1 bạn bị rơi từ giàn giáo", "cảnh sát ập vào, dẫn đi 8 đứa": a number of people that the
    writer is not one of. "bị bắt ở ga X, 2 người" is a bare notice."""
    if any(p.label in SELF for p in people) or not counts.numbers(text):
        return False
    active = all(text.word(hit.start) != "bi" for hit in reading.signs)
    return reading.kind == "injury" or (reading.kind == "arrest" and active)


def _in_need(found: Found, reading: Reading, subject: Person | None) -> Role:
    if any(hit.label == "resolved" for hit in reading.signs) and _has(found, "kin"):
        return "relative"  # "em đã tìm thấy em trai rồi"
    if reading.signs and reading.signs[0].label in ("help", "suicidal"):
        return "self"
    said = {hit.label for hit in found["kinds"]}
    said |= {hit.label for hit in found["frames"]}
    if said & _NEEDS:
        said -= {"greeting"}  # "chào anh chị, em quên túi trên tàu"
    if subject is None or said & _NO_CASE:
        return "unknown"
    if subject.label == "exist":
        return "witness"  # "có một bạn nữ đang khóc ở ga"
    return "self" if subject.label in SELF else "unknown"


_NEEDS = frozenset({"help", "suicidal", "let_go"})
_NO_CASE = frozenset({"spam", "thanks", "greeting", "resolved", "question", "praise"})


def _outside(
    text: Text, found: Found, people: Sequence[Person], subject: Person | None, reading: Reading
) -> Role:
    if reading.kind == "missing" and subject is not None and text.word(subject.start) in _FAMILIAR:
        return "relative"  # "hắn ra ga rồi đi mô biệt"
    if reading.kind not in _EVENTS:
        return "self" if reading.kind in _OWN_CASES else "unknown"
    if _is_hearsay(found, reading):
        return "unknown"
    if _has(found, "saw"):
        return "witness"
    if subject is None and _tells_of_others(text, people, reading):
        return "witness"
    if subject is not None and subject.label == "third" and _has(found, "kin"):
        return "relative"  # the number of "chồng em" is given, and "ảnh bị bắt"
    if reading.kind == "abuse" and any(p.label == "self" for p in people):
        return "self"  # "chủ quán nhậu cứ đụng ngực em", "quản lý bảo em không ngủ với ổng …"
    if subject is None or subject.label == "third":
        return "self" if subject is None and reading.kind in _BARE_SELF else "unknown"
    if reading.kind == "abuse" and subject.label == "exist":
        among = text.plain[subject.start : subject.end] in (("anh", "em"), ("chi", "em"))
        return "self" if among else "witness"  # "4 chị em bị bắt làm …"
    return "unknown" if subject.label == "named" else "witness"


_FAMILIAR = frozenset({"no", "han"})


def _is_hearsay(found: Found, reading: Reading) -> bool:
    """What was heard is the event itself, not a detail told after it."""
    first = min((hit.start for hit in reading.signs), default=0)
    return any(hit.label == "hearsay" and hit.start <= first for hit in found["persons"])


def _has(found: Found, label: str) -> bool:
    return any(hit.label == label for hit in found["persons"])
