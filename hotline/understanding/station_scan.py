"""Names in the segments of a text that are spelled right by one of the foldings, or with a slip.

Rule 1: a text gets at most `TRIES` searches for misspelt names. Rule 2: nothing is decided here.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from hotline.understanding import station_words as around
from hotline.understanding.spelling import ear, fine, keys_of
from hotline.understanding.station_index import (
    Rows,
    as_heard,
    better_known,
    heard_as_tsu,
    index,
    near,
    own,
)
from hotline.understanding.station_segments import (
    LETTERS,
    WIDEST,
    Scan,
    Segment,
    is_syllable,
    letters_of,
)
from hotline.understanding.station_towns import in_town
from hotline.understanding.station_words import Area

TRIES = 6
SPELLED = 0.98
BY_EAR = 0.9


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
    cut = 2 < last <= WIDEST and all(around.is_mora(word.plain) for word in scan.words)
    joined = last > 1 and all(word.gap == "-" for word in scan.words[1:])
    if not (one or cut or joined):
        return None
    letters = letters_of(scan.words)
    scan = replace(scan, forms={letters: _forms(letters)})
    found = _look_up(scan, Segment(0, last, None, "", False, False, 0), 0, last)
    sure = found is not None and (not one or found.score > BY_EAR)
    return found if sure and not (one and around.has_tone(scan.words[0].word)) else None


def _longest(scan: Scan, segment: Segment, start: int) -> Item | None:
    size, end = 0, start
    while end < segment.end and end - start < WIDEST and size <= LETTERS:
        size += len(scan.plain[end])
        end += 1
    for stop in range(end, start, -1):
        item = _look_up(scan, segment, start, stop)
        if item is not None:
            return _without_trailing(scan, segment, item)
    return _in_keys(scan, segment, start)


def _in_keys(scan: Scan, segment: Segment, start: int) -> Item | None:
    """ "ga Káhiwa": a word in which a Vietnamese keyboard took letters for marks."""
    token = scan.words[start]
    foreign = segment.anchored or not is_syllable(token.plain)
    if token.word.isascii() or not foreign:
        return None
    letters = keys_of(token.word)
    rows = index().by_fine.get(fine(letters), ()) if len(letters) > 3 else ()
    return Item(start, start + 1, BY_EAR, segment, own(rows)) if rows else None


def _without_trailing(scan: Scan, segment: Segment, item: Item) -> Item:
    """ "Kawaguchi ko ai" is Kawaguchi: a small word after a whole name is not a part of it."""
    last = scan.words[item.end - 1]
    whole = item.end - item.start == 2 and not is_syllable(scan.words[item.start].plain)
    if not whole or last.gap == "-" or last.word not in around.trailing():
        return item
    return _look_up(scan, segment, item.start, item.end - 1) or item


def _look_up(scan: Scan, segment: Segment, start: int, end: int) -> Item | None:
    letters = scan.plain[start] if end - start == 1 else "".join(scan.plain[start:end])
    forms = scan.forms.get(letters)
    if letters.endswith(("eki", "station")) and not _is_known(forms):
        letters = without_ending(letters)
        forms = _forms(letters)
    if forms is None or not _may_be_name(scan, segment, start, end, letters):
        return None
    folded, heard = forms
    rows, score = index().by_fine.get(folded, ()), SPELLED
    areas = around.areas().get(folded, ())
    if segment.lead == "line" and folded in around.lines():
        return Item(start, end, score, segment, own(rows), areas, around.lines()[folded])
    if not rows:
        if letters in around.vietnam():
            return Item(start, end, 0.0, segment)
        score = BY_EAR
        rows, areas = _by_ear(letters, folded, heard, areas)
    elif end - start > 1 and all(map(is_syllable, scan.plain[start:end])):
        rows = rows + better_known(rows, heard)
    if not rows and not areas:
        return None
    return Item(start, end, score, segment, own(rows), areas, formerly=max(rows, default=-1) < 0)


def _forms(letters: str) -> tuple[str, str]:
    folded = fine(letters)
    return folded, ear(folded)


def _is_known(forms: tuple[str, str] | None) -> bool:
    """ "Shin-Shimonoseki" ends in "eki" and is whole."""
    return forms is not None and (forms[0] in index().by_fine or forms[1] in index().by_ear)


def _by_ear(
    letters: str, folded: str, heard: str, areas: tuple[Area, ...]
) -> tuple[Rows, tuple[Area, ...]]:
    """Stations and areas that sound like a spelling that no station has; in a town of that name
    its own only."""
    if areas:
        return own(in_town(index().by_ear.get(heard, ()), areas)), areas
    if len(letters) < 4:
        return (), ()
    rows = index().by_ear.get(heard, ())
    if len(rows) > 1:
        rows = as_heard(rows, folded)
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
    if len(letters) > LETTERS or letters in around.vietnam():
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
