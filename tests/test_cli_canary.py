"""A made-up caller goes through a real demo; one who leaks, or does not arrive, does not pass."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline import canary, wiring_book, wiring_stores
from hotline.cli import main
from hotline.intake.errors import Mistaken
from hotline.process import environment, japan_now
from hotline.settings import Settings
from hotline.simulator.provider import Provider
from hotline.stores.casebook import SqlCaseBook
from tests.demos import read, running_demo, until
from tests.test_demo import tips


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo")
    with running_demo(folder):
        yield folder


@pytest.fixture(autouse=True)
def at_the_demo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(folder))


def days(settings: Settings) -> dict[str, str]:
    return dict(wiring_book.database(settings).milestones.days())


def test_a_canary_comes_through_is_found_nowhere_and_is_gone_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env(environment(), "command")
    assert "canary" not in days(settings)
    assert main(["canary", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["passed"]
    assert len(told["steps"]) == 4
    assert days(settings)["canary"] == japan_now().date().isoformat()
    assert tips(read(folder)) == []


def test_a_canary_that_lies_in_the_open_does_not_pass_and_is_erased(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env(environment(), "command")
    planted = canary.made()
    monkeypatch.setattr(canary, "made", lambda: planted)
    durable, _ = wiring_stores.links(settings)
    durable.call("SET", "hl:bell:leak", f"from 0{planted.number[3:]}", "EX", 60)
    assert main(["canary"]) == 1
    seen = capsys.readouterr()
    assert "filed in the case book" in seen.out
    assert "in the open: number in durable Redis, hl" in seen.err
    assert planted.number not in seen.err
    until(lambda: tips(read(folder)) == [])
    durable.call("DEL", "hl:bell:leak")


def test_a_canary_that_is_not_filed_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env(environment(), "command")
    monkeypatch.setattr(SqlCaseBook, "row", lambda self, tip: None)
    with pytest.raises(Mistaken, match="not filed after 0 s"):
        list(canary.fly(settings, f"http://{settings.host}:{settings.port}", 0))


@pytest.mark.parametrize(("away", "passes"), [(1, True), (canary.ASKS, False)])
def test_a_line_that_was_away_for_a_moment_is_asked_again(
    away: int, passes: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`away` answers to the canary's MA get lost."""
    asked: list[str] = []
    real = Provider.post

    def post(self: Provider, path: str, form: dict[str, str]) -> tuple[int, Any, bytes]:
        asked.append(form["Body"])
        return real(self, path, {**form, "Body": "LAI"} if lost() else form)

    def lost() -> bool:
        return 0 < asked.count("MA") <= away

    monkeypatch.setattr(Provider, "post", post)
    monkeypatch.setattr(canary, "RESTS", 0.0)
    assert main(["canary", "--json"]) == (0 if passes else 1)
    assert asked.count("MA") == min(away + 1, canary.ASKS)
    assert ("the line gives no code" in capsys.readouterr().err) != passes


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("http://127.0.0.1:1", 1, "nobody answers"),
        ("ftp://127.0.0.1", 2, "needs http"),
    ],
)
def test_a_line_that_is_not_there_is_said(
    url: str, code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        left = main(["canary", "--to", url])
    except SystemExit as end:
        left = int(end.code or 0)
    assert left == code
    assert why in capsys.readouterr().err


def test_the_wrong_token_is_said_and_nothing_is_noted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0" * 32)
    assert main(["canary"]) == 1
    assert "answers with status 403" in capsys.readouterr().err
