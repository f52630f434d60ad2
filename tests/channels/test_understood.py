"""What a caller's own words do to the conversation: danger first, doubt asked, nothing twice."""

import pytest

from tests.line import TestLine, action, spoken

DANGER = (
    "cuu em voi, chu dang cam dao danh em o ga Kariya",
    "bạn em bị đâm, đang chảy máu nhiều ở ga Ueno",
    "em không muốn sống nữa",
    "nhà trọ đang cháy, ga Warabi",
)


@pytest.mark.parametrize("words", DANGER)
def test_whoever_is_in_danger_reads_110_and_119_before_anything_else(
    line: TestLine, words: str
) -> None:
    answer = line.text(words)
    assert answer.index("110") < 40
    assert "119" in answer
    where = answer.find("ghi:")  # what was understood comes after it
    assert where == -1 or answer.index("119") < where


def test_whoever_is_in_danger_hears_110_and_119_first_on_the_telephone(line: TestLine) -> None:
    heard = spoken(
        line.call("CA" + "9" * 32, action(line.call("CA" + "9" * 32)), SpeechResult=DANGER[1])
    )
    assert "một một không" in heard
    assert heard.index("một một chín") < heard.index("Mình ghi")


def test_no_danger_no_alarm(line: TestLine) -> None:
    assert "110" not in line.text("hom qua bat 3 nguoi o ga shin okubo")


def test_a_name_that_a_town_has_too_is_asked_and_never_taken(line: TestLine) -> None:
    """ "ga Toyota": the city's own station first, the one that some read so after it."""
    answer = line.text("hom qua 2 nguoi bi bat o ga toyota")
    assert "Toyotashi" in answer
    assert answer.index("Toyotashi") < answer.index("Toyoda")
    line.text("1")
    line.text("XONG")
    (tip,) = line.tips()
    assert [s.name for s in tip.place.stations] == ["豊田市"]


def test_a_vietnamese_station_is_no_japanese_one(line: TestLine) -> None:
    line.text("em trai em mat lien lac, lan cuoi no noi o ga Nha Trang")
    line.text("XONG")
    (tip,) = line.tips()
    assert tip.place.stations == ()


def test_place_and_day_keep_the_words_they_were_understood_from(line: TestLine) -> None:
    line.text("toi qua co nguoi bi bat o ga sin okubo")
    line.text("0")
    line.text("XONG")
    (tip,) = line.tips()
    assert (tip.place.text, tip.when.text) == ("sin okubo", "toi qua")


def test_so_does_a_day_that_was_asked_for(line: TestLine) -> None:
    line.text("co nguoi bi bat o ga sin okubo")
    answer = line.text("hôm kia")
    line.text("XONG")
    (tip,) = line.tips()
    assert (tip.when.text, tip.when.precision) == ("hôm kia", "day")
    assert "hôm kia" not in answer  # understood, not echoed
