"""The house as it says it is: README against code, sizes, what the web process loads."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.cli import VERBS
from hotline.settings import names

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LONGEST_FUNCTION, LONGEST_FILE = 60, 400  # lines, docstrings left out of functions


def test_every_setting_stands_in_the_readme_with_its_readers() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    for name, roles in names().items():
        row = next((each for each in rows if f"`{name}`" in each), "")
        assert row, name
        said = row.split("|")[2]
        expected = {role for role in roles if role != "command"}
        assert "all" in said or all(role in said for role in expected), name


def test_the_readme_names_no_setting_that_is_none() -> None:
    named = set(re.findall(r"`((?:HOTLINE|TWILIO)_[A-Z_]+)`", README))
    assert named <= set(names())


def test_every_verb_stands_in_the_readme() -> None:
    commands = README.partition("### Commands")[2].partition("\n## ")[0]
    assert all(f"`{verb}`" in commands or f"hotline {verb}`" in commands for verb in VERBS)


def test_every_process_of_the_procfile_is_a_verb() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert [line.split()[-1] for line in lines] == ["web", "desk", "worker", "steward"]
    assert all(line.split()[-1] in VERBS for line in lines)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_explains_itself_and_refuses_what_it_does_not_know(verb: str) -> None:
    command = (sys.executable, "-m", "hotline", verb)
    told = subprocess.run((*command, "--help"), capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"hotline {verb}" in told.stdout
    wrong = subprocess.run((*command, "--no-such"), capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_the_web_process_loads_no_rest_client_and_nothing_that_opens() -> None:
    code = (
        "import sys, hotline.web, hotline.wiring; "
        "print([m for m in sys.modules if m.startswith(('twilio', 'requests', 'aiohttp'))])"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, env=env, check=True
    )
    assert done.stdout.strip() == "[]"


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / "hotline").rglob("*.py")):
        yield path, path.read_text("utf-8")


def test_no_file_and_no_function_is_too_long() -> None:
    long: list[str] = []
    for path, text in modules():
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.body[0].lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.name}: {node.name} {lines} lines")
    assert long == []


def test_no_text_of_the_project_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ("git", "ls-files"), cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".lock", ".json", ".txt", ""} and path.is_file():
            text = path.read_text("utf-8", "replace")
            assert not re.search(
                r"files\.python" r"hosted|registry\.npm" r"js|/work" r"/main", text
            ), name
