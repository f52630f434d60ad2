"""Which tip is on its way to which case system: the truth that every turn begins from.

Rule 1: a row is made, or turned to withdrawing, in the transaction that files or removes its tip.
Rule 2: a row is leased by one turn; what an older turn reports is not taken.
Rule 3: what is sent lies closed, and is gone the moment its tip is erased.
Rule 4: what nobody was told of needs no withdrawing: such a row goes with its tip.
"""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Update,
    delete,
    func,
    insert,
    select,
    update,
)

from hotline.intake.ports import Filing
from hotline.intake.routing import first_state
from hotline.intake.sinks import Settled
from hotline.records.delivery import (
    DECIDABLE,
    Delivery,
    DeliveryState,
    Part,
    PartState,
    Route,
    Status,
)
from hotline.records.tip import Tip
from hotline.stores.casekey import KeyRing
from hotline.stores.database import lock, reading, writing
from hotline.stores.tables import attachments, deliveries, delivery_parts, status_events, tips

NEVER = 2**31 - 1
_d = deliveries.c
_FARTHEST, _LONGEST_LEASE = 2 * 1440, 60  # minutes: more than the longest wait and lease
_WAITS = ("due", "withdraw", "parked", "delivered")  # the states in which something may be due


class SqlDeliveries:
    """Deliveries in SQLite or PostgreSQL. Every method raises Unavailable("casebook").

    As the case book's companion it needs `routes`; whoever only removes tips goes without.
    """

    def __init__(self, engine: Engine, ring: KeyRing, routes: Sequence[Route] = ()) -> None:
        self._engine = engine
        self._ring = ring
        self._routes = routes

    # The case book's companion

    def filed(self, held: Connection, filings: Sequence[Filing]) -> None:
        """One row a sink that wants the tip: due at once, or held for a person, as everything is
        that came in a flood."""
        rows = [row for tip, apart in filings for row in _rows(tip, self._routes, by_hand=apart)]
        self._add(held, [tip.id for tip, _ in filings], rows)

    def offer(self, tip: Tip) -> int:
        """Rows for what was filed before a sink was there: returns how many were made.

        A tip that has a delivery to a sink, whatever became of it, gets no second one.
        """
        there = select(tips.c.id).where(tips.c.id == tip.id).with_for_update()
        with writing(self._engine) as held:
            if held.scalar(there) is None:
                return 0
            had = set(held.scalars(select(_d.sink).where(_d.tip_id == tip.id)))
            missing = [route for route in self._routes if route.sink not in had]
            self._add(held, [tip.id], rows := _rows(tip, missing))
        return len(rows)

    def _add(
        self, held: Connection, tip_ids: Sequence[str], rows: Sequence[dict[str, Any]]
    ) -> None:
        """Rows of some tips, and the recordings that were there before them."""
        if rows:
            held.execute(insert(deliveries), rows)
        has = select(attachments.c.tip_id).where(attachments.c.tip_id.in_(tip_ids)).distinct()
        for tip_id in held.scalars(has).all():
            self._parts(held, tip_id)

    def _parts(self, held: Connection, tip_id: str) -> None:
        """Recordings that were there before the delivery was."""
        c = delivery_parts.c
        stored = held.scalars(select(attachments.c.id).where(attachments.c.tip_id == tip_id)).all()
        for row_id in held.scalars(_ids(_d.tip_id == tip_id)).all():
            had = set(held.scalars(select(c.attachment_id).where(c.delivery_id == row_id)))
            for each in (name for name in stored if name not in had):
                part = {"delivery_id": row_id, "attachment_id": each}
                held.execute(insert(delivery_parts).values(**part))

    def changed(self, held: Connection, tip_id: str) -> None:
        """What the desk thinks of a tip is told to no case system."""

    def removed(self, held: Connection, tip_id: str, outcome: str) -> None:
        """What was sent, or may have been, is withdrawn; the rest goes with its tip."""
        held.execute(select(tips.c.id).where(tips.c.id == tip_id).with_for_update())
        mine = _d.tip_id == tip_id
        untold = mine & (_d.reference == "") & (_d.attempts == 0) & (_d.leased == 0)
        held.execute(delete(delivery_parts).where(delivery_parts.c.delivery_id.in_(_ids(mine))))
        held.execute(delete(deliveries).where(untold))
        change = update(deliveries).where(mine)
        values = {"state": "withdraw", "due": 0, "attempts": 0, "code": ""}
        held.execute(change.values(**values, turn=_d.turn + 1, body=None, digest=None))

    def attached(self, held: Connection, tip_id: str, attachment_id: str) -> None:
        """A recording was stored: every delivery of its tip gets one more part."""
        for found in held.execute(select(deliveries).where(_d.tip_id == tip_id)).all():
            held.execute(
                insert(delivery_parts).values(delivery_id=found.id, attachment_id=attachment_id)
            )
        sent = (_d.tip_id == tip_id) & (_d.state == "delivered")
        held.execute(update(deliveries).where(sent).values(due=0))

    # The worker's turn

    def lease(self, minute: int, minutes: int, most: int) -> Sequence[Delivery]:
        """What is due, each for `minutes`: nobody else gets it meanwhile."""
        query = select(deliveries).where(_is_due(minute)).order_by(_d.due).limit(most)
        with writing(self._engine) as held:
            rows = held.execute(query.with_for_update(skip_locked=True)).all()
            for row in rows:
                change = update(deliveries).where(_d.id == row.id)
                held.execute(change.values(leased=minute + minutes, turn=row.turn + 1))
            parts = _parts_of(held, [row.id for row in rows])
            return [_delivery(row, row.turn + 1, parts.get(row.id, ())) for row in rows]

    def renew(self, delivery: Delivery, until: int) -> bool:
        """Keep it until minute `until`; False when it was erased or taken by another."""
        return self._change(_ours(delivery).values(leased=until))

    def body(self, delivery: Delivery) -> bytes | None:
        """The bytes kept for it."""
        with reading(self._engine) as held:
            closed = held.scalar(select(_d.body).where(_d.id == delivery.id))
        return None if closed is None else self._ring.open(f"delivery:{delivery.id}", closed)

    def keep_body(self, delivery: Delivery, body: bytes) -> bool:
        """Keep the very bytes that will be sent, before they are sent."""
        closed = self._ring.close(f"delivery:{delivery.id}", body)
        return self._change(_ours(delivery).values(body=closed, digest=self._ring.digest(body)))

    def settle(self, delivery: Delivery, state: DeliveryState, due: int | None, code: str) -> bool:
        """This turn is over: state, next minute (None: nothing more to do), reason.

        A part that came meanwhile, unknown to this turn, makes what is delivered due at once.
        """
        with writing(self._engine) as held:
            values = self._settled(held, delivery, state, (due, code))
            return bool(held.execute(_ours(delivery).values(values)).rowcount)

    def _settled(
        self, held: Connection, delivery: Delivery, state: DeliveryState, settled: Settled
    ) -> dict[str, Any]:
        due, code = settled
        if state == "delivered" and self._more(held, delivery):
            due = 0
        attempts = _d.attempts + 1 if code else 0
        when = {"due": NEVER if due is None else due, "leased": 0}
        return {"state": state, "code": code, "attempts": attempts, **when}

    def _more(self, held: Connection, delivery: Delivery) -> bool:
        """Whether a part came since. Who adds one has the row's key: each waits for the other."""
        held.execute(select(_d.id).where(_d.id == delivery.id).with_for_update())
        parts = _parts_of(held, [delivery.id]).get(delivery.id, ())
        return not {part.attachment_id for part in parts} <= _known(delivery)

    def arrived(self, delivery: Delivery, reference: str, settled: Settled | None = None) -> bool:
        """The far end has it; with `settled` this turn is over, too. When it was erased meanwhile,
        the reference is kept for that."""
        delivered = {"reference": reference, "state": "delivered", "status": "received"}
        with writing(self._engine) as held:
            over = self._settled(held, delivery, "delivered", settled) if settled else {}
            if held.execute(_ours(delivery).values({**over, **delivered})).rowcount:
                return True
        mine = _d.id == delivery.id
        stopped = update(deliveries).where(mine & _d.state.in_(("held", "discarded")))
        if not self._change(stopped.values(**delivered, due=0)):  # too late to hold it back
            erased = update(deliveries).where(mine & (_d.state == "withdraw"))
            self._change(erased.values(reference=reference, due=0))
        return False

    def part(self, delivery: Delivery, attachment_id: str, state: PartState, code: str) -> bool:
        """What became of one attachment."""
        c = delivery_parts.c
        which = (c.delivery_id == delivery.id) & (c.attachment_id == attachment_id)
        return self._change(update(delivery_parts).where(which).values(state=state, code=code))

    def forget(self, delivery: Delivery) -> bool:
        """It was withdrawn: the row goes."""
        mine = (_d.id == delivery.id) & (_d.turn == delivery.turn) & (_d.state == "withdraw")
        with writing(self._engine) as held:
            return bool(held.execute(delete(deliveries).where(mine)).rowcount)

    # What comes back

    def heard(self, mark: str, tip_id: str, sink: str, status: Status, hour: str) -> bool:
        """A sink's news, once a mark: False when it was heard before or the tip is not there."""
        row = {"mark": mark, "tip_id": tip_id, "sink": sink, "hour": hour, "status": status}
        may_know = (_d.reference != "") | (_d.attempts > 0)
        sent = (_d.tip_id == tip_id) & (_d.sink == sink) & may_know
        with writing(self._engine) as held:
            lock(held, int(mark[:14], 16))
            known = select(func.count()).where(status_events.c.mark == mark)
            there = select(tips.c.id).where(tips.c.id == tip_id).with_for_update()
            if held.scalar(known) or held.scalar(there) is None:
                return False
            if not held.execute(update(deliveries).where(sent).values(status=status)).rowcount:
                return False  # we never told this sink of this tip
            held.execute(insert(status_events).values(row))
        return True

    def statuses(self, tip_id: str) -> tuple[str, ...]:
        """What the sinks last said of a tip."""
        query = select(_d.status).where((_d.tip_id == tip_id) & (_d.status != ""))
        with reading(self._engine) as held:
            return tuple(held.scalars(query.order_by(_d.sink)))

    # The desk

    def of(self, tip_id: str) -> tuple[Delivery, ...]:
        """The deliveries of a tip, by sink."""
        return self.list(tip_id=tip_id, most=100)

    def row(self, delivery_id: str) -> Delivery | None:
        """One delivery."""
        with reading(self._engine) as held:
            found = held.execute(select(deliveries).where(_d.id == delivery_id)).one_or_none()
            parts = _parts_of(held, [delivery_id])
        return None if found is None else _delivery(found, found.turn, parts.get(found.id, ()))

    def list(
        self, state: str = "", sink: str = "", tip_id: str = "", most: int = 200, after: str = ""
    ) -> tuple[Delivery, ...]:
        """Deliveries in no order that tells when their tips came; empty asks for all.

        `after` is the id of the last one already seen.
        """
        wishes = {"state": state, "sink": sink, "tip_id": tip_id}
        query = select(deliveries).where(*(_d[k] == v for k, v in wishes.items() if v))
        with reading(self._engine) as held:
            if after and (last := held.scalar(select(_d.sink).where(_d.id == after))):
                query = query.where((_d.sink > last) | (_d.sink == last) & (_d.id > after))
            rows = held.execute(query.order_by(_d.sink, _d.id).limit(most)).all()
            parts = _parts_of(held, [row.id for row in rows])
        return tuple(_delivery(row, row.turn, parts.get(row.id, ())) for row in rows)

    def audiences(self) -> dict[str, str]:
        """Who reads at each sink that the settings know now."""
        return {route.sink: route.audience for route in self._routes}

    def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries, by sink and state."""
        query = select(_d.sink, _d.state, func.count()).group_by(_d.sink, _d.state)
        with reading(self._engine) as held:
            return {(sink, state): n for sink, state, n in held.execute(query)}

    def replay(self, delivery_id: str) -> bool:
        """Try again now what waits, is parked or was set aside; False when there is nothing to."""
        with writing(self._engine) as held:
            found = held.execute(select(deliveries).where(_d.id == delivery_id)).one_or_none()
            if found is None or found.state not in DECIDABLE["replay"]:
                return False
            there = held.scalar(select(tips.c.id).where(tips.c.id == found.tip_id))
            state = "delivered" if found.reference else "due"
            tried = 1 if found.attempts else 0  # it may be over there: an erasure has to ask
            values = {
                "state": state if there else "withdraw",
                "due": 0,
                "attempts": tried,
                "code": "",
            }
            c = delivery_parts.c
            dead = (c.delivery_id == delivery_id) & (c.state == "dead")
            held.execute(update(delivery_parts).where(dead).values(state="due", code=""))
            held.execute(update(deliveries).where(_d.id == delivery_id).values(values))
        return True

    def park(self, delivery_id: str) -> bool:
        """Send nothing until somebody releases it; only what has not been sent can be held."""
        return self._move(delivery_id, DECIDABLE["park"], "held", NEVER)

    def release(self, delivery_id: str) -> bool:
        """A person lets it go: it is sent now. False when it was not held."""
        return self._move(delivery_id, DECIDABLE["release"], "due", 0)

    def discard(self, delivery_id: str) -> bool:
        """A person decides that it is never sent, or tried no more. False: that is too late."""
        return self._move(delivery_id, DECIDABLE["discard"], "discarded", NEVER)

    def _move(self, delivery_id: str, states: Sequence[str], to: DeliveryState, due: int) -> bool:
        """Under a new turn: what a worker has in hand it may finish, but not settle."""
        mine = (_d.id == delivery_id) & _d.state.in_(states)
        change = update(deliveries).where(mine)
        return self._change(change.values(state=to, due=due, code="", turn=_d.turn + 1))

    def _change(self, change: Update) -> bool:
        with writing(self._engine) as held:
            return bool(held.execute(change).rowcount)


def _rows(tip: Tip, routes: Sequence[Route], by_hand: bool = False) -> list[dict[str, Any]]:
    """A new row for each sink that wants the tip."""
    states = [(route.sink, first_state(tip, route)) for route in routes]
    made = [(sink, "held" if by_hand else state) for sink, state in states if state is not None]
    return [
        {
            "id": str(uuid.uuid4()),
            "tip_id": tip.id,
            "sink": sink,
            "state": state,
            "due": 0 if state == "due" else NEVER,
        }
        for sink, state in made
    ]


def due_deliveries(engine: Engine, minute: int) -> int:
    """How many could be leased now. Needs no key: for the steward. Raises Unavailable."""
    query = select(func.count()).select_from(deliveries).where(_is_due(minute))
    with reading(engine) as held:
        return held.scalar(query) or 0


def _is_due(minute: int) -> ColumnElement[bool]:
    """What the clock has passed, and what lies farther ahead than any wait or lease can put it: a
    clock that was wrong wrote that."""
    due = (_d.due <= minute) | ((_d.due > minute + _FARTHEST) & (_d.due < NEVER))
    free = (_d.leased <= minute) | (_d.leased > minute + _LONGEST_LEASE)
    return due & free & _d.state.in_(_WAITS)


def _parts_of(held: Connection, delivery_ids: Sequence[str]) -> dict[str, tuple[Part, ...]]:
    """The parts of some deliveries, in one look."""
    c = delivery_parts.c
    query = select(delivery_parts).where(c.delivery_id.in_(delivery_ids))
    found: dict[str, tuple[Part, ...]] = {}
    for row in held.execute(query.order_by(c.delivery_id, c.attachment_id)):
        part = Part(row.attachment_id, row.state, row.code)
        found[row.delivery_id] = (*found.get(row.delivery_id, ()), part)
    return found


def _delivery(row: Row[Any], turn: int, parts: tuple[Part, ...]) -> Delivery:
    return Delivery(
        row.id,
        row.tip_id,
        row.sink,
        cast(DeliveryState, row.state),
        turn,
        row.attempts,
        row.code,
        row.reference,
        row.status,
        parts,
    )


def _known(delivery: Delivery) -> set[str]:
    return {part.attachment_id for part in delivery.parts}


def _ours(delivery: Delivery) -> Update:
    """The row as long as nobody leased, erased or stopped it since."""
    return update(deliveries).where((_d.id == delivery.id) & (_d.turn == delivery.turn))


def _ids(which: Any) -> Any:
    return select(_d.id).where(which)
