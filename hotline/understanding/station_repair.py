"""Misspelt names: stretches of a text that no folding explains, tried as names with a slip or two.

Rule: at most `TRIES` stretches of a text are tried, so hostile texts cost no more than long ones.
"""

from collections.abc import Iterable, Sequence

from hotline.understanding.station_scan import TRIES, Item, misspelt, trimmed
from hotline.understanding.station_segments import Scan, Segment, is_syllable

SMALL_SLIP = 1.45


def with_misspelt(scan: Scan, found: list[Item], thorough: bool) -> list[Item]:
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


def speaks_of_gas(scan: Scan) -> bool:
    """ "hết ga rồi, chưa đổi được bình ga mới": a word beside every "ga" says so."""
    at = [i for i, word in enumerate(scan.plain) if word == "ga"]
    gas = [i for i in at if "gas" in scan.roles[max(0, i - 1) : i + 2]]
    return bool(at) and gas == at


def _worth_a_try(scan: Scan, segment: Segment, found: Sequence[Item], thorough: bool) -> bool:
    if segment.lead in ("airport", "line"):
        return False
    if not thorough:
        return segment.anchored and not any(item.segment is segment for item in found)
    explained = sum(item.end - item.start for item in found if item.segment is segment)
    start, end = _stretches(scan, segment)[0]
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
        if item and (not mine or item.cost <= SMALL_SLIP):
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
