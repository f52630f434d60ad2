"""`hotline prompts` as somebody types it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hotline import cli_prompts
from hotline.review.rehearse import play, read_transcript, written_down
from hotline.wording.files import folder, load_flows
from tests.review.ear import registers

SAID = "hôm qua 3 người bị bắt ở ga Ueno\nXONG\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder("prompts"), tmp_path / "prompts"))


def test_our_own_texts_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["check"]) == 0
    assert capsys.readouterr().err == "flows and texts are in order\n"


def test_problems_go_to_stderr_and_as_json_to_stdout(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = copy / "info.toml"
    info.write_text(
        info.read_text("utf-8").replace('otherwise = "bye"', 'otherwise = "by"'), "utf-8"
    )
    assert cli_prompts.main(["--prompts", str(copy), "check", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "info.after: leads to 'by', which is not a node" in err.splitlines()
    assert {"where": "info.after", "what": "leads to 'by', which is not a node"} in json.loads(out)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('end = "rest"', 'end = "stop"', "info.bye: ends with 'stop'; it can submit, rest or"),
        ('id = "info"', "id = ", "info.toml: "),
    ],
)
def test_a_file_that_cannot_be_read_is_told_too(
    copy: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, problem: str
) -> None:
    info = copy / "info.toml"
    info.write_text(info.read_text("utf-8").replace(old, new), "utf-8")
    assert cli_prompts.main(["--prompts", str(copy), "check"]) == 1
    assert capsys.readouterr().err.startswith(problem)


def test_a_flow_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["chart", "info"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD\n  info_menu")
    assert cli_prompts.main(["chart", "--json"]) == 0
    drawn = {"start", "report", "help", "home", "info", "receipt"}
    assert set(json.loads(capsys.readouterr().out)) == drawn


def test_a_flow_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["chart", "nowhere"]) == 1
    assert "there is no such flow" in capsys.readouterr().err


def test_costs_are_told_for_each_channel(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["cost", "--json", "--sms-out", "0.1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"sms", "sms, no accents", "voice"}
    assert found["sms"]["worst"]["dollars"] > 0.1 * found["sms"]["worst"]["segments"]
    assert cli_prompts.main(["cost"]) == 0
    assert "US dollars" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["draw"], ["rehearse", "--channel", "fax"]])
def test_wrong_use_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli_prompts.main(words)
    assert ended.value.code == 2


def test_a_rehearsal_prints_a_transcript_that_plays() -> None:
    words = [sys.executable, "-m", "hotline.cli_prompts", "rehearse"]
    done = subprocess.run(words, input=SAID, capture_output=True, text=True, check=True)
    assert "3 người" in done.stderr
    transcript = read_transcript(done.stdout)
    assert transcript.said == tuple(SAID.splitlines())
    assert "= submit" in done.stdout


def test_a_shape_is_recorded_only_under_a_new_version(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = (copy / "shapes.toml").read_text("utf-8")
    assert cli_prompts.main(["--prompts", str(copy), "record"]) == 0
    assert (copy / "shapes.toml").read_text("utf-8") == recorded
    info = copy / "info.toml"
    info.write_text(info.read_text("utf-8").replace('start = "menu"', 'start = "bye"'), "utf-8")
    assert cli_prompts.main(["--prompts", str(copy), "record"]) == 1
    assert capsys.readouterr().err == "info: its shape changed; raise version 4 by one\n"
    info.write_text(info.read_text("utf-8").replace("version = 4", "version = 5"), "utf-8")
    assert cli_prompts.main(["--prompts", str(copy), "record"]) == 0
    assert "[info]\nversion = 5" in (copy / "shapes.toml").read_text("utf-8")


def test_shapes_are_recorded_from_nothing(copy: Path) -> None:
    recorded = (copy / "shapes.toml").read_text("utf-8")
    (copy / "shapes.toml").unlink()
    assert cli_prompts.main(["--prompts", str(copy), "record"]) == 0
    assert (copy / "shapes.toml").read_text("utf-8") == recorded


def test_a_rehearsal_without_an_end_says_what_stands() -> None:
    said = read_transcript("# x\n@ sms\n> Bạn em bị bắt\n")
    text = written_down(said, play(load_flows(), registers(), said))
    assert text == "# x\n@ sms\n> Bạn em bị bắt\n< report.where\n= open said kind=arrest\n"
