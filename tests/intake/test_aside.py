"""What came in while the durable Redis was away, and what its caller says afterwards."""

import base64
import json
from pathlib import Path
from typing import cast

import pytest

from hotline import wiring_stores
from hotline.conversation.report import Kept
from hotline.intake.messages import Part, ReportId, freeze_part
from hotline.intake.purge import read
from hotline.settings import Settings
from hotline.stores.sealing import Opener, Sealer
from hotline.stores.traces import RedisLedger, TraceOpener
from tests.line import TestLine

HOUR = "2026-11-23T19:00+09:00"
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


def lying(line: TestLine) -> set[str]:
    """SIDs of what we know to lie at the provider."""
    durable, _ = wiring_stores.links(line.settings)
    opener = TraceOpener(durable, Opener(line.settings.recipient_private_key))
    return {read(opener.open(note)).sid for note in RedisLedger(durable).everything()}


SID = "SM" + "5e" * 16  # three letters stand in a page of base64 once in a hundred times


def strings(kept: dict[str, object]) -> list[str]:
    """What a file of the spool holds in base64."""
    one = [str(kept[name]) for name in ("brought", "part", "answer", "trace")]
    return [*one, *(str(event) for event in cast("list[str]", kept["events"]))]


@pytest.mark.parametrize("taken_back", ["never", "before", "after", "filed"])
def test_what_lies_at_the_provider_is_known_whatever_became_of_it(
    line: TestLine, taken_back: str
) -> None:
    """What was taken back before it came in lay there for good: nobody had its SID."""
    line.break_stores()
    line.text(STORY, MessageSid=SID)
    (path,) = Path(line.settings.spool_dir).glob("*.part")
    lies = [
        path.read_bytes(),
        *(base64.b64decode(v) for v in strings(json.loads(path.read_text()))),
    ]
    assert not [raw for raw in lies if SID.encode() in raw or b"ueno" in raw]
    after = mended(line)
    if taken_back == "before":
        after.text("xoa", MessageSid="SM9")
    brought_in(after)
    assert SID in lying(after)
    if taken_back == "filed":
        assert after.tips()
    if taken_back in ("after", "filed"):
        after.text("xoa", MessageSid="SM9")
    assert len(after.tips()) == (taken_back == "never")
    assert SID in lying(after)


def test_a_file_of_an_earlier_release_comes_in_as_well(line: TestLine) -> None:
    """It wrote the SID into the part: the note is made when it is filed."""
    line.break_stores()
    line.text(STORY, MessageSid=SID)
    (path,) = Path(line.settings.spool_dir).glob("*.part")
    kept = json.loads(path.read_text())
    del kept["trace"]
    part = Part(ReportId(kept["report"]), 1, HOUR, "sms", "vi", (Kept("said", STORY),), trace=SID)
    sealed = Sealer(line.settings.recipient_public_key).close(freeze_part(part))
    path.write_text(json.dumps({**kept, "part": base64.b64encode(sealed).decode()}))
    after = mended(line)
    assert brought_in(after) == 1
    assert [tip.narrative for tip in after.tips()] == [STORY]
    assert lying(after) == {SID}
