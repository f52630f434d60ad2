"""Whether a sign is denied, feared, asked about, or said of whoever it may happen to.

A no before an event takes it away; after "nếu", "sợ", "không biết" and in a question an event is
only supposed.
"""

from collections.abc import Sequence
from itertools import pairwise

from hotline.understanding.letters import tone_last
from hotline.understanding.phrases import Hit
from hotline.understanding.text import Text

_CLAUSE_ENDS = frozenset(",.;!?\n")
_ASKING = frozenset({"khong", "chua", "sao", "hay"})
_ASIDE = frozenset({"a", "nhi", "vay", "ha", "anh", "chi", "moi", "ban", "cac", "the", "ta", "da"})
DENIABLE = frozenset({"arrest", "arrest_weak", "death", "injury", "assault"})
_NO = frozenset({"khong", "chua", "chang", "cha", "no", "dau"})
_LIGHT = frozenset({"bi", "he", "phai", "ai", "co", "den", "muc", "noi"})


def denied(text: Text, hit: Hit) -> bool:
    """ "không bị bắt", "chưa ai chết", "cảnh sát hỏi thẻ nhưng không bị bắt"."""
    if _no_before(text, hit.start - 1) or _no_such_thing(text, hit.start):
        return True
    last = hit.end - 1
    inside = text.word(last - 1) == "bi" or text.word(last) == "bat"
    return inside and last > hit.start and _no_before(text, last - 1)


def _no_such_thing(text: Text, start: int) -> bool:
    """ "không có chuyện bạn Tú bị bắt"."""
    before = text.plain[max(0, start - 7) : start]
    return any(
        before[i : i + 2] == ("co", "chuyen") and before[i - 1] in ("khong", "gi", "lam", "chang")
        for i in range(1, len(before) - 1)
    )


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


def doubted(text: Text, hit: Hit, hedges: list[Hit]) -> bool:
    if text.plain[max(0, hit.start - 2) : hit.start] == ("co", "ai") and _asks_after(
        text, hit.end, 12
    ):
        return True
    if any(h.end <= hit.start <= h.end + 1 and _hedges(text, h, hit) for h in hedges):
        return True
    if "co" in text.plain[hit.start + 1 : hit.end - 1] and _asks_after(text, hit.end, 2):
        return True  # "tự thú ở cục, có bị nhốt không": inside what is asked
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


_FEARS = frozenset(
    {"so", "lo", "nghi", "nghi la", "hay la", "so la", "lo la", "e la", "e rang", "khong biet",
     "lieu", "doan", "hinh nhu"}
)  # fmt: skip


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
    if before[-1:] == ("nguoi",) and (
        before[-2:-1] in _FOR or (hit.start == 1 and _asks_after(text, hit.end, 12))
    ):
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
_FOR = frozenset(
    (word,) for word in ["hoi", "la", "dua", "cho", "cua", "tham", "gap", "nhung", "cac", "voi"]
)
_SUPPOSING = frozenset({("truong", "hop"), ("gia", "su"), ("vi", "du"), ("gia", "nhu")})
_CHILDREN = frozenset({"con", "thang", "dua", "be"})  # "con nhỏ" is a girl, not "if"


def asks_of_anybody(text: Text, persons: Sequence[Hit], concrete: bool) -> bool:
    """ "sao mấy bạn bị bắt bị giữ 23 ngày vậy", "nếu bị hỏi giấy thì có được im không"; not where a
    day, a number or a relative tells of a case."""
    labels = {hit.label for hit in persons}
    if text.plain[:1] == ("neu",) and "thi" in text.words:
        return not concrete and not labels & _KIN
    why = text.plain[:1] == ("sao",) or text.plain[:2] in (("tai", "sao"), ("vi", "sao"))
    return why and not labels & _OURS


_KIN = frozenset({"kin", "kin_two"})
_OURS = _KIN | {"self", "self_two", "group"}


def asks_others(text: Text) -> bool:
    """ "ai bị giữ rồi cho em xin kinh nghiệm": asks those it happened to."""
    return any(
        text.plain[i : i + 2] in (("xin", "kinh"), ("hoi", "kinh"), ("chia", "se"))
        and text.word(i + 2) in ("nghiem", "kinh", "voi", "cho")
        for i in range(len(text))
    )
