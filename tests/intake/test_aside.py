"""What came in while the durable Redis was away, and what its caller says afterwards."""

from pathlib import Path

import pytest

from hotline import wiring_stores
from hotline.settings import Settings
from tests.line import TestLine

STORY = "thay 3 nguoi bi bat o ga ueno"


@pytest.fixture
def line(settings: Settings, tmp_path: Path) -> TestLine:
    """A line with a spool."""
    env = {**TestLine(settings).settings_env(), "HOTLINE_SPOOL_DIR": str(tmp_path / "spool")}
    return TestLine(Settings.from_env(env))


def mended(line: TestLine) -> TestLine:
    """The same line when the durable Redis is back, before any steward has looked."""
    return TestLine(line.settings)


def brought_in(line: TestLine) -> int:
    return wiring_stores.bring_in(line.settings, wiring_stores.links(line.settings)[0])()


def test_what_was_kept_meanwhile_becomes_a_tip(line: TestLine) -> None:
    line.break_stores()
    assert "da giu" in line.text(STORY)
    after = mended(line)
    assert brought_in(after) == 1
    assert [tip.narrative for tip in after.tips()] == [STORY]


def test_what_is_taken_back_before_it_came_in_never_comes_in(line: TestLine) -> None:
    line.break_stores()
    line.text(STORY)
    after = mended(line)
    assert "xoá hết" in after.text("xoa", MessageSid="SM9")
    assert brought_in(after) == 0
    assert after.tips() == []
    assert after.figures().account.adrift == 0


def test_what_is_taken_back_after_it_came_in_is_erased(line: TestLine) -> None:
    line.break_stores()
    line.text(STORY)
    after = mended(line)
    assert brought_in(after) == 1
    after.text("xoa", MessageSid="SM9")
    assert after.tips() == []
