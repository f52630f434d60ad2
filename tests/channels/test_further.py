"""After a report was handed over: more of it, thanks, another case, and taking it all back."""

import pytest

from tests.channels.test_coming_back import FRIEND, code_in, plainly
from tests.line import TestLine

STORY = "hom qua bat 3 nguoi o ga ueno"


def handed(line: TestLine) -> str:
    """A report told and sent: its tip's id."""
    line.text(STORY)
    line.text("XONG")
    (tip,) = line.tips()
    return tip.id


def test_more_goes_to_the_helpers_at_once_and_nothing_is_asked_again(line: TestLine) -> None:
    first = handed(line)
    for words in ("no mac ao den", "ten Tuan que Nghe An"):
        assert plainly(line.text(words)).startswith("minh da ghi them")
    later = {tip.narrative: tip for tip in line.tips() if tip.id != first}
    assert later.keys() == {"no mac ao den", "ten Tuan que Nghe An"}
    assert all(tip.follows == first and tip.complete for tip in later.values())
    assert later["ten Tuan que Nghe An"].people.sought[0].name == "Tuan"


@pytest.mark.parametrize("words", ["cam on ban nhieu", "ok", "Vâng ạ", "khong biet", "khong"])
def test_thanks_are_no_report(line: TestLine, words: str) -> None:
    handed(line)
    assert plainly(line.text(words)).startswith("can gi nua")
    assert line.idle(60) == 0
    assert len(line.tips()) == 1


@pytest.mark.parametrize("words", ["cam on", "OK", "vâng ạ"])
def test_thanks_at_the_door_are_a_greeting(line: TestLine, words: str) -> None:
    assert "1 =" in line.text(words)


def test_another_case_is_asked_about(line: TestLine) -> None:
    handed(line)
    answer = plainly(line.text("em gai toi mat lien lac tu hom kia o ga Omiya"))
    assert "omiya" in answer
    assert "ghi them" not in answer


def test_a_name_that_was_asked_for_is_one(line: TestLine) -> None:
    line.text("ban em bi bat o ga Warabi toi qua")
    line.text("Nguyen Van Minh, 25 tuoi, Ha Tinh")
    line.text("XONG")
    (one,) = line.tips()[0].people.sought
    assert (one.name, one.age, one.hometown) == ("Nguyen Van Minh", 25, "Hà Tĩnh")


@pytest.mark.parametrize("words", ["1", "xin chao", "toi muon hoi so dien thoai luat su"])
def test_who_asks_for_something_else_gets_it(line: TestLine, words: str) -> None:
    handed(line)
    assert "ghi them" not in plainly(line.text(words))


def test_danger_is_heard_in_what_comes_later(line: TestLine) -> None:
    handed(line)
    assert "110" in line.text("cuu voi, no dang danh em ngay bay gio")


@pytest.mark.parametrize("filed", [True, False])
def test_taking_everything_back_takes_all_of_it(line: TestLine, filed: bool) -> None:
    handed(line)
    line.text("no mac ao den")
    line.text("em gai toi mat lien lac tu hom kia o ga Omiya")
    line.text("XONG")
    line.text("no di xe dap")
    if filed:
        assert len(line.tips()) == 4
    line.text("XOA")
    assert line.tips() == []


@pytest.mark.parametrize("filed", [True, False])
def test_a_code_erases_what_was_told_with_it_too(line: TestLine, filed: bool) -> None:
    handed(line)
    line.text("no mac ao den")
    code = code_in(line.text("MA"))
    for words in (code, "1", "anh ay cao 1m70"):
        line.text(words, FRIEND)
    if filed:
        assert len(line.tips()) == 3
    for words in (code, "2", "1"):
        line.text(words, "+840000000078")
    assert line.tips() == []
