"""Tips that may be about one matter, at the page of a tip: why, and what an operator says of it.

Rule: whoever reads sees them; saying yes or no is for who handles tips, and the audit of both tips
knows it.
"""

from dataclasses import dataclass

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import HANDLERS, guarded
from hotline.desk.one_tip import row_of, told
from hotline.desk.ports import Room
from hotline.desk.reasons import in_words
from hotline.intake.errors import Mistaken
from hotline.records.hour import hour
from hotline.records.listing import TipRow
from hotline.records.matching import Pair, Verdict

SHOWN = 5
_VERDICTS: tuple[Verdict, ...] = ("accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Like:
    """One line: the other tip, and why."""

    row: TipRow
    pair: Pair


@dataclass(frozen=True, slots=True)
class Likes:
    """What the page of a tip shows: its best matches, its case, how many other tips are in it."""

    found: tuple[Like, ...] = ()
    case: str = ""
    others: int = 0


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`POST /tips/<id>/matches`, and what the page of a tip asks for."""
    app.jinja_env.globals["likes"] = lambda tip_id: look(room, tip_id)
    app.jinja_env.globals["in_words"] = in_words

    @app.post("/tips/<tip_id>/matches")
    @guarded(*HANDLERS)
    def judge_match(tip_id: str) -> ResponseReturnValue:
        verdict = next((v for v in _VERDICTS if v == request.form.get("verdict")), None)
        row, other = row_of(room, tip_id), row_of(room, request.form.get("other", ""))
        if verdict is None or row.id == other.id:
            abort(400)
        told(room, f"match.{verdict}", row)
        told(room, f"match.{verdict}", other)
        if not room.matches.decide(row.id, other.id, verdict, hour(room.clock())):
            abort(404)
        return redirect(f"/tips/{row.id}#matches", 303)


def look(room: Room, tip_id: str) -> Likes:
    """The best matches of a tip; nothing where no key here opens them."""
    try:
        pairs = room.matches.of(tip_id, SHOWN)
    except Mistaken:
        return Likes()
    rows = ((room.casebook.row(pair.other), pair) for pair in pairs)
    case, others = room.matches.case(tip_id) or ("", ())
    return Likes(tuple(Like(row, pair) for row, pair in rows if row), case, len(others))
