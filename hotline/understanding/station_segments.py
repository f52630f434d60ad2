"""A text as words, and the stretches of it in which a station or an area may be named.

Rule 1: the work grows with the number of words only: a stretch that may be a name is at most ten
words and 48 letters. Rule 2: nothing is decided here.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hotline.understanding import station_words as around
from hotline.understanding.spelling import Token, fine, spelled, tokens
from hotline.understanding.station_index import index
from hotline.understanding.station_words import Role

WIDEST = 10
LETTERS = 48
_ABROAD = 4  # words of the longest Vietnamese place in the tables
_SYLLABLE = re.compile(
    r"(?:ngh|nh|ng|kh|gh|gi|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)


class Segment(NamedTuple):
    """Words `[start, end)` that may hold names, and the word with a role right before them.

    `anchored`: "ga" or the like stands before or "eki" after; `taken_back`: "không phải" before;
    `correction`: how many "à nhầm" stand before it.
    """

    start: int
    end: int
    lead: Role | None
    lead_word: str
    anchored: bool
    taken_back: bool
    correction: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A text taken apart; `plain` and `roles` run parallel to `words`. `forms` has the letters of
    every stretch that is a name or sounds like one, in their two foldings, `fine` and `ear`."""

    words: Sequence[Token]
    segments: Sequence[Segment]
    plain: Sequence[str]
    roles: Sequence[Role | None]
    forms: Mapping[str, tuple[str, str]]


def is_syllable(letters: str) -> bool:
    """Whether letters could be one Vietnamese syllable."""
    return _SYLLABLE.fullmatch(letters) is not None


def take_apart(text: str) -> Scan:
    """The words of a text and the stretches of it in which a name may stand."""
    words = tokens(text)
    plain = [token.plain for token in words]
    if not all(map(str.isalpha, plain)):
        for number in [at for at, word in enumerate(plain) if not word.isalpha()]:
            words[number] = _lettered(words[number], words[number + 1 : number + 2])
            plain[number] = words[number].plain
    known = around.roles()
    roles = [known.get(token.word) for token in words]
    segments = tuple(_segments(words, plain, roles))
    return Scan(words, segments, plain, roles, _names(spelled(_stretches(plain, segments))))


def _names(forms: Mapping[str, tuple[str, str]]) -> Mapping[str, tuple[str, str]]:
    """Without the stretches that no table knows: those are most."""
    table, areas, sounds = index(), around.areas(), around.areas_by_ear()
    fines, ears, lines, vietnam = table.by_fine, table.by_ear, around.lines(), around.vietnam()
    return {
        letters: both
        for letters, both in forms.items()
        if both[0] in fines
        or both[1] in ears
        or both[0] in areas
        or both[1] in sounds
        or "su" in both[1]  # may be heard as "tsu"
        or both[0] in lines
        or letters in vietnam
    }


def _stretches(plain: Sequence[str], segments: Sequence[Segment]) -> set[str]:
    """The letters of every stretch of words that may be a name."""
    found: set[str] = set()
    for segment in segments:
        for start in range(segment.start, segment.end):
            letters = ""
            for word in plain[start : min(segment.end, start + WIDEST)]:
                letters += word
                found.add(letters)
                if len(letters) > LETTERS:
                    break
    return found


def _lettered(token: Token, following: Sequence[Token]) -> Token:
    """VNI residue: digits inside a word are marks (u7e6no6); "4 chome" is read yonchome."""
    if token.plain.isdigit():
        block = bool(following) and following[0].plain.startswith(("chome", "choume"))
        return token._replace(plain=around.CHOME.get(token.plain, token.plain)) if block else token
    if token.word in ("t1", "t2", "t3"):
        return token
    return token._replace(plain="".join([c for c in token.plain if "a" <= c <= "z"]))


@dataclass(slots=True)
class _Lead:
    """What the words passed so far say about the next name."""

    role: Role | None = None
    word: str = ""
    negated: bool = False
    corrections: int = 0

    def pass_word(self, role: Role, word: str) -> None:
        if role == "mistake":
            self.corrections += 1
        elif role == "not_this":
            self.negated = True
            return
        if self.role == "before" and word in around.bridge():
            return
        self.role, self.word = role, word


def _segments(
    words: Sequence[Token], plain: Sequence[str], roles: Sequence[Role | None]
) -> Iterator[Segment]:
    lead, start = _Lead(), -1
    abroad = _abroad(words, plain)
    gaps = [token.gap for token in words]
    gaps.append(",")
    for number, role in enumerate(_parts_played(words, plain, roles, abroad)):
        token = words[number]
        apart, stops = gaps[number] == ",", gaps[number + 1] == ","
        part = role is None or role == "soft"
        if not part:
            hyphen = gaps[number] == "-" or gaps[number + 1] == "-"
            part = hyphen and role in _JOINED and number not in abroad
            part = part or _is_name_after_all(words, start, number, lead, stops)
        if start >= 0 and (apart or not part):
            yield _close(words, start, number, lead)
            lead.role, lead.word, lead.negated, start = None, "", False, -1
        if part:
            if apart and lead.role != "before":
                lead.role, lead.word = None, ""
            start = number if start < 0 else start
        elif role == "noise" and token.plain == "khong" and _hesitates(words, number):
            lead.pass_word("mistake", token.word)
        elif lead.role != "before" or not token.plain.isdigit():
            mistaken = role == "not_this" and stops
            lead.pass_word("mistake" if mistaken else role or "noise", token.word)
    if start >= 0:
        yield _close(words, start, len(words), lead)


def _parts_played(
    words: Sequence[Token],
    plain: Sequence[str],
    roles: Sequence[Role | None],
    abroad: Collection[int],
) -> Sequence[Role | None]:
    """The roles of the words where they stand: a figure or a place in Vietnam is no name."""
    here = list(roles)
    for number, word in enumerate(plain):
        if word.isdigit() or number in abroad:
            here[number] = "noise"
        elif here[number] == "not_this" and number and words[number - 1].word == "thì":
            here[number] = "noise"  # "Tsuga thì phải": I think so
        elif word == "xe" and number and plain[number - 1] == "ben":
            here[number] = "noise"  # "bến xe ga Ueno": no name is cut into such beats
    return here


# Small words that a hyphen makes a part of a name: "Kita-ku", "Shin-Osaka".
_JOINED = frozenset({"noise", "area", "before"})


def _abroad(words: Sequence[Token], plain: Sequence[str]) -> Collection[int]:
    """Words that make up a Vietnamese place of several words: "Nha Trang", "Tân Sơn Nhất"."""
    first = around.vietnam_begins()
    found: set[int] = set()
    for start in [number for number, word in enumerate(plain) if word in first]:
        for end in range(start + 2, min(start + _ABROAD, len(words)) + 1):
            if words[end - 1].gap == ",":
                break
            letters = "".join(plain[start:end])
            if letters in around.vietnam() and fine(letters) not in index().by_fine:
                found.update(range(start, end))
    return found


def _hesitates(words: Sequence[Token], number: int) -> bool:
    """ "ga A à không ga B": the word before says that the name was wrong."""
    return number > 0 and words[number - 1].word in around.words()["hesitation"]


def _is_name_after_all(
    words: Sequence[Token], start: int, number: int, lead: _Lead, stops: bool
) -> bool:
    """Whether a word of the word list is a name, or a part of the one that begins at `start`."""
    if stops and lead.role == "before" and _ends_as_name(words, number, lead):
        return True
    return start >= 0 and words[number].plain == "ga" and _is_beat(words, start, number, lead)


def _ends_as_name(words: Sequence[Token], number: int, lead: _Lead) -> bool:
    """A last word, right after "ga"."""
    token = words[number]
    after = number and words[number - 1].word == lead.word
    named = len(token.plain) > 2 and fine(token.plain) in index().by_fine
    return bool(after) and token.word.isascii() and named


def _is_beat(words: Sequence[Token], start: int, number: int, lead: _Lead) -> bool:
    """Whether this "ga" is a part of a name cut into beats: "ca ke ga oa", "ga chu ru ga"."""
    before = words[start:number]
    if words[number].gap == "," or not all(around.is_mora(word.plain) for word in before):
        return False
    if lead.role == "before":
        return True
    ends = number + 1 == len(words) or words[number + 1].gap == ","
    follows = ends or around.is_mora(words[number + 1].plain)
    return follows and any(around.role(word) is None for word in before)


def _close(words: Sequence[Token], start: int, end: int, lead: _Lead) -> Segment:
    follow = around.role(words[end]) if end < len(words) and words[end].gap != "," else None
    role = lead.role
    if follow == "line" and role != "before" and words[end].word in ("line", "sen"):
        role = "line"
    if (follow == "airport" and words[end].word not in around.elsewhere()) or (
        start and around.role(words[start - 1]) == "gas"
    ):
        role = "airport"
    anchored = role == "before" or (follow == "after" and role != "airport")
    return Segment(start, end, role, lead.word, anchored, lead.negated, lead.corrections)


def letters_of(words: Sequence[Token]) -> str:
    return "".join([token.plain for token in words])  # a list: this runs for every window
