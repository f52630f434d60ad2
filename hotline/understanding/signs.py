"""The signs of a kind in a message: phrases, frames, and what the form of a sentence tells."""

from hotline.understanding.letters import tone_last
from hotline.understanding.phrases import Found, Hit, longest_first
from hotline.understanding.text import Text


def find(text: Text, found: Found) -> list[Hit]:
    """Phrases, and frames that no exception of their label touches, in the order of the text."""
    exceptions = [hit for hit in found["kinds"] if hit.label.endswith("_not")]
    signs = list(found["kinds"])
    if exceptions:
        signs = [
            hit
            for hit in signs
            if not hit.label.endswith("_not") and not any(_ends_in(hit, e) for e in exceptions)
        ]
    words = text.words
    if "mat" in words:
        signs.extend(_passed_away(text, found))
    if not _ASKING.isdisjoint(words):
        signs.extend(_asking_end(text))
    if "co" in words and not _WHETHER.isdisjoint(words):
        signs.extend(_asking_whether(text))
    if "tim" in words:
        signs.extend(_sought_by_name(text))
    for frame in found["frames"]:
        label = f"{frame.label}_not"
        if not any(
            e.label == label and e.start < frame.end and frame.start < e.end for e in exceptions
        ):
            signs.append(frame)
    return _outermost(longest_first(signs))


def _ends_in(hit: Hit, exception: Hit) -> bool:
    """ "chủ chỉ cho bôi kem đánh" ends in "đánh răng"."""
    inside = hit.start < exception.start < hit.end <= exception.end
    return inside and hit.label in _BLOWS and exception.label == f"{hit.label}_not"


_BLOWS = frozenset({"assault", "abuse"})  # of others the last word is not what happened


def _outermost(signs: list[Hit]) -> list[Hit]:
    """Without what lies in a longer sign of the same: its doubt and its denial are that one's."""
    reach: dict[str, int] = {}
    kept: list[Hit] = []
    for hit in signs:
        if hit.end > reach.get(hit.label, -1):
            kept.append(hit)
            reach[hit.label] = hit.end
    return kept


def _sought_by_name(text: Text) -> list[Hit]:
    """ "tìm Lý Mỹ Duyên, 35t": two large words after "tìm"."""
    return [
        Hit(index, index + 1, "missing", 1.0)
        for index, word in enumerate(text.plain[:-2])
        if word == "tim" and text.capital[index + 1] and text.capital[index + 2]
    ]


def _asking_end(text: Text) -> list[Hit]:
    """ "… cần thi gì v mn": a word that asks, at the end or before a sign of it.

    After a no it asks nothing: "chưa ăn gì cả", "không sao".
    """
    return [
        Hit(index, index + 1, "question", 1.0)
        for index, word in enumerate(text.plain)
        if word in _ASKING and _asks(text, index, word) and _ends_question(text, index + 1)
    ]


def _asking_whether(text: Text) -> list[Hit]:
    """ "có được xin tư cách lưu trú đặc biệt không": from the "có" to the no that ends it."""
    return [
        Hit(index, at + 1, "question", 1.0)
        for index, word in enumerate(text.plain)
        if word == "co" and text.word(index + 1) in _WHETHER
        for at in _no_ending(text, index + 2)
    ]


_WHETHER = frozenset({"duoc", "dc", "can", "the", "nen"})
_LONGEST_WHETHER = 14  # words


def _no_ending(text: Text, start: int) -> list[int]:
    for at in range(start, min(start + _LONGEST_WHETHER, len(text.plain))):
        if text.plain[at] in _SENTENCE_ENDS:
            return []
        if text.plain[at] in _WHETHER_NO and _ends_question(text, at + 1):
            return [at]
    return []


_SENTENCE_ENDS = frozenset(".!?;\n")
_WHETHER_NO = frozenset({"khong", "ko", "k", "hong", "hok", "kg", "khum", "hem"})


def _asks(text: Text, index: int, word: str) -> bool:
    if word == "dau":
        return "thi" in text.plain[max(0, index - 4) : index]  # "… thì nộp ở đâu"
    if word in ("nhieu", "lau"):
        return text.word(index - 1) == "bao"
    return _NOES.isdisjoint(text.plain[max(0, index - 5) : index])


_ASKING = frozenset({"gi", "sao", "nao", "dau", "nhieu", "lau"})
_NOES = frozenset({"khong", "chua", "chang", "cha", "no", "dau"})
_TAILS = frozenset(
    {"vay", "a", "the", "moi", "nguoi", "nha", "anh", "chi", "ta", "ad", "nhi", "ha"}
)


def _ends_question(text: Text, at: int) -> bool:
    last = at + 5
    while at < last and text.word(at) in _TAILS:
        at += 1
    return text.word(at) in ("", "?")


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
