"""How one Japanese name is spelled in Latin letters: three foldings, from strict to generous.

Rule 1: every folding takes lower-case ASCII letters and works on many names at once when they are
joined by newlines. Rule 2: only plain replacements and short look-aheads, so time is linear.
Both sides, table and message, go through the same folding and meet.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

_Rules = tuple[tuple[str, str], ...]

# Hepburn, Kunrei and Nihon-shiki, doubled long vowels, n or m before b, m, p: one form. Rules in
# their order, in groups by letters without which none of a group applies.
_FINE: tuple[tuple[str, _Rules], ...] = (
    ("h", (("shi", "si"), ("sh", "sy"), ("cch", "tch"), ("tch", "tty"), ("chi", "ti"),
           ("ch", "ty"))),
    ("tyi", (("tyi", "ti"),)),
    ("ts", (("tsu", "tu"), ("ts", "t"))),
    ("j", (("ji", "zi"), ("jy", "zy"), ("j", "zy"))),
    ("f", (("fu", "hu"), ("f", "h"))),
    ("d", (("dzu", "zu"), ("du", "zu"), ("di", "zi"))),
    ("wo", (("wo", "o"),)),
    ("ou", (("ou", "o"),)),
    ("oo", (("oo", "o"),)),
    ("uu", (("uu", "u"),)),
    ("m", (("mb", "nb"), ("mp", "np"), ("mm", "nm"))),
)  # fmt: skip
_LONG_H = re.compile(r"oh(?![aeiouy])")

# A Vietnamese ear and hand: x for s, c for k, d gi r-less z for z and y, oa for wa, i for y.
_EAR: tuple[tuple[str, _Rules], ...] = (
    ("h", (("ph", "h"), ("kh", "k"), ("gh", "g"), ("th", "t"))),
    ("tr", (("tr", "t"),)),
    ("x", (("x", "s"),)),
    ("n", (("ngg", "ng"), ("nh", "n"))),
    ("q", (("qua", "wa"),)),
    ("c", (("c", "k"),)),
    ("q", (("q", "k"),)),
    ("l", (("l", "r"),)),
    ("v", (("v", "w"),)),
    ("y", (("sy", "s"), ("ty", "t"), ("zy", "z"))),
    ("g", (("gi", "zi"), ("gy", "z"))),
    ("ei", (("ei", "e"),)),
    ("oa", (("oa", "wa"),)),
    ("ua", (("ua", "wa"),)),
    ("w", (("uw", "w"), ("ow", "w"))),
    ("ao", (("ao", "aw"),)),
)  # fmt: skip
_VOWEL_Y = re.compile(r"y(?![aeiou])")
_GLIDE: tuple[tuple[str, _Rules], ...] = (
    ("y", (("y", "z"),)),
    ("d", (("d", "z"),)),
    ("j", (("j", "z"),)),
    ("i", (("ia", "za"), ("iu", "zu"), ("io", "zo"),
           ("zz", "z"), ("iza", "za"), ("izu", "zu"), ("izo", "zo"))),
)  # fmt: skip
_DOUBLE = re.compile(r"([a-z])\1+")
_ONCE = itemgetter(1)  # a template as r"\1" is looked up anew at every call
_VOICELESS = str.maketrans("gzdbp", "ksthh")

_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff々〆ｦ-ﾟ]")
_WORD = re.compile(
    "([0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f\uff10-\uff5a\u0400-\u04ff]+)"
)
_COMBINING = re.compile("[\u0300-\u036f]")
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


class Token(NamedTuple):
    """A word of the text: where it stands, lower case as typed (NFC), and without any marks.

    `gap` says what stands before it: "" or " " or "-" joins it to the word before, "," does not.
    """

    start: int
    end: int
    word: str
    plain: str
    gap: str


_token: Callable[[tuple[int, int, str, str, str]], Token] = partial(tuple.__new__, Token)


def to_ascii(text: str) -> str:
    """Lower case without marks; what is not a Latin letter stays."""
    return text.translate(_ASCII)


def has_japanese(text: str) -> bool:
    return _JAPANESE.search(text) is not None


def tokens(text: str) -> list[Token]:
    """The words of a text with their places in it."""
    pieces = _WORD.split(text)  # what stands before a word, the word, what stands before …
    typed = pieces[1::2]
    reached = list(accumulate(map(len, pieces)))
    starts, ends = reached[:-1:2], reached[1::2]
    if text.isascii():
        words = plain = [word.lower() for word in typed]
    elif _is_composed(text) and len(bare := text.translate(_ASCII)) == len(text):
        words = [word.lower() for word in typed]
        plain = [bare[start:end] for start, end in zip(starts, ends, strict=True)]
    else:
        words = [unicodedata.normalize("NFC", word).lower() for word in typed]
        plain = [word.translate(_ASCII) for word in typed]
    gaps = [_GAPS[gap] if gap in _GAPS else _gap(gap) for gap in pieces[:-1:2]]
    return list(map(_token, zip(starts, ends, words, plain, gaps, strict=True)))


def _is_composed(text: str) -> bool:
    """Whether each letter and its marks are one character, so that places stay the same."""
    return unicodedata.is_normalized("NFC", text) and _COMBINING.search(text) is None


def _gap(between: str) -> str:
    if between in (" ", ""):
        return " "
    if between in ("-", "'", "’", " - ", "–", "‐"):
        return "-"
    return " " if _HARD_GAP.isdisjoint(between) and not has_japanese(between) else ","


_GAPS = {gap: _gap(gap) for gap in ("", " ", ",", ", ", ".", ". ", "-", " - ", "? ", "! ", "\n")}


def keys_of(word: str) -> str:
    """What was typed, where a Vietnamese keyboard made marks of a name: káhiwa was kashiwa."""
    typed = ""
    for letter in unicodedata.normalize("NFD", word.replace("đ", "dd")):
        typed += typed[-1:] if letter == _CIRCUMFLEX else _KEYS.get(letter, letter)
    return typed


# Telex: aa ee oo are one letter with a circumflex, w makes the other marks, and five keys tones.
_CIRCUMFLEX = "\u0302"
_KEYS = dict(zip("\u0301\u0300\u0309\u0303\u0323\u0306\u031b", "sfrxjww", strict=True))


def _apply(letters: str, groups: tuple[tuple[str, _Rules], ...]) -> str:
    for needed, rules in groups:
        if needed in letters:
            for old, new in rules:
                letters = letters.replace(old, new)
    return letters


def fine(letters: str) -> str:
    """One form for all romanisations of one name: Shimbashi, sinbasi and shinbashi meet."""
    letters = _apply(letters, _FINE)
    return _LONG_H.sub("o", letters) if "oh" in letters else letters


def ear(folded: str, keep_double: bool = False) -> str:
    """From `fine`: one form for what a Vietnamese ear hears: kariya, carida and ca-ri-gia meet."""
    folded = _apply(folded, _EAR)
    folded = _VOWEL_Y.sub("i", folded) if "y" in folded else folded
    folded = _apply(folded, _GLIDE)
    return folded if keep_double else _DOUBLE.sub(_ONCE, folded)


def spelled(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Each name to its forms by `fine` and by `ear`, all folded at once."""
    listed = tuple(names)
    fines = fine("\n".join(listed))
    forms = zip(fines.split("\n"), ear(fines).split("\n"), strict=True)
    return dict(zip(listed, forms, strict=True)) if listed else {}


def voiceless(folded: str) -> str:
    """From `fine`: g and k, z and s, d and t, b and h made equal: isezaki and isesaki meet."""
    return _DOUBLE.sub(_ONCE, folded.translate(_VOICELESS))
