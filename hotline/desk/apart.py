"""Tips that came in a flood: a list of their own, from which a person takes in what is real."""

from flask import Flask, redirect
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, guarded
from hotline.desk.one_tip import row_of, told
from hotline.desk.ports import Room


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`POST /tips/<id>/take-in`."""

    @app.post("/tips/<tip_id>/take-in")
    @guarded(*HANDLERS)
    def take_in(tip_id: str) -> ResponseReturnValue:
        told(room, "tip.take_in", row_of(room, tip_id))
        room.casebook.take_in(tip_id)
        return redirect(f"/tips/{tip_id}", 303)
