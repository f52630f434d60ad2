"""Nothing here answers "do you know X?": what one caller said is never told to another."""

import re
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline import wiring_stores
from tests.channels.test_coming_back import whole
from tests.line import TestLine, action

ONE, OTHER = "+840000000701", "+840000000702"
WORDS = st.sampled_from(
    [
        "hom qua bat 3 nguoi o ga shin okubo",
        "con toi ten Nguyen Van Hung mat lien lac, lan cuoi o ga shinjuku",
        "Tuan que Nghe An bi bat o ga ueno",
        "ban co biet Nguyen Van Hung o dau khong",
        "co ai hoi ve Tuan chua",
        "alo",
        "1",
        "2",
        "0",
        "ga okubo",
        "hom kia",
        "3 nguoi",
        "khong biet",
        "SAI",
        "LAI",
        "GIUP",
        "XONG",
        "XOA",
        "English",
        whole(31_415_926),
    ]
)
TALK = st.lists(WORDS, min_size=1, max_size=6)


def told(line: TestLine, sender: str, words: Sequence[str]) -> list[str]:
    return [line.text(each, sender) for each in words]


def anew(line: TestLine) -> None:
    """Nobody has said anything yet."""
    for link in wiring_stores.links(line.settings):
        link.call("FLUSHALL")
    for row in line.book.casebook.list(size=1_000).rows:
        line.book.casebook.erase(row.id)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=TALK, asked=TALK)
def test_what_one_caller_said_changes_nothing_that_another_hears(
    line: TestLine, before: list[str], asked: list[str]
) -> None:
    anew(line)
    alone = told(line, OTHER, asked)
    anew(line)
    told(line, ONE, before)
    line.tips()
    assert told(line, OTHER, asked) == alone


def test_a_name_that_is_known_and_one_that_is_not_are_answered_alike(line: TestLine) -> None:
    line.text("con toi ten Nguyen Van Hung mat lien lac o ga shinjuku", ONE)
    line.text("XONG", ONE)
    assert len(line.tips()) == 1
    known = told(line, OTHER, ["ban co biet Nguyen Van Hung khong", "XONG"])
    unknown = told(line, "+840000000703", ["ban co biet Tran Van Dung khong", "XONG"])
    assert known == unknown


def test_two_calls_from_one_number_know_nothing_of_each_other(line: TestLine) -> None:
    first = line.sid("CA")
    xml = line.call(first)
    line.call(first, action(xml), Digits="1")
    second = line.call(line.sid("CA"))
    assert action(second) == action(xml)
    assert re.sub(rb"/\d+", b"", second) == re.sub(rb"/\d+", b"", xml)


def test_who_is_safe_and_wants_nobody_to_look_is_heard_at_the_desk_alone(line: TestLine) -> None:
    seeks = ["con toi ten Nguyen Van Hung mat lien lac o ga shinjuku", "XONG"]
    asks = ["con toi ten Nguyen Van Hung o dau", "ban co biet Hung o dau khong", "XONG"]
    told(line, ONE, seeks)
    line.tips()
    alone = told(line, ONE, asks)
    anew(line)
    told(line, ONE, seeks)
    told(line, OTHER, ["toi la Hung, toi van on, dung tim toi nua", "XONG"])
    tips = line.tips()
    assert len(tips) == 2
    assert {(tip.kind, tip.role) for tip in tips} >= {("other", "self")}
    assert "dung tim toi" in "".join(tip.narrative for tip in tips)
    assert told(line, ONE, asks) == alone
