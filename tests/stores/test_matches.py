"""Matches and cases, on SQLite and on PostgreSQL."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text

from hotline.intake.errors import Mistaken
from hotline.intake.matching import match_due
from hotline.intake.profiles import profile_of
from hotline.records.blocking import CANDIDATES, MOST, probes
from hotline.records.tip import People, Place, Sought, Tip, TipWhen
from hotline.steward import ring_due
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.database import writing
from hotline.stores.match_keys import candidates, lay, shared
from hotline.stores.matches import SqlMatches
from hotline.stores.tables import tips
from tests.records.test_matching import KAWASAKI, seen, sought

HOUR = "2026-11-23T20:00+09:00"
TUAN = Sought("Nguyễn Văn Tuấn", 27, "male", "Nghệ An")


@pytest.fixture
def matches(engine: Engine, ring: KeyRing) -> SqlMatches:
    return SqlMatches(engine, ring)


@pytest.fixture
def book(engine: Engine, ring: KeyRing, matches: SqlMatches) -> SqlCaseBook:
    return SqlCaseBook(engine, ring, [matches])


@pytest.fixture
def file(book: SqlCaseBook, matches: SqlMatches) -> Callable[..., tuple[str, ...]]:
    def act(*tips: Tip) -> tuple[str, ...]:
        """File tips one after the other, as a worker does."""
        for tip in tips:
            book.file(tip)
            match_due(matches, book.read)
        return tuple(tip.id for tip in tips)

    return act


def count(engine: Engine, table: str) -> int:
    with engine.connect() as held:
        found = held.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        return int(found or 0)


def test_what_a_worker_saw_is_shown_beside_what_a_mother_seeks(
    file: Callable[..., Any], matches: SqlMatches
) -> None:
    worker, mother = file(seen(people=People(3, (replace(TUAN, name="Tuan"),))), sought())
    (pair,) = matches.of(mother)
    assert (pair.tip, pair.other, pair.state) == (mother, worker, "proposed")
    assert pair.found.band == "strong"
    assert [p.other for p in matches.of(worker)] == [mother]
    assert matches.best() == (replace(pair, tip=min(worker, mother), other=max(worker, mother)),)


def test_what_has_nothing_in_common_matches_nothing(
    file: Callable[..., Any], matches: SqlMatches
) -> None:
    one, other = file(seen(), seen(place=Place("", (KAWASAKI,), "14")))
    assert matches.of(one) == matches.of(other) == ()


def test_three_reports_of_one_raid_become_one_case(
    file: Callable[..., Any], matches: SqlMatches, engine: Engine
) -> None:
    ids = file(seen(), seen(), seen(people=People(4)))
    found = matches.case(ids[0])
    assert found is not None
    assert {ids[0], *found[1]} == set(ids)
    assert count(engine, "cases") == 1
    assert all(pair.together for pair in matches.of(ids[0]))


def test_two_raids_of_one_evening_stay_two_cases(
    file: Callable[..., Any], matches: SqlMatches, engine: Engine
) -> None:
    there = Place("", (KAWASAKI,), "14")
    here_one, here_two = file(seen(), seen())
    there_one, there_two = file(seen(place=there), seen(place=there))
    assert count(engine, "cases") == 2
    case = matches.case(here_one)
    assert case is not None
    assert case[1] == (here_two,)
    assert there_one != there_two


def test_a_vague_report_strings_no_two_raids_together(
    file: Callable[..., Any], matches: SqlMatches, engine: Engine
) -> None:
    evening = {"place": seen().place}
    early = TipWhen("", "2026-11-22T18:00", "2026-11-22T19:00", "hour")
    late = TipWhen("", "2026-11-22T23:00", "2026-11-23T00:00", "hour")
    first = file(*(seen(when=early, people=People(2), **evening) for _ in range(2)))
    second = file(*(seen(when=late, people=People(9), **evening) for _ in range(2)))
    file(seen(people=People(None), **evening))
    one, other = matches.case(first[0]), matches.case(second[0])
    assert one is not None
    assert other is not None
    assert one[0] != other[0]
    assert count(engine, "cases") == 2


def test_workers_at_once_make_one_case_of_one_raid(
    book: SqlCaseBook, matches: SqlMatches, engine: Engine
) -> None:
    tips = [seen() for _ in range(8)]
    for tip in tips:
        book.file(tip)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(match_due, matches, book.read) for _ in range(4)]:
            done.result()
    assert count(engine, "cases") == 1
    assert count(engine, "case_tips") == 8
    assert matches.due(10) == ()


def test_an_erased_tip_takes_keys_matches_and_case_along(
    file: Callable[..., Any], book: SqlCaseBook, matches: SqlMatches, engine: Engine
) -> None:
    one, other = file(seen(), seen())
    assert count(engine, "match_keys") > 0
    book.erase(one)
    assert matches.of(other) == ()
    assert matches.case(other) is None
    book.erase(other)
    for table in ("match_due", "match_profiles", "match_keys", "matches", "cases", "case_tips"):
        assert count(engine, table) == 0, table


def test_a_tip_erased_before_it_was_compared_is_compared_no_more(
    book: SqlCaseBook, matches: SqlMatches
) -> None:
    tip = seen()
    book.file(tip)
    book.erase(tip.id)
    assert matches.take_in(tip.id, profile_of(tip)) is None
    assert match_due(matches, book.read) == {}


def test_a_closed_tip_leaves_no_keys_and_matches_nothing_new_until_it_is_opened(
    file: Callable[..., Any], book: SqlCaseBook, matches: SqlMatches, engine: Engine
) -> None:
    (one,) = file(seen())
    book.set_state(one, "closed", "2026-11-24")
    assert count(engine, "match_keys") == count(engine, "match_profiles") == 0
    (other,) = file(seen())
    assert matches.of(other) == ()
    book.set_state(one, "seen")
    match_due(matches, book.read)
    assert [pair.other for pair in matches.of(other)] == [one]
    book.set_state(one, "closed", "2026-11-24")
    assert matches.of(other) == ()


def test_an_accepted_match_is_one_case_and_stays_when_compared_again(
    file: Callable[..., Any], book: SqlCaseBook, matches: SqlMatches
) -> None:
    mother, worker = file(sought(), seen(people=People(3, (replace(TUAN, name="Tuan"),))))
    assert matches.case(mother) is None
    assert matches.decide(mother, worker, "accepted", HOUR)
    case = matches.case(mother)
    assert case is not None
    assert case[1] == (worker,)
    assert matches.again() == 2
    match_due(matches, book.read)
    (pair,) = matches.of(mother)
    assert (pair.state, pair.together) == ("accepted", True)
    book.set_state(worker, "closed", "2026-11-24")
    assert [p.other for p in matches.of(mother)] == [worker]


def test_a_rejected_match_parts_a_case_and_does_not_come_back(
    file: Callable[..., Any], book: SqlCaseBook, matches: SqlMatches, engine: Engine
) -> None:
    one, other = file(seen(), seen())
    assert matches.case(one) is not None
    assert matches.decide(one, other, "rejected", HOUR)
    assert matches.case(one) is None
    assert count(engine, "cases") == 0
    matches.again()
    match_due(matches, book.read)
    assert matches.of(one) == ()
    assert matches.case(one) is None
    assert [p.state for p in matches.of(one, rejected=True)] == ["rejected"]


def test_a_rejected_match_leaves_who_others_hold_in_the_case(
    file: Callable[..., Any], matches: SqlMatches
) -> None:
    one, other, third = file(seen(), seen(), seen())
    matches.decide(one, other, "rejected", HOUR)
    case = matches.case(one)
    assert case is not None
    assert third in case[1]


def test_two_accepted_cases_become_one(file: Callable[..., Any], matches: SqlMatches) -> None:
    there = Place("", (KAWASAKI,), "14")
    tuan = People(2, (TUAN,))
    here_one, here_two = file(seen(people=tuan), seen(people=People(2)))
    there_one, there_two = file(seen(place=there, people=tuan), seen(place=there, people=People(2)))
    assert matches.decide(here_one, there_one, "accepted", HOUR)
    case = matches.case(here_two)
    assert case is not None
    assert set(case[1]) == {here_one, there_one, there_two}


def test_what_does_not_match_cannot_be_decided(
    file: Callable[..., Any], matches: SqlMatches
) -> None:
    one, other = file(seen(), seen(place=Place("", (KAWASAKI,), "14")))
    assert not matches.decide(one, other, "accepted", HOUR)
    assert not matches.decide(one, "nobody", "rejected", HOUR)


def test_the_same_caller_going_on_is_no_match(
    file: Callable[..., Any], matches: SqlMatches
) -> None:
    first = seen()
    file(first, seen(follows=first.id))
    assert matches.of(first.id) == ()


def test_a_tip_that_no_key_opens_is_set_aside_and_the_rest_goes_on(
    engine: Engine, ring: KeyRing
) -> None:
    lost = key_ring(new_key())
    SqlCaseBook(engine, lost, [SqlMatches(engine, lost)]).file(seen())
    matches = SqlMatches(engine, ring)
    book = SqlCaseBook(engine, ring, [matches])
    book.file(seen())
    counts = match_due(matches, book.read)
    assert counts == {"match_unreadable": 1, "compared": 1}
    assert matches.due(10) == ()
    assert matches.again() == 2


def test_keys_may_change_while_old_tips_are_still_found(engine: Engine) -> None:
    old = new_key()
    new = new_key(beside=old)
    before = SqlMatches(engine, key_ring(old))
    book = SqlCaseBook(engine, key_ring(old), [before])
    one, other = seen(), seen()
    book.file(one)
    match_due(before, book.read)
    both = key_ring(f"{new},{old}")
    after = SqlMatches(engine, both)
    book = SqlCaseBook(engine, both, [after])
    book.file(other)
    match_due(after, book.read)
    assert [pair.other for pair in after.of(other.id)] == [one.id]
    with pytest.raises(Mistaken):
        SqlMatches(engine, key_ring(new_key())).of(other.id)


def test_nothing_of_a_name_a_place_or_a_day_can_be_read_in_the_tables(
    file: Callable[..., Any], engine: Engine
) -> None:
    file(seen(people=People(3, (TUAN,))), sought())
    with engine.connect() as held:
        tables = ("match_due", "match_profiles", "match_keys", "matches")
        rows = [r for t in tables for r in held.execute(text(f"SELECT * FROM {t}"))]  # noqa: S608
    seen_bytes = b"".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in rows for v in r
    )
    for word in ("Tuấn", "tuan", "Tuan", "新大久保", "13/", "nghe", "Nghệ", "place", "2026"):
        assert word.encode() not in seen_bytes, word
    assert json.dumps("Tuấn").encode() not in seen_bytes


def test_one_more_tip_costs_as_many_queries_among_thirty_as_among_two(
    file: Callable[..., Any], engine: Engine
) -> None:
    """Counts, not times; docs/matching.md has them up to 100,000."""
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    file(seen(), seen())
    asked.clear()
    file(seen())
    few = len(asked)
    crowd = [seen(place=Place("", (KAWASAKI,), "14"), people=People(n)) for n in range(25)]
    file(*crowd)
    asked.clear()
    file(seen())
    assert len(asked) <= few + 1


def test_a_stage_ends_when_much_is_due_and_the_steward_rings_for_the_rest(
    engine: Engine, book: SqlCaseBook, matches: SqlMatches
) -> None:
    class Counting:
        rung = 0

        def ring(self) -> None:
            self.rung += 1

    bell = Counting()
    ring_due(engine, bell, 0)
    assert bell.rung == 0
    for number in range(5):
        book.file(seen(kind="wages", when=TipWhen(), people=People(number), place=Place()))
    assert match_due(matches, book.read, 3) == {"compared": 3}
    ring_due(engine, bell, 0)
    assert bell.rung == 1
    assert match_due(matches, book.read, 3) == {"compared": 2}
    ring_due(engine, bell, 0)
    assert bell.rung == 1


def test_a_tag_tells_neither_its_name_nor_those_of_other_keys_and_purposes(ring: KeyRing) -> None:
    (tag,) = ring.tags("match keys", "tuan")
    assert ring.tags("match keys", "tuan") == (tag,)
    assert tag not in (*ring.tags("another", "tuan"), *ring.tags("match keys", "hung"))
    assert tag[1:] != key_ring(new_key()).tags("match keys", "tuan")[0][1:]
    assert tag not in ring.marks("tuan")


def test_a_crowd_at_one_station_on_one_day_is_cut_off(
    engine: Engine, ring: KeyRing, book: SqlCaseBook
) -> None:
    """However many share every key with a new tip, no more than so many are read and compared."""
    tip = seen(people=People(3, (TUAN,)))
    profile = profile_of(tip)
    book.file(tip)
    with writing(engine) as held:
        (row,) = held.execute(select(tips).where(tips.c.id == tip.id)).all()
        for number in range(MOST["fine"] + 10):
            other = f"00000000-0000-4000-8000-{number:012d}"
            held.execute(insert(tips).values({**row._mapping, "id": other}))
            lay(held, ring, other, profile)
        read = Counter(grain for grain, _ in shared(held, ring, profile))
        compared = candidates(held, ring, profile)
    assert read["fine"] == MOST["fine"]
    assert all(read[grain] <= MOST[grain] * len(probes(profile)) for grain in read)
    assert 0 < len(compared) <= CANDIDATES
