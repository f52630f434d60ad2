"""The page of one tip, as every view that ends on it shows it."""

from dataclasses import dataclass

from flask import Response, abort, g, render_template

from hotline.desk.i18n import N_
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken
from hotline.records.listing import TipRow
from hotline.records.work import Note, Work, standing

LONGEST_ANSWER = 600  # characters, as the reply box takes them

TROUBLES = {
    "answer_length": N_("Câu trả lời phải có chữ và dài nhất 600 ký tự."),
    "answer_meanwhile": N_("Vừa có người khác trả lời tin này. Câu của bạn chưa được gửi."),
    "answer_unsure": N_("Câu trả lời chưa được gửi: hãy đọc lại rồi đánh dấu vào ô bên dưới."),
    "answer_nobody": N_("Không còn ai có mã để đọc câu trả lời. Chưa có gì được gửi."),
    "home_meanwhile": N_("Vừa có người khác đổi bước. Chưa có gì thay đổi, hãy nhìn lại."),
    "home_step": N_("Chỉ đi từng bước một. Chưa có gì thay đổi."),
    "note_length": N_("Ghi chú phải có chữ và dài nhất 2000 ký tự."),
    "labels": N_("Nhiều nhất 8 nhãn, mỗi nhãn dài nhất 30 ký tự."),
    "taken": N_("Tin này đang có người khác lo. Chưa có gì thay đổi."),
    "erase_unsure": N_("Chưa xoá gì: mã xác nhận không đúng."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was done: a key of TROUBLES, the answer's status, and what was typed."""

    code: str
    status: int = 400
    draft: str = ""


def row_of(room: Room, tip_id: str) -> TipRow:
    """The line of a tip; 404 where there is none."""
    row = room.casebook.row(tip_id)
    if row is None:
        abort(404)
    return row


def told(room: Room, act: str, row: TipRow) -> None:
    """Write it down first: who can not be recorded does not read, and does not act."""
    room.audit.write(g.session.operator.name, act, row.id, room.clock())


def show(
    room: Room, tip_id: str, *, shown: bool = False, trouble: Trouble | None = None
) -> Response:
    """The page; `shown` uncovers the words. What no key here opens is left out and said."""
    row = row_of(room, tip_id)
    try:
        tip, work = room.casebook.read(tip_id), room.work.of(tip_id, room.clock())
        notes: tuple[Note, ...] = room.work.notes(tip_id) if shown else ()
    except Mistaken:
        tip, work, notes = None, Work(), ()
    page = render_template(
        "tip.html",
        row=row,
        tip=tip,
        shown=shown,
        later=room.casebook.following(tip_id),
        work=work,
        standing=standing(row.state, work.status),
        notes=notes,
        noted=room.work.count_notes(tip_id),
        comes_back=room.replies.has_box(tip_id),
        answered=room.replies.answered(tip_id),
        sent=room.post.list(tip_id=tip_id),
        longest_answer=LONGEST_ANSWER,
        trouble=TROUBLES[trouble.code] if trouble else "",
        troubled=trouble.code if trouble else "",
        draft=trouble.draft if trouble else "",
    )
    return Response(page, trouble.status if trouble else 200)
