"""Phone, card and passport numbers, addresses and accounts that have to leave a text.

Rule 1: whoever owns them, they go; better one word too many than one number left.
Rule 2: everything is searched in the cleaned text (NFC, half width, nothing invisible) and given
        back as a span of the text as typed.
"""

import re
from collections.abc import Iterable, Iterator

import phonenumbers

from hotline.understanding.letters import fold_each
from hotline.understanding.model import Identifier, IdentifierKind
from hotline.understanding.tables import load
from hotline.understanding.text import Clean, clean

_DATA = load("accounts")
# A digit, or the letter people type for a zero between digits; what may stand between two of them.
_PHONE = re.compile(r"(?<![a-z0-9])[+(]?[(+]?[0-9o](?:[\s.\-()/_,*·]{0,3}[0-9o]){7,16}(?![a-z0-9])")
_GLUED = re.compile(r"(?<![0-9])(?:\+?8[14]|0)[0-9](?:[\s.\-]?[0-9]){7,9}(?![0-9])")
_DATE = re.compile(
    r"(?:[0-3]?\d[-./][01]?\d[-./](?:19|20)\d\d|(?:19|20)\d\d[-./][01]?\d[-./][0-3]?\d)"
)
_CARD = re.compile(
    r"(?<![a-z])[a-z][\s.\-]?[a-z](?:[\s.\-]{0,3}[0-9o]){8}[\s.\-]{0,3}[a-z][\s.\-]?[a-z](?![a-z])"
)
_PASSPORT = re.compile(r"(?<![a-z0-9])[a-z](?:[\s.\-]{0,2}[0-9o]){7}(?![0-9])")
_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\]|\(a cong\)|\ba cong\b)\s?"
    r"[a-z0-9](?:[a-z0-9\-]{0,62}\s?(?:\.|\(dot\)|\bcham\b)\s?){1,4}[a-z]{2,12}(?![a-z0-9])"
)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.|m\.|web\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|line\.me|"
    r"t\.me|wa\.me|instagram\.com|tiktok\.com|lin\.ee|messenger\.com|twitter\.com|x\.com|threads\.net|"
    r"youtube\.com|viber\.com)/[^\s,;]{1,200}"
)
_HANDLE = re.compile(r"(?<![a-z0-9.@])@[a-z0-9_][a-z0-9._]{2,40}")
_WORD = re.compile(r"[^\s,;!?()\[\]\"“”:/=]+|[:(=\"“/]")
_CUE = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(sorted(map(re.escape, _DATA["networks"]), key=len, reverse=True))
    + r")(?![a-z0-9])"
)  # fmt: skip
_FILLERS = frozenset(_DATA["fillers"])
_STOP = frozenset(_DATA["stop"])
_NAMES = frozenset(load("names")["surnames"]) | frozenset(load("names")["given"])
_DIGITS = frozenset("0123456789")
_DIGIT = re.compile("[0-9]")
_SPELLED = {
    "khong": "0", "khongg": "0", "linh": "0", "le": "0", "mot": "1", "mots": "1", "hai": "2",
    "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6", "bay": "7", "tam": "8",
    "chin": "9",
}  # fmt: skip
_SPELLED_RUN = re.compile(
    r"(?<![a-z0-9])(?:(?:khong|linh|le|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|[0-9])[\s,.\-]{1,3})"
    r"{7,14}(?:khong|linh|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|[0-9])(?![a-z0-9])"
)
_MAX_WORDS = 5


def find(raw: str, source: Clean | None = None) -> tuple[Identifier, ...]:
    """The identifiers of a text, in order, none inside another."""
    cleaned = source or clean(raw)
    folded = cleaned.folded
    taken: list[tuple[int, int, IdentifierKind]] = []
    for kind, spans in _all(cleaned.string, folded):
        for start, end in spans:
            if end > start and not any(a < end and start < b for a, b, _ in taken):
                taken.append((start, end, kind))
    taken.sort()
    return tuple(Identifier(kind, cleaned.span(a, b)) for a, b, kind in taken)


def _all(typed: str, folded: str) -> Iterator[tuple[IdentifierKind, Iterable[tuple[int, int]]]]:
    if "@" in folded or "(at)" in folded or "[at]" in folded or "a cong" in folded:
        yield "email", (m.span() for m in _EMAIL.finditer(folded))
    if "/" in folded:
        yield "social", (m.span() for m in _LINK.finditer(folded))
    if len(_DIGIT.findall(folded)) > 3:
        yield "residence_card", (m.span() for m in _CARD.finditer(folded) if _is_card(m.group()))
        yield "passport", (m.span() for m in _PASSPORT.finditer(folded) if _is_passport(typed, m))
        yield "phone", _phones(folded)
    if "khong" in folded or "chin" in folded:
        yield "phone", (m.span() for m in _SPELLED_RUN.finditer(folded) if _is_spelled(m.group()))
    if "@" in folded:
        yield "social", (m.span() for m in _HANDLE.finditer(folded))
    yield "social", _accounts(typed, folded)


def _is_card(found: str) -> bool:
    """Eight figures, at most some of them typed as the letter o."""
    letters = [c for c in found if c.isalnum()]
    return sum(c in _DIGITS for c in letters[2:-2]) >= 5


def _is_passport(typed: str, match: re.Match[str]) -> bool:
    """Apart from its figures a letter must be large or stand after a word for passport."""
    found = match.group()
    if sum(c in _DIGITS for c in found) < 5:
        return False
    if found[1] in "0123456789":
        return True
    before = fold_each(typed[max(0, match.start() - 24) : match.start()])
    return typed[match.start()].isupper() or any(cue in before for cue in _PASSPORT_CUES)


_PASSPORT_CUES = ("hc", "ho chieu", "passport", "pasport", "pp")


def _phones(folded: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(folded):
        if _is_phone(match.group(), folded[max(0, match.start() - 20) : match.start()]):
            yield match.span()
    for match in _GLUED.finditer(folded):
        if _is_phone(match.group(), ""):
            yield match.span()


def _is_phone(found: str, before: str) -> bool:
    digits = found.replace("o", "0")
    if _DATE.search(digits) or sum(c in _DIGITS for c in found) < 4:
        return False
    figures = "".join(c for c in digits if c in _DIGITS)
    if digits.lstrip("(").startswith("+"):
        return len(figures) >= 8 or _is_possible(figures)
    if figures.startswith(("00", "010")) and len(figures) > 11:
        return True
    if figures.startswith("0"):
        return 9 <= len(figures) <= 12
    if figures.startswith(("81", "84")):
        return 10 <= len(figures) <= 13
    return 8 <= len(figures) <= 13 and any(cue in before for cue in _PHONE_CUES)


_PHONE_CUES = (
    "so ",
    "sdt",
    "dt",
    "phone",
    "zalo",
    "tel",
    "goi",
    "lien he",
    "lien lac",
    "thoai",
    "call",
)


def _is_possible(figures: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + figures))
    except phonenumbers.NumberParseException:
        return False


def _is_spelled(found: str) -> bool:
    words = [w for w in re.split(r"[\s,.\-]+", found) if w]
    figures = "".join(_SPELLED.get(word, word) for word in words)
    return len(figures) >= 9 and figures.startswith(("0", "8", "9"))


def _accounts(typed: str, folded: str) -> Iterator[tuple[int, int]]:
    """The names after "fb", "line", "zalo": with a dot or a figure in them, after a colon, in large
    letters, or made of Vietnamese names. "không gọi được zalo" names none."""
    for cue in _CUE.finditer(folded):
        yield from _account_after(typed, folded, cue.end())


def _account_after(typed: str, folded: str, at: int) -> Iterator[tuple[int, int]]:
    introduced = False
    words: list[tuple[int, int]] = []
    for match in _WORD.finditer(folded, at, min(len(folded), at + 120)):
        start, end = _trim(folded, *match.span())
        word = folded[start:end]
        if not words and (word in _FILLERS or word in ':(="“/-' or not word):
            introduced = introduced or word in _INTRODUCERS
            continue
        apart = not words and not introduced and "," in folded[at:start]
        if apart and word in _NAMES and not typed[start].isupper():
            break  # "khóa hết fb zalo, em hổng biết"
        if not _may_be_account(typed, word, start, introduced, bool(words)):
            break
        words.append((start, end))
        if len(words) == _MAX_WORDS or _sentence_ends(folded, end):
            break
    if words:
        yield words[0][0], words[-1][1]


_INTRODUCERS = frozenset({":", "la", "ten", "id", "nick", "acc", "=", '"', "“", "account", "tk"})


def _sentence_ends(folded: str, end: int) -> bool:
    return folded[end : end + 1] in (",", ";", "!", "?", "\n", ")", ".")


def _trim(folded: str, start: int, end: int) -> tuple[int, int]:
    while end > start and folded[end - 1] in ".-_'":
        end -= 1
    return start, end


def _may_be_account(typed: str, word: str, start: int, introduced: bool, more: bool) -> bool:
    large = typed[start].isupper() and word in _NAMES
    if (word in _STOP and not large) or len(word) < (1 if more else 2):
        return False
    if any(c in _DIGITS or c in "._@-" for c in word):
        return not _is_bare_number(word) or more
    if typed[start].isupper() or word in _NAMES:
        return True
    return introduced and not more


def _is_bare_number(word: str) -> bool:
    return all(c in _DIGITS or c in ".-+" for c in word) or _TIME.fullmatch(word) is not None


_TIME = re.compile(
    r"\d{1,2}[hg]\d{0,2}|t[2-8]|\d{1,2}[/.\-]\d{1,2}|\d{1,2}t\d{1,2}|\d+(?:man|la|nam|tuoi|k)"
)
