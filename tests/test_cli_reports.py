"""`hotline reports`, as an operator's script runs it."""

import json
import os
import subprocess
import sys

from hotline import wiring_stores
from tests.line import TestLine


def reports(line: TestLine, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "hotline", "reports", *words),
        env={**os.environ, **line.settings_env()},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_account_says_where_every_report_is(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    line.tips()
    line.text("thay 2 nguoi bi bat o ga akabane", "+840000000031")
    done = reports(line, "account", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "accepted": 2,
        "filed": 1,
        "waiting": 0,
        "telling": 1,
        "dead": 0,
        "erased": 0,
        "adrift": 0,
    }


def test_a_report_that_is_nowhere_is_a_failure(line: TestLine) -> None:
    durable, _ = wiring_stores.links(line.settings)
    durable.call("HINCRBY", "hl:totals", "accepted", 1)
    done = reports(line, "account")
    assert done.returncode == 1
    assert "1  adrift" in done.stdout


def test_dead_letters_are_listed_and_come_back(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    outbox = line.desk.outbox
    (due,) = outbox.lease(int(line.now.timestamp()), 10, 5)
    outbox.dead(due, "unreadable")
    listed = json.loads(reports(line, "dead", "--json").stdout)
    assert listed == [{"report": due.report, "code": "unreadable"}]
    assert reports(line, "replay", "--code", "no_such_code").returncode == 1
    assert reports(line, "replay", due.report, "--json").stdout == '{"replayed": 1}\n'
    assert len(line.tips()) == 1


def test_wrong_use_is_told(line: TestLine) -> None:
    assert reports(line).returncode == 2
    assert reports(line, "replay").returncode == 2
