"""Letters: lower case, without marks, and with the tone where it can be compared."""

import unicodedata

_LOOKALIKES = str.maketrans("аеорсухіѕј", "aeopcyxisj")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class _Folding(dict[int, str]):
    """A lazy table for `str.translate`: lower case without marks, one character for one."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if code < 0x3000:
            self[code] = folded
        return folded


class _Lowering(dict[int, str]):
    """The same, with the marks kept."""

    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        kept = lower if len(lower) == 1 else chr(code)
        if code < 0x3000:
            self[code] = kept
        return kept


def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFD", character)[0].lower().translate(_LOOKALIKES)
    if base in "đð":
        return "d"
    return base if len(base) == 1 else character


_FOLD = _Folding()
_LOWER = _Lowering()


def fold_each(text: str) -> str:
    """Lower case without marks, đ as d; one character for each character given."""
    return text.translate(_FOLD)


def lower_each(text: str) -> str:
    """Lower case; one character for each character given."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_LOWER)


def fold(text: str) -> str:
    """Lower case without marks, đ as d; one character for each of an NFC text."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def tone_last(word: str) -> str:
    """A word in lower case with its tone mark moved to the end: hòa and hoà are one word.

    Remembered for the words of our own tables alone: what callers write stays in no memory.
    """
    if word.isascii():
        return word
    known = _OURS.get(word)
    return known if known is not None else _moved(word)


def learn(word: str) -> str:
    """`tone_last`, for a word of our own tables."""
    return _OURS.setdefault(word, _moved(word))


_OURS: dict[str, str] = {}


def _moved(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    tones = [c for c in parts if c in _TONES]
    for tone in tones:
        parts = parts.replace(tone, "")
    return unicodedata.normalize("NFC", parts) + "".join(tones)


def printable(text: str) -> str:
    """A text in NFC, without characters that no XML or database takes."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
