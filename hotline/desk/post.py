"""Deliveries: what goes to which case system, what waits for a person, what is stuck.

Rule 1: a decision is a POST by a role that may, and each delivery it changes is one line of the
        audit; what it does not change (somebody was quicker, a second click) is left alone.
Rule 2: letting go and discarding can not be taken back: they want a mark that it was meant.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import ADMINS, HANDLERS, READERS, guarded
from hotline.desk.ports import Room
from hotline.records.delivery import DECIDABLE, DECISIONS, DELIVERY_STATES, Decision, Delivery

PAGE = 50
MOST_AT_ONCE = 200  # "all of them": each is a transaction and a line of the audit
SURE: tuple[Decision, ...] = ("release", "discard")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries a page shows."""

    state: str = ""
    sink: str = ""
    tip: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a decision. `unsure`: the mark was missing, nothing was done."""

    decision: Decision
    changed: int = 0
    left: int = 0
    unsure: bool = False


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/deliveries` and the decisions under it."""

    @app.get("/deliveries")
    @guarded(*READERS)
    def deliveries() -> ResponseReturnValue:
        return _page(room, _wanted(request.args.get), None)

    @app.post("/deliveries/<decision>")
    @guarded(*HANDLERS)
    def decide(decision: str) -> ResponseReturnValue:
        meant = next((each for each in DECISIONS if each == decision), None)
        if meant is None:
            abort(404)
        if meant == "discard" and g.session.operator.role not in ADMINS:
            abort(403)
        wanted = _wanted(request.form.get)
        if meant in SURE and request.form.get("sure") != "yes":
            return _page(room, wanted, Done(meant, unsure=True)), 400
        return _page(room, wanted, _decide(room, meant, _meant(room, wanted)))


def _decide(room: Room, decision: Decision, chosen: Iterable[Delivery]) -> Done:
    acts: dict[Decision, Callable[[str], bool]] = {
        "replay": room.post.replay,
        "park": room.post.park,
        "release": room.post.release,
        "discard": room.post.discard,
    }
    changed = left = 0
    for delivery in chosen:
        if delivery.state in DECIDABLE[decision]:
            operator = g.session.operator.name
            room.audit.write(operator, f"delivery.{decision}", delivery.id, room.clock())
            done = acts[decision](delivery.id)
        else:
            done = False
        changed, left = changed + done, left + (not done)
    return Done(decision, changed, left)


def _meant(room: Room, wanted: Wanted) -> tuple[Delivery, ...]:
    """The deliveries that a form chose: those with a mark, or all of one state."""
    if request.form.get("all") == "yes" and wanted.state:
        return room.post.list(wanted.state, wanted.sink, wanted.tip, MOST_AT_ONCE)
    found = (room.post.row(each) for each in request.form.getlist("id")[:PAGE])
    return tuple(delivery for delivery in found if delivery is not None)


def _wanted(get: Callable[[str, str], str]) -> Wanted:
    state = get("state", "")
    known = state if state in DELIVERY_STATES else ""
    return Wanted(known, get("sink", "")[:40], get("tip", "")[:36], get("after", "")[:36])


def _page(room: Room, wanted: Wanted, done: Done | None) -> str:
    rows = room.post.list(wanted.state, wanted.sink, wanted.tip, PAGE + 1, wanted.after)
    counts, audiences = room.post.counts(), room.post.audiences()
    return render_template(
        "deliveries.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        wanted=wanted,
        counts=counts,
        sinks=sorted({sink for sink, _ in counts} | set(audiences)),
        audiences=audiences,
        decidable=DECIDABLE,
        most=MOST_AT_ONCE,
        done=done,
    )
