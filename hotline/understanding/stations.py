"""Which Japanese station somebody means: one answer (`resolve`) or a whole message (`find`).

Rule 1: nothing here reads a clock, a file or the network, and time is linear in the text.
Rule 2: "certain" is for one spelling that one station has; everything else is a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.places import gazetteer
from hotline.understanding import station_words as around
from hotline.understanding.keypad import digits_of, nearly, spelled
from hotline.understanding.model import Span, StationAnswer
from hotline.understanding.spelling import Token, fine, has_japanese, voiceless
from hotline.understanding.station_answers import NOTHING, SHOWN, answer_of
from hotline.understanding.station_index import index, own
from hotline.understanding.station_japanese import Written, written
from hotline.understanding.station_repair import speaks_of_gas, with_misspelt
from hotline.understanding.station_scan import BY_EAR, Item, items, names_in, trimmed, whole
from hotline.understanding.station_segments import (
    Scan,
    Segment,
    is_syllable,
    letters_of,
    take_apart,
)
from hotline.understanding.station_towns import in_town, namesakes

_MOST_NAMES = 40
_LONGEST_ANSWER = 1600
_AREA_SHOWN_FROM = 3
_HUB = 4


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
        span = Span(0, len(text))
        if rows := spelled(keys):
            return answer_of(rows, 0.95, span)
        near = answer_of(nearly(keys), 0.6, span)
        return replace(near, decision="ask") if near.matches else NOTHING
    if has_japanese(text):
        answer = _japanese_answer(text)
        if answer.matches:
            return answer
    scan = take_apart(text)
    found = [item for segment in scan.segments for item in items(scan, segment)][:_MOST_NAMES]
    if (beats := whole(scan)) and beats.rows and len(found) != 1:
        found = [beats]
    gas = speaks_of_gas(scan)  # or of bed sheets: then only what names a station by itself counts
    bare = [item for item in found if item.rows and _bare_name(scan, item)] if gas else []
    found = bare if gas else with_misspelt(scan, found, thorough=True)
    chosen = _choose(found) or _town_for_station(found)
    if chosen is None:
        return NOTHING
    answer = _settle(scan, chosen, found)
    others = [_settle(scan, item, found) for item in found if _is_rival(item, chosen)]
    return _either(answer, others)


def prepare() -> None:
    """Build every index now (about 0.3 s) and not with the first message."""
    find("ga Ueno 上野駅")
    places_named("ga sadalama")
    resolve("8366")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a message: taken apart once, asked for stations and for towns."""

    text: str
    scan: Scan
    items: tuple[Item, ...]

    def stations(self) -> tuple[StationAnswer, ...]:
        """See `find`."""
        answers = [
            (one.start, _found_japanese(self.text, one))
            for one in _japanese_stations(self.text)[:_MOST_NAMES]
        ]
        scan = self.scan
        found = with_misspelt(scan, list(self.items[:_MOST_NAMES]), thorough=False)
        corrections = max((s.correction for s in scan.segments), default=0)
        for item in found:
            if _is_station(scan, item, found, corrections):
                answer = _settle(scan, item, found)
                answers.append((scan.words[item.start].start, answer))
        answers.sort(key=lambda pair: pair[0])
        return tuple(answer for _, answer in answers if answer.matches)

    def places(self) -> tuple[PlaceNamed, ...]:
        """See `places_named`."""
        scan = self.scan
        named = [
            (one.start, one.end, one.area)
            for one in written(self.text)
            if one.area and not one.station
        ]
        for item in self.items:
            if item.areas and _names_area(scan, item):
                start, end = scan.words[item.start].start, scan.words[item.end - 1].end
                named.append((start, end, item.areas[0]))
        return tuple(
            PlaceNamed(area.name, area.prefectures[0], Span(start, end))
            for start, end, area in sorted(named, key=lambda one: one[0])
            if len(area.prefectures) == 1
        )


def look(text: str) -> Look:
    """Take a message apart for its stations and towns."""
    scan = take_apart(text)
    return Look(text, scan, tuple(names_in(text, scan)))


def find(text: str) -> tuple[StationAnswer, ...]:
    """Every station named as a station in a message, in the order of the text, each with its span.

    Not stations: cities, prefectures, airports, Vietnamese places, gas and bed sheets ("ga").
    """
    return look(text).stations()


def places_named(text: str) -> tuple[PlaceNamed, ...]:
    """Prefectures and municipalities named in a message, in the order of the text."""
    return look(text).places()


def _names_area(scan: Scan, item: Item) -> bool:
    """Whether a name stands for the town: not after "ga" or "cao tốc", no word of one syllable."""
    if _is_motorway(scan, item) or (item.segment.anchored and item.rows):
        return False
    letters = sum(len(word.plain) for word in scan.words[item.start : item.end])
    long_enough = letters > _AREA_SHOWN_FROM or item.segment.lead == "area"
    size_known = item.areas[0].kind in ("県", "", "市", "区") or item.segment.lead == "area"
    whole = item.end - item.start > 1 or not is_syllable(scan.words[item.start].plain)
    return long_enough and size_known and (whole or item.segment.lead == "area")


def _is_motorway(scan: Scan, item: Item) -> bool:
    """ "cao tốc (Shin-)Tomei", not "cao tốc ở Shizuoka"."""
    first = item.segment.start
    led = item.segment.lead_word in around.motorway() and item.start <= first + 1
    return led and scan.words[first].plain not in around.inside()


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


def _town_for_station(found: Sequence[Item]) -> Item | None:
    """ "ga Saitama": no station is called so, but some have the town's name in theirs."""
    for item in found:
        if item.segment.lead == "before" and item.areas and not item.segment.taken_back:
            rows = namesakes((), item.areas)
            return item._replace(rows=rows, rivals=True, in_order=True) if rows else None
    return None


def _is_rival(item: Item, chosen: Item) -> bool:
    """Whether a second station is named just as firmly: "Shinjuku hoặc Yoyogi"."""
    segment = item.segment
    apart = segment.anchored and segment is not chosen.segment
    named = item.rows and (apart or not item.areas)
    named = named and segment.lead not in ("line", "airport", "gas")
    firm = segment.anchored or not chosen.segment.anchored
    return bool(
        named
        and firm
        and segment.lead_word not in around.inside()
        and not segment.taken_back
        and segment.correction == chosen.segment.correction
        and set(item.rows) != set(chosen.rows)
    )


def _either(answer: StationAnswer, others: Sequence[StationAnswer]) -> StationAnswer:
    """One answer of several: all their stations, the first ones first, as a question."""
    more = [match for other in others for match in other.matches]
    known = {match.station.code for match in answer.matches}
    more = [match for match in more if match.station.code not in known]
    if not more:
        return answer
    return replace(answer, matches=(*answer.matches, *more)[:SHOWN], decision="ask")


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
        again = other.rows[:1] == item.rows[:1] and other.segment.lead != "area"
        if other is not item and not again:
            rows = _narrow(rows, item, other)
    span = Span(words[0].start, words[-1].end)
    contexts = [one for one in found if one is not item and one.areas and not one.segment.anchored]
    if contexts and not item.areas and not _fits(rows, contexts):
        rows, item = _elsewhere(words, rows, item, contexts)
    elif item.areas:
        rows, item = _with_namesakes(rows, item, [i for i in found if i is not item and i.areas])
    if _begins_late(scan, item, found) or (item.areas and item.segment.lead == "area"):
        item = item._replace(score=item.score * 0.8, rivals=True)
    return answer_of(rows, item.score, span, item)


def _with_namesakes(
    rows: tuple[int, ...], item: Item, contexts: Sequence[Item]
) -> tuple[tuple[int, ...], Item]:
    """A station that has the name of a town elsewhere: the town's stations too, as a question."""
    more = namesakes(rows, item.areas)
    if not more or (contexts and _fits(rows, contexts)):
        return rows, item
    if contexts and _fits(more, contexts):
        rows = more
    else:
        rows = (*more, *rows) if item.formerly else (*rows, *more)
    return rows, item._replace(rivals=True, in_order=True)


def _begins_late(scan: Scan, item: Item, found: Sequence[Item]) -> bool:
    """Whether words that nothing explains stand right before the name: "kinte su nara"."""
    first = max([item.segment.start] + [one.end for one in found if one.end <= item.start])
    return None in scan.roles[first : item.start]


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
    return there or rows, item._replace(cost=max(item.cost, 0.5), rivals=True)


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
    most = max(_lines(row) for row in item.rows)
    if letters < (4 if most >= _HUB else 5) or (
        not joined and any(is_syllable(word.plain) for word in words)
    ):
        return False
    towns = {area.kind for area in item.areas}
    if towns & {"県", "", "市"} or (towns & {"町", "村"} and most < _HUB):
        return False
    if "区" in towns and not in_town(item.rows, item.areas):
        return False  # Adachi is in Tokyo, 安達 in Fukushima
    before = scan.words[item.start - 1].word if item.start > item.segment.start else ""
    placed = item.segment.lead == "area" or before in around.inside()
    return item.score > BY_EAR and (placed or most > 1)


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
    others = [blank._replace(areas=(w.area,)) for w in written(text) if w.area and w is not one]
    scan = take_apart(text)
    others += [item for segment in scan.segments for item in items(scan, segment) if not item.rows
               or item.areas or item.line]  # fmt: skip
    for other in others:
        if not (other.areas and other.areas[0].name.startswith(text[one.start : one.end])):
            rows = _narrow(rows, blank, other)
    return answer_of(rows, 0.98, Span(one.start, one.end))


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
