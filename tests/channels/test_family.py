"""Whom a family can call: asked with one word, answered for the place they name, kept nowhere."""

import pytest

from hotline.wording.sms import segments
from tests.line import TestLine, action, spoken


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("ga Ueno", "+81-3-3580-0082"),
        ("Kanagawa", "+81-45-212-0010"),
        ("ga Matsudo", "+81-47-366-7770"),
        ("ga Himeji", "+81-79-224-7115"),
        ("o ga Chiba", "+81-43-221-7330"),
    ],
)
def test_the_desk_of_the_place_is_told_in_two_segments(
    line: TestLine, place: str, number: str
) -> None:
    line.text("NHÀ")
    answer = line.text(place)
    assert number in answer
    assert segments(answer) <= 2
    assert line.tips() == []


def test_no_number_is_made_up(line: TestLine) -> None:
    line.text("NHA")
    answer = line.text("ga Namba")  # no desk of Osaka was found
    assert "050-3754-5430" in answer
    assert "Osaka" in answer
    assert segments(answer) <= 2


def test_who_does_not_know_where_hears_where_to_ask(line: TestLine) -> None:
    line.text("NHA")
    assert "050-3754-5430" in line.text("0")


def test_what_is_no_place_is_asked_again(line: TestLine) -> None:
    line.text("NHA")
    assert "050" not in line.text("qwzx qwzx")


def test_by_keys_on_a_call_the_number_is_said_twice(line: TestLine) -> None:
    call = line.sid("CA")
    xml = line.call(call)
    for keys in ("3", "1"):
        xml = line.call(call, action(xml), Digits=keys)
    heard = spoken(line.call(call, action(xml), Digits="8366#"))  # Ueno
    assert heard.count("không ba") >= 2
    line.hang_up(call)
    assert line.tips() == []


def test_the_word_is_told_with_the_code(line: TestLine) -> None:
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    told = line.text("MA")
    assert "NHA" in told
    assert segments(told) <= 2
