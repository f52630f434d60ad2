"""Every check finds its own kind of broken file, says so in plain words, and finds nothing else."""

import time
from pathlib import Path

import pytest

from hotline.conversation.reading import BadFlow
from hotline.review.checks import CHECKS, check, fingerprint
from tests.review.subjects import BROKEN, alone, ours

FILES = sorted(BROKEN.glob("*.toml"))
WELL = (BROKEN / "are_translated.toml").read_text("utf-8").partition("\n[en]")[0]


def problems(text: str) -> list[str]:
    try:
        return [str(problem) for problem in check(alone(text))]
    except BadFlow as error:
        return [str(error)]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_broken_file_is_told_what_is_wrong_word_for_word(file: Path) -> None:
    text = file.read_text("utf-8")
    expected = text.splitlines()[0].removeprefix("# ")
    assert problems(text) == [expected]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_check_that_finds_it_gives_the_file_its_name(file: Path) -> None:
    if file.stem.startswith("reading"):
        with pytest.raises(BadFlow):
            alone(file.read_text("utf-8"))
        return
    name = max((name for name in CHECKS if file.stem.startswith(name)), key=len)
    assert len(list(CHECKS[name](alone(file.read_text("utf-8"))))) == 1


def test_every_check_has_a_broken_file() -> None:
    assert {name for name in CHECKS if not (BROKEN / f"{name}.toml").is_file()} == set()


def test_a_file_with_nothing_wrong_is_told_nothing() -> None:
    assert problems(WELL) == []


def test_our_own_flows_and_texts_are_in_order() -> None:
    assert [str(problem) for problem in check(ours())] == []


def test_a_review_takes_no_time() -> None:
    subject, begun = ours(), time.perf_counter()
    check(subject)
    assert time.perf_counter() - begun < 1


def test_a_text_does_not_change_the_shape_and_an_arrow_does() -> None:
    flow = alone(WELL).flows.by_id["broken"]
    other = alone(WELL.replace("Cảm ơn bạn.", "Cảm ơn.")).flows.by_id["broken"]
    longer = alone(WELL.replace('done = "sent"', 'done = "ask"')).flows.by_id["broken"]
    assert fingerprint(flow) == fingerprint(other) != fingerprint(longer)
