"""Hearing a recording that came with a tip.

Rule 1: only a voice that was disguised, to whoever may read the words, and written down first.
Rule 2: whole, and kept by no browser: it goes when the page does.
"""

from flask import Flask, Response, abort

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, guarded
from hotline.desk.one_tip import row_of, told
from hotline.desk.ports import Room


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/tips/<id>/sound/<attachment>`."""

    @app.get("/tips/<tip_id>/sound/<attachment_id>")
    @guarded(*HANDLERS, page=False)
    def hear_tip(tip_id: str, attachment_id: str) -> Response:
        row = row_of(room, tip_id)
        found = [s for s in room.attachments.of(row.id) if s.id == attachment_id and s.playable]
        if not found:
            abort(404)
        told(room, "tip.hear", row)
        content = room.attachments.read(attachment_id)
        if content is None:  # erased between two looks
            abort(404)
        return Response(content, content_type=found[0].media_type)
