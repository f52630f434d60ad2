"""The map: where tips come from, by prefecture and by station, drawn by ourselves.

Rule 1: no tile, no font, no script from anywhere: who looks tells nobody where.
Rule 2: what is chosen lies in the session, not in the URL.
Rule 3: exact counts are for who may see the tips; what leaves the desk is coarse (counting.py),
        and leaving is a line of the audit.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk import drawing
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, READERS, guarded
from hotline.desk.labels import KIND
from hotline.desk.ports import Room
from hotline.places import prefecture_name, prefectures
from hotline.records.counting import coarse_table
from hotline.records.listing import KINDS, TipFilter

DAYS = ("7", "30", "all")
MOST_SPOTS = 40  # lines of the table


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/map`, what is chosen on it, and the coarse table."""

    @app.get("/map")
    @guarded(*READERS)
    def atlas() -> ResponseReturnValue:
        return _page(room)

    @app.post("/map/look")
    @guarded(*READERS)
    def look_at() -> ResponseReturnValue:
        code, days = request.form.get("prefecture", ""), request.form.get("days", "")
        keeper.note(
            request,
            g.session,
            map_prefecture=code if code in prefectures() else "",
            map_days=days if days in DAYS else "30",
        )
        return redirect("/map", 303)

    @app.post("/map/table")
    @guarded(*HANDLERS)
    def coarse() -> ResponseReturnValue:
        room.audit.write(g.session.operator.name, "map.table", "", room.clock())
        rows = {code: prefecture_name(code, "en") for code in sorted(prefectures())}
        columns = {kind: kind for kind in KINDS}
        text = coarse_table(room.tallies.by_prefecture(_since(room)), rows, columns)
        name = f"attachment; filename=tips-{_days()}.csv"
        return Response(
            text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )


def _page(room: Room) -> str:
    since, code = _since(room), g.session.notes.get("map_prefecture", "")
    counts = room.tallies.by_prefecture(since)
    totals: Counter[str] = Counter()
    for (prefecture, _), count in counts.items():
        totals[prefecture] += count
    view, found, looked = drawing.View(), drawing.circles(_known(totals)), 0
    stations: list[tuple[object, int]] = []
    if code:
        by_station, looked = room.tallies.by_station(TipFilter(prefecture=code, since=since))
        view = drawing.around(code)
        found = drawing.spots(by_station, view)
        ordered = sorted(by_station.items(), key=lambda pair: (-pair[1], pair[0].name))
        stations = [*ordered[:MOST_SPOTS]]
    return render_template(
        "map.html",
        view=view,
        circles=found,
        totals=totals.most_common(),
        unknown=totals[""],
        code=code,
        days=_days(),
        choices=DAYS,
        stations=stations,
        looked=looked,
        kinds=_kinds(counts, code),
    )


def _kinds(counts: Mapping[tuple[str, str], int], code: str) -> list[tuple[str, int]]:
    """What the tips are about, there or everywhere, in the order of the labels."""
    sums = {
        kind: sum(n for (where, what), n in counts.items() if what == kind and code in ("", where))
        for kind in KIND
    }
    return [(kind, count) for kind, count in sums.items() if count]


def _known(totals: Counter[str]) -> dict[str, int]:
    return {code: count for code, count in totals.items() if code in prefectures()}


def _days() -> str:
    return str(g.session.notes.get("map_days", "30"))


def _since(room: Room) -> str:
    """The first day that counts; empty for all."""
    days = _days()
    if not days.isdigit():
        return ""
    return (room.clock().date() - timedelta(days=int(days) - 1)).isoformat()
