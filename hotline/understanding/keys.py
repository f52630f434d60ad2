"""Telex and VNI keys left in a text: what the writer's keyboard should have turned into marks.

Telex: aa ee oo aw ow uw w dd for letters, s f r x j for tones. VNI: 6 7 8 9 and 1 to 5.
A word is decoded only when the outcome is a possible Vietnamese syllable, and only in a message
that shows other signs of the habit; "bus" and "thu7" are words as they stand.
"""

import re
import unicodedata
from dataclasses import dataclass

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx]"
_RHYME = (
    "[aăâeêioôơuưy]|a[iouy]|ay|âu|ây|eo|êu|ia|iu|iê|oa|oă|oe|oi|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ưu|ươ|ya|"
    "oai|oay|oao|oeo|uây|uôi|iêu|yêu|ươi|ươu|uya|uyu"
)
_CODA_RHYME = "[aăâeêioôơuưy]|iê|yê|oa|oă|oe|uâ|uê|uô|ươ|uy|uyê|oo"
_SYLLABLE = re.compile(
    f"(?:{_ONSET})?(?:(?:{_RHYME})|(?:{_CODA_RHYME})(?:ch|ng|nh|[cmnpt]))", re.ASCII
)
_TELEX_TONE = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONE = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_LETTERS = (
    ("dd", "đ"), ("uow", "ươ"), ("uwow", "ươ"), ("wow", "ươ"),
    ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_VNI_LETTERS = (
    ("d9", "đ"), ("u7o7", "ươ"), ("uo7", "ươ"), ("a6", "â"), ("e6", "ê"), ("o6", "ô"),
    ("a8", "ă"), ("o7", "ơ"), ("u7", "ư"),
)  # fmt: skip
_TELEX_HINT = re.compile(r"[aeo]{2}|[aou]w|dd|[aeiouy][a-z]*[fjxrsw]")
# A line that is one word with such keys; no longer one stands for a word.
_HINTED = re.compile(rf"^(?=[a-z]{{2,10}}$)[a-z]*?(?:{_TELEX_HINT.pattern})[a-z]*$", re.MULTILINE)
_DIGIT = re.compile("[0-9]")
_STRONG = re.compile(r"dd|aa|ee|oo|aw|ow|uw|[aeiouy][a-z]{0,4}[fj]|[aeiouy][a-z]{0,3}x$")
_FINAL_W = re.compile(r"[aou][a-z]*w|dd|[aou]w")
_STOPPED = re.compile(r"(?:ch|[cpt])$")
_TONE_HOME = ("ươ", "iê", "yê", "uô", "ă", "â", "ê", "ô", "ơ", "ư")
# Words of other languages, or plain Vietnamese, that happen to be valid key sequences.
_NOT_TELEX = frozenset(
    {"add", "ar", "as", "ass", "aws", "bar", "bas", "bee", "boo", "book", "bos", "boss", "box",
     "bus", "car", "cas", "class", "dad", "des", "dr", "er", "fax", "fee", "few", "fix", "foto",
     "fox", "gas", "good", "gps", "has", "her", "his", "hoo", "how", "hr", "ios", "ir", "is",
     "kee", "koo", "law", "les", "line", "look", "los", "low", "mar", "mas", "max", "mee", "mes",
     "mess", "miss", "mix", "moo", "mos", "moto", "mr", "mrs", "ms", "new", "nos", "now", "odd",
     "off", "or", "oto", "ox", "pas", "pass", "per", "pos", "raw", "res", "row", "rx", "saw",
     "see", "sex", "sir", "six", "soo", "sos", "sr", "tax", "taxi", "tee", "tes", "this", "too",
     "tow", "tx", "us", "var", "vs", "was", "wow", "yes", "zoo"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typing:
    """Which undecoded key sequences a message shows."""

    telex: bool
    vni: bool


def typing(blocks: list[str]) -> Typing:
    """The habit of a message, from its blocks of letters and digits in lower case."""
    together = "\n".join(blocks)
    return Typing(
        _shows_telex(_HINTED.findall(together)),
        _DIGIT.search(together) is not None and _shows_vni(blocks),
    )


def _shows_vni(blocks: list[str]) -> bool:
    vni_like = [b for b in blocks if not b.isalpha() and not b.isdigit() and vni(b)]
    # A final digit alone is also how people number things; two such words, or a digit inside one,
    # are a keyboard.
    return len(vni_like) > 1 or any(not b[:-1].isalpha() for b in vni_like)


def _shows_telex(words: list[str]) -> bool:
    weak = 0
    for block in words:
        if telex(block):
            weak += 1
            if weak > 2 or _STRONG.search(block):
                return True
    return False


def telex(word: str) -> str:
    """The word these Telex keys stand for, "" when they stand for none."""
    if len(word) > 10 or word in _NOT_TELEX or not _TELEX_HINT.search(word):
        return ""
    letters, tone = _take_tone(word, _TELEX_TONE)
    for key, letter in _TELEX_LETTERS:
        letters = letters.replace(key, letter)
    if "w" in letters[1:]:
        letters = _apply_late_w(letters)
    letters = _apply_late_d(_apply_late_circumflex(letters))
    return _assemble(letters, tone, word)


def vni(word: str) -> str:
    """The word these VNI keys stand for, "" when they stand for none."""
    if len(word) > 12 or not word[:1].isalpha():
        return ""
    letters, tone = _take_tone(word, _VNI_TONE)
    for key, letter in _VNI_LETTERS:
        letters = letters.replace(key, letter)
    return _assemble(_apply_late_digits(letters), tone, word)


def _apply_late_digits(letters: str) -> str:
    """Keys pressed after the whole word: "nguoi72" is "người"."""
    for key, pairs in (("6", "aâeêoô"), ("7", "oơuư"), ("8", "aă"), ("9", "dđ")):
        if letters.endswith(key):
            bare = letters[:-1].replace("uo", "ươ") if key == "7" else letters[:-1]
            letters = _replace_last(bare, pairs) if bare == letters[:-1] else bare
    return letters


def _replace_last(letters: str, pairs: str) -> str:
    table = dict(zip(pairs[::2], pairs[1::2], strict=True))
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in table:
            return letters[:index] + table[letters[index]] + letters[index + 1 :]
    return letters


def _apply_late_w(letters: str) -> str:
    head = letters[0] + letters[1:].replace("w", "", 1)
    if "uo" in head:
        return head.replace("uo", "ươ", 1)
    return _replace_last(head, "aăoơuư")


def _apply_late_circumflex(letters: str) -> str:
    """A vowel pressed again at the end: "luaua", "biete" -> "biêt"."""
    last = letters[-1:]
    if last in ("a", "e", "o") and last in letters[:-2] and letters[-2] not in "aeiouyơưăâêô":
        head = letters[:-1]
        where = head.rfind(last)
        return head[:where] + {"a": "â", "e": "ê", "o": "ô"}[last] + head[where + 1 :]
    return letters


def _apply_late_d(letters: str) -> str:
    return "đ" + letters[1:-1] if letters[0] == "d" and letters[-1] == "d" else letters


def _take_tone(word: str, tones: dict[str, str]) -> tuple[str, str]:
    """The first tone key after a vowel taken out of the word."""
    seen_vowel = False
    for index, character in enumerate(word):
        seen_vowel = seen_vowel or character in "aeiouyw"
        if seen_vowel and index and character in tones:
            return word[:index] + word[index + 1 :], tones[character]
    return word, ""


def _assemble(letters: str, tone: str, typed: str) -> str:
    if letters == typed or not _SYLLABLE.fullmatch(letters):
        return ""
    if tone in ("\u0300", "\u0309", "\u0303") and _STOPPED.search(letters):
        return ""
    home = max((letters.find(v) + len(v) - 1 for v in _TONE_HOME if v in letters), default=-1)
    if home < 0:
        vowels = [i for i, c in enumerate(letters) if c in "aeiouy"]
        home = vowels[-1] if len(vowels) < 2 or letters[-1] not in "aeiouy" else vowels[-2]
    return unicodedata.normalize("NFC", letters[: home + 1] + tone + letters[home + 1 :])
