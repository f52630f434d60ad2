"""The way home of somebody who told us: six steps at the desk, with words for each.

Rule 1: a step is set by who may handle tips while nobody else holds this one; it goes to its
neighbour only, and whoever looked at an older state changes nothing.
Rule 2: every step and every undoing is a line of the audit. Which step it was lies closed with the
tip, and goes with it; the audit stays.
Rule 3: the words are the table's, in the language of the tip, sent as any answer is: once, marked.
"""

from functools import partial

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue

from hotline.desk.acts import answer_once, is_elsewhere
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, guarded
from hotline.desk.one_tip import Trouble, row_of, show, told
from hotline.desk.ports import Room
from hotline.guidance.card import HOMEWARD
from hotline.guidance.facts import LOCALES
from hotline.guidance.way import WayStep, way_home
from hotline.intake.errors import Mistaken
from hotline.records.homeward import HOME_STEPS, HomeStep, home_step
from hotline.records.listing import TipRow


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`POST /tips/<id>/home` and `/tips/<id>/home/answer`; what `_tip_home.html` shows."""

    @app.template_global()
    def way_of(row: TipRow) -> tuple[WayStep, ...]:
        return way_home() if row.kind == HOMEWARD else ()

    app.add_template_global(partial(_now, room), "home_now")
    app.add_template_global(_words, "home_words")

    @app.post("/tips/<tip_id>/home")
    @guarded(*HANDLERS)
    def set_home_step(tip_id: str) -> ResponseReturnValue:
        row, known, step = _asked(room, tip_id)
        if is_elsewhere(room, row.id):
            return show(room, row.id, trouble=Trouble("taken", 409))
        undoes = HOME_STEPS.index(step) < HOME_STEPS.index(known)
        told(room, "home.undo" if undoes else "home.step", row)
        try:
            room.work.set_home_step(row.id, known, step, room.clock().date().isoformat())
        except Mistaken as error:
            return show(room, row.id, trouble=Trouble(error.code, 409))
        return redirect(f"/tips/{row.id}#home", 303)

    @app.post("/tips/<tip_id>/home/answer")
    @guarded(*HANDLERS)
    def answer_home_step(tip_id: str) -> ResponseReturnValue:
        row, known, _ = _asked(room, tip_id)
        if room.work.of(row.id, room.clock()).homeward.step != known:
            return show(room, row.id, trouble=Trouble("home_meanwhile", 409))
        words = _words(known, row.language)
        trouble = answer_once(room, row.id, words, lambda: told(room, "home.answer", row))
        if trouble is not None:
            return show(room, row.id, trouble=Trouble(trouble.code, trouble.status))
        room.work.set_home_told(row.id, known)
        return redirect(f"/tips/{row.id}#home", 303)


def _now(room: Room, row: TipRow) -> WayStep | None:
    """How far the way home of a tip is; None where it has none, or no key opens it."""
    if row.kind != HOMEWARD:
        return None
    try:
        step = room.work.of(row.id, room.clock()).homeward.step
    except Mistaken:
        return None
    return next((each for each in way_home() if each.id == step), None)


def _asked(room: Room, tip_id: str) -> tuple[TipRow, HomeStep, HomeStep]:
    """The tip, the step that the form's page showed, the one that is wanted."""
    row = row_of(room, tip_id)
    if row.kind != HOMEWARD:
        abort(404)
    known = home_step(request.form.get("home", ""))
    step = home_step(request.form.get("step", request.form.get("home", "")))
    if known is None or step is None:
        abort(400)
    return row, known, step


def _words(step: str, language: str) -> str:
    """What is sent when a step was reached, in the caller's language."""
    found = next(each for each in way_home() if each.id == step)
    return found.words[language if language in LOCALES else "vi"]
