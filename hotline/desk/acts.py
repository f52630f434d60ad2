"""What operators do with a tip: take it, say how far it is, label, note, answer, erase.

Rule 1: each is a POST with the session's token, by a role that may, written to the audit first.
Rule 2: while one operator has a tip no other answers it or says how far it is.
Rule 3: an answer cannot be taken back: it wants a mark that it was read again, and goes once.
"""

import hmac
from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import ADMINS, HANDLERS, guarded
from hotline.desk.one_tip import LONGEST_ANSWER, Trouble, row_of, show, told
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken
from hotline.records.delivery import STATUSES, Status
from hotline.records.work import LONGEST_NOTE, state_of

CONFIRM = 4  # characters of a tip's id that who erases it types


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """What hangs under `/tips/<id>` and changes something."""
    _work(app, room)
    _words(app, room)
    _erase(app, room)


def _work(app: Flask, room: Room) -> None:
    @app.post("/tips/<tip_id>/claim")
    @guarded(*HANDLERS)
    def claim_tip(tip_id: str) -> ResponseReturnValue:
        row = row_of(room, tip_id)
        told(room, "tip.claim", row)
        if not room.work.claim(row.id, g.session.operator.name, room.clock()):
            return show(room, row.id, trouble=Trouble("taken", 409))
        return _back(row.id)

    @app.post("/tips/<tip_id>/unclaim")
    @guarded(*HANDLERS)
    def unclaim_tip(tip_id: str) -> ResponseReturnValue:
        row, operator = row_of(room, tip_id), g.session.operator
        told(room, "tip.unclaim", row)
        room.work.give_back(row.id, "" if operator.role == "admin" else operator.name)
        return _back(row.id)

    @app.post("/tips/<tip_id>/status")
    @guarded(*HANDLERS)
    def set_tip_status(tip_id: str) -> ResponseReturnValue:
        row, status = row_of(room, tip_id), _status(request.form.get("status", ""))
        if status is None:
            abort(400)
        if is_elsewhere(room, row.id):
            return show(room, row.id, trouble=Trouble("taken", 409))
        told(room, f"tip.{status}", row)
        room.casebook.set_state(row.id, state_of(status), room.clock().date().isoformat())
        room.work.set_status(row.id, status)
        return _back(row.id)


def _words(app: Flask, room: Room) -> None:
    @app.post("/tips/<tip_id>/labels")
    @guarded(*HANDLERS)
    def label_tip(tip_id: str) -> ResponseReturnValue:
        row, typed = row_of(room, tip_id), request.form.get("labels", "")
        told(room, "tip.labels", row)
        try:
            room.work.set_labels(row.id, typed.replace("、", ",").split(","))
        except Mistaken as error:
            return show(room, row.id, trouble=Trouble(error.code, draft=typed))
        return _back(row.id)

    @app.post("/tips/<tip_id>/note")
    @guarded(*HANDLERS)
    def note_tip(tip_id: str) -> ResponseReturnValue:
        row, typed = row_of(room, tip_id), posted("text")
        told(room, "tip.note", row)
        try:
            room.work.note(row.id, g.session.operator.name, typed, room.clock())
        except Mistaken as error:
            return show(room, row.id, trouble=Trouble(error.code, draft=typed[: 2 * LONGEST_NOTE]))
        return _back(row.id)

    @app.post("/tips/<tip_id>/answer")
    @guarded(*HANDLERS)
    def answer_tip(tip_id: str) -> ResponseReturnValue:
        row, typed = row_of(room, tip_id), posted("text")
        trouble = answer_once(room, row.id, typed, lambda: told(room, "tip.answer", row))
        return _back(row.id) if trouble is None else show(room, row.id, trouble=trouble)


def _erase(app: Flask, room: Room) -> None:
    @app.post("/tips/<tip_id>/erase")
    @guarded(*ADMINS)
    def erase_tip(tip_id: str) -> ResponseReturnValue:
        row = row_of(room, tip_id)
        typed = request.form.get("confirm", "").strip().casefold()
        if not hmac.compare_digest(typed.encode(), row.id[:CONFIRM].encode()):
            return show(room, row.id, trouble=Trouble("erase_unsure"))
        told(room, "tip.erase", row)
        room.casebook.erase(row.id)
        return redirect("/tips", 303)


def answer_once(room: Room, tip_id: str, typed: str, told: Callable[[], None]) -> Trouble | None:
    """Answer once; or why not, with what was typed."""
    draft = typed[: 2 * LONGEST_ANSWER]
    if is_elsewhere(room, tip_id):
        return Trouble("taken", 409, draft)
    if not 0 < len(typed) <= LONGEST_ANSWER:
        return Trouble("answer_length", draft=draft)
    if request.form.get("sure") != "yes":
        return Trouble("answer_unsure", draft=draft)
    told()
    try:
        done = room.replies.answer(tip_id, typed, request.form.get("known", 0, type=int))
    except Mistaken as error:
        return Trouble(error.code, 409 if error.code == "answer_meanwhile" else 400, draft)
    return None if done else Trouble("answer_nobody", 409, draft)


def is_elsewhere(room: Room, tip_id: str) -> bool:
    """Whether somebody else has this tip at the moment."""
    holder = room.work.holders([tip_id], room.clock()).get(tip_id, "")
    return holder not in ("", g.session.operator.name)


def posted(name: str) -> str:
    """What was typed, with the line ends of a text (forms send CRLF)."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _status(said: str) -> Status | None:
    return next((status for status in STATUSES if status == said), None)


def _back(tip_id: str) -> ResponseReturnValue:
    return redirect(f"/tips/{tip_id}", 303)
