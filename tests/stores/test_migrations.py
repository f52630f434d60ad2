"""Migrations make exactly the tables that the code speaks of."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from hotline.intake.errors import Mistaken
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing
from hotline.stores.database import migrate, newest_form, refuse_other_form
from hotline.stores.tables import metadata
from tests.tips import a_tip


def test_migrated_tables_are_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as held:
        context = MigrationContext.configure(held, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_form_is_the_head_of_the_chain() -> None:
    config = Config()
    config.set_main_option("script_location", "hotline/stores/migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == newest_form()


def test_checks_of_the_code_are_in_the_database(engine: Engine) -> None:
    looking = inspect(engine)
    assert {c["name"] for c in looking.get_check_constraints("tips")} == {
        "ck_tips_hour",
        "ck_tips_state",
    }
    assert [c["name"] for c in looking.get_check_constraints("operators")] == ["ck_operators_role"]


def test_migrating_again_keeps_what_is_there(engine: Engine, ring: KeyRing) -> None:
    tip = a_tip()
    SqlCaseBook(engine, ring).file(tip)
    migrate(engine)
    assert SqlCaseBook(engine, ring).read(tip.id) == tip


def test_four_processes_may_migrate_at_once(bare: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, bare) for _ in range(4)]:
            done.result()
    assert "tips" in inspect(bare).get_table_names()


def test_a_database_one_migration_behind_is_named_and_nothing_is_changed(bare: Engine) -> None:
    with pytest.raises(Mistaken, match="form none"):
        refuse_other_form(bare)
    migrate(bare)
    refuse_other_form(bare)
    with bare.begin() as held:
        held.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(Mistaken, match=r"form 0001, this release wants \d{4}: start worker"):
        refuse_other_form(bare)


def test_no_table_of_tips_keeps_the_order_in_which_they_came(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("row ids are SQLite's")
    with engine.connect() as held:
        found = held.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        ordered = {name for name, made in found if "WITHOUT ROWID" not in made}
    of_the_desk = {"audit", "operators", "desk_sessions", "alembic_version", "sqlite_sequence"}
    assert ordered <= of_the_desk
