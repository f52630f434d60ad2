"""How one Japanese name is spelled in Latin letters: three foldings, from strict to generous.

Rule 1: every folding takes lower-case ASCII letters and works on many names at once when they are
joined by newlines. Rule 2: only plain replacements and short look-aheads, so time is linear.
Both sides, table and message, go through the same folding and meet.
"""

import re
import unicodedata
from dataclasses import dataclass

# Hepburn, Kunrei and Nihon-shiki, doubled long vowels, n or m before b, m, p: one form.
_FINE = (
    ("shi", "si"), ("sh", "sy"), ("cch", "tch"), ("tch", "tty"), ("chi", "ti"), ("ch", "ty"),
    ("tyi", "ti"), ("tsu", "tu"), ("ts", "t"), ("ji", "zi"), ("jy", "zy"), ("j", "zy"),
    ("fu", "hu"), ("f", "h"), ("dzu", "zu"), ("du", "zu"), ("di", "zi"), ("wo", "o"),
    ("ou", "o"), ("oo", "o"), ("uu", "u"), ("mb", "nb"), ("mp", "np"), ("mm", "nm"),
)  # fmt: skip
_LONG_H = re.compile(r"oh(?![aeiouy])")

# A Vietnamese ear and hand: x for s, c for k, d gi r-less z for z and y, oa for wa, i for y.
_EAR = (
    ("ph", "h"), ("kh", "k"), ("gh", "g"), ("th", "t"), ("tr", "t"), ("x", "s"), ("ngg", "ng"),
    ("nh", "n"), ("qua", "wa"), ("c", "k"), ("q", "k"), ("l", "r"), ("v", "w"),
    ("sy", "s"), ("ty", "t"), ("zy", "z"), ("gi", "zi"), ("gy", "z"), ("ei", "e"),
    ("oa", "wa"), ("ua", "wa"), ("uw", "w"), ("ow", "w"), ("ao", "aw"),
)  # fmt: skip
_VOWEL_Y = re.compile(r"y(?![aeiou])")
_GLIDE = (
    ("y", "z"), ("d", "z"), ("j", "z"), ("ia", "za"), ("iu", "zu"), ("io", "zo"),
    ("iza", "za"), ("izu", "zu"), ("izo", "zo"),
)  # fmt: skip
_DOUBLE = re.compile(r"([a-z])\1+")
_VOICELESS = str.maketrans("gzdbp", "ksthh")

_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff々〆ｦ-ﾟ]")
_WORD = re.compile("[0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f\uff10-\uff5a\u0400-\u04ff]+")
_HARD_GAP = frozenset(',.;:!?()[]{}"\n\r/|<>=+、。「」（）…—–')


def _ascii_table() -> dict[int, str]:
    """Every Latin letter with marks, full width too, to its lower-case base; marks to nothing."""
    table = dict.fromkeys(range(768, 880), "")
    for span in (
        range(0x41, 0x5B),
        range(0xC0, 0x250),
        range(0x1E00, 0x1F00),
        range(0xFF10, 0xFF5B),
    ):
        for code in span:
            bare = unicodedata.normalize("NFKD", chr(code)).lower()
            table[code] = "".join(c for c in bare if not unicodedata.combining(c))
    table.update({ord("đ"): "d", ord("Đ"): "d", ord("ø"): "o", ord("ı"): "i"})
    look_alike = dict(zip("аеорсухіАЕОРСУХІВКМНТ", "aeopcyxiaeopcyxibkmht", strict=True))
    table.update({ord(a): b for a, b in look_alike.items()})
    return table


_ASCII = _ascii_table()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text: where it stands, lower case as typed (NFC), and without any marks.

    `gap` says what stands before it: "" or " " or "-" joins it to the word before, "," does not.
    """

    start: int
    end: int
    word: str
    plain: str
    gap: str


def to_ascii(text: str) -> str:
    """Lower case without marks; what is not a Latin letter stays."""
    return text.translate(_ASCII)


def has_japanese(text: str) -> bool:
    return _JAPANESE.search(text) is not None


def tokens(text: str) -> list[Token]:
    """The words of a text with their places in it."""
    found: list[Token] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        raw = match.group()
        word = raw.lower() if raw.isascii() else unicodedata.normalize("NFC", raw).lower()
        found.append(Token(start, end, word, raw.translate(_ASCII), _gap(text[last:start])))
        last = end
    return found


def _gap(between: str) -> str:
    if between in (" ", ""):
        return " "
    if between in ("-", "'", "’", " - ", "–", "‐"):
        return "-"
    return " " if _HARD_GAP.isdisjoint(between) and not has_japanese(between) else ","


def fine(letters: str) -> str:
    """One form for all romanisations of one name: Shimbashi, sinbasi and shinbashi meet."""
    for old, new in _FINE:
        if old in letters:
            letters = letters.replace(old, new)
    return _LONG_H.sub("o", letters) if "oh" in letters else letters


def ear(folded: str, keep_double: bool = False) -> str:
    """From `fine`: one form for what a Vietnamese ear hears: kariya, carida and ca-ri-gia meet."""
    for old, new in _EAR:
        if old in folded:
            folded = folded.replace(old, new)
    folded = _VOWEL_Y.sub("i", folded)
    for old, new in _GLIDE:
        if old in folded:
            folded = folded.replace(old, new)
    return folded if keep_double else _DOUBLE.sub(r"\1", folded)


def voiceless(folded: str) -> str:
    """From `fine`: g and k, z and s, d and t, b and h made equal: isezaki and isesaki meet."""
    return _DOUBLE.sub(r"\1", folded.translate(_VOICELESS))
