"""The contract of the case book, on SQLite and on PostgreSQL."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, event, text

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.ports import CaseBook
from hotline.intake.searching import stations_meant
from hotline.records.listing import TipFilter
from hotline.records.tip import Place, Tip, TipStation
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.database import open_engine
from hotline.stores.tip_lists import fold, page_of, query_of
from tests.tips import SHIN_OKUBO, STORY, a_tip


@pytest.fixture
def book(engine: Engine, ring: KeyRing) -> SqlCaseBook:
    return SqlCaseBook(engine, ring)


def rows_of(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.begin() as held:
        return [tuple(row) for row in held.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


def test_a_filed_tip_reads_back_whole(book: SqlCaseBook) -> None:
    tip = a_tip()
    port: CaseBook = book
    assert port.file(tip)
    assert book.read(tip.id) == tip


def test_an_unknown_tip_is_none(book: SqlCaseBook) -> None:
    assert book.read("nobody") is None
    assert book.row("nobody") is None


def test_half_a_surrogate_pair_keeps_no_tip_out(book: SqlCaseBook) -> None:
    tip = a_tip(narrative="a\ud83d\x00b")
    assert book.file(tip)
    assert not book.file(tip)
    filed = book.read(tip.id)
    assert filed is not None
    assert filed.narrative == "a?\x00b"


def test_filing_twice_changes_nothing(book: SqlCaseBook, engine: Engine) -> None:
    tip = a_tip()
    book.file(tip)
    before = rows_of(engine, "tips")
    assert not book.file(tip)
    assert rows_of(engine, "tips") == before


def test_other_content_under_a_known_id_is_refused(book: SqlCaseBook, engine: Engine) -> None:
    tip = a_tip()
    book.file(tip)
    before = rows_of(engine, "tips")
    with pytest.raises(Mistaken, match=r"^tip_changed$"):
        book.file(replace(tip, narrative="khác"))
    assert rows_of(engine, "tips") == before


@pytest.mark.parametrize("received", ["2026-11-23T19:01+09:00", "2026-11-23T19:00:00+09:00", ""])
def test_a_moment_finer_than_the_hour_is_refused(book: SqlCaseBook, received: str) -> None:
    with pytest.raises(Mistaken, match=r"^tip_received$"):
        book.file(a_tip(received=received))


def test_the_table_itself_refuses_minutes(book: SqlCaseBook, engine: Engine) -> None:
    book.file(a_tip())
    with pytest.raises(Exception, match=r"(?i)check|constraint"), engine.begin() as held:
        held.execute(text("UPDATE tips SET received = '2026-11-23T19:20+09:00'"))


def test_eight_workers_file_one_tip_once(book: SqlCaseBook) -> None:
    tip = a_tip()
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(book.file, [tip] * 8)) == [False] * 7 + [True]
    assert book.count() == 1


def test_erasing_leaves_a_tombstone_and_nothing_else(book: SqlCaseBook) -> None:
    tip = a_tip()
    book.file(tip)
    assert book.erase(tip.id)
    assert book.read(tip.id) is None
    assert book.tombs() == {("2026-11-23", "sms", "erased"): 1}
    assert not book.erase(tip.id)
    assert book.tombs() == {("2026-11-23", "sms", "erased"): 1}


def test_tombstones_of_one_day_are_counted_together(book: SqlCaseBook) -> None:
    for tip in (a_tip(), a_tip(), a_tip(channel="voice")):
        book.file(tip)
        book.erase(tip.id)
    assert book.tombs() == {
        ("2026-11-23", "sms", "erased"): 2,
        ("2026-11-23", "voice", "erased"): 1,
    }


def test_an_erased_tip_does_not_come_back(book: SqlCaseBook) -> None:
    filed, on_its_way = a_tip(), a_tip()
    book.file(filed)
    book.erase(filed.id)
    assert not book.erase(on_its_way.id)
    assert not book.file(filed)
    assert not book.file(on_its_way)
    assert book.count() == 0


def test_no_id_of_an_erased_tip_stays(book: SqlCaseBook, engine: Engine) -> None:
    tip = a_tip()
    book.file(tip)
    book.erase(tip.id)
    left = repr([rows_of(engine, name) for name in ("tips", "tombstones", "erased", "audit")])
    assert tip.id not in left
    assert tip.id.replace("-", "") not in left


def test_newest_hours_come_first_and_pages_follow(book: SqlCaseBook) -> None:
    hours = [f"2026-11-23T{hour:02}:00+09:00" for hour in range(5)]
    for hour in hours:
        book.file(a_tip(received=hour))
    first = book.list(size=2)
    assert [row.received for row in first.rows] == hours[:2:-1]
    last = book.list(after=book.list(after=first.next, size=2).next, size=2)
    assert [row.received for row in last.rows] == hours[:1]
    assert last.next == ""
    assert book.list(after="no such mark", size=2) == first


def test_a_line_says_place_and_numbers_never_words(book: SqlCaseBook) -> None:
    tip = a_tip(follows="an-earlier-one")
    book.file(tip)
    (row,) = book.list().rows
    assert (row.place, row.people, row.attachments) == ("新大久保 Shin-Ōkubo", 3, 1)
    assert (row.prefecture, row.kind, row.state, row.follows) == (
        "13",
        "arrest",
        "new",
        "an-earlier-one",
    )
    assert STORY not in repr(row)
    assert book.following("an-earlier-one") == (tip.id,)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TipFilter(), {"a", "b", "c"}),
        (TipFilter(kind="arrest"), {"a", "c"}),
        (TipFilter(channel="voice"), {"b"}),
        (TipFilter(prefecture="13"), {"a"}),
        (TipFilter(prefecture="27", kind="arrest"), set()),
        (TipFilter(state="seen"), {"b"}),
        (TipFilter(state="closed"), {"c"}),
        (TipFilter(complete=False), {"c"}),
        (TipFilter(complete=True), {"a", "b"}),
        (TipFilter(since="2026-11-23"), {"a", "b"}),
        (TipFilter(until="2026-11-22"), {"c"}),
        (TipFilter(since="2026-11-23", until="2026-11-23"), {"a"}),
        (TipFilter(place="shin okubo"), {"a"}),
        (TipFilter(place="大久保"), {"a"}),
        (TipFilter(place="SHIN-ŌKUBO", state="seen"), set()),
        (TipFilter(place="da nang"), {"c"}),
        (TipFilter(kind="'; DROP TABLE tips; --"), set()),
    ],
)
def test_filters(book: SqlCaseBook, wanted: TipFilter, found: set[str]) -> None:
    osaka = Place("Osaka", (TipStation("大阪", "Ōsaka", "27"),), "27")
    tips = {
        "a": a_tip(),
        "b": a_tip(channel="voice", kind="wages", place=osaka, received="2026-11-24T00:00+09:00"),
        "c": a_tip(
            complete=False, place=Place("gần quán Đà Nẵng"), received="2026-11-22T23:00+09:00"
        ),
    }
    for tip in tips.values():
        book.file(tip)
    book.mark_seen(tips["b"].id)
    book.set_state(tips["c"].id, "closed", "2026-11-24")
    names = {tip.id: name for name, tip in tips.items()}
    assert {names[row.id] for row in book.list(wanted).rows} == found
    assert {names[tip.id] for tip in book.every(wanted)} == found


def test_a_place_that_was_said_is_found_page_by_page(book: SqlCaseBook) -> None:
    for hour in range(5):
        book.file(a_tip(received=f"2026-11-23T{hour:02}:00+09:00"))
        book.file(a_tip(received=f"2026-11-23T{hour:02}:00+09:00", place=Place("Ueno")))
    wanted = TipFilter(place="okubo")
    first = book.list(wanted, size=2)
    second = book.list(wanted, first.next, 2)
    third = book.list(wanted, second.next, 2)
    assert [len(page.rows) for page in (first, second, third)] == [2, 2, 1]
    assert third.next == ""


def test_a_search_opens_no_more_than_it_says(engine: Engine, book: SqlCaseBook) -> None:
    for hour in range(20):
        place = Place("Ueno") if hour else a_tip().place
        book.file(a_tip(received=f"2026-11-23T{hour:02}:00+09:00", place=place))
    wanted = TipFilter(place="okubo")
    with engine.connect() as held:
        pages = [page_of(held, book._open, wanted, "", 50, look=7)]
        while pages[-1].next:
            pages.append(page_of(held, book._open, wanted, pages[-1].next, 50, look=7))
    assert [(len(page.rows), page.looked) for page in pages] == [(0, 7), (0, 7), (1, 6)]


def test_a_place_is_found_by_what_it_may_mean(book: SqlCaseBook) -> None:
    heard = a_tip(place=Place("", (SHIN_OKUBO,), "13"))
    for tip in (heard, a_tip(place=Place("Ueno"))):
        book.file(tip)
    for typed in ("sin okubo", "ga sin o cu bo", "shin-ōkubo", "新大久保"):
        found = book.list(TipFilter(place=typed, stations=stations_meant(typed))).rows
        assert [row.id for row in found] == [heard.id], typed
    assert stations_meant("") == stations_meant("quán phở") == ()


MANY = """
WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < :most - 1)
INSERT INTO tips (id, received, channel, kind, role, language, complete, state, prefecture,
                  content, digest)
SELECT substr(cast(100000000 + x AS text), 2),
       '2026-' || substr(cast(101 + x * 12 / :most AS text), 2) || '-'
               || substr(cast(101 + x * 12 % :most * 28 / :most AS text), 2) || 'T'
               || substr(cast(100 + x % 24 AS text), 2) || '\\:00+09\\:00',
       'sms', 'arrest', 'witness', 'vi', true,
       CASE x % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'seen' ELSE 'closed' END,
       substr(cast(101 + x % 47 AS text), 2), :closed, :closed
FROM n"""


def test_a_page_of_a_hundred_thousand_costs_what_a_page_of_few_costs(
    engine: Engine, book: SqlCaseBook
) -> None:
    most = 100_000 if engine.dialect.name == "sqlite" else 10_000  # enough for its planner
    with engine.begin() as held:
        held.execute(text(MANY), {"closed": b"x", "most": most})
    deep = "2026010100.00000000"
    with engine.connect() as held:
        if engine.dialect.name == "postgresql":
            held.execute(text("ANALYZE tips"))
        for wanted in (TipFilter(), TipFilter(state="closed"), TipFilter(prefecture="13")):
            for after in ("", "2026061400.00050000", deep):
                query = query_of(wanted, after).limit(51)
                plan = _plan(held, query)
                assert "ix_tips_" in plan, plan
                assert "TEMP B-TREE" not in plan, plan
                assert "Seq Scan" not in plan, plan
    counted: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
    first = book.list()
    middle = book.list(after="2026061400.00050000")
    assert (first.looked, middle.looked, len(middle.rows)) == (50, 50, 50)
    assert len([each for each in counted if each.startswith("SELECT")]) == 2


def _plan(held: Connection, query: Select[Any]) -> str:
    """How the database goes about it."""
    sql = str(query.compile(held, compile_kwargs={"literal_binds": True}))
    how = "EXPLAIN QUERY PLAN " if held.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row[-1]) for row in held.execute(text(how + sql.replace(":", "\\:"))))


def test_everything_comes_out_in_chunks(book: SqlCaseBook) -> None:
    tips = [a_tip() for _ in range(205)]
    for tip in tips:
        book.file(tip)
    assert {tip.id for tip in book.every()} == {tip.id for tip in tips}
    assert book.count() == 205


def test_seen_once(book: SqlCaseBook) -> None:
    tip = a_tip()
    book.file(tip)
    assert (book.count("new"), book.count("seen")) == (1, 0)
    assert book.mark_seen(tip.id)
    assert not book.mark_seen(tip.id)
    assert (book.count("new"), book.count("seen")) == (0, 1)


def test_seeing_does_not_open_a_closed_tip_again(book: SqlCaseBook) -> None:
    tip = a_tip()
    book.file(tip)
    assert book.set_state(tip.id, "closed", "2026-11-24")
    assert not book.mark_seen(tip.id)
    assert book.count("closed") == 1
    assert not book.set_state("nobody", "closed", "2026-11-24")


def test_without_the_key_the_row_says_nothing(engine: Engine, book: SqlCaseBook) -> None:
    tip = a_tip()
    book.file(tip)
    other = SqlCaseBook(engine, key_ring(new_key()))
    with pytest.raises(Mistaken, match=r"^casebook_key$"):
        other.read(tip.id)
    (row,) = other.list().rows
    assert (row.readable, row.place, row.people) == (False, "", None)


def test_old_rows_open_after_a_key_changed(engine: Engine) -> None:
    old = new_key()
    new = new_key(beside=old)
    tip, gone = a_tip(), a_tip()
    before = SqlCaseBook(engine, key_ring(old))
    before.file(tip)
    before.erase(gone.id)
    after = SqlCaseBook(engine, key_ring(f"{new}, {old}"))
    assert after.read(tip.id) == tip
    assert not after.file(tip)
    assert not after.file(gone)


def test_taking_back_takes_what_goes_on_from_it_filed_or_still_to_come(book: SqlCaseBook) -> None:
    first, other = a_tip(), a_tip()
    later, too_late = a_tip(follows=first.id), a_tip(follows=first.id)
    for tip in (first, other, later):
        book.file(tip)
    assert book.take_back(first.id)
    assert not book.file(too_late)
    assert [row.id for row in book.list().rows] == [other.id]
    assert not book.take_back(first.id)


def test_what_goes_on_from_a_tip_that_an_operator_erased_is_still_filed(book: SqlCaseBook) -> None:
    first = a_tip()
    book.file(first)
    book.erase(first.id)
    assert book.file(a_tip(follows=first.id))


def test_a_key_made_beside_another_is_told_apart_from_it() -> None:
    old = new_key()
    for _ in range(2000):  # one key in 256 has the same number
        assert len(key_ring(f"{new_key(beside=old)}, {old}").keys) == 2


def test_swapped_rows_do_not_open(engine: Engine, book: SqlCaseBook) -> None:
    one, two = a_tip(), a_tip()
    book.file(one)
    book.file(two)
    with engine.begin() as held:
        held.execute(
            text(
                "UPDATE tips SET content = (SELECT content FROM tips WHERE id = :a) WHERE id = :b"
            ),
            {"a": one.id, "b": two.id},
        )
    with pytest.raises(Mistaken, match=r"^casebook_key$"):
        book.read(two.id)


def test_length_does_not_talk(engine: Engine, book: SqlCaseBook) -> None:
    words = ("x" * 400, "x" * 700, "x" * 1000)
    for narrative in words:
        book.file(a_tip(narrative=narrative))
    with engine.begin() as held:
        lengths = set(held.scalars(text("SELECT length(content) FROM tips")))
    assert len(lengths) == 1


def test_a_database_that_is_away_is_unavailable(ring: KeyRing, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder/book.db", "postgresql://127.0.0.1:9/x"):
        book = SqlCaseBook(open_engine(url), ring)
        with pytest.raises(Unavailable, match=r"^casebook$") as raised:
            book.file(a_tip())
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__


def test_nothing_said_is_on_the_disk(ring: KeyRing, tmp_path: Path) -> None:
    from hotline.stores.database import migrate

    engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    migrate(engine)
    tip = a_tip()
    SqlCaseBook(engine, ring).file(tip)
    disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert tip.id.encode() in disk
    for said in ("Tuấn", "Shin", "新大久保", "tối qua", "Nghệ An"):
        assert said.encode() not in disk
    SqlCaseBook(engine, ring).erase(tip.id)
    disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert tip.id.encode() not in disk
    engine.dispose()


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    from hotline.stores.database import migrate

    engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    migrate(engine)
    assert {path.stat().st_mode & 0o77 for path in tmp_path.iterdir()} == {0}
    engine.dispose()


@pytest.mark.parametrize(
    "key",
    ["", ",", "x", base64.b64encode(b"k" * 31).decode(), base64.b64encode(b"k" * 33).decode()],
)
def test_a_bad_key_names_the_setting(key: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_CASEBOOK_KEY"):
        key_ring(key)


def test_keys_may_be_written_for_urls() -> None:
    raw = b"\xfb\xff" * 16
    plain, safe = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert key_ring(plain).keys == key_ring(safe).keys


@pytest.mark.parametrize(("length", "size"), [(0, 512), (508, 512), (509, 1024), (1020, 1024)])
def test_sizes_on_both_sides_of_an_edge(length: int, size: int) -> None:
    ring = key_ring(new_key())
    plain = os.urandom(length)
    closed = ring.close("n", plain)
    assert len(closed) == 1 + 24 + size + 16
    assert ring.open("n", closed) == plain


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_DATABASE_URL"):
        open_engine(url)


@pytest.mark.parametrize("said", ["Shin-Ōkubo", "shin okubo", "SHINOKUBO"])
def test_places_are_compared_without_accents(said: str) -> None:
    assert fold(said) == "shinokubo"
    assert fold("Đà Nẵng") == "danang"


def test_records_are_the_schemas(book: SqlCaseBook) -> None:
    from hotline.records.tip import problems, to_json

    tip: Tip = a_tip()
    assert problems(to_json(tip)) == []
