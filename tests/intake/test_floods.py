"""A flood sets nobody silent: what comes in it is kept and filed, in a list of its own."""

from dataclasses import replace
from functools import partial

import pytest

from hotline.conversation.hearing import Line
from hotline.conversation.report import Kept
from hotline.intake.errors import Unavailable
from hotline.intake.floods import FAST, MANY, apart
from hotline.intake.hear import hear
from hotline.intake.messages import Tag
from tests.intake.test_hear import ear_of
from tests.line import TestLine

STORY = "hom qua bat 3 nguoi o ga ueno"
SAID, PLACE = Kept("said", "qwzx"), Kept("place", {})


@pytest.mark.parametrize(
    ("of_caller", "of_all", "kept", "says", "expected"),
    [
        (1, 1, (SAID,), (), False),
        (MANY - 1, 1, (SAID,), (), False),
        (MANY, 1, (SAID, PLACE), (), True),
        (1, FAST + 1, (SAID,), (), True),
        (1, FAST + 1, (SAID, PLACE), (), False),
        (MANY + 1, FAST + 1, (SAID,), (Line("common.emergency", {}),), False),
    ],
)
def test_by_cost_and_novelty(
    of_caller: int, of_all: int, kept: tuple[Kept, ...], says: tuple[Line, ...], expected: bool
) -> None:
    assert apart(of_caller, of_all, kept, says) is expected


def flood(line: TestLine, many: int, sender: str = "+840000000666") -> None:
    for _ in range(many):
        line.text(STORY, sender)
        line.text("XONG", sender)


def stands(line: TestLine) -> list[bool]:
    line.tips()
    return [row.apart for row in line.book.casebook.list(size=100).rows]


def test_one_caller_with_many_reports_is_kept_and_stands_apart(line: TestLine) -> None:
    flood(line, MANY + 3)
    assert sorted(stands(line)) == [False] * MANY + [True] * 3


def test_others_are_not_touched_and_danger_is_never_set_apart(line: TestLine) -> None:
    flood(line, MANY + 1)
    line.text("cuu em voi, chu dang cam dao danh em o ga Kariya", "+840000000666")
    line.text("XONG", "+840000000666")
    line.text(STORY, "+840000000667")
    line.text("XONG", "+840000000667")
    assert sum(stands(line)) == 1


def test_calls_from_a_withheld_number_are_counted_one_by_one(line: TestLine) -> None:
    for _ in range(MANY + 3):
        call = line.sid("CA")
        late = {"RecordingSid": line.sid("RE"), "RecordingDuration": "12", "From": "anonymous"}
        line.call(call, "/9", **late)
    assert sum(stands(line)) == 0


def test_a_count_that_cannot_be_had_sets_nobody_apart(line: TestLine) -> None:
    class Away:
        def joins(self, caller: Tag, now: int) -> tuple[int, int]:
            raise Unavailable("fleeting")

    line.serve(replace(line.doors, hear=partial(hear, replace(ear_of(line), crowd=Away()))))
    flood(line, 2)
    assert sum(stands(line)) == 0
