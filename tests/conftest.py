"""Real servers for the tests: two Redis-compatible ones for a session, emptied before each use."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hotline import engine
from hotline.keys import new_keys
from hotline.settings import Settings
from hotline.stores import link
from hotline.stores.casekey import new_key
from hotline.stores.link import Link
from tests.demos import running_demo
from tests.line import TestLine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-transcripts", action="store_true", help="write down anew what conversations say"
    )


@dataclass(frozen=True)
class Servers:
    """Where the two servers listen."""

    durable_url: str
    fleeting_url: str

    @property
    def durable(self) -> Link:
        return Link(self.durable_url, "durable")

    @property
    def fleeting(self) -> Link:
        return Link(self.fleeting_url, "fleeting")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder: Path = tmp_path_factory.mktemp("engines")
    pair = (engine.durable(folder), engine.fleeting(folder))
    running = [subprocess.Popen(each.command, stdout=subprocess.DEVNULL) for each in pair]
    for each in pair:
        engine.wait_for(each)
    yield Servers(pair[0].url, pair[1].url)
    for process in running:
        process.terminate()
        process.wait()


@pytest.fixture
def servers(started: Servers) -> Servers:
    """Both servers, empty."""
    started.durable.call("FLUSHALL")
    started.fleeting.call("FLUSHALL")
    return started


URL = "https://line.example"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC00000000000000000000000000000001"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """What a command needs to read a case book of its own."""
    return {
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/book.db",
        "HOTLINE_CASEBOOK_KEY": new_key(),
    }


PATIENCE = 10.0  # seconds: a busy disk may take one for a sync, and no caller waits here


@pytest.fixture
def settings(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A whole hotline's settings on the two servers and a new case book; who uses them in this
    process waits longer for a reply than a caller could."""
    monkeypatch.setattr(link, "WAIT", PATIENCE)
    env = {
        **new_keys(),
        "HOTLINE_PUBLIC_URL": URL,
        "HOTLINE_DURABLE_REDIS_URL": servers.durable_url,
        "HOTLINE_FLEETING_REDIS_URL": servers.fleeting_url,
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'casebook.sqlite3'}",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
    }
    return Settings.from_env(env)


@pytest.fixture
def line(settings: Settings) -> TestLine:
    """The callers' side and the worker, in this process, on real stores."""
    return TestLine(settings)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A running `hotline demo`: what its demo.json says."""
    with running_demo(tmp_path_factory.mktemp("demo")) as public:
        yield public


def measured() -> dict[str, list[str]]:
    """Scores and figures of the tests that ran in this process, by heading."""
    from tests.browser import test_desk
    from tests.deploy import test_backup
    from tests.stores import test_matching_scores
    from tests.understanding import test_scores

    return {
        "understanding": test_scores.SCORES,
        "matching": test_matching_scores.SCORES,
        "backup and restore": test_backup.FIGURES,
        "pages of the desk, first load": test_desk.FIGURES,
    }


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several test processes hands its figures to the one that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["measured"] = measured()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for heading, lines in getattr(node, "workeroutput", {}).get("measured", {}).items():
        measured()[heading].extend(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Scores and figures, whatever pytest hides of what passed."""
    for heading, lines in measured().items():
        if lines:
            terminalreporter.section(heading)
        for line in lines:
            terminalreporter.write_line(line)
