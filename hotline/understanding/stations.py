"""Which Japanese station somebody means: one answer (`resolve`) or a whole message (`find`).

Rule 1: nothing here reads a clock, a file or the network, and time is linear in the text.
Rule 2: "certain" is for one spelling that one station has; everything else is a question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hotline.places import gazetteer
from hotline.understanding import station_words as around
from hotline.understanding.keypad import digits_of, spelled
from hotline.understanding.model import Decision, Span, Station, StationAnswer, StationMatch
from hotline.understanding.spelling import Token, fine, has_japanese, voiceless
from hotline.understanding.station_index import index, own, weights
from hotline.understanding.station_japanese import Written, written
from hotline.understanding.station_scan import (
    TRIES,
    Item,
    Scan,
    Segment,
    is_syllable,
    items,
    letters_of,
    misspelt,
    take_apart,
    trimmed,
    whole,
)  # fmt: skip

NOTHING = StationAnswer((), "none")
_SHOWN = 8
_MOST_NAMES = 40
_LONGEST_ANSWER = 1600
_AREA_SHOWN_FROM = 3
_SMALL_SLIP = 1.45
_ONE_SLIP = 1.15
_ENOUGH_KANA = 4
_BY_EAR = 0.9


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """A prefecture, city or region named in a text; `prefecture` is JIS X 0401."""

    name: str
    prefecture: str
    span: Span


def resolve(text: str) -> StationAnswer:
    """One answer to "which station?": words, Japanese writing or keypad digits."""
    text = text[:_LONGEST_ANSWER]
    keys = digits_of(text)
    if keys is not None:
        return _answer(spelled(keys), 0.95, Span(0, len(text)))
    if has_japanese(text):
        answer = _japanese_answer(text)
        if answer.matches:
            return answer
    scan = take_apart(text)
    found = [item for segment in scan.segments for item in items(scan, segment)][:_MOST_NAMES]
    if (beats := whole(scan)) and beats.rows and len(found) != 1:
        found = [beats]
    found = _with_misspelt(scan, found, thorough=True)
    chosen = _choose(found)
    return _settle(scan, chosen, found) if chosen else NOTHING


def prepare() -> None:
    """Build every index now (about 0.3 s) and not with the first message."""
    find("ga Ueno 上野駅")
    places_named("ga sadalama")
    resolve("8366")


def find(text: str) -> tuple[StationAnswer, ...]:
    """Every station named as a station in a message, in the order of the text, each with its span.

    Not stations: cities, prefectures, airports, Vietnamese places, gas and bed sheets ("ga").
    """
    answers = [
        (one.start, _found_japanese(text, one)) for one in _japanese_stations(text)[:_MOST_NAMES]
    ]
    scan = take_apart(text)
    found = [item for segment in scan.segments for item in items(scan, segment)][:_MOST_NAMES]
    found = _with_misspelt(scan, found, thorough=False)
    corrections = max((s.correction for s in scan.segments), default=0)
    for item in found:
        if _is_station(scan, item, found, corrections):
            answer = _settle(scan, item, found)
            answers.append((scan.words[item.start].start, answer))
    answers.sort(key=lambda pair: pair[0])
    return tuple(answer for _, answer in answers if answer.matches)


def places_named(text: str) -> tuple[PlaceNamed, ...]:
    """Prefectures and municipalities named in a message, in the order of the text."""
    named = [
        (one.start, one.end, one.area) for one in written(text) if one.area and not one.station
    ]
    scan = take_apart(text)
    for segment in scan.segments:
        for item in items(scan, segment):
            if item.areas and _names_area(scan, item):
                start, end = scan.words[item.start].start, scan.words[item.end - 1].end
                named.append((start, end, item.areas[0]))
    return tuple(
        PlaceNamed(area.name, area.prefectures[0], Span(start, end))
        for start, end, area in sorted(named, key=lambda one: one[0])
        if len(area.prefectures) == 1
    )


def _names_area(scan: Scan, item: Item) -> bool:
    """Whether a name stands for the town: not after "ga", and no word of one syllable."""
    if item.segment.anchored and item.rows:
        return False
    letters = sum(len(word.plain) for word in scan.words[item.start : item.end])
    long_enough = letters > _AREA_SHOWN_FROM or item.segment.lead == "area"
    size_known = item.areas[0].kind in ("県", "", "市", "区") or item.segment.lead == "area"
    whole = item.end - item.start > 1 or not is_syllable(scan.words[item.start].plain)
    return long_enough and size_known and (whole or item.segment.lead == "area")


# ---------------------------------------------------------------- misspelt names


def _with_misspelt(scan: Scan, found: list[Item], thorough: bool) -> list[Item]:
    """`found`, and for stretches that nothing explains, names with a slip or two."""
    tries = TRIES
    for segment in scan.segments:
        if tries <= 0:
            break
        if not _worth_a_try(scan, segment, found, thorough):
            continue
        mine = [item for item in found if item.segment is segment]
        better = _garbled(scan, segment, mine, thorough)
        tries -= 1
        if better:
            found = [item for item in found if item.segment is not segment] + better
    return sorted(found, key=lambda item: item.start)


def _worth_a_try(scan: Scan, segment: Segment, found: Sequence[Item], thorough: bool) -> bool:
    if segment.lead in ("airport", "line"):
        return False
    mine = [item for item in found if item.segment is segment]
    explained = sum(item.end - item.start for item in mine)
    start, end = _stretches(scan, segment)[0]
    if not thorough:
        return segment.anchored and not mine
    others = any(item.rows and not item.areas for item in found if item.segment is not segment)
    return explained < end - start and (segment.anchored or not others)


def _stretches(scan: Scan, segment: Segment) -> list[tuple[int, int]]:
    """What may be one name: the segment without small words at its ends; cut into beats, all."""
    core = trimmed(scan, segment.start, segment.end)
    words = scan.words[segment.start : segment.end]
    if len(words) > 2 and all(is_syllable(word.plain) for word in words):
        return list(dict.fromkeys([(segment.start, segment.end), core]))
    return [core]


def _garbled(
    scan: Scan, segment: Segment, mine: Sequence[Item], thorough: bool
) -> list[Item] | None:
    for start, end in _stretches(scan, segment):
        item = _best_misspelt(scan, segment, start, end, thorough, not mine)
        if item and (not mine or item.cost <= _SMALL_SLIP):
            return [item]
    if not mine or not all(one.areas for one in mine):
        return None
    start, end = trimmed(scan, segment.start, segment.end)
    for first, last in _unexplained(start, end, mine):
        item = _best_misspelt(scan, segment, first, last, thorough, False)
        if item:
            return [*mine, item]
    return None


def _unexplained(start: int, end: int, mine: Sequence[Item]) -> Iterable[tuple[int, int]]:
    at = start
    for item in mine:
        if item.start > at:
            yield at, item.start
        at = item.end
    if end > at:
        yield at, end


def _best_misspelt(
    scan: Scan, segment: Segment, start: int, end: int, thorough: bool, alone: bool
) -> Item | None:
    """The whole stretch; if nothing else is known of it also its first words."""
    stops = [end]
    if alone and end - start > 1:
        stops += [stop for stop in (start + 5, start + 4, start + 3, start + 2, start + 1)
                  if stop < end]  # fmt: skip
    best: Item | None = None
    for stop in stops:
        item = misspelt(scan, segment, start, stop, False) if stop > start else None
        if item and (best is None or item.cost < best.cost - 0.3):
            best = item
    if best is None and thorough and alone and end > start:
        best = misspelt(scan, segment, start, end, True)
    return best


# ---------------------------------------------------------------- one answer


def _choose(found: Sequence[Item]) -> Item | None:
    """The item that is meant, out of all names in an answer; None if no station is."""
    usable = [i for i in found if i.rows and i.segment.lead not in ("airport", "gas")]
    usable = [i for i in usable if i.segment.lead != "line"] or [i for i in usable if not i.line]
    usable = [i for i in usable if not i.segment.taken_back] or usable
    if not usable:
        return None
    latest = max(i.segment.correction for i in usable)
    usable = [i for i in usable if i.segment.correction == latest]
    anchored = [i for i in usable if i.segment.anchored]
    if anchored:
        return _not_context(anchored, found)
    free = [i for i in usable if i.segment.lead_word not in around.inside()] or usable
    return _not_context(free, found)


def _not_context(usable: Sequence[Item], found: Sequence[Item]) -> Item:
    """Of several names the one that is not just the town of another."""
    for item in usable:
        if not item.areas and item.cost < 1:
            return item
    for item in usable:
        settled = any(_inside(item, other) for other in found if other is not item)
        if settled or not item.areas:
            return item
    return usable[0]


def _inside(item: Item, other: Item) -> bool:
    prefectures = {p for area in other.areas for p in area.prefectures}
    mine = gazetteer.columns()[4]
    big = any(area.kind in ("県", "") for area in other.areas) or bool(item.areas)
    small = any(area.kind in ("県", "") for area in item.areas)
    return big and not small and any(mine[row] in prefectures for row in item.rows)


def _settle(scan: Scan, item: Item, found: Sequence[Item]) -> StationAnswer:
    rows = item.rows
    words = scan.words[item.start : item.end]
    for other in found:
        if other is not item:
            rows = _narrow(rows, item, other)
    span = Span(words[0].start, words[-1].end)
    contexts = [one for one in found if one is not item and one.areas and not one.segment.anchored]
    if contexts and not item.areas and not _fits(rows, contexts):
        rows, item = _elsewhere(words, rows, item, contexts)
    if _begins_late(scan, item, found):
        item = replace(item, score=item.score * 0.8, rivals=True)
    return _answer(rows, item.score, span, item)


def _begins_late(scan: Scan, item: Item, found: Sequence[Item]) -> bool:
    """Whether words that nothing explains stand right before the name: "kinte su nara"."""
    first = max([item.segment.start] + [one.end for one in found if one.end <= item.start])
    return any(around.role(word) is None for word in scan.words[first : item.start])


def _fits(rows: Sequence[int], contexts: Sequence[Item]) -> bool:
    wanted = {p for one in contexts for area in one.areas for p in area.prefectures}
    return any(gazetteer.columns()[4][row] in wanted for row in rows)


def _elsewhere(
    words: Sequence[Token], rows: tuple[int, ...], item: Item, contexts: Sequence[Item]
) -> tuple[tuple[int, ...], Item]:
    """No station of this spelling lies where the text says: one there that differs by g for k and
    the like, else the ones there are, as a question."""
    others = own(index().by_voiceless.get(voiceless(fine(letters_of(words))), ()))
    there = tuple(row for row in others if _fits([row], contexts))
    return there or rows, replace(item, cost=max(item.cost, 0.5), rivals=True)


def _narrow(rows: tuple[int, ...], item: Item, other: Item) -> tuple[int, ...]:
    """Of the stations those that another name in the text fits; all if it fits none."""
    if other.line:
        lines = [row for row in rows if any(other.line in n for n in gazetteer.station(row).lines)]
        return tuple(lines) or rows
    if other.segment.anchored and not other.areas:
        return rows
    prefecture, jis = gazetteer.columns()[4], gazetteer.columns()[5]
    towns = {area.jis for area in other.areas if area.jis and area.kind != "wards"}
    inside = [
        row for row in rows
        if jis[row] in towns or (jis[row][:4] + "0") in towns
    ]  # fmt: skip
    wanted = {p for area in other.areas[:1] for p in area.prefectures}
    if not wanted and len({prefecture[row] for row in other.rows}) == 1:
        wanted = {prefecture[row] for row in other.rows}
    near = [row for row in rows if prefecture[row] in wanted]
    return tuple(near) or tuple(inside) or rows


def _answer(
    rows: Sequence[int], score: float, span: Span, item: Item | None = None
) -> StationAnswer:
    """Stations by likelihood, those of an exact spelling; certain if there is only one place."""
    if not rows:
        return NOTHING
    weight = weights()
    fuzzy = item is not None and item.cost > 0
    order = list(rows) if fuzzy else sorted(rows, key=lambda row: -weight[row])
    matches = [
        StationMatch(
            station(row), round(max(0.05, score - 0.01 * place - (0.1 if place else 0)), 3)
        )
        for place, row in enumerate(_distinct(order)[:_SHOWN])
    ]
    return StationAnswer(tuple(matches), _decide(matches, item), span)


def _decide(matches: Sequence[StationMatch], item: Item | None) -> Decision:
    if len(matches) != 1:
        return "ask"
    if item is not None and item.rivals:
        return "ask"
    enough = len(matches[0].station.kana) >= _ENOUGH_KANA
    if item is None or item.cost == 0:
        return "certain" if enough or item is None or item.score > _BY_EAR else "ask"
    return "certain" if enough and item.cost <= _ONE_SLIP else "ask"


def _distinct(rows: Iterable[int]) -> list[int]:
    """Without a second row of the same name in the same prefecture, or of 富山駅 beside 富山."""
    seen: set[tuple[str, str]] = set()
    kept: list[int] = []
    names, prefecture = gazetteer.columns()[1], gazetteer.columns()[4]
    for row in rows:
        key = (names[row].removesuffix("駅"), prefecture[row])
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


@lru_cache(maxsize=512)
def station(row: int) -> Station:
    """The station in this row of the gazetteer, in the shape of the product."""
    found = gazetteer.station(row)
    return Station(
        found.code, found.name, found.romaji, found.kana, found.prefecture, found.municipality,
        found.lat, found.lon,
    )  # fmt: skip


# ---------------------------------------------------------------- a whole message


def _is_station(scan: Scan, item: Item, found: Sequence[Item], corrections: int) -> bool:
    segment = item.segment
    if not item.rows or segment.lead in ("airport", "gas", "line") or segment.taken_back:
        return False
    if _was_corrected(item, found, corrections):
        return False
    if segment.anchored:
        return item.start <= _first_word(scan, segment) or segment.lead != "before"
    return item.cost == 0 and _bare_name(scan, item)


def _was_corrected(item: Item, found: Sequence[Item], corrections: int) -> bool:
    """ "ga A à nhầm ga B": A is taken back if B comes with the next correction."""
    mine = item.segment.correction
    return mine < corrections and any(
        other.segment.anchored and other.segment.correction == mine + 1 for other in found
    )


def _first_word(scan: Scan, segment: Segment) -> int:
    """Where a name after "ga" may begin: at once, or after small words ("ga o Ueno")."""
    return trimmed(scan, segment.start, segment.end)[0]


def _bare_name(scan: Scan, item: Item) -> bool:
    """Whether a name without "ga" is only a station's: no town has it and no word looks like it."""
    words = scan.words[item.start : item.end]
    letters = sum(len(word.plain) for word in words)
    joined = any(word.gap == "-" for word in words[1:])
    if letters < 5 or (not joined and any(is_syllable(word.plain) for word in words)):
        return False
    if any(area.kind in ("県", "", "市", "町", "村") for area in item.areas):
        return False
    known = weights()[item.rows[0]] >= 0 and any(_lines(row) >= 2 for row in item.rows)
    return item.score > 0.95 and (item.segment.lead == "area" or known)


def _lines(row: int) -> int:
    return gazetteer.columns()[8][row].count(",") + 1


# ---------------------------------------------------------------- Japanese writing


def _japanese_answer(text: str) -> StationAnswer:
    named = written(text)
    stations = [one for one in named if one.rows]
    if not stations:
        return NOTHING
    marked = [one for one in stations if one.station]
    plain = [one for one in stations if not one.area]
    chosen = (marked or plain or sorted(stations, key=lambda one: -one.letters))[0]
    return _found_japanese(text, chosen)


def _found_japanese(text: str, one: Written) -> StationAnswer:
    """The stations of this name; prefectures, towns and lines elsewhere in the text narrow them."""
    rows = one.rows
    blank = Item(0, 0, 0.0, Segment(0, 0, None, "", False, False, 0))
    others = [replace(blank, areas=(w.area,)) for w in written(text) if w.area and w is not one]
    scan = take_apart(text)
    others += [item for segment in scan.segments for item in items(scan, segment) if not item.rows
               or item.areas or item.line]  # fmt: skip
    for other in others:
        if not (other.areas and other.areas[0].name.startswith(text[one.start : one.end])):
            rows = _narrow(rows, blank, other)
    return _answer(rows, 0.98, Span(one.start, one.end))


def _japanese_stations(text: str) -> list[Written]:
    """Names with 駅 or after "ga", or by themselves if only a station has them."""
    found = []
    for one in written(text):
        before = text[max(0, one.start - 6) : one.start].lower().split()
        anchored = one.station or bool(before and before[-1] in ("ga", "trạm", "tram", "jr"))
        bare = one.alone and one.letters >= 3 and not one.area
        if one.rows and (anchored or (bare and any(_lines(row) >= 2 for row in one.rows))):
            found.append(one)
    return found
