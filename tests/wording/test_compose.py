"""What a caller reads and hears, in every language."""

from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.conversation.hearing import Line
from hotline.conversation.report import JsonValue
from hotline.conversation.session import Locale
from hotline.wording.catalogue import LOCALES
from hotline.wording.compose import LONGEST, Wording
from hotline.wording.sms import encoding, segments
from hotline.wording.speech import Utterance
from tests.wording.texts import catalogue, wording

OKUBO: Mapping[str, JsonValue] = {
    "romaji": "Shin-Ōkubo",
    "kana": "しんおおくぼ",
    "name": "新大久保",
    "prefecture": "13",
}
EVENING: Mapping[str, JsonValue] = {
    "start": "2026-11-22T18:00",
    "end": "2026-11-23T00:00",
    "precision": "part_of_day",
    "calendar": "solar",
}
HEARD = Line("common.heard", {"place": OKUBO, "when": EVENING, "count": 3})


def heard(kind: str, value: JsonValue, locale: Locale = "vi") -> str:
    """What stands between "I noted:" and what follows it."""
    before, after = catalogue().text("common.heard", locale).written.split("{what}")
    whole = wording().written([Line("common.heard", {kind: value})], locale)
    return whole.removeprefix(before).removesuffix(after)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("vi", "Mình ghi: ga Shin-Ōkubo (Tokyo), tối 22/11, 3 người. Nếu sai, nhắn SAI."),
        (
            "en",
            "I noted: Shin-Okubo station (Tokyo), evening of 22 Nov, 3 people."
            " If that is wrong, reply SAI.",
        ),
        (
            "ja",
            "メモしました：新大久保駅（東京都）、11月22日の夕方から夜、3人。"
            "ちがう ときは SAI と おくってください。",
        ),
    ],
)
def test_what_was_understood_is_told_in_every_language(locale: Locale, text: str) -> None:
    assert wording().written([HEARD], locale) == text


def test_whoever_writes_without_accents_is_answered_without() -> None:
    text = wording().written([HEARD, Line("report.who", {})], "vi", plainly=True)
    assert text.startswith("Minh ghi: ga Shin-Okubo (Tokyo), toi 22/11, 3 nguoi.")
    assert (encoding(text), segments(text)) == ("GSM-7", 1)


def test_japanese_keeps_its_letters_even_plainly() -> None:
    text = wording().written([HEARD], "ja")
    assert wording().written([HEARD], "ja", plainly=True) == text


def test_a_menu_is_a_line_for_every_key() -> None:
    assert wording().written([Line("start.menu", {})]).splitlines()[1:] == [
        "1 = Báo tin về một người",
        "2 = Bạn đang cần giúp",
        "3 = Hỏi thông tin",
        "4 = Bạn đã có mã số",
    ]


@pytest.mark.parametrize(
    ("locale", "option"),
    [
        ("vi", "Bấm 1: Báo tin về một người."),
        ("en", "Press 1: Tell about somebody."),
        ("ja", "だれかのことを知らせるは、1を押してください。"),
    ],
)
def test_a_spoken_menu_says_which_key(locale: Locale, option: str) -> None:
    said = wording().spoken([Line("start.menu", {})], locale)
    assert said[1] == Utterance(locale, option)


def test_a_station_is_said_by_a_japanese_voice() -> None:
    assert wording().spoken([HEARD]) == (
        Utterance("vi", "Mình ghi: ga"),
        Utterance("ja", "しんおおくぼ"),
        Utterance("vi", "Tokyo, tối ngày 22 tháng 11, 3 người."),
    )


def test_emergency_numbers_are_said_digit_by_digit() -> None:
    texts = [u.text for u in wording().spoken([Line("common.help", {})])]
    assert "một một không" in texts[0]
    assert "110" not in texts[0]


def test_stations_in_doubt_are_numbered() -> None:
    line = Line("common.which_place", {"codes": ["shinokubo", "okubo"]})
    assert wording().written([line]).splitlines()[1:] == [
        "1 = Shin-Ōkubo, Tokyo",
        "2 = Ōkubo, Tokyo",
    ]
    assert wording().spoken([line])[1:4] == (
        Utterance("vi", "Bấm 1:"),
        Utterance("ja", "しんおおくぼ"),
        Utterance("vi", "Tokyo."),
    )


def test_stations_of_one_name_are_told_apart_by_their_town() -> None:
    line = Line("common.which_place", {"codes": ["okubo", "okubo2", "umeda"]})
    assert wording().written([line]).splitlines()[1:] == [
        "1 = Ōkubo, Tokyo, 新宿区",
        "2 = Ōkubo, Tokyo, 八王子市",
        "3 = Umeda, Osaka",
    ]
    assert Utterance("ja", "八王子市") in wording().spoken([line])
    bare = wording().written([line], plainly=True)
    assert encoding(bare) == "GSM-7"


def test_a_station_that_is_gone_leaves_the_other_numbers_alone() -> None:
    line = Line("common.which_place", {"codes": ["okubo", "closed", "umeda"]})
    assert wording().written([line]).splitlines()[1:] == ["1 = Ōkubo, Tokyo", "3 = Umeda, Osaka"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"romaji": "Ueno", "name": "上野"}, "ga Ueno"),
        ({"text": "quán nhậu của anh Ba", "prefecture": "27"}, "Osaka"),
        ({"text": "quán nhậu của anh Ba"}, "chỗ bạn vừa kể"),
        ("quán nhậu của anh Ba", ""),
    ],
)
def test_a_place_is_never_told_in_the_callers_words(value: JsonValue, text: str) -> None:
    assert heard("place", value) == text


@pytest.mark.parametrize(
    ("start", "end", "precision", "text"),
    [
        ("2026-11-22T18:30", "2026-11-22T18:31", "minute", "18:30 22/11"),
        ("2026-11-22T18:00", "2026-11-22T18:01", "minute", "18h 22/11"),
        ("2026-11-22T18:00", "2026-11-22T19:00", "hour", "khoảng 18h 22/11"),
        ("2026-11-22T00:00", "2026-11-22T05:00", "part_of_day", "rạng sáng 22/11"),
        ("2026-11-22T05:00", "2026-11-22T11:00", "part_of_day", "sáng 22/11"),
        ("2026-11-22T11:00", "2026-11-22T13:00", "part_of_day", "trưa 22/11"),
        ("2026-11-22T13:00", "2026-11-22T18:00", "part_of_day", "chiều 22/11"),
        ("2026-11-22T20:59", "2026-11-22T23:00", "part_of_day", "tối 22/11"),
        ("2026-11-22T21:00", "2026-11-23T03:00", "part_of_day", "đêm 22/11"),
        ("2026-11-22T00:00", "2026-11-23T00:00", "day", "22/11"),
        ("2026-11-22T00:00", None, "day", "22/11"),
        ("2026-11-20T00:00", "2026-11-23T00:00", "span", "từ 20/11 đến 22/11"),
        ("2026-11-22T00:00+09:00", "2026-11-23T00:00+09:00", "day", "22/11"),
        (None, None, None, ""),
        ("hôm qua", "hôm nay", "day", ""),
    ],
)
def test_a_moment_is_told_as_exactly_as_it_was_meant(
    start: JsonValue, end: JsonValue, precision: JsonValue, text: str
) -> None:
    value = {"start": start, "end": end, "precision": precision, "calendar": "solar"}
    assert heard("when", value) == text


def test_a_lunar_date_is_confirmed_in_the_solar_calendar() -> None:
    value = {"start": "2026-11-22T00:00", "end": "2026-11-23T00:00", "calendar": "lunar"}
    assert heard("when", value) == "22/11 (dương lịch)"


def test_what_is_no_moment_is_left_out() -> None:
    assert heard("when", "tối qua") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1 person"), (2, "2 people"), (0, "0 people"), (-1, ""), (True, ""), ("3", "")],
)
def test_people_are_counted(value: JsonValue, text: str) -> None:
    assert heard("count", value, "en") == text


def test_kind_and_story_are_never_told() -> None:
    gaps: dict[str, JsonValue] = {**HEARD.gaps, "kind": "arrest", "said": "bị công an bắt"}
    for locale in LOCALES:
        line = Line("common.heard", gaps)
        assert wording().written([line], locale) == wording().written([HEARD], locale)
        assert wording().spoken([line], locale) == wording().spoken([HEARD], locale)


def test_a_confirmation_of_nothing_is_not_said() -> None:
    lines = [Line("common.heard", {"count": -1}), Line("report.who", {})]
    assert wording().written(lines) == wording().written(lines[1:])
    assert wording().spoken(lines) == wording().spoken(lines[1:])


def test_a_very_long_answer_is_cut_with_dots() -> None:
    text = wording().written([Line("info.lawyer", {})] * 40)
    assert len(text) <= LONGEST
    assert text.endswith("...")


JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["romaji", "kana", "name", "prefecture", "text", "start", "end", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)
GAPS = st.dictionaries(
    st.sampled_from(["place", "when", "count", "codes", "what", "key", "label", "code"]),
    JSON | st.just(OKUBO) | st.just(EVENING) | st.just(["okubo", "okubo2", "gone"]),
    max_size=5,
)
LINES = st.lists(
    st.builds(Line, st.sampled_from(sorted(catalogue().by_locale["vi"])), GAPS), max_size=12
)


@given(LINES, st.sampled_from(LOCALES), st.booleans())
def test_any_answer_is_safe_for_xml_and_never_too_long(
    says: list[Line], locale: Locale, plainly: bool
) -> None:
    text = wording().written(says, locale, plainly)
    assert len(text) <= LONGEST
    _parses(text)
    for utterance in wording().spoken(says, locale):
        assert utterance.text.strip()
        _parses(utterance.text)


def test_names_of_stations_come_from_where_we_are_told() -> None:
    def nowhere(code: str) -> None:
        return None

    other = Wording(catalogue(), nowhere, lambda code, locale: "X")
    assert "(X)" in other.written([HEARD])


def _parses(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    ElementTree.fromstring(f"<a>{escaped}</a>".encode())  # noqa: S314 - our own text
