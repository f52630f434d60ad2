"""Recorded prompts: what there is to record, and how long calls are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hotline import cli_prompts
from hotline.conversation.flow import Choose
from hotline.conversation.hearing import Line
from hotline.places import by_code, prefecture_name
from hotline.review.cost import Prices, costs, paths, voice_bill
from hotline.review.studio import Clip, clips, recorded, strangers
from hotline.review.texts import worst_wording
from hotline.wording.compose import Wording
from tests.review.subjects import ours

LETTERS_A_SECOND = 14


def all_clips() -> tuple[Clip, ...]:
    subject = ours()
    return clips(subject.flows, Wording(subject.catalogue, by_code, prefecture_name))


def test_every_question_of_a_call_can_be_recorded_but_those_with_a_gap() -> None:
    names = {clip.name for clip in all_clips()}
    assert {"start.menu", "start.menu.1", "report.where", "common.which_place"} <= names
    assert not names & {"receipt.read", "common.heard", "common.code", "common.option"}
    assert {clip.locale for clip in all_clips()} == {"vi", "en", "ja"}


def test_a_key_is_recorded_with_its_number() -> None:
    texts = {clip.file.rpartition(".")[0].rpartition(".")[0]: clip.text for clip in all_clips()}
    assert texts["vi/start.menu.1"] == "Bấm 1: Báo tin về một người."


def test_files_have_one_name_each_and_a_new_one_when_their_text_changes(tmp_path: Path) -> None:
    wanted = all_clips()
    assert len({clip.file for clip in wanted}) == len(wanted)
    clip = wanted[0]
    path = tmp_path / clip.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    assert recorded(wanted, tmp_path) == {clip: path}
    changed = (replace(clip, text=clip.text + " "), *wanted[1:])
    assert recorded(changed, tmp_path) == {}
    assert strangers(changed, tmp_path) == (clip.file,)


def test_the_script_names_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["script", "--locale", "vi", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["file"] for row in rows] == [c.file for c in all_clips() if c.locale == "vi"]
    assert cli_prompts.main(["script"]) == 0
    assert "Chào bạn. Bạn không cần nói tên." in capsys.readouterr().out


def test_audio_is_checked_and_strange_files_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "start.menu.000000.wav").write_bytes(b"RIFF")
    clip = all_clips()[0]
    (tmp_path / clip.file).write_bytes(b"RIFF")
    assert cli_prompts.main(["audio", "--audio", str(tmp_path), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert set(faults) == {"vi/start.menu.000000.wav", clip.file}
    assert cli_prompts.main(["audio", "--audio", str(tmp_path / "none")]) == 0


def test_a_finished_call_takes_two_and_a_half_minutes_at_the_median() -> None:
    subject = ours()
    found = costs(subject.flows, worst_wording(subject), Prices(), "vi")["voice"]
    assert found.median_seconds <= 150
    assert found.worst.seconds <= 300


def test_every_way_of_a_call_is_told_with_its_length(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["paths", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    subject = ours()
    ways = list(paths(subject.flows, "voice"))
    assert sorted(map(tuple, (row["path"] for row in told))) == sorted(ways)
    wording = worst_wording(subject)
    longest = max(voice_bill(subject.flows, wording, w, Prices(), "vi").seconds for w in ways)
    assert max(row["seconds"] for row in told) == longest


@pytest.mark.parametrize("locale", ["vi", "en", "ja"])
def test_the_greeting_is_over_in_ten_seconds(locale: str) -> None:
    subject = ours()
    greeting = subject.catalogue.text("start.menu", locale).spoken  # type: ignore[arg-type]
    assert len(greeting) / LETTERS_A_SECOND < 10


def test_no_menu_has_more_than_four_keys() -> None:
    subject = ours()
    menus = [n for f in subject.flows.by_id.values() for n in f.nodes.values()]
    assert all(len(node.options) <= 4 for node in menus if isinstance(node, Choose))


def test_a_text_with_a_gap_is_never_a_clip() -> None:
    subject = ours()
    wording = Wording(subject.catalogue, by_code, prefecture_name)
    said = {(c.locale, c.text) for c in all_clips()}
    code = wording.spoken([Line("receipt.read", {"code": "1234567812345678"})])
    assert not {(u.locale, u.text) for u in code} & said
