"""Words of a message and their places in the text as typed."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.understanding import keys
from hotline.understanding.letters import fold, tone_last
from hotline.understanding.text import clean, read


def test_marks_and_d_with_a_stroke_are_folded() -> None:
    assert fold("Đường Phố Huế") == "duong pho hue"


def test_both_places_of_a_tone_are_one_word() -> None:
    assert tone_last("hòa") == tone_last("hoà")
    assert tone_last("hòa") != tone_last("hoa")


def test_digits_and_letters_are_words_of_their_own() -> None:
    assert read("21h30").plain == ("21", "gio", "30")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_count_characters_as_typed(form: str) -> None:
    raw = unicodedata.normalize(form, "Chồng em bị bắt")  # type: ignore[arg-type]
    words = read(raw)
    assert words.plain == ("chong", "em", "bi", "bat")
    typed = [raw[words.starts[i] : words.ends[i]] for i in range(len(words))]
    assert typed == raw.split()


def test_full_width_figures_are_figures() -> None:
    assert clean("０８０").string == "080"


def test_figures_of_other_scripts_are_words_whatever_the_keyboard() -> None:
    for around in ("em dang o nha {} ngay", "em ddang owr nhaf {} ngayf"):
        assert "\u0663" in read(around.format("\u0663")).plain


def test_invisible_characters_do_not_split_a_number() -> None:
    cleaned = clean("090\u200b00")
    assert cleaned.string == "09000"
    assert cleaned.span(0, 5).end == 6


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("toois", "tối"), ("chonfg", "chòng"), ("ddwowcj", "được"), ("bawts", "bắt"), ("owr", "ở")],
)
def test_telex_keys_are_decoded(typed: str, meant: str) -> None:
    assert keys.telex(typed) == meant


@pytest.mark.parametrize("word", ["bus", "oosaka", "taxi", "shinjuku", "gas", "email", "too"])
def test_words_of_other_languages_stay(word: str) -> None:
    assert keys.telex(word) == ""


@pytest.mark.parametrize(
    ("typed", "meant"), [("to61i", "tối"), ("ba81t", "bắt"), ("ngu7o7i2", "người")]
)
def test_vni_keys_are_decoded(typed: str, meant: str) -> None:
    assert fold(keys.vni(typed)) == fold(meant)


def test_one_final_figure_is_no_vni() -> None:
    assert "thu" in read("hen thu7 nhe").plain


def test_short_forms_are_written_out() -> None:
    assert read("ck e k dc ve").plain == ("chong", "em", "khong", "duoc", "ve")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_string_has_words_inside_it(raw: str) -> None:
    words = read(raw)
    ends = zip(words.starts, words.ends, strict=True)
    assert all(0 <= start < end <= len(raw) for start, end in ends)
