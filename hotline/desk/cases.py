"""A case: the tips that tell of one matter, side by side, and what operators do with it.

Rule 1: it shows what the list of tips shows of each and where and when they speak of, never
        anybody's words, and the audit knows who opened it. Notes are shown on asking.
Rule 2: each act is a POST by who handles tips, written to the audit first; making one case of two
        and two of one wants a mark that it was meant.
Rule 3: closing a case closes its tips, but for those that somebody else has at the moment.
"""

from dataclasses import dataclass

from flask import Flask, Response, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.acts import is_elsewhere, posted
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, READERS, guarded
from hotline.desk.i18n import N_
from hotline.desk.lastseen import trail
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken
from hotline.records.case import CASE_STATES, Case, CaseState
from hotline.records.hour import hour
from hotline.records.tip import Tip
from hotline.records.work import Note

MOST = 200  # tips of one case that are shown

TROUBLES = {
    "note_length": N_("Ghi chú phải có chữ và dài nhất 2000 ký tự."),
    "notes_full": N_("Vụ này đã có quá nhiều ghi chú."),
    "unsure": N_("Chưa làm gì: hãy đánh dấu vào ô xác nhận."),
    "merge": N_("Không có vụ nào mang mã ấy, hoặc đó chính là vụ này."),
    "split": N_("Hãy chọn một số tin của vụ, không phải tất cả."),
    "casebook_key": N_("Không có khoá mở được ghi chú của vụ này."),
}


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why nothing was done, and what was typed."""

    code: str = ""
    draft: str = ""


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/cases` and what hangs under it."""

    @app.get("/cases")
    @guarded(*READERS)
    def cases() -> ResponseReturnValue:
        state = _state(request.args.get("state", "")) or "open"
        return render_template("cases.html", cases=room.cases.list(state), state=state)

    @app.get("/cases/<case_id>")
    @guarded(*READERS)
    def case(case_id: str) -> ResponseReturnValue:
        found = _case(room, case_id)
        _told(room, "case.open", found)
        return _show(room, found)

    @app.post("/cases/<case_id>/notes")
    @guarded(*HANDLERS)
    def show_case_notes(case_id: str) -> ResponseReturnValue:
        found = _case(room, case_id)
        _told(room, "case.notes", found)
        try:
            return _show(room, found, notes=room.cases.notes(found.id))
        except Mistaken as error:
            return _show(room, found, _Trouble(error.code))

    @app.post("/cases/<case_id>/note")
    @guarded(*HANDLERS)
    def note_case(case_id: str) -> ResponseReturnValue:
        found, text = _case(room, case_id), posted("text")
        _told(room, "case.note", found)
        try:
            room.cases.note(found.id, g.session.operator.name, text, room.clock())
        except Mistaken as error:
            return _show(room, found, _Trouble(error.code, text[:4_000]))
        return redirect(f"/cases/{found.id}#notes", 303)

    @app.post("/cases/<case_id>/state")
    @guarded(*HANDLERS)
    def set_case_state(case_id: str) -> ResponseReturnValue:
        found, state = _case(room, case_id), _state(request.form.get("state", ""))
        if state is None:
            abort(400)
        _told(room, "case.closed" if state == "closed" else "case.reopen", found)
        left = _close_tips(room, found) if state == "closed" else 0
        room.cases.set_state(found.id, state)
        return redirect(f"/cases/{found.id}{'?left' if left else ''}", 303)

    _parts(app, room)


def _parts(app: Flask, room: Room) -> None:
    @app.post("/cases/<case_id>/merge")
    @guarded(*HANDLERS)
    def merge_cases(case_id: str) -> ResponseReturnValue:
        found, other = _case(room, case_id), request.form.get("other", "").strip().lower()
        if request.form.get("sure") != "yes":
            return _show(room, found, _Trouble("unsure", other[:40]))
        theirs = room.cases.of(other) if len(other) == len(found.id) else None
        if theirs is None or theirs.id == found.id:
            return _show(room, found, _Trouble("merge", other[:40]))
        _told(room, "case.merge", found)
        _told(room, "case.merge", theirs)
        try:
            room.cases.merge(found.id, theirs.id)
        except Mistaken as error:
            return _show(room, found, _Trouble(error.code, other))
        return redirect(f"/cases/{found.id}", 303)

    @app.post("/cases/<case_id>/split")
    @guarded(*HANDLERS)
    def split_case(case_id: str) -> ResponseReturnValue:
        found, going = _case(room, case_id), request.form.getlist("tip")
        if request.form.get("sure") != "yes":
            return _show(room, found, _Trouble("unsure"), chosen=going)
        if not set(going) < set(found.tips) or not going:
            return _show(room, found, _Trouble("split"), chosen=going)
        _told(room, "case.split", found)
        new = room.cases.split(found.id, going, hour(room.clock()))
        if new is None:  # somebody was quicker
            return _show(room, _case(room, case_id), _Trouble("split"))
        return redirect(f"/cases/{new}" if new else f"/tips/{going[0]}", 303)


def _state(said: str) -> CaseState | None:
    return next((state for state in CASE_STATES if state == said), None)


def _close_tips(room: Room, found: Case) -> int:
    """Close what is open of the case; how many tips somebody else has, which stay as they are."""
    left, day = 0, room.clock().date().isoformat()
    for row in filter(None, map(room.casebook.row, found.tips)):
        if row.state == "closed":
            continue
        if is_elsewhere(room, row.id):
            left += 1
            continue
        room.audit.write(g.session.operator.name, "tip.closed", row.id, room.clock())
        room.casebook.set_state(row.id, "closed", day)
        room.work.set_status(row.id, "closed")
    return left


def _show(
    room: Room,
    found: Case,
    trouble: _Trouble = _Trouble(),
    *,
    notes: tuple[Note, ...] | None = None,
    chosen: list[str] | None = None,
) -> Response:
    rows = filter(None, map(room.casebook.row, found.tips[:MOST]))
    page = render_template(
        "case.html",
        case=found,
        rows=sorted(rows, key=lambda row: (row.received, row.id)),
        trail=trail(_tips(room, found)),
        shown=notes is not None,
        notes=notes or (),
        chosen=chosen or [],
        trouble=TROUBLES[trouble.code] if trouble.code else "",
        troubled=trouble.code,
        draft=trouble.draft,
    )
    return Response(page, 400 if trouble.code else 200)


def _tips(room: Room, found: Case) -> list[Tip]:
    """Those of the case that a key here opens."""
    opened = []
    for tip_id in found.tips[:MOST]:
        try:
            tip = room.casebook.read(tip_id)
        except Mistaken:
            continue
        opened += [tip] if tip else []
    return opened


def _case(room: Room, case_id: str) -> Case:
    """The case; 404 where there is none with tips."""
    found = room.cases.of(case_id)
    if found is None or not found.tips:
        abort(404)
    return found


def _told(room: Room, act: str, found: Case) -> None:
    room.audit.write(g.session.operator.name, act, found.id, room.clock())
