"""Small numbers in digits or in Vietnamese words."""

from hotline.understanding.letters import fold, tone_last
from hotline.understanding.text import Text

_SPELLED = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mươi": 10,
}  # fmt: skip
_BY_PLAIN: dict[str, list[tuple[str, int]]] = {}
for _word, _value in _SPELLED.items():
    _BY_PLAIN.setdefault(fold(_word), []).append((tone_last(_word), _value))

NUMBER_WORDS = frozenset(_BY_PLAIN)


def digit_word(text: Text, index: int) -> int | None:
    """The value of one number word, 1 to 10, or None; a word with other marks is another word."""
    known = _BY_PLAIN.get(text.word(index))
    if known is None:
        return None
    typed = text.marked[index]
    for marked, value in known:
        if typed == marked or (typed == text.plain[index] and _may_be(text, index)):
            return value
    return None


def _may_be(text: Text, index: int) -> bool:
    """Without marks "tu" is "từ" and "nam" a name; in "thu tu", "co nam nguoi" they count."""
    if text.accented:
        return False
    if text.plain[index] in ("tu", "nam", "sau", "bay"):
        if text.word(index + 1) in ("nguoi", "dua"):
            return text.word(index - 1) in ("co", "bat", "di", "con", "gom", "them", "hon", "giu")
        return text.word(index - 1) in ("thu", "muoi", "thang", "mung", "mong", "luc")
    return True


def number(text: Text, index: int) -> tuple[int, int] | None:
    """The number that begins at a word and the index after it: 7, mười lăm, hai mươi mốt."""
    word = text.word(index)
    if word.isdigit():
        return (int(word), index + 1) if len(word) <= 4 else None
    first = digit_word(text, index)
    if first is None:
        return None
    return _tens(text, first, index + 1)


def _tens(text: Text, first: int, index: int) -> tuple[int, int]:
    if first == 10:
        unit = digit_word(text, index)
        return (10 + unit, index + 1) if unit and unit < 10 else (10, index)
    if text.word(index) != "muoi":
        return first, index
    unit = digit_word(text, index + 1)
    return (first * 10 + unit, index + 2) if unit and unit < 10 else (first * 10, index + 1)
