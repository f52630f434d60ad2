"""A case: the tips that tell of one matter, side by side.

Rule: it shows what the list of tips shows of each, never anybody's words, and the audit knows who
opened it.
"""

from flask import Flask, abort, g, render_template
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import READERS, guarded
from hotline.desk.ports import Room

MOST = 200  # tips of one case that are shown


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/cases/<id>`."""

    @app.get("/cases/<case_id>")
    @guarded(*READERS)
    def case(case_id: str) -> ResponseReturnValue:
        tip_ids = room.matches.tips_of(case_id)
        if not tip_ids:
            abort(404)
        room.audit.write(g.session.operator.name, "case.open", case_id, room.clock())
        found = [row for row in map(room.casebook.row, tip_ids[:MOST]) if row is not None]
        rows = sorted(found, key=lambda row: (row.received, row.id))
        return render_template("case.html", case_id=case_id, rows=rows, count=len(tip_ids))
