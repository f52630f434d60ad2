"""What a voice says, where words are taken: the same reading as texts, and a name said aloud."""

import pytest
from lxml import etree

from hotline.conversation.hearing import spoken_key
from hotline.settings import Settings
from tests.line import TestLine, action, spoken


def gather(xml: bytes) -> etree._Element:
    found = etree.fromstring(xml).find("Gather")
    assert found is not None
    return found


def at(line: TestLine, *keys: str) -> tuple[str, bytes]:
    sid = line.sid("CA")
    xml = line.call(sid)
    for each in keys:
        xml = line.call(sid, action(xml), Digits=each)
    return sid, xml


def say(line: TestLine, sid: str, xml: bytes, words: str) -> bytes:
    return line.call(sid, action(xml), SpeechResult=words, Confidence="0.42")


WHERE, WHEN, COUNT = ("1", "1"), ("1", "1", "00"), ("1", "1", "00", "00")


def test_a_question_listens_for_words_with_hints_of_the_flow(line: TestLine) -> None:
    _, xml = at(line, *WHERE)
    heard = gather(xml)
    assert heard.get("input") == "dtmf speech"
    assert heard.get("language") == "vi-VN"
    assert "ga Shin Okubo" in str(heard.get("hints"))
    assert "nói luôn" in spoken(xml)
    assert heard.find("Say") is not None  # what is said can be interrupted


def test_a_menu_that_only_keys_answer_listens_for_keys(line: TestLine) -> None:
    _, xml = at(line, "1")
    assert gather(xml).get("input") == "dtmf"


def test_labels_are_the_hints_of_a_menu(line: TestLine) -> None:
    _, xml = at(line)
    assert "Báo tin về một người" in str(gather(xml).get("hints"))


def test_a_story_told_to_the_first_menu_is_understood(line: TestLine) -> None:
    sid, xml = at(line)
    xml = say(line, sid, xml, "Tối qua công an bắt ba người ở ga Shin Okubo.")
    assert "Shin-" in spoken(xml) or "しんおおくぼ" in spoken(xml)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert (tip.kind, tip.people.count) == ("arrest", 3)
    assert [s.name for s in tip.place.stations] == ["新大久保"]


@pytest.mark.parametrize(
    "words", ["Xin ô cu bô.", "ga Shin Ōkubo", "新大久保駅", "Shin-Okubo station"]
)
def test_a_station_that_was_said_is_named_aloud_and_confirmed(line: TestLine, words: str) -> None:
    sid, xml = at(line, *WHERE)
    xml = say(line, sid, xml, words)
    assert "しんおおくぼ" in spoken(xml)
    assert "Tokyo" in spoken(xml)
    xml = say(line, sid, xml, "Đúng rồi")
    assert "hôm nào" in spoken(xml)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert [s.name for s in tip.place.stations] == ["新大久保"]


def test_a_station_that_was_misheard_can_be_denied(line: TestLine) -> None:
    sid, xml = at(line, *WHERE)
    xml = say(line, sid, xml, "ga Ueno")
    xml = say(line, sid, xml, "Không phải.")
    assert "ga nào" in spoken(xml)
    xml = line.call(sid, action(xml), Digits="8366")
    xml = line.call(sid, action(xml), Digits="1")
    assert "hôm nào" in spoken(xml)


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("Hôm qua.", "2026-11-22T00:00"),
        ("tối qua", "2026-11-22T18:00"),
        ("ngày hai mươi tháng mười một", "2026-11-20T00:00"),
    ],
)
def test_a_day_that_was_said_is_a_day(line: TestLine, words: str, start: str) -> None:
    sid, xml = at(line, *WHEN)
    say(line, sid, xml, words)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert tip.when.start == start


@pytest.mark.parametrize(
    ("words", "number"), [("Ba.", 3), ("mười hai người", 12), ("khoảng 5 người", 5), ("3", 3)]
)
def test_a_number_that_was_said_is_a_number(line: TestLine, words: str, number: int) -> None:
    sid, xml = at(line, *COUNT)
    say(line, sid, xml, words)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert tip.people.count == number


@pytest.mark.parametrize(
    "words",
    ["", " ", "ừ", "😀😀", "hm", "bíp", "えーと", "\u202e", "x" * 5_000, "1" * 70, "á" * 40],
)
def test_noise_is_no_answer_and_leaves_nothing(line: TestLine, words: str) -> None:
    sid, xml = at(line)
    answer = say(line, sid, xml, words)
    assert gather(answer) is not None
    line.hang_up(sid)
    assert line.logged == []


def test_after_two_misses_only_keys_are_listened_to(line: TestLine) -> None:
    sid, xml = at(line, *WHERE)
    for words in ("ờ", ""):
        assert gather(xml).get("input") == "dtmf speech"
        xml = say(line, sid, xml, words)
    assert gather(xml).get("input") == "dtmf"
    assert "nói luôn" not in spoken(xml)


def test_words_that_fit_nothing_are_asked_again_once_and_then_kept(line: TestLine) -> None:
    sid, xml = at(line, *WHERE)
    xml = say(line, sid, xml, "qwx zzk")
    assert "chưa tìm ra" in spoken(xml)
    xml = say(line, sid, xml, "qwx zzk vbn")
    assert "hôm nào" in spoken(xml)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert "qwx zzk vbn" in (tip.place.text, tip.narrative)


def test_keys_win_over_words_that_came_with_them(line: TestLine) -> None:
    sid, xml = at(line)
    xml = line.call(sid, action(xml), Digits="2", SpeechResult="báo tin")
    assert "đang gặp chuyện gì" in spoken(xml)


@pytest.mark.parametrize("words", ["Xoá hết.", "xong", "mã số"])
def test_what_may_be_misheard_erases_and_sends_nothing(line: TestLine, words: str) -> None:
    sid, xml = at(line, *COUNT)
    say(line, sid, xml, words)
    line.hang_up(sid)
    (tip,) = line.tips()
    assert not tip.complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Nhắc lại", "Chào bạn"),
        ("Số hai.", "đang gặp chuyện gì"),
        ("cần giúp", "đang gặp chuyện gì"),
        ("báo tin", "bị làm sao"),
        ("English", "Hello"),
    ],
)
def test_keys_labels_and_commands_can_be_said(line: TestLine, words: str, expected: str) -> None:
    sid, xml = at(line)
    assert expected in spoken(say(line, sid, xml, words))


def test_another_language_is_listened_for_in_that_language(line: TestLine) -> None:
    sid, xml = at(line)
    xml = say(line, sid, xml, "tiếng Nhật")
    assert gather(xml).get("language") == "ja-JP"
    xml = line.call(sid, action(xml), Digits="1")
    xml = line.call(sid, action(xml), Digits="1")
    assert "新大久保駅" in str(gather(xml).get("hints"))


def test_where_speech_is_off_nothing_is_listened_for_but_keys(settings: Settings) -> None:
    env = TestLine(settings).settings_env()
    line = TestLine(Settings.from_env({**env, "HOTLINE_SPEECH": "no"}))
    _, xml = at(line, *WHERE)
    assert gather(xml).get("input") == "dtmf"
    assert "nói luôn" not in spoken(xml)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Một.", "1"),
        ("bấm số hai", "2"),
        ("dạ ba ạ", "3"),
        ("phím 4", "4"),
        ("いち", "1"),
        ("five", None),
        ("một hai", None),
        ("một người", None),
        ("", None),
    ],
)
def test_a_key_can_be_said(words: str, key: str | None) -> None:
    assert spoken_key(words) == key
