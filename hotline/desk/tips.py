"""Tips: the list, one of them, and its words when somebody asks for them.

Rule 1: nothing that is looked for stands in a URL; it lies in the session, closed.
Rule 2: the words are shown only on asking, to who may handle tips, and the audit knows it.
"""

import re
from collections.abc import Mapping
from datetime import date

from flask import Flask, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, READERS, guarded
from hotline.desk.one_tip import row_of, show, told
from hotline.desk.ports import Room
from hotline.intake.searching import stations_meant
from hotline.places import prefectures
from hotline.records.listing import CHANNELS, KINDS, STATES, TipFilter

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMPLETE = {"yes": True, "no": False}
FIELDS = ("kind", "channel", "prefecture", "state", "complete", "since", "until", "place", "apart")
_LONGEST_PLACE = 80


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/tips` and what hangs under it."""

    @app.get("/tips")
    @guarded(*READERS)
    def tips() -> ResponseReturnValue:
        notes = g.session.notes
        after, asked = request.args.get("after", ""), wanted(notes)
        found = room.casebook.list(asked, after)
        chosen = {name: notes.get(name, "") for name in FIELDS}
        holders = room.work.holders([row.id for row in found.rows], room.clock())
        return render_template(
            "tips.html",
            found=found,
            chosen=chosen,
            any=any(chosen.values()),
            holders=holders,
            after=after,
            stations=asked.stations,
            standing_apart=room.casebook.count("new", apart=True),
        )

    @app.post("/tips/filter")
    @guarded(*READERS)
    def filter_tips() -> ResponseReturnValue:
        form = {} if "clear" in request.form else request.form
        keeper.note(request, g.session, **{name: _asked(name, form) for name in FIELDS})
        return redirect("/tips", 303)

    @app.get("/tips/<tip_id>")
    @guarded(*READERS)
    def tip(tip_id: str) -> ResponseReturnValue:
        told(room, "tip.open", row_of(room, tip_id))
        return show(room, tip_id)

    @app.post("/tips/<tip_id>/show")
    @guarded(*HANDLERS)
    def show_tip(tip_id: str) -> ResponseReturnValue:
        told(room, "tip.show", row_of(room, tip_id))
        room.casebook.mark_seen(tip_id)
        return show(room, tip_id, shown=True)


def wanted(notes: Mapping[str, str]) -> TipFilter:
    """The filter that a session remembers."""
    fields = {n: notes.get(n, "") for n in FIELDS if n not in ("complete", "apart")}
    return TipFilter(
        **fields,
        complete=_COMPLETE.get(notes.get("complete", "")),
        stations=stations_meant(fields["place"]),
        apart=notes.get("apart", "") == "yes",
    )


def _asked(name: str, form: Mapping[str, str]) -> str:
    """What a form asks for by this name; empty when it makes no sense."""
    value = form.get(name, "").strip()
    closed = {
        "kind": KINDS,
        "channel": CHANNELS,
        "state": STATES,
        "complete": tuple(_COMPLETE),
        "apart": ("yes",),
        "prefecture": tuple(prefectures()),
    }
    if name in closed:
        return value if value in closed[name] else ""
    if name in ("since", "until"):
        return value if _is_day(value) else ""
    return value[:_LONGEST_PLACE]


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text) < date.max
    except ValueError:
        return False
