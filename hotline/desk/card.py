"""The case card of a tip: what to do next, to read and to print.

Rule: it holds no word of the narrative; opening it is written down all the same.
"""

from flask import Flask, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import READERS, guarded
from hotline.desk.one_tip import row_of, told
from hotline.desk.ports import Room
from hotline.guidance import Writer
from hotline.guidance.facts import facts
from hotline.intake.errors import Mistaken
from hotline.intake.guide import card_of
from hotline.records.work import Work


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`GET /tips/<id>/card`."""

    @app.get("/tips/<tip_id>/card")
    @guarded(*READERS)
    def card(tip_id: str) -> ResponseReturnValue:
        row = row_of(room, tip_id)
        told(room, "card.open", row)
        try:
            tip, work = room.casebook.read(tip_id), room.work.of(tip_id, room.clock())
        except Mistaken:
            tip, work = None, Work()
        if tip is None:
            abort(404)
        made = card_of(tip, room.clock().replace(tzinfo=None), work.homeward)
        writer = Writer(made, keeper.language(request, g.session))
        return render_template("card.html", row=row, card=made, writer=writer, asked=facts().asked)
