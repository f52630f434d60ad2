"""Answers by keys alone: a station spelled on the keypad, a day, both sides of every edge."""

from datetime import timedelta

import pytest
from lxml import etree

from hotline.understanding.station_index import by_digits
from hotline.understanding.stations import resolve
from tests.line import TestLine, action, spoken

WHERE, WHEN = ("1", "1"), ("1", "1", "00")


def at(line: TestLine, *keys: str) -> tuple[str, bytes]:
    sid = line.sid("CA")
    xml = line.call(sid)
    return sid, press(line, sid, xml, *keys)


def press(line: TestLine, sid: str, xml: bytes, *keys: str) -> bytes:
    for each in keys:
        xml = line.call(sid, action(xml), Digits=each)
    return xml


def told(line: TestLine, *keys: str) -> str:
    """The begin of the time that these keys after the station are kept as, or nothing."""
    sid, _ = at(line, *WHEN, *keys)
    line.hang_up(sid)
    (tip,) = line.tips()
    return tip.when.start or ""


def test_a_spelled_station_is_named_in_japanese_with_its_prefecture(line: TestLine) -> None:
    _, xml = at(line, *WHERE, "8366")
    says = list(etree.fromstring(xml).iter("Say"))
    name = next(say for say in says if say.text == "うえの")
    assert name.get("language") == "ja-JP"
    assert "Tokyo" in spoken(xml)


def test_no_more_than_three_are_offered_at_a_time_and_all_in_the_end(line: TestLine) -> None:
    keys = "7449258746623"  # Shiyakushomae, eight of them
    everyone = [match.station for match in resolve(keys).matches]
    assert len(everyone) == 8
    sid, xml = at(line, *WHERE, keys)
    heard = []
    for _ in range(3):
        offered = [
            say.text for say in etree.fromstring(xml).iter("Say") if say.text == "しやくしょまえ"
        ]
        assert 1 < len(offered) <= 3
        heard += offered
        xml = press(line, sid, xml, "4")
    assert len(heard) == 8
    assert "chưa tìm ra" in spoken(xml)
    xml = press(line, sid, xml, keys, "4", "2")
    line.hang_up(sid)
    (tip,) = line.tips()
    (chosen,) = tip.place.stations
    assert (chosen.romaji, chosen.prefecture) == ("Shiyakushomae", everyone[4].prefecture)


def test_every_station_of_the_country_can_be_spelled() -> None:
    lost = [
        keys
        for keys, rows in by_digits().items()
        if len(keys) <= 20 and not resolve(keys).matches and rows
    ]
    assert lost == []


@pytest.mark.parametrize("keys", ["2", "1", "11", "99", "8" * 20, "00000", "9" * 21])
def test_keys_that_spell_nothing_are_asked_again(line: TestLine, keys: str) -> None:
    _, xml = at(line, *WHERE, keys)
    assert "chưa tìm ra" in spoken(xml) or "chưa dùng được" in spoken(xml)
    assert action(xml)


def test_what_is_not_known_is_passed_over(line: TestLine) -> None:
    _, xml = at(line, *WHERE, "00")
    assert "hôm nào" in spoken(xml)


@pytest.mark.parametrize(
    ("keys", "start"),
    [
        ("1", "2026-11-23T00:00"),
        ("2", "2026-11-22T00:00"),
        ("2311", "2026-11-23T00:00"),
        ("2411", "2025-11-24T00:00"),
        ("0101", "2026-01-01T00:00"),
        ("3112", "2025-12-31T00:00"),
        ("00", ""),
    ],
)
def test_a_day_by_keys_is_the_last_such_day(line: TestLine, keys: str, start: str) -> None:
    assert told(line, keys) == start


@pytest.mark.parametrize("keys", ["3", "9", "12", "231", "3011#1", "3002", "3211", "0013", "23112"])
def test_keys_that_are_no_day_are_asked_again(line: TestLine, keys: str) -> None:
    _, xml = at(line, *WHEN, keys)
    assert "hôm nào" in spoken(xml)


def test_the_twenty_ninth_of_february_is_a_day_only_in_its_years(line: TestLine) -> None:
    _, xml = at(line, *WHEN, "2902")
    assert "hôm nào" in spoken(xml)
    line.now += timedelta(days=500)  # April 2028
    assert told(line, "2902") == "2028-02-29T00:00"


def test_today_is_today_in_japan_up_to_midnight(line: TestLine) -> None:
    line.now += timedelta(hours=4, minutes=35)  # 23:59
    assert told(line, "1") == "2026-11-23T00:00"
