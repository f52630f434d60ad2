"""Tips that leave the desk as a file: those of the filter, as JSON lines, a table or PFIF.

Rule 1: an admin's, with password and code given again within ten minutes (own.py).
Rule 2: a file is made while it is sent, a chunk of tips at a time: its size is no matter.
Rule 3: the audit knows that it began, by what was filtered and not for what, and how many tips it
        held in the end, also when it broke off.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import ADMINS, guarded
from hotline.desk.own import first_be_sure, is_sure
from hotline.desk.ports import Room
from hotline.desk.tips import FIELDS, wanted
from hotline.records.export import to_csv, to_jsonl, to_pfif
from hotline.records.tip import Tip

FORMS = {
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "pfif": "application/xml",
}
PFIF_DAYS = 40
NOBODY = "hotline.invalid"  # whose records they are, where nothing else is said
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LONGEST_WHAT = 64


@dataclass
class _Counted:
    """Tips on their way out, and how many went."""

    tips: Iterable[Tip]
    count: int = 0

    def __iter__(self) -> Iterator[Tip]:
        for tip in self.tips:
            self.count += 1
            yield tip


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/export`, and the file."""

    @app.get("/export")
    @guarded(*ADMINS)
    def export() -> ResponseReturnValue:
        return _page(room)

    @app.post("/export/file")
    @guarded(*ADMINS)
    def export_file() -> ResponseReturnValue:
        form, domain = request.form.get("form", ""), request.form.get("domain", "").strip()
        if form not in FORMS:
            abort(400)
        if form == "pfif" and domain and not _DOMAIN.fullmatch(domain):
            return _page(room, domain), 400
        if not is_sure(room):
            return first_be_sure("/export")
        name, now = g.session.operator.name, room.clock()
        what = f"{form} {'+'.join(_asked()) or 'all'}"[:_LONGEST_WHAT]
        room.audit.write(name, "export.begin", what, now)
        counted = _Counted(room.casebook.every(wanted(g.session.notes)))
        parts = {
            "jsonl": lambda: to_jsonl(counted),
            "csv": lambda: to_csv(counted),
            "pfif": lambda: to_pfif(counted, domain or NOBODY, now + timedelta(days=PFIF_DAYS)),
        }
        file = f"tips-{now.date().isoformat()}.{'xml' if form == 'pfif' else form}"
        return Response(
            _sent(room, name, form, counted, parts[form]()),
            content_type=f"{FORMS[form]}; charset=utf-8",
            headers={"Content-Disposition": f"attachment; filename={file}"},
        )


def _sent(
    room: Room, name: str, form: str, counted: _Counted, parts: Iterable[str]
) -> Iterator[bytes]:
    """The file, piece by piece; what breaks off says so in the audit, and in the download."""
    whole = False
    try:
        for part in parts:
            yield part.encode("utf-8", "replace")
        whole = True
    finally:
        act = "export.end" if whole else "export.broken"
        room.audit.write(name, act, f"{form} {counted.count}", room.clock())


def _asked() -> list[str]:
    """The fields that are filtered by; never what for."""
    return [field for field in FIELDS if g.session.notes.get(field, "")]


def _page(room: Room, bad_domain: str = "") -> str:
    notes = g.session.notes
    chosen = {field: notes[field] for field in _asked()}
    return render_template(
        "export.html",
        chosen=chosen,
        forms=FORMS,
        sure=is_sure(room),
        bad_domain=bad_domain,
        nobody=NOBODY,
    )
