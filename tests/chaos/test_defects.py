"""The harness is evidence because it finds what was broken on purpose, and finds nothing else."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.settings import Settings
from tests.chaos.defects import DEFECTS, SCRIPTS, Defect
from tests.chaos.rehearsal import Parts, Stage

# Every step of every script takes minutes: HOTLINE_CHAOS_STRIDE=1 does it.
STRIDE = int(os.environ.get("HOTLINE_CHAOS_STRIDE", "9"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a disk: who waits for it is not what is tested here."""
    near = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
    made = Path(tempfile.mkdtemp(prefix="hotline-rehearsal-", dir=near))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def stage(settings: Settings, folder: Path) -> Stage:
    return Stage(settings, folder)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_product_loses_nothing_wherever_it_is_killed(stage: Stage, name: str) -> None:
    assert stage.sweep(SCRIPTS[name], Parts(), STRIDE) == {}


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("closed_at_the_end")
def test_nor_does_it_on_postgresql(settings: Settings, folder: Path, postgresql_url: str) -> None:
    stage = Stage(replace(settings, database_url=postgresql_url), folder)
    for at in (0, 17, 29):  # nobody killed; where the worker files, and where it erases
        account, _ = stage.run(SCRIPTS["takes_back"], Parts(), at)
        assert account.faults == {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.wrong)
def test_each_defect_is_found(stage: Stage, defect: Defect) -> None:
    found = stage.sweep(defect.script, defect.parts)
    assert defect.shows in found, found


def test_the_page_names_every_defect_and_only_tests_that_are_there() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "reliability.md").read_text("utf-8")
    for defect in DEFECTS:
        told = f"| {defect.wrong} | {defect.script.__name__.replace('_', ' ')} | {defect.shows} |"
        assert told in page
    for path in re.findall(r"`(tests/[\w/]+\.py)`", page):
        assert (root / path).exists(), path
