"""Work on tips, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from nacl.public import PrivateKey
from sqlalchemy import Engine, text

from hotline.intake.errors import Mistaken
from hotline.records.homeward import Homeward
from hotline.records.work import Work
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.reply_box import SqlReplyBox
from hotline.stores.work import SqlWork
from tests.tips import a_tip

NOW = datetime(2026, 11, 24, 3, 15, 10, tzinfo=UTC)
SECRET = "Chị Hoa biết anh ấy"


@pytest.fixture
def work(engine: Engine, ring: KeyRing) -> SqlWork:
    return SqlWork(engine, ring)


@pytest.fixture
def tip_id(engine: Engine, ring: KeyRing) -> str:
    tip = a_tip()
    SqlCaseBook(engine, ring).file(tip)
    return tip.id


def test_of_eight_at_once_one_has_the_tip(work: SqlWork, tip_id: str) -> None:
    names = [f"o{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda name: work.claim(tip_id, name, NOW), names))
    assert got.count(True) == 1
    assert work.holders([tip_id], NOW) == {tip_id: names[got.index(True)]}


@pytest.mark.parametrize(("minutes", "free"), [(59, False), (60, True)])
def test_a_claim_runs_out(work: SqlWork, tip_id: str, minutes: int, free: bool) -> None:
    assert work.claim(tip_id, "lan", NOW)
    later = NOW + timedelta(minutes=minutes)
    assert (work.of(tip_id, later).claimed_by == "") == free
    assert (work.holders([tip_id], later) == {}) == free
    assert work.claim(tip_id, "nam", later) == free


def test_only_its_holder_gives_it_back_unless_whoever_is_meant(work: SqlWork, tip_id: str) -> None:
    work.claim(tip_id, "lan", NOW)
    assert not work.give_back(tip_id, "nam")
    assert work.give_back(tip_id, "lan")
    work.claim(tip_id, "lan", NOW)
    assert work.give_back(tip_id)
    assert not work.give_back(tip_id)


def test_notes_written_at_once_are_all_kept(work: SqlWork, tip_id: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: work.note(tip_id, "lan", f"note {n}", NOW), range(6)))
    assert done == [True] * 6
    kept = work.notes(tip_id)
    assert [note.number for note in kept] == [1, 2, 3, 4, 5, 6]
    assert sorted(note.text for note in kept) == [f"note {n}" for n in range(6)]
    assert {note.hour for note in kept} == {"2026-11-24T12:00+09:00"}
    assert work.count_notes(tip_id) == 6


def test_nothing_of_notes_and_labels_can_be_read_in_the_database(
    engine: Engine, work: SqlWork, tip_id: str
) -> None:
    work.note(tip_id, "lan", SECRET, NOW)
    work.set_labels(tip_id, [SECRET])
    work.set_home_step(tip_id, "asked", "informed", SECRET)
    with engine.connect() as held:
        both = "SELECT content FROM tip_notes UNION ALL SELECT labels FROM tip_work"
        home = "SELECT homeward FROM tip_work"
        rows = [*held.execute(text(both)), *held.execute(text(home))]
    assert all(len(bytes(row[0])) >= 512 and SECRET.encode() not in bytes(row[0]) for row in rows)
    other = SqlWork(engine, key_ring(new_key()))
    for read in (lambda: other.notes(tip_id), lambda: other.of(tip_id, NOW)):
        with pytest.raises(Mistaken, match="casebook_key"):
            read()


def test_a_note_moved_to_another_place_does_not_open(
    engine: Engine, work: SqlWork, tip_id: str
) -> None:
    work.note(tip_id, "lan", SECRET, NOW)
    with engine.begin() as held:
        held.execute(text("UPDATE tip_notes SET number = 7"))
    with pytest.raises(Mistaken, match="casebook_key"):
        work.notes(tip_id)


def test_of_eight_that_set_the_same_step_one_has_set_it(work: SqlWork, tip_id: str) -> None:
    def step(day: int) -> bool:
        with suppress(Mistaken):
            return work.set_home_step(tip_id, "asked", "informed", f"2026-11-{day}")
        return False

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(step, range(11, 19)))
    assert got.count(True) == 1
    since = f"2026-11-{11 + got.index(True)}"
    assert work.of(tip_id, NOW).homeward == Homeward("informed", since)


def test_a_step_that_is_no_neighbour_is_refused_and_what_was_told_stays(
    work: SqlWork, tip_id: str
) -> None:
    work.set_home_told(tip_id, "asked")
    work.set_home_told(tip_id, "asked")
    for step in ("papers", "asked"):
        with pytest.raises(Mistaken, match="home_step"):
            work.set_home_step(tip_id, "asked", step, "2026-11-24")
    assert work.of(tip_id, NOW).homeward == Homeward(told=("asked",))


def test_all_of_it_goes_with_its_tip(
    engine: Engine, ring: KeyRing, work: SqlWork, tip_id: str
) -> None:
    work.note(tip_id, "lan", SECRET, NOW)
    work.set_status(tip_id, "referred")
    SqlCaseBook(engine, ring).erase(tip_id)
    assert work.of(tip_id, NOW) == Work()
    assert work.notes(tip_id) == ()
    assert not work.claim(tip_id, "lan", NOW)
    assert not work.note(tip_id, "lan", SECRET, NOW)
    assert not work.set_labels(tip_id, ["x"])
    assert not work.set_home_step(tip_id, "asked", "informed", "2026-11-24")


def test_of_two_answers_that_knew_of_none_one_is_given(engine: Engine, tip_id: str) -> None:
    box = SqlReplyBox(engine)
    for lookup in (b"one-lookup-of-16", b"two-lookup-of-16"):
        box.attach(lookup, tip_id, bytes(PrivateKey.generate().public_key))

    def give(n: int) -> bool:
        with suppress(Mistaken):
            return box.answer(tip_id, f"answer {n}", known=0)
        return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(give, range(4))) == [False, False, False, True]
    assert box.answered(tip_id) == 1
    with pytest.raises(Mistaken, match="answer_meanwhile"):
        box.answer(tip_id, "answer", known=0)
    assert box.answer(tip_id, "answer", known=1)
