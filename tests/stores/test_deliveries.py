"""The contract of deliveries' rows, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, Engine

from hotline.records.delivery import Delivery, Route
from hotline.records.tip import Tip
from hotline.stores.attachments import SqlAttachments
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing
from hotline.stores.database import migrate, open_engine
from hotline.stores.deliveries import SqlDeliveries, due_deliveries
from tests.tips import a_tip

NGO, CONSULATE = Route("ngo", "helpers", "auto"), Route("consulate", "consulate", "auto")


@pytest.fixture
def rows(engine: Engine, ring: KeyRing) -> SqlDeliveries:
    return SqlDeliveries(engine, ring, (NGO, CONSULATE))


@pytest.fixture
def book(engine: Engine, ring: KeyRing, rows: SqlDeliveries) -> SqlCaseBook:
    return SqlCaseBook(engine, ring, [rows])


def filed(book: SqlCaseBook, **changes: object) -> Tip:
    tip = a_tip(**{"role": "self", **changes})
    book.file(tip)
    return tip


def one(rows: SqlDeliveries, tip: Tip, sink: str = "ngo") -> Delivery:
    (found,) = rows.list(tip_id=tip.id, sink=sink)
    return found


def leased(rows: SqlDeliveries, minute: int = 100) -> Delivery:
    (found,) = rows.lease(minute, 10, 20)
    return found


def test_filing_makes_one_row_a_sink(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    book.file(tip)
    assert [(d.sink, d.state) for d in rows.of(tip.id)] == [("consulate", "held"), ("ngo", "due")]
    assert rows.counts() == {("consulate", "held"): 1, ("ngo", "due"): 1}


def test_a_lease_is_one_workers(book: SqlCaseBook, rows: SqlDeliveries, engine: Engine) -> None:
    filed(book)
    with ThreadPoolExecutor(8) as pool:
        found = [
            d for batch in pool.map(lambda _: rows.lease(100, 10, 20), range(8)) for d in batch
        ]
    assert len(found) == 1
    assert due_deliveries(engine, 109) == 0
    assert due_deliveries(engine, 110) == 1
    assert leased(rows, 110).turn == found[0].turn + 1


def test_what_an_older_turn_reports_is_not_taken(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    old, new = leased(rows, 100), leased(rows, 110)
    assert not rows.settle(old, "dead", None, "late")
    assert not rows.keep_body(old, b"x")
    assert not rows.renew(old, 200)
    assert rows.settle(new, "due", 200, "away")
    assert one(rows, tip).attempts == 1


def test_bytes_are_kept_closed(ring: KeyRing, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    migrate(engine)
    rows = SqlDeliveries(engine, ring, (NGO,))
    filed(SqlCaseBook(engine, ring, [rows]))
    delivery = leased(rows)
    body = "Tuấn ở ga Shin-Ōkubo".encode()
    assert rows.keep_body(delivery, body)
    assert rows.body(delivery) == body
    disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "Tuấn".encode() not in disk
    engine.dispose()


def test_what_nobody_was_told_goes_with_its_tip(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    book.erase(tip.id)
    assert rows.of(tip.id) == ()


@pytest.mark.parametrize("outcome", ["erased", "expired"])
def test_what_was_delivered_is_withdrawn(
    book: SqlCaseBook, rows: SqlDeliveries, outcome: str
) -> None:
    tip = filed(book)
    delivery = leased(rows)
    rows.keep_body(delivery, b"words")
    assert rows.arrived(delivery, "17")
    rows.settle(delivery, "delivered", None, "")
    book.erase(tip.id, outcome)
    (left,) = rows.of(tip.id)
    assert (left.state, left.reference) == ("withdraw", "17")
    assert rows.body(left) is None
    withdrawing = leased(rows)
    assert rows.forget(withdrawing)
    assert rows.of(tip.id) == ()


def test_an_erasure_while_it_is_sent_waits_for_the_sender(
    book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip = filed(book)
    sending = leased(rows, 100)
    book.erase(tip.id)
    assert rows.lease(105, 10, 20) == []  # the far end may get it this very moment
    assert not rows.arrived(sending, "17")
    withdrawing = leased(rows, 110)
    assert (withdrawing.state, withdrawing.reference) == ("withdraw", "17")


def test_what_may_have_arrived_is_withdrawn_even_after_a_replay(
    book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip = filed(book)
    rows.settle(leased(rows), "due", 200, "away")
    assert rows.replay(one(rows, tip).id)
    book.erase(tip.id)
    assert one(rows, tip).state == "withdraw"


def test_a_held_tip_goes_when_a_person_lets_it(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    held = one(rows, tip, "consulate")
    assert not rows.replay(held.id)
    assert rows.release(held.id)
    assert not rows.release(held.id)
    assert {d.sink for d in rows.lease(100, 10, 20)} == {"ngo", "consulate"}


def test_a_due_tip_can_be_held_and_discarded(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    row = one(rows, tip)
    assert rows.park(row.id)
    assert rows.lease(100, 10, 20) == []
    assert rows.discard(row.id)
    assert not rows.release(row.id)
    assert not rows.replay(row.id)
    assert not rows.discard("nobody")


def test_too_late_to_hold_back_says_so(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    sending = leased(rows)
    assert rows.park(sending.id)
    assert not rows.arrived(sending, "17")
    assert (one(rows, tip).state, one(rows, tip).reference) == ("delivered", "17")


def test_a_dead_one_can_be_tried_again(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip = filed(book)
    rows.settle(leased(rows), "dead", None, "conflict")
    assert rows.lease(10_000_000, 10, 20) == []
    assert rows.replay(one(rows, tip).id)
    assert leased(rows).state == "due"


def test_a_recording_makes_a_part_and_a_delivered_tip_due_again(
    engine: Engine, ring: KeyRing, book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip = filed(book)
    delivery = leased(rows)
    rows.arrived(delivery, "17")
    rows.settle(delivery, "delivered", None, "")
    shelf = SqlAttachments(engine, ring, [rows])
    assert shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3")
    again = leased(rows)
    assert [(p.attachment_id, p.state) for p in again.parts] == [(tip.attachments[0].id, "due")]
    assert rows.part(again, tip.attachments[0].id, "delivered", "")
    assert one(rows, tip).parts[0].state == "delivered"


def test_a_part_that_a_turn_did_not_know_is_due_when_it_ends(
    engine: Engine, ring: KeyRing, book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip = filed(book)
    delivery = leased(rows)
    shelf = SqlAttachments(engine, ring, [rows])
    assert shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3")
    rows.arrived(delivery, "17")
    assert rows.settle(delivery, "delivered", None, "")
    again = leased(rows)
    assert [part.state for part in again.parts] == ["due"]
    assert rows.settle(again, "delivered", None, "")  # by a sink that takes none
    assert rows.lease(10_000_000, 10, 20) == []


def test_a_turn_that_ends_while_a_part_is_stored_waits_for_it(
    engine: Engine, ring: KeyRing, book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip, stored, ended = filed(book), Event(), Event()
    delivery = leased(rows)

    class Slow:
        def attached(self, held: Connection, tip_id: str, attachment_id: str) -> None:
            stored.set()
            ended.wait(1.0)  # in the transaction that stores it: whoever looks now, sees nothing

    def end() -> bool:
        stored.wait(10)
        try:
            return rows.arrived(delivery, "17") and rows.settle(delivery, "delivered", None, "")
        finally:
            ended.set()

    shelf = SqlAttachments(engine, ring, [rows, Slow()])
    with ThreadPoolExecutor(2) as pool:
        settled = pool.submit(end)
        assert shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3")
        assert settled.result()
    assert [part.state for part in leased(rows).parts] == ["due"]


def test_a_sink_that_comes_later_is_offered_what_was_filed_before(
    engine: Engine, ring: KeyRing, book: SqlCaseBook, rows: SqlDeliveries
) -> None:
    tip = filed(book)
    SqlAttachments(engine, ring, [rows]).put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3")
    assert rows.offer(tip) == 0
    later = SqlDeliveries(engine, ring, (NGO, CONSULATE, Route("lawyers", "helpers", "auto")))
    assert later.offer(tip) == 1
    assert later.offer(tip) == 0
    made = one(rows, tip, "lawyers")
    assert (made.state, [p.attachment_id for p in made.parts]) == ("due", [tip.attachments[0].id])
    assert later.offer(a_tip()) == 0


def test_news_count_once_and_only_of_what_was_sent(book: SqlCaseBook, rows: SqlDeliveries) -> None:
    tip, hour = filed(book), "2026-11-23T19:00+09:00"
    delivery = leased(rows)
    rows.arrived(delivery, "17")
    assert rows.statuses(tip.id) == ("received",)
    assert rows.heard("ab" * 32, tip.id, "ngo", "in_progress", hour)
    assert not rows.heard("ab" * 32, tip.id, "ngo", "closed", hour)
    assert not rows.heard("cd" * 32, tip.id, "stranger", "closed", hour)
    assert not rows.heard("ef" * 32, a_tip().id, "ngo", "closed", hour)
    assert rows.statuses(tip.id) == ("in_progress",)
    book.erase(tip.id)
    assert not rows.heard("01" * 32, tip.id, "ngo", "closed", hour)
