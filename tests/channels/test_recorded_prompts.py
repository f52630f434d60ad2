"""A recorded prompt plays where it is there, and only what was recorded is ever served."""

from pathlib import Path

import pytest
from lxml import etree

from hotline import wiring
from hotline.intake.errors import Mistaken
from hotline.places import by_code, prefecture_name
from hotline.review.studio import clips
from hotline.settings import Settings
from hotline.wording.catalogue import load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import load_flows
from tests.conftest import URL
from tests.line import TestLine, action

SOUND = b"RIFF....WAVE"


@pytest.fixture
def recorded(settings: Settings, tmp_path: Path) -> tuple[TestLine, str]:
    """A line with one recording, of the greeting, and its path."""
    flows = load_flows()
    wanted = clips(flows, Wording(load_catalogue(flows), by_code, prefecture_name), ("vi",))
    clip = next(clip for clip in wanted if clip.name == "start.menu")
    path = tmp_path / clip.file
    path.parent.mkdir()
    path.write_bytes(SOUND)
    (tmp_path / "vi" / "notes.txt").write_text("not ours")
    (tmp_path / "secret.wav").write_bytes(b"x")
    env = TestLine(settings).settings_env()
    return TestLine(Settings.from_env({**env, "HOTLINE_AUDIO_DIR": str(tmp_path)})), clip.file


def test_what_is_recorded_plays_and_what_is_not_is_said(recorded: tuple[TestLine, str]) -> None:
    line, file = recorded
    xml = etree.fromstring(line.call(line.sid("CA")))
    gather = xml.find("Gather")
    assert gather is not None
    first, *others = gather
    assert (first.tag, first.text) == ("Play", f"{URL}/audio/{file}")
    assert {verb.tag for verb in others} == {"Say"}


def test_slowly_a_recording_is_followed_by_a_pause(recorded: tuple[TestLine, str]) -> None:
    line, _ = recorded
    sid = line.sid("CA")
    xml = line.call(sid, action(line.call(sid)), Digits="8")
    plays = etree.fromstring(xml).findall(".//Play")
    assert [play.getnext().tag for play in plays] == ["Pause"]  # type: ignore[union-attr]


def test_a_recording_is_fetched_by_anybody(recorded: tuple[TestLine, str]) -> None:
    line, file = recorded
    answer = line.client.get(f"/audio/{file}")
    assert (answer.status_code, answer.data, answer.content_type) == (200, SOUND, "audio/wav")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/audio/vi/notes.txt",
        "/audio/secret.wav",
        "/audio/vi/../secret.wav",
        "/audio/vi/..%2fsecret.wav",
        "/audio/..%2f..%2fetc/passwd",
        "/audio//etc/passwd",
        "/audio/vi/",
        "/audio/vi/start.menu.000000.wav",
    ],
)
def test_nothing_else_is_served(recorded: tuple[TestLine, str], path: str) -> None:
    assert recorded[0].client.get(path).status_code == 404


def test_without_recordings_everything_is_said(line: TestLine) -> None:
    assert b"<Play>" not in line.call(line.sid("CA"))
    assert line.doors.sounds == {}


def test_a_folder_that_is_not_there_refuses_to_start(settings: Settings, tmp_path: Path) -> None:
    env = {**TestLine(settings).settings_env(), "HOTLINE_AUDIO_DIR": str(tmp_path / "none")}
    with pytest.raises(Mistaken, match="HOTLINE_AUDIO_DIR"):
        wiring.doors(Settings.from_env(env), lambda event, **_: None)
