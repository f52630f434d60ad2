"""What a text message costs, on both sides of every edge."""

import tomllib
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.wording.sms import ALONE, BASIC, EXTENDED, encoding, legal, plain, segments

FILE = Path(__file__).parents[1] / "vectors" / "sms_segments.toml"
VECTORS = tomllib.loads(FILE.read_text("utf-8"))["vector"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["why"])
def test_a_vector_has_its_segments(vector: dict[str, Any]) -> None:
    text = vector["text"] * vector.get("times", 1) + vector.get("then", "")
    assert (encoding(text), segments(text)) == (vector["encoding"], vector["segments"])


def test_of_the_vietnamese_letters_few_are_in_gsm_7() -> None:
    accented = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    assert len(accented) == 67
    assert {c for c in accented if c in BASIC} == set("àèéìòù")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đường về nước, đã", "Duong ve nuoc, da"),
        ("u\u031b\u0303 o\u031b\u0301", "u o"),
        ("Shin-Ōkubo", "Shin-Okubo"),
        ("“a” ‘b’ – c — d… e\u00a0f • g", "\"a\" 'b' - c - d... e f - g"),
        ("１２３ｇａ", "123ga"),
        ("zero\u200bwidth", "zerowidth"),
        ("ẛ", "s"),
        ("しがくえん ガ", "しがくえん ガ"),
        ("10 € [a]", "10 € [a]"),
    ],
)
def test_plain_drops_accents_and_keeps_the_rest(text: str, bare: str) -> None:
    assert plain(text) == bare


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x1EF9)))
def test_plain_twice_is_plain_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet="aăâđeêoôơuưyAĐƠƯ \u0301\u0300\u0309\u0303\u0323", max_size=400))
def test_plain_vietnamese_is_gsm_7_and_never_dearer(text: str) -> None:
    assert encoding(plain(text)) == "GSM-7"
    assert segments(plain(text)) <= segments(text)


@given(st.text(max_size=500))
def test_parts_hold_what_the_message_holds(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    units = sum(
        (1 + (c in EXTENDED)) if encoding(text) == "GSM-7" else 1 + (ord(c) > 0xFFFF)
        for c in composed
    )
    assert (segments(text) <= 1) == (units <= ALONE[encoding(text)])


@given(st.text(alphabet=st.characters(), max_size=100))
def test_legal_text_survives_xml(text: str) -> None:
    escaped = legal(text).replace("&", "&amp;").replace("<", "&lt;")
    ElementTree.fromstring(f"<a>{escaped}</a>".encode())  # noqa: S314 - our own text


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1f", "\ud83d", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_dropped(letter: str) -> None:
    assert legal(f"a{letter}b") == "ab"


@pytest.mark.parametrize("letter", ["\t", "\n", "\r", " ", "\ud7ff", "\ue000", "\ufffd", "😀"])
def test_what_xml_can_hold_stays(letter: str) -> None:
    assert legal(letter) == letter
