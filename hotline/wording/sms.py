"""What a text message costs and how to make it cost less.

Facts: 3GPP TS 23.038 (alphabet, extension table) and TS 23.040 (parts): 160 or 153 septets, 70 or
67 UTF-16 units; an escape pair or a surrogate pair never crosses from one part into the next.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = BASIC | EXTENDED
ALONE: Mapping[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
JOINED: Mapping[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}

# đ has no decomposition; the rest are look-alikes that alone would make a message UCS-2.
_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        "đ": "d",
        "Đ": "D",
        "…": "...",
        "•": "-",
        "·": "-",
        "×": "x",
        "→": "->",
    }
)


def encoding(text: str) -> Encoding:
    """The alphabet a message needs: one letter outside GSM-7 moves all of it to UCS-2."""
    return "GSM-7" if _GSM.issuperset(unicodedata.normalize("NFC", text)) else "UCS-2"


def segments(text: str) -> int:
    """How many parts a message is sent and billed as, counted in NFC; an empty one is none."""
    text = unicodedata.normalize("NFC", text)
    alphabet = encoding(text)
    wide = _count_wide(text, alphabet)
    if len(text) + wide <= ALONE[alphabet]:
        return int(bool(text))
    if not wide:
        return -(-len(text) // JOINED[alphabet])
    return _parts([_width(letter, alphabet) for letter in text], JOINED[alphabet])


def plain(text: str) -> str:
    """The text without accents (đ becomes d) and in GSM-7 wherever its letters allow."""
    return unicodedata.normalize("NFC", text.translate(_PLAIN))


def legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold (control characters, lone surrogates)."""
    return text.translate(_LEGAL)


class _Letters(dict[int, str]):
    """A table for `str.translate` that learns each letter once: a text is then read at C speed."""

    def __init__(self, learn: Callable[[str], str]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, code: int) -> str:
        self[code] = self._learn(chr(code))
        return self[code]


def _bare(letter: str) -> str:
    simple = "".join(_simple(c) for c in letter.translate(_LOOKALIKES))
    letters = (c for c in unicodedata.normalize("NFD", simple) if not "\u0300" <= c <= "\u036f")
    bare = unicodedata.normalize("NFC", "".join(letters)).translate(_LOOKALIKES)
    return "".join(map(_simple, bare))  # once more: below its dot, "ẛ" is a form of "s"


def _count_wide(text: str, alphabet: Encoding) -> int:
    """How many letters take two places."""
    if alphabet == "GSM-7":
        return 0 if EXTENDED.isdisjoint(text) else sum(map(text.count, EXTENDED))
    return sum(letter > "\uffff" for letter in text) if max(text) > "\uffff" else 0


def _width(letter: str, alphabet: Encoding) -> int:
    if alphabet == "GSM-7":
        return 2 if letter in EXTENDED else 1
    return 2 if ord(letter) > 0xFFFF else 1


def _parts(widths: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts


def _simple(letter: str) -> str:
    """A compatibility form (full-width digit, ligature) as ASCII, if it has one."""
    folded = unicodedata.normalize("NFKC", letter)
    return folded if folded.isascii() else letter


def _legal(code: int) -> bool:
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or (code >= 0x10000)
    )


_PLAIN = _Letters(_bare)
_LEGAL = _Letters(lambda letter: letter if _legal(ord(letter)) else "")
