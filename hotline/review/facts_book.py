"""The facts that callers and helpers are told, each with its source and the day it was read."""

from collections.abc import Iterable, Iterator
from html import escape

from hotline.guidance.facts import Origin, Said, facts

Row = tuple[str, str, Origin | None]


def facts_pages() -> Iterator[str]:
    """One page a table, with a box a row."""
    yield _table("Deadlines after an arrest", _deadlines())
    yield _table("What a helper does", _steps())
    yield _table("What a duty-attorney desk asks", _asked())
    yield _table("Duty-attorney desks", _desks())
    yield _table("Immigration bureaus", _bureaus())
    yield _table("Whom one can reach", _contacts())


def _deadlines() -> Iterator[Row]:
    for each in facts().deadlines:
        yield f"{each.after} h", _three(each.text), each.origin


def _steps() -> Iterator[Row]:
    for each in facts().steps:
        yield ", ".join(sorted(each.kinds)), _three(each.text), each.origin


def _asked() -> Iterator[Row]:
    for each in facts().asked:
        yield each.known, _three(each.text), None


def _desks() -> Iterator[Row]:
    for prefecture in facts().prefectures.values():
        for desk in prefecture.desks:
            area = f" ({desk.area})" if desk.area else ""
            told = " · ".join(
                filter(None, (desk.phone, desk.days, desk.hours, desk.mail, desk.who))
            )
            yield f"{prefecture.name}, {desk.bar}{area}", told, desk.origin


def _bureaus() -> Iterator[Row]:
    found = {each.bureau.code: each.bureau for each in facts().prefectures.values()}
    for bureau in found.values():
        yield _three(bureau.name), bureau.phone or "no number was found", bureau.origin


def _contacts() -> Iterator[Row]:
    for each in facts().contacts:
        told = " · ".join(filter(None, (each.phone, each.days, each.hours)))
        yield _three(each.name), f"{told}\nworks from Viet Nam: {each.abroad}", each.origin


def _three(said: Said) -> str:
    return "\n".join(said.values())


def _table(title: str, rows: Iterable[Row]) -> str:
    lines = "".join(_row(*row) for row in rows)
    head = "<tr><th>what</th><th>told</th><th>read at</th><th>mark</th></tr>"
    return f"<h2>{escape(title)}</h2><table>{head}{lines}</table>"


def _row(what: str, told: str, origin: Origin | None) -> str:
    shown = "".join(f"<td>{escape(text).replace(chr(10), '<br>')}</td>" for text in (what, told))
    box = '<td class="box">☐ right<br>☐ see note</td>'
    return f'<tr>{shown}<td class="source">{_origin(origin)}</td>{box}</tr>'


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return "no source: our own words"
    unsure = "" if origin.confirmed else ' <span class="warn">not an official page</span>'
    return f"{escape(origin.source)}<br>{origin.checked.isoformat()}{unsure}"
