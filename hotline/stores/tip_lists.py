"""Lists of tips: what is asked of the database, and what of the closed words.

Rule 1: a page costs the same however many tips there are: it begins where the last one ended
        (an index knows the place), never by counting from the first.
Rule 2: places lie closed. A search for one opens at most `LOOK` tips for a page, says so, and
        goes on from there when it is asked to.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, Select, select, tuple_

from hotline.intake.errors import Mistaken
from hotline.records.listing import State, TipFilter, TipPage, TipRow
from hotline.records.tip import Tip
from hotline.stores.tables import tips

LOOK = 2_000  # tips opened for one page of a search
CHUNK = 200
_PLACE = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})\.([0-9a-zA-Z-]{1,36})")

Line = tuple[TipRow, Tip | None]
Opens = Callable[[str, bytes], Tip]


def page_of(
    held: Connection,
    opens: Opens,
    wanted: TipFilter,
    after: str,
    size: int,
    look: int = LOOK,
) -> TipPage:
    """One page; `after` is the `next` of the page before, anything else asks for the first."""
    rows: list[TipRow] = []
    looked, mark = 0, ""
    most = look if wanted.place else size + 1
    for line in _lines(held, opens, wanted, after, most):
        if len(rows) == size:
            return TipPage(tuple(rows), mark, looked)
        looked, mark = looked + 1, mark_of(line[0])
        if not wanted.place or _speaks(line[1], wanted):
            rows.append(line[0])
    return TipPage(tuple(rows), mark if looked == most else "", looked)


def chunk_of(
    held: Connection, opens: Opens, wanted: TipFilter, after: str
) -> tuple[list[Line], str]:
    """Some more of all the lines, and where the next ones begin; empty when there are none."""
    rows = _some(held, wanted, after, CHUNK)
    lines = [line_of(row, opens) for row in rows]
    found = [line for line in lines if not wanted.place or _speaks(line[1], wanted)]
    return found, mark_of(lines[-1][0]) if len(rows) == CHUNK else ""


def line_of(row: Row[Any], opens: Opens) -> Line:
    """A row's line, and the tip where a key here opens it."""
    try:
        tip: Tip | None = opens(row.id, row.content)
    except Mistaken:
        tip = None
    return _tip_row(row, tip), tip


def mark_of(row: TipRow) -> str:
    """Where the page after this line begins: its hour and id."""
    hour = row.received
    return f"{hour[:4]}{hour[5:7]}{hour[8:10]}{hour[11:13]}.{row.id}"


def fold(text: str) -> str:
    """Letters and digits only, without accents and case: `Shin-Ōkubo` is `shinokubo`."""
    parts = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts.casefold() if c.isalnum())


def query_of(wanted: TipFilter, after: str) -> Select[Any]:
    """What is asked of the database."""
    query = select(tips).where(*_wishes(wanted))
    place = _PLACE.fullmatch(after)
    if place:
        year, month, day, hour, tip_id = place.groups()
        last = (f"{year}-{month}-{day}T{hour}:00+09:00", tip_id)
        query = query.where(tuple_(tips.c.received, tips.c.id) < last)
    return query.order_by(tips.c.received.desc(), tips.c.id.desc())


def _lines(
    held: Connection, opens: Opens, wanted: TipFilter, after: str, most: int
) -> Iterator[Line]:
    """At most `most` lines, opened one by one as they are asked for."""
    left = most
    while left:
        rows = _some(held, wanted, after, min(CHUNK, left))
        for row in rows:
            line = line_of(row, opens)
            after = mark_of(line[0])
            yield line
        left -= len(rows)
        if len(rows) < CHUNK:
            return


def _some(held: Connection, wanted: TipFilter, after: str, most: int) -> list[Row[Any]]:
    return list(held.execute(query_of(wanted, after).limit(most)).all())


def _speaks(tip: Tip | None, wanted: TipFilter) -> bool:
    """Whether a tip tells of the place that is looked for."""
    if tip is None:
        return False
    needle = fold(wanted.place)
    if any(needle in fold(part) for part in _places(tip)):
        return True
    return any((s.name, s.prefecture) in wanted.stations for s in tip.place.stations)


def _places(tip: Tip) -> list[str]:
    names = [part for s in tip.place.stations for part in (s.name, s.romaji, s.municipality)]
    return [tip.place.text, *names]


def _tip_row(row: Row[Any], tip: Tip | None) -> TipRow:
    return TipRow(
        id=row.id,
        received=row.received,
        channel=row.channel,
        kind=row.kind,
        role=row.role,
        prefecture=row.prefecture,
        language=row.language,
        complete=row.complete,
        state=cast(State, row.state),
        follows=row.follows,
        place=_place(tip) if tip else "",
        people=tip.people.count if tip else None,
        attachments=len(tip.attachments) if tip else 0,
        readable=tip is not None,
        apart=row.apart,
    )


def _place(tip: Tip) -> str:
    if not tip.place.stations:
        return tip.place.text
    best = tip.place.stations[0]
    return f"{best.name} {best.romaji}"


def _wishes(wanted: TipFilter) -> list[ColumnElement[bool]]:
    names = ("kind", "channel", "prefecture", "state")
    wishes = [tips.c[n] == getattr(wanted, n) for n in names if getattr(wanted, n)]
    if wanted.complete is not None:
        wishes.append(tips.c.complete.is_(wanted.complete))
    if wanted.apart is not None:
        wishes.append(tips.c.apart.is_(wanted.apart))
    if wanted.since:
        wishes.append(tips.c.received >= wanted.since)
    if wanted.until:
        wishes.append(tips.c.received < _day_after(wanted.until))
    return wishes


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
