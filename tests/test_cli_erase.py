"""`hotline erase`, as an operator's script runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from hotline.cli_erase import WORDS
from hotline.conversation import receipt
from hotline.settings import secret_names
from tests.channels.test_coming_back import told, wrong
from tests.demos import running_demo, until
from tests.line import TestLine
from tests.test_demo import text, tips


def erase(line: TestLine, typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "hotline", "erase", "--receipt", "--json"),
        env={**os.environ, **line.settings_env()},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_report_is_erased_by_its_code_once(line: TestLine) -> None:
    code = told(line)
    assert len(line.tips()) == 1
    done = erase(line, f"{code}\n")
    assert (done.returncode, done.stdout) == (0, '{"erased": true}\n')
    assert line.tips() == []
    again = erase(line, f"{code}\n")
    never = erase(line, f"{wrong()}\n")
    assert (again.returncode, again.stdout, again.stderr) == (1, never.stdout, never.stderr)


def test_a_slip_is_told_and_nothing_is_asked(line: TestLine) -> None:
    for typed in ("", "12345", "1111 1111 1111 1111"):
        assert not receipt.is_whole("1" * 16)
        done = erase(line, typed)
        assert done.returncode == 1
        assert "16 digits" in done.stderr


def everything(folder: Path, *typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "hotline", "erase", "--everything", "--json"),
        env={**os.environ, "HOTLINE_DATA_DIR": str(folder)},
        input="\n".join(typed) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_goes_the_keys_first_after_two_questions(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        text(demo, "thay 2 nguoi bi bat o ga ueno", "+840000000091")
        text(demo, "XONG", "+840000000091")
        until(lambda: len(tips(demo)) == 1)
        text(demo, "ban toi bi giu o ga akabane", "+840000000092")
        keys = sorted(
            path for path in (tmp_path / "settings").iterdir() if path.name in secret_names()
        )
        assert len(keys) >= 5
        for typed in ((), ("yes",), (WORDS[0], "yes")):
            assert everything(tmp_path, *typed).returncode == 1
        assert len(tips(demo)) == 1
        done = everything(tmp_path, *WORDS)
        steps = json.loads(done.stdout)
        names = [step["what"] for step in steps]
        assert names.index("HOTLINE_RECIPIENT_PRIVATE_KEY") < names.index("durable Redis")
        assert [step for step in steps if not step["ok"]] == []
        assert done.returncode == 0
        assert "backups" in done.stderr
    assert [path for path in keys if path.exists() and path.read_text()] == []
    raw = (tmp_path / "casebook.sqlite3").read_bytes()
    assert b"arrest" not in raw
    log = b"".join(p.read_bytes() for p in (tmp_path / "durable" / "appendonlydir").iterdir())
    assert b"hl:p:" not in log


def test_a_store_that_is_away_keeps_no_other_from_being_erased(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    key = tmp_path / "settings" / "HOTLINE_CASEBOOK_KEY"
    key.write_text("secret")
    url = tmp_path / "settings" / "HOTLINE_DURABLE_REDIS_URL"
    url.write_text("unix:///nowhere.sock")
    done = everything(tmp_path, *WORDS)
    steps = {step["what"]: step for step in json.loads(done.stdout)}
    assert done.returncode == 1
    assert not key.exists()
    assert (steps["durable Redis"]["ok"], steps["case book"]["ok"]) == (False, True)
