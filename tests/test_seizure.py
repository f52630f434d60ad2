"""The inventory against a filled system, and what a thief would find there."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline import wiring_stores
from hotline.cli_seizure import as_text, report
from hotline.data_map import data_map
from hotline.inventory import KEPT, TECHNICAL, of_column, of_key
from hotline.stores.database import open_engine, writing
from hotline.stores.tables import metadata
from tests.channels.test_coming_back import told
from tests.line import TestLine

ROOT = Path(__file__).parents[1]
NUMBER = "+840000000001"


def fill(line: TestLine) -> None:
    """Something of everything: open, waiting, filed, with a receipt, an answer, a call."""
    told(line)
    (tip,) = line.tips()
    line.book.reply_box.answer(tip.id, "Mình đang tìm anh ấy, mai báo lại.")
    line.text("thay 2 nguoi bi bat o ga akabane, goi 090-1234-5678", "+840000000061")
    sid = line.sid("CA")
    line.call(sid)
    line.call(sid, "/1", Digits="1")
    line.text("MA", "+840000000061")
    line.text("ban toi bi thuong o ga kawaguchi", "+840000000062")
    line.text("XONG", "+840000000062")


def test_the_data_map_is_written_from_the_inventory() -> None:
    assert (ROOT / "docs" / "data-map.md").read_text("utf-8") == data_map(), (
        "python tools/data_map.py"
    )


def test_every_column_is_in_the_inventory_once() -> None:
    columns = [f"{table.name}.{c.name}" for table in metadata.tables.values() for c in table.c]
    assert [name for name in columns if of_column(name) is None] == []
    named = [name for row in KEPT if row.place == "casebook" for name in row.names]
    assert sorted(named) == sorted(set(named) & set(columns))
    assert not TECHNICAL & set(named)


def test_every_key_of_a_filled_system_is_in_the_inventory(line: TestLine) -> None:
    fill(line)
    durable, fleeting = wiring_stores.links(line.settings)
    keys = [*durable.call("KEYS", "*"), *fleeting.call("KEYS", "*")]
    assert len(keys) > 15
    assert [key for key in keys if of_key(key) is None] == []


def test_a_filled_system_shows_nobody(line: TestLine) -> None:
    fill(line)
    looked = report(line.settings)
    assert looked.clean, as_text(looked)
    assert looked.unknown == ()
    counts = {kept.what.partition(":")[0]: seen.count for kept, seen in looked.classes.values()}
    assert counts["the tip"] == 1
    assert counts["what was said, padded to 512 … 1,048,576 bytes"] >= 2
    assert counts["answers to receipts"] == 1
    assert "nothing shows a person" in as_text(looked)


def oldest(line: TestLine) -> dict[str, str]:
    """The hour of the oldest by the first words of each class; only where it is known."""
    classes = report(line.settings).classes.values()
    return {kept.what[:12]: seen.oldest for kept, seen in classes if seen.oldest}


def test_the_oldest_of_a_class_is_told_to_the_hour(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    line.text("thay 2 nguoi bi bat o ga akabane", "+840000000061")
    line.text("XONG", "+840000000061")
    assert oldest(line)["what was sai"] == "2026-11-23T19:00+09:00"
    assert oldest(line)["what still l"] == "2026-11-23T19:00+09:00"
    line.tips()
    assert oldest(line)["the tip"] == "2026-11-23T19:00+09:00"
    line.now += timedelta(hours=3)
    line.text("ban toi bi thuong o ga kawaguchi", "+840000000062")
    line.text("XONG", "+840000000062")
    assert oldest(line)["what was sai"] == "2026-11-23T22:00+09:00"  # the older are filed
    line.tips()
    assert oldest(line)["the tip"] == "2026-11-23T19:00+09:00"
    assert "the tip (oldest: 2026-11-23T19:00+09:00)" in as_text(report(line.settings))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hl:p:leak", NUMBER),
        ("hl:s:leak", "toi thay ba nguoi bi dua len xe o ga"),
        ("hl:why", "SM" + "0a" * 16),
    ],
)
def test_a_planted_leak_in_redis_is_found(line: TestLine, key: str, value: str) -> None:
    durable, _ = wiring_stores.links(line.settings)
    durable.call("SET", key, value)
    assert not report(line.settings).clean


def test_a_planted_leak_in_the_case_book_is_found(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    line.tips()
    assert report(line.settings).clean
    with writing(open_engine(line.settings.database_url)) as held:
        held.execute(text("UPDATE tips SET prefecture = '+81901234'"))
        held.execute(text("UPDATE tips SET content = :c"), {"c": NUMBER.encode()})
    assert not report(line.settings).clean


def test_a_key_or_table_that_nobody_knows_is_told(line: TestLine) -> None:
    durable, _ = wiring_stores.links(line.settings)
    durable.call("SET", "session:1", "x")
    with writing(open_engine(line.settings.database_url)) as held:
        held.execute(text("CREATE TABLE notes (words TEXT)"))
        held.execute(text("INSERT INTO notes VALUES ('x')"))
    looked = report(line.settings)
    assert looked.unknown == ("notes.words", "session")
    assert not looked.clean
    with writing(open_engine(line.settings.database_url)) as held:
        held.execute(text("DROP TABLE notes"))


def test_the_command_tells_and_says_so_by_its_exit(line: TestLine) -> None:
    fill(line)
    command = (sys.executable, "-m", "hotline", "seizure-report", "--json")
    env = {**os.environ, **line.settings_env()}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["clean"] is True
    env["HOTLINE_DURABLE_REDIS_URL"] = "unix:///nowhere.sock"
    away = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (away.returncode, json.loads(away.stdout)["away"]) == (1, ["durable Redis"])
