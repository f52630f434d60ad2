"""Tips filed together: all or none, for one sync, and each judged as if it came alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, text

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.ports import Filing
from hotline.records.delivery import Route
from hotline.records.tip import Tip
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing
from hotline.stores.deliveries import SqlDeliveries
from hotline.stores.matches import SqlMatches
from hotline.stores.reply_box import SqlReplyBox
from tests.tips import a_tip


@pytest.fixture
def deliveries(engine: Engine, ring: KeyRing) -> SqlDeliveries:
    return SqlDeliveries(
        engine, ring, [Route("lawyers", "helpers", "auto"), Route("unions", "helpers", "auto")]
    )


@pytest.fixture
def matches(engine: Engine, ring: KeyRing) -> SqlMatches:
    return SqlMatches(engine, ring)


@pytest.fixture
def book(
    engine: Engine, ring: KeyRing, deliveries: SqlDeliveries, matches: SqlMatches
) -> SqlCaseBook:
    return SqlCaseBook(engine, ring, [deliveries, SqlReplyBox(engine), matches])


def filings(*tips: Tip) -> list[Filing]:
    return [(tip, False) for tip in tips]


def test_each_is_judged_as_if_it_came_alone(book: SqlCaseBook) -> None:
    known, gone, first, fresh = a_tip(), a_tip(), a_tip(), a_tip()
    book.file(known)
    book.erase(gone.id)
    book.take_back(first.id)
    on = replace(a_tip(), follows=first.id)
    assert book.file_all(filings(known, gone, on, fresh)) == (False, False, False, True)
    assert {row.id for row in book.list().rows} == {known.id, fresh.id}
    assert book.read(fresh.id) == fresh
    assert book.file_all([]) == ()


def test_whoever_must_know_of_a_tip_hears_of_each_that_is_new(
    book: SqlCaseBook, deliveries: SqlDeliveries, matches: SqlMatches
) -> None:
    known, one, two, flooded = a_tip(), a_tip(), a_tip(), a_tip()
    book.file(known)
    book.file_all([*filings(known, one, two), (flooded, True)])
    assert set(matches.due(10)) == {known.id, one.id, two.id, flooded.id}
    states = {tip.id: [d.state for d in deliveries.of(tip.id)] for tip in (known, one, flooded)}
    assert states == {known.id: ["due"] * 2, one.id: ["due"] * 2, flooded.id: ["held"] * 2}
    assert book.count(apart=True) == 1


def test_one_that_changed_keeps_all_of_them_out(book: SqlCaseBook) -> None:
    known, fresh = a_tip(), a_tip()
    book.file(known)
    with pytest.raises(Mistaken, match="tip_changed"):
        book.file_all(filings(fresh, replace(known, narrative="khác")))
    with pytest.raises(Mistaken, match="tip_received"):
        book.file_all(filings(fresh, a_tip(received="2026-11-23T19:01+09:00")))
    assert book.count() == 1


def test_what_breaks_off_on_the_way_files_none(
    book: SqlCaseBook, engine: Engine, matches: SqlMatches
) -> None:
    with engine.begin() as held:
        held.execute(text("DROP TABLE match_due"))
    with pytest.raises(Unavailable):
        book.file_all(filings(a_tip(), a_tip()))
    assert book.count() == 0


def test_twenty_cost_one_commit(book: SqlCaseBook, engine: Engine) -> None:
    commits = []
    event.listen(engine, "commit", lambda connection: commits.append(connection))
    assert all(book.file_all(filings(*(a_tip() for _ in range(20)))))
    assert len(commits) == 1


def test_workers_with_the_same_tips_in_other_orders_file_each_once(book: SqlCaseBook) -> None:
    tips = [a_tip() for _ in range(12)]
    turned = [tips[n:] + tips[:n] for n in range(4)] + [tips[::-1]] * 2
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda some: book.file_all(filings(*some)), turned))
    assert sum(sum(each) for each in told) == book.count() == 12
