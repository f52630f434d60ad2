"""Conversations that anybody can read, played turn by turn through JSON."""

from functools import cache
from pathlib import Path

import pytest

from hotline.conversation.flow import Ask, Choose, End, Flows
from hotline.review.cost import paths
from hotline.review.graph import MEDIA, Medium, node_of, places_on
from hotline.review.rehearse import BadTranscript, Stage, play, read_transcript, written_down
from hotline.wording.files import load_flows
from tests.review.ear import registers

FOLDER = Path(__file__).parents[1] / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@cache
def played(file: Path) -> Stage:
    return play(load_flows(), registers(), read_transcript(file.read_text("utf-8")))


def visited(medium: Medium) -> list[tuple[str, ...]]:
    channels = [(file, read_transcript(file.read_text("utf-8")).channel) for file in FILES]
    return [played(file).visited for file, c in channels if (c == "voice") == (medium == "voice")]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_conversation_goes_as_written_down(file: Path, request: pytest.FixtureRequest) -> None:
    said = read_transcript(file.read_text("utf-8"))
    heard = written_down(said, played(file))
    if request.config.getoption("--write-transcripts"):
        file.write_text(heard, "utf-8")
    assert file.read_text("utf-8") == heard, "if this is meant: pytest --write-transcripts"


@pytest.mark.parametrize("medium", MEDIA)
def test_every_question_and_every_end_is_in_some_conversation(medium: Medium) -> None:
    flows = load_flows()
    there = {place for stage in visited(medium) for place in stage}
    wanted = {
        place
        for place in places_on(flows, medium)
        if isinstance(node_of(flows, place), Ask | Choose | End)
    }
    assert wanted - there == set()


@pytest.mark.parametrize("medium", MEDIA)
def test_every_way_to_an_end_is_taken_by_some_conversation(medium: Medium) -> None:
    flows, stages = load_flows(), visited(medium)
    ways = {_asked(flows, path) for path in paths(flows, medium, ends=("submit", "rest"))}
    assert [way for way in sorted(ways) if not any(_goes(way, stage) for stage in stages)] == []


@pytest.mark.parametrize("text", ["> alo\n", "@ fax\n> alo\n", "@ sms\n@ voice\n> alo\n"])
def test_a_transcript_without_one_channel_is_refused(text: str) -> None:
    with pytest.raises(BadTranscript, match="needs one line '@ channel'"):
        read_transcript(text)


def _asked(flows: Flows, path: tuple[str, ...]) -> tuple[str, ...]:
    """The questions of a path and its end; whoever texts first has answered the opening one."""
    kinds = Ask | Choose | End
    return tuple(p for p in path if isinstance(node_of(flows, p), kinds) and p != "start.open")


def _goes(path: tuple[str, ...], stage: tuple[str, ...]) -> bool:
    ahead = iter(stage)
    return all(place in ahead for place in path)
