"""Every promise of the README names a test that is there, and there is no promise without one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (P\d+) \| (.+) \| `(tests/[\w/]+\.py)::(test_\w+)` \|$", re.M)
PROMISED = [f"P{number}" for number in range(1, 12)]


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall((ROOT / "README.md").read_text("utf-8"))


def test_every_promise_stands_in_the_readme_with_one_proof() -> None:
    assert [row[0] for row in rows()] == PROMISED


def test_every_proof_is_a_test_that_runs_and_that_asserts() -> None:
    for _, _, path, name in rows():
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
        assert len(found) == 1, f"{path}::{name}"
        marks = " ".join(ast.unparse(mark) for mark in found[0].decorator_list)
        assert "skip" not in marks, name
        assert "xfail" not in marks, name
        checks = [n for n in ast.walk(found[0]) if isinstance(n, ast.Assert)]
        calls = [ast.unparse(n.func) for n in ast.walk(found[0]) if isinstance(n, ast.Call)]
        assert checks or "until" in calls, name


def test_what_cannot_be_promised_is_said() -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("What we cannot promise")[2][:400]
    for word in ("telephone company", "Twilio", "Meta", "120 days", "184"):
        assert word in text
