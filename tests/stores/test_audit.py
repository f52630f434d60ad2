"""The audit: in order, by the hour, and whoever changes it past us is seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from hotline.records.operator import Chain
from hotline.stores.audit import SqlAudit
from hotline.stores.casekey import KeyRing, key_ring, new_key

NOW = datetime(2026, 11, 24, 3, 15, 10, tzinfo=UTC)


@pytest.fixture
def audit(engine: Engine, ring: KeyRing) -> SqlAudit:
    return SqlAudit(engine, ring)


def write(audit: SqlAudit, count: int = 1) -> None:
    for number in range(count):
        audit.write("lan", "tip.show", f"tip-{number}", NOW)


def past_us(engine: Engine, *statements: str) -> None:
    """What somebody does who owns the database and takes its guard away first."""
    with engine.begin() as held:
        if engine.dialect.name == "sqlite":
            for act in ("update", "delete"):
                held.execute(text(f"DROP TRIGGER IF EXISTS audit_stays_{act}"))
        else:
            held.execute(text("DROP TRIGGER IF EXISTS audit_stays ON audit"))
        for statement in statements:
            held.execute(text(statement))


def test_lines_keep_their_order_and_only_the_hour(audit: SqlAudit) -> None:
    write(audit, 3)
    newest, *_ = acts = audit.read(2)
    assert [act.what for act in acts] == ["tip-2", "tip-1"]
    assert (newest.hour, newest.operator, newest.act) == (
        "2026-11-24T12:00+09:00",
        "lan",
        "tip.show",
    )
    assert [act.what for act in audit.read(2, before=acts[-1].number)] == ["tip-0"]


def test_a_whole_chain_is_whole(audit: SqlAudit) -> None:
    assert audit.verify() == Chain(0, 0, None, 0, "")
    write(audit, 3)
    chain = audit.verify()
    assert (chain.lines, chain.unchained, chain.wrong, chain.number) == (3, 0, None, 3)
    assert len(chain.seal) == 64


def test_eight_writers_at_once_make_one_chain(audit: SqlAudit) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: audit.write(f"o{n}", "login", "", NOW), range(40)))
    chain = audit.verify()
    assert (chain.lines, chain.wrong, chain.number) == (40, None, 40)


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        (["UPDATE audit SET act = 'tip.open' WHERE number = 3"], 3),
        (["UPDATE audit SET operator = 'nam' WHERE number = 1"], 1),
        (["UPDATE audit SET hour = '2026-11-24T13:00+09:00' WHERE number = 5"], 5),
        (["UPDATE audit SET what = '' WHERE number = 2"], 2),
        (["DELETE FROM audit WHERE number = 3"], 4),
        (["DELETE FROM audit WHERE number = 1"], 2),
        (["DELETE FROM audit WHERE number = 5"], 5),
        (["DELETE FROM audit"], 1),
        (["DELETE FROM audit_head"], 6),
        (["UPDATE audit_head SET number = 4", "DELETE FROM audit WHERE number = 5"], 5),
        (["UPDATE audit SET chain = 'zz' WHERE number = 4"], 4),
        (["UPDATE audit SET chain = '' WHERE number = 4"], 4),
        (["UPDATE audit SET chain = NULL WHERE number = 4"], 4),
        (["INSERT INTO audit VALUES (6, '2026-11-24T12:00+09:00', 'x', 'login', '', NULL)"], 6),
        (
            [
                "UPDATE audit SET what = 'a' WHERE number = 3",
                "UPDATE audit SET chain = (SELECT chain FROM audit WHERE number = 2)"
                " WHERE number = 3",
            ],
            3,
        ),
    ],
)
def test_what_is_done_past_us_is_seen_and_stays_seen(
    engine: Engine, audit: SqlAudit, done: list[str], wrong: int
) -> None:
    write(audit, 5)
    past_us(engine, *done)
    assert audit.verify().wrong == wrong
    write(audit, 2)
    assert audit.verify().wrong is not None


def test_lines_that_changed_places_are_seen(engine: Engine, audit: SqlAudit) -> None:
    write(audit, 5)
    past_us(
        engine,
        "UPDATE audit SET number = 90 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 90",
    )
    assert audit.verify().wrong == 2


def test_lines_from_before_the_chain_are_sealed_by_the_first_new_one(
    engine: Engine, audit: SqlAudit
) -> None:
    old = (
        "INSERT INTO audit (number, hour, operator, act) VALUES ({}, '2026-11-01T09:00', 'x', 'y')"
    )
    past_us(engine, *(old.format(number) for number in (1, 2, 4)))
    assert audit.verify() == Chain(3, 3, None, 4, "")
    write(audit, 2)
    chain = audit.verify()
    assert (chain.lines, chain.unchained, chain.wrong, chain.number) == (5, 3, None, 6)
    past_us(engine, "UPDATE audit SET operator = 'z' WHERE number = 2")
    assert audit.verify().wrong == 5


@pytest.mark.parametrize("change", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_a_line(
    engine: Engine, audit: SqlAudit, change: str
) -> None:
    write(audit, 1)
    with pytest.raises(DatabaseError, match="only written to"), engine.begin() as held:
        held.execute(text(change))
    assert audit.verify().wrong is None


def test_a_changed_key_goes_on_and_a_lost_one_is_said(engine: Engine) -> None:
    old = new_key()
    new = new_key(beside=old)
    write(SqlAudit(engine, key_ring(old)), 2)
    both = SqlAudit(engine, key_ring(f"{new},{old}"))
    write(both, 2)
    assert both.verify().wrong is None
    without = SqlAudit(engine, key_ring(new))
    assert without.verify().wrong == 1
    write(without)
    assert both.verify().wrong is None


def test_a_long_audit_is_looked_at_in_chunks(engine: Engine, audit: SqlAudit) -> None:
    old = "INSERT INTO audit (hour, operator, act) VALUES ('2026-11-01T09:00', 'x', 'y')"
    past_us(engine, *[old] * 1201)
    write(audit)
    chain = audit.verify()
    assert (chain.lines, chain.unchained, chain.wrong) == (1202, 1201, None)
