"""`hotline erase --receipt`, as an operator's script runs it."""

import os
import subprocess
import sys

from hotline.conversation import receipt
from tests.channels.test_coming_back import told, wrong
from tests.line import TestLine


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
