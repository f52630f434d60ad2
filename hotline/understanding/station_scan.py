"""Where in a text stations and areas may be named: words to segments, segments to items.

Rule 1: the work grows with the number of words only: a window is at most ten words and 48 letters,
and a text gets at most `TRIES` searches for misspelt names. Rule 2: nothing is decided here.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hotline.understanding import station_words as around
from hotline.understanding.spelling import Token, ear, fine, tokens
from hotline.understanding.station_index import (
    Index,
    Rows,
    as_heard,
    better_known,
    heard_as_tsu,
    index,
    near,
    own,
)
from hotline.understanding.station_towns import in_town
from hotline.understanding.station_words import Area, Role

TRIES = 6
SPELLED = 0.98
BY_EAR = 0.9
_WIDEST = 10
_LETTERS = 48
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


class Item(NamedTuple):
    """A name found in words `[start, end)`: the stations, areas and line it may be.

    `formerly`: no station bears the name today, those of `rows` did, or are read so by some;
    `in_order`: `rows` stand in the order in which they are likely.
    """

    start: int
    end: int
    score: float
    segment: Segment
    rows: Rows = ()
    areas: tuple[Area, ...] = ()
    line: str = ""
    cost: float = 0.0
    rivals: bool = False
    formerly: bool = False
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A text taken apart; `plain` and `roles` run parallel to `words`."""

    words: Sequence[Token]
    segments: Sequence[Segment]
    plain: Sequence[str]
    roles: Sequence[Role | None]


def is_syllable(letters: str) -> bool:
    """Whether letters could be one Vietnamese syllable."""
    return _SYLLABLE.fullmatch(letters) is not None


def take_apart(text: str) -> Scan:
    """The words of a text and the stretches of it in which a name may stand."""
    words = tokens(text)
    for number, token in enumerate(words):
        if not token.plain.isalpha():
            words[number] = _lettered(token, words[number + 1 : number + 2])
    known = around.roles()
    plain = [token.plain for token in words]
    roles = [known.get(token.word) for token in words]
    return Scan(words, tuple(_segments(words, roles)), plain, roles)


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
        if role == "not_this":
            self.negated = True
            return
        if self.role == "before" and word in around.bridge():
            return
        self.role, self.word = role, word


def _segments(words: Sequence[Token], roles: Sequence[Role | None]) -> Iterator[Segment]:
    lead, start = _Lead(), -1
    abroad = _abroad(words)
    for number, token in enumerate(words):
        role = "noise" if number in abroad or token.plain.isdigit() else roles[number]
        if role == "not_this" and number and words[number - 1].word == "thì":
            role = "noise"  # "Tsuga thì phải": I think so
        stops = number + 1 == len(words) or words[number + 1].gap == ","
        part = role is None or role == "soft" or _joined(words, number, abroad, role)
        part = part or (stops and _ends_as_name(words, number, lead))
        part = part or (start >= 0 and token.plain == "ga" and _is_beat(words, start, number, lead))
        if start >= 0 and (not part or token.gap == ","):
            yield _close(words, start, number, lead)
            lead.role, lead.word, lead.negated, start = None, "", False, -1
        if token.gap == "," and part and lead.role != "before":
            lead.role, lead.word = None, ""
        if part:
            start = number if start < 0 else start
        elif role == "noise" and token.plain == "khong" and _hesitates(words, number):
            lead.pass_word("mistake", token.word)
        elif not (token.plain.isdigit() and lead.role == "before"):
            mistaken = role == "not_this" and stops
            lead.pass_word("mistake" if mistaken else role or "noise", token.word)
    if start >= 0:
        yield _close(words, start, len(words), lead)


def _joined(
    words: Sequence[Token], number: int, abroad: Collection[int], role: Role | None
) -> bool:
    """Whether a hyphen makes a small word a part of a name: "Kita-ku", "Shin-Osaka"."""
    if role not in ("noise", "area", "before") or number in abroad:
        return False
    following = number + 1 < len(words) and words[number + 1].gap == "-"
    return following or words[number].gap == "-"


def _abroad(words: Sequence[Token]) -> set[int]:
    """Words that make up a Vietnamese place of several words: "Nha Trang", "Tân Sơn Nhất"."""
    found: set[int] = set()
    first = around.vietnam_begins()
    for start, token in enumerate(words):
        if token.plain not in first:
            continue
        for end in range(start + 2, min(start + _ABROAD, len(words)) + 1):
            if words[end - 1].gap == ",":
                break
            letters = letters_of(words[start:end])
            if letters in around.vietnam() and fine(letters) not in index().by_fine:
                found.update(range(start, end))
    return found


def _hesitates(words: Sequence[Token], number: int) -> bool:
    """ "ga A à không ga B": the word before says that the name was wrong."""
    return number > 0 and words[number - 1].word in around.words()["hesitation"]


def _ends_as_name(words: Sequence[Token], number: int, lead: _Lead) -> bool:
    """Whether a last word of the word list is a name after all: right after "ga"."""
    token = words[number]
    after = lead.role == "before" and number and words[number - 1].word == lead.word
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


def without_ending(letters: str) -> str:
    """Without "eki" or "station" written together with the name."""
    for ending in ("eki", "station"):
        if len(letters) > len(ending) + 3 and letters.endswith(ending):
            return letters.removesuffix(ending)
    return letters


def items(scan: Scan, segment: Segment) -> list[Item]:
    """Names in one segment that are spelled right by one of the foldings, left to right, longest
    first, without overlap."""
    found: list[Item] = []
    start = segment.start
    while start < segment.end:
        item = _longest(scan, segment, start)
        if item and start + 1 < item.end and scan.roles[start] == "soft":
            later = _longest(scan, segment, start + 1)
            item = later if later and later.end > item.end else item
        if item is None:
            start += 1
        else:
            found.append(item)
            start = item.end
    return found


def names_in(text: str, scan: Scan) -> Iterator[Item]:
    """Every name in a message; what only sounds like a town is none."""
    before = -1
    for segment in scan.segments:
        for item in items(scan, segment):
            if item.areas and _by_chance(text, scan, item, item.start == before):
                item = item._replace(areas=(), score=item.score if item.rows else 0.0)
            before = item.end
            yield item


def _by_chance(text: str, scan: Scan, item: Item, behind: bool) -> bool:
    """Whether everyday words sound like a town: "ai chỉ" (Aichi), "xe chở" (Seto). After "ở" and
    the like, behind another name, with capitals, with hyphens or alone they are one."""
    words = scan.words[item.start : item.end]
    if len(words) < 2 or not all(is_syllable(word.plain) for word in words):
        return False
    if item.segment.lead == "area" and item.start == item.segment.start:
        return False
    if behind and not any(around.has_tone(word.word) for word in words):
        return False
    large = all(text[word.start].isupper() for word in words)
    return not (large or words[1].gap == "-" or len(words) == len(scan.words))


def whole(scan: Scan) -> Item | None:
    """The whole text as one name, for words of which every one is also a word of its own."""
    last = len(scan.words)
    one = last == 1 or (last == 2 and scan.roles[1] is not None)
    cut = 2 < last <= _WIDEST and all(around.is_mora(word.plain) for word in scan.words)
    joined = last > 1 and all(word.gap == "-" for word in scan.words[1:])
    if not (one or cut or joined):
        return None
    found = _look_up(scan, Segment(0, last, None, "", False, False, 0), 0, last)
    sure = found is not None and (not one or found.score > BY_EAR)
    return found if sure and not (one and around.has_tone(scan.words[0].word)) else None


def _longest(scan: Scan, segment: Segment, start: int) -> Item | None:
    size, end = 0, start
    while end < segment.end and end - start < _WIDEST and size <= _LETTERS:
        size += len(scan.plain[end])
        end += 1
    for stop in range(end, start, -1):
        item = _look_up(scan, segment, start, stop)
        if item is not None:
            return _without_trailing(scan, segment, item)
    return None


def _without_trailing(scan: Scan, segment: Segment, item: Item) -> Item:
    """ "Kawaguchi ko ai" is Kawaguchi: a small word after a whole name is not a part of it."""
    last = scan.words[item.end - 1]
    whole = item.end - item.start == 2 and not is_syllable(scan.words[item.start].plain)
    if not whole or last.gap == "-" or last.word not in around.trailing():
        return item
    return _look_up(scan, segment, item.start, item.end - 1) or item


def _look_up(scan: Scan, segment: Segment, start: int, end: int) -> Item | None:
    letters = scan.plain[start] if end - start == 1 else "".join(scan.plain[start:end])
    table = index()
    if letters.endswith(("eki", "station")) and not _is_known(table, letters):
        letters = without_ending(letters)
    if not _may_be_name(scan, segment, start, end, letters):
        return None
    folded = fine(letters)
    rows, score = table.by_fine.get(folded, ()), SPELLED
    areas = around.areas().get(folded, ())
    if segment.lead == "line" and folded in around.lines():
        return Item(start, end, score, segment, own(rows), areas, around.lines()[folded])
    if not rows:
        if letters in around.vietnam():
            return Item(start, end, 0.0, segment)
        score = BY_EAR
        rows, areas = _by_ear(table, letters, folded, areas)
    elif end - start > 1 and all(map(is_syllable, scan.plain[start:end])):
        rows = rows + better_known(rows, ear(folded))
    if not rows and not areas:
        return None
    return Item(start, end, score, segment, own(rows), areas, formerly=all(row < 0 for row in rows))


def _is_known(table: Index, letters: str) -> bool:
    """ "Shin-Shimonoseki" ends in "eki" and is whole."""
    folded = fine(letters)
    return folded in table.by_fine or ear(folded) in table.by_ear


def _by_ear(
    table: Index, letters: str, folded: str, areas: tuple[Area, ...]
) -> tuple[Rows, tuple[Area, ...]]:
    """Stations and areas that sound like a spelling that no station has; in a town of that name
    its own only."""
    if areas:
        return own(in_town(table.by_ear.get(ear(folded), ()), areas)), areas
    if len(letters) < 4:
        return (), ()
    heard = ear(folded)
    rows = as_heard(table.by_ear.get(heard, ()), folded)
    if "su" in heard:
        rows = heard_as_tsu(rows, folded)
    return rows, around.areas_by_ear().get(heard, ())


def _may_be_name(scan: Scan, segment: Segment, start: int, end: int, letters: str) -> bool:
    whole_text = end - start == len(scan.words)
    if len(letters) < 3:
        plain_word = end - start == 1 and scan.roles[start] is None
        return plain_word and len(letters) == 2 and (segment.anchored or whole_text)
    if end - start == 1:
        if scan.roles[start] is None or scan.words[start].gap == "-":
            return True
        return whole_text or (segment.end - segment.start == 1 and segment.anchored)
    if None in scan.roles[start:end] or segment.anchored or whole_text:
        return True
    named = segment.lead_word in ("tỉnh", "tinh") and start == segment.start
    return named or all(word.gap == "-" for word in scan.words[start + 1 : end])


def misspelt(scan: Scan, segment: Segment, start: int, end: int, everywhere: bool) -> Item | None:
    """The words `[start, end)` as one name with a slip or two, or None."""
    letters = without_ending(letters_of(scan.words[start:end]))
    if len(letters) > _LETTERS or letters in around.vietnam():
        return None
    close = near(letters, everywhere)
    if not close:
        return None
    best = close[0]
    rivals = any(other.cost < best.cost + 0.8 for other in close[1:])
    rows = tuple(row for one in close if one.cost < best.cost + 0.9 for row in own(one.rows))
    return Item(
        start, end, max(0.3, 0.9 - 0.2 * best.cost), segment,
        tuple(dict.fromkeys(rows)), cost=best.cost, rivals=rivals,
    )  # fmt: skip


def trimmed(scan: Scan, start: int, end: int) -> tuple[int, int]:
    """The stretch without small words at its ends."""
    while start < end and scan.roles[start] == "soft" and scan.words[start].gap != "-":
        if start + 1 < end and scan.words[start + 1].gap == "-":
            break
        start += 1
    while end > start and scan.roles[end - 1] == "soft":
        if scan.words[end - 1].gap == "-":
            break
        end -= 1
    return start, end
