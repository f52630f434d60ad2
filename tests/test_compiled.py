"""The compiled twin understands what the sources do, and is used only while it is theirs."""

import importlib.util
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from hotline import compiled

ROOT = Path(__file__).parents[1]
VECTORS = ROOT / "tests" / "vectors" / "understanding"
WHERE = "import hotline.understanding.text as text; print(text.__file__)"
UNDERSTOOD = f"""
import json, pathlib, datetime
from hotline.understanding import stations
from hotline.understanding.message import redact, understand
folder = pathlib.Path({str(VECTORS)!r})
for path in sorted(folder.glob("messages_*.jsonl")):
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        moment = datetime.datetime.fromisoformat(row["received"])
        print(understand(row["text"], moment), redact(row["text"]))
for path in sorted(folder.glob("stations_*.jsonl")):
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        print(stations.resolve(row["query"]), stations.find(row["query"]))
print(compiled.runs())
""".replace("import json", "from hotline import compiled\nimport json", 1)

needs_twin = pytest.mark.skipif(
    not compiled.home().is_dir(),
    reason="no compiled twin: apt install gcc python3-dev, make compiled",
)


def said(code: str, root: Path = ROOT, **env: str) -> str:
    """What a process of its own prints."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "PYTHONHASHSEED": "0", **env}
    command = (sys.executable, "-c", code)
    done = subprocess.run(command, env=env, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@needs_twin
def test_the_twin_understands_what_the_sources_understand() -> None:
    twin, sources = said(UNDERSTOOD), said(UNDERSTOOD, HOTLINE_COMPILED="0")
    ours, ran = twin.rsplit("\n", 1)
    theirs, ran_not = sources.rsplit("\n", 1)
    assert (ran, ran_not) == ("True", "False")
    assert ours.splitlines() == theirs.splitlines()
    assert len(ours.splitlines()) > 2_000


@needs_twin
def test_every_module_that_understands_is_compiled() -> None:
    sources = {path.stem for path in (ROOT / "hotline" / "understanding").glob("*.py")}
    made = {path.name.partition(".")[0] for path in (compiled.home() / "understanding").iterdir()}
    assert made == sources - {"__init__"}


@needs_twin
@pytest.mark.parametrize("package", ["understanding", "places"])
def test_a_twin_of_other_sources_is_not_used(tmp_path: Path, package: str) -> None:
    shutil.copytree(ROOT / "hotline", tmp_path / "hotline", ignore=shutil.ignore_patterns("*.pyc"))
    assert "hotline-compiled" in said(WHERE, tmp_path)
    with (tmp_path / "hotline" / package / "__init__.py").open("a") as source:
        source.write("# changed\n")
    assert said(WHERE, tmp_path) == str(tmp_path / "hotline" / "understanding" / "text.py")


def test_without_a_compiler_nothing_is_made_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "compile.py", tmp_path / "tools")
    shutil.copytree(ROOT / "hotline", tmp_path / "hotline", ignore=shutil.ignore_patterns("*.pyc"))
    with (tmp_path / "hotline" / "understanding" / "model.py").open("a") as source:
        source.write("# changed\n")
    before = sorted(compiled.home().parent.glob("*"))
    done = subprocess.run(
        (sys.executable, tmp_path / "tools" / "compile.py"),
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("no C compiler")
    assert sorted(compiled.home().parent.glob("*")) == before
    assert said(WHERE, tmp_path) == str(tmp_path / "hotline" / "understanding" / "text.py")


def test_two_who_make_it_at_once_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("tool", ROOT / "tools" / "compile.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    monkeypatch.setenv(compiled.SWITCH, os.environ.get(compiled.SWITCH, ""))  # the tool sets it
    spec.loader.exec_module(tool)
    home, made = tmp_path / "hotline-compiled" / "twin", []

    def build(folder: Path) -> Path:
        made.append(folder)
        sleep(0.3)
        (folder / "twin").mkdir()
        return folder / "twin"

    monkeypatch.setattr(compiled, "home", lambda: home)
    monkeypatch.setattr(tool, "missing", lambda: "")
    monkeypatch.setattr(tool, "build", build)
    monkeypatch.chdir(ROOT)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: tool.main(), range(2))) == [0, 0]
    assert len(made) == 1
    assert home.is_dir()
