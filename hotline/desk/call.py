"""A report typed in by an operator who took a call: looked at together with what is understood of
it, then sent the way of every report (intake/typed.py).

Rule 1: what was typed is not lost by a lock, a mistake or a store that is away: it stays in the
        page, and in the session, closed, until it is filed or thrown away.
Rule 2: nothing is filed whose understanding its operator has not seen.
Rule 3: the code for the caller stands on the answer to the form alone; whoever saw it used it up.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, fields

from flask import Flask, Response, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hotline.conversation.receipt import grouped
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, guarded
from hotline.desk.i18n import LANGUAGES, N_, language_of
from hotline.desk.ports import Room
from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.typed import (
    ANY,
    MOST,
    NONE,
    Grasp,
    Taken,
    Typed,
    fault,
    filled,
    grasp,
    kept,
    settled,
    take,
    taken_before,
    tip_of,
)
from hotline.places import prefectures
from hotline.records.listing import KINDS

DRAFT = "call"  # the note of a session that holds what is being typed
_FORM = re.compile(r"[0-9A-Za-z_-]{22}")
_ROLES = ("witness", "relative", "self", "unknown")
_NAMES = tuple(spec.name for spec in fields(Typed))

TROUBLES = {
    "said": N_("Chưa có lời kể: hãy ghi lại điều người gọi nói."),
    "long": N_("Dài quá nên chưa ghi được. Lời kể dài nhất 4000 ký tự; hãy rút ngắn."),
    "count": N_("Số người phải là một số từ 1 đến 9999, hoặc để trống."),
    "age": N_("Tuổi phải là một số từ 0 đến 120, hoặc để trống."),
    "station": N_("Hãy chọn ga người gọi muốn nói, hoặc một trong hai dòng cuối."),
    "look": N_("Chưa ghi: máy hiểu khác lần trước. Hãy xem lại rồi ghi."),
    "away": N_("Lúc này chưa ghi được. Chữ bạn gõ vẫn còn đây: vài phút nữa bấm lại."),
}


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/call` and what hangs under it."""
    app.jinja_env.globals["takes_calls"] = room.clerk is not None

    @app.get("/call")
    @guarded(*HANDLERS)
    def call() -> ResponseReturnValue:
        draft = _draft()
        if draft is None:
            return _page(room, Typed(), secrets.token_urlsafe(16))
        typed, form = draft
        return _page(room, typed, form)

    @app.post("/call/file")
    @guarded(*HANDLERS, locked=True)
    def file_call() -> ResponseReturnValue:
        typed, form = _typed(request.form), _form_name()
        if g.session.locked:
            _keep(keeper, typed, form)
            return redirect("/locked?kept", 303)
        return _look(room, keeper, typed, form)

    @app.post("/call/keep")
    @guarded(*HANDLERS, stirs=False, page=False, locked=True)
    def keep_call() -> ResponseReturnValue:
        _keep(keeper, _typed(request.form), _form_name())
        return Response(status=204)

    @app.post("/call/drop")
    @guarded(*HANDLERS)
    def drop_call() -> ResponseReturnValue:
        keeper.note(request, g.session, **{DRAFT: ""})
        return redirect("/tips", 303)


def _look(room: Room, keeper: Doorkeeper, typed: Typed, form: str) -> ResponseReturnValue:
    """Show what is understood; file what was looked at already."""
    if trouble := fault(typed):
        return _page(room, typed, form, trouble=trouble)
    seen, mark = grasp(typed, room.clock()), request.form.get("seen", "")
    if "file" not in request.form or mark != seen.mark:
        typed = settled(typed, seen) if mark else filled(typed, seen)
        _keep(keeper, typed, form)
        return _page(room, typed, form, seen=seen, trouble="look" if "file" in request.form else "")
    try:
        taken = _file(room, typed, seen, form)
    except Mistaken as error:
        return _page(room, typed, form, seen=seen, trouble=error.code)
    except Unavailable:
        _keep(keeper, typed, form)
        return _page(room, typed, form, seen=seen, trouble="away")
    keeper.note(request, g.session, **{DRAFT: ""})
    return render_template("called.html", tip_id=taken.tip_id, code=grouped(taken.code))


def _file(room: Room, typed: Typed, seen: Grasp, form: str) -> Taken:
    if room.clerk is None:
        raise Unavailable("clerk")
    found, key = kept(typed, seen), _key(room, form)
    if before := taken_before(room.clerk, key):
        return before
    room.audit.write(g.session.operator.name, "tip.typed", tip_of(key), room.clock())
    coded = request.form.get("code") == "yes"
    return take(room.clerk, key, found, room.clock(), language_of(typed.language), coded)


def _key(room: Room, form: str) -> bytes:
    """This form's own secret: nobody chooses it, and no other session has it."""
    said = f"call:{g.session.csrf}:{form}".encode()
    return hmac.new(room.secret_key.encode(), said, hashlib.sha256).digest()


def _page(
    room: Room, typed: Typed, form: str, *, seen: Grasp | None = None, trouble: str = ""
) -> Response:
    status = 200 if trouble in ("", "look") else 503 if trouble == "away" else 400
    page = render_template(
        "call.html",
        typed=typed,
        form=form,
        seen=seen,
        any=ANY,
        none=NONE,
        most=MOST,
        trouble=TROUBLES[trouble] if trouble else "",
        troubled=trouble,
        coded=request.form.get("code", "yes" if request.method == "GET" else ""),
        codes=room.clerk is not None and room.clerk.receipts is not None,
    )
    return Response(page, status)


def _typed(form: Mapping[str, str]) -> Typed:
    """What a form says; a choice that is none is left open."""
    plain = {n: form.get(n, "").replace("\r\n", "\n").replace("\0", "").strip() for n in _NAMES}
    closed = {
        "kind": KINDS,
        "role": _ROLES,
        "language": LANGUAGES,
        "prefecture": tuple(prefectures()),
        "gender": ("male", "female"),
    }
    open_ = asdict(Typed())
    return Typed(**{n: v if v in closed.get(n, (v,)) else str(open_[n]) for n, v in plain.items()})


def _form_name() -> str:
    name = request.form.get("form", "")
    if not _FORM.fullmatch(name):
        abort(400)
    return name


def _keep(keeper: Doorkeeper, typed: Typed, form: str) -> None:
    if fault(typed) != "long":
        keeper.note(request, g.session, **{DRAFT: json.dumps({**asdict(typed), "form": form})})


def _draft() -> tuple[Typed, str] | None:
    """What this session has been typing; None where it has not."""
    text = g.session.notes.get(DRAFT, "")
    if not text:
        return None
    read = json.loads(text)
    return Typed(**{name: read.get(name, "") for name in _NAMES}), read["form"]
