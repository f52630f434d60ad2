"""Identifiers never survive redaction, however they are typed."""

import unicodedata
from datetime import datetime
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.understanding import identifiers
from hotline.understanding.message import redact, understand

NOW = datetime.fromisoformat("2026-11-24T20:00")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gọi 080-0000-1234", "phone"),
        ("so 0900 000 123", "phone"),
        ("0900.000.456 nhé", "phone"),
        ("０８０－００００－２２２２", "phone"),
        ("+81 90 0000 5555", "phone"),
        ("(+84)900000321", "phone"),
        ("o9o oooo 1234", "phone"),
        ("zalo 0900000999", "phone"),
        ("số của em không tám không không không không không một hai ba bốn", "phone"),
        ("090\u200b0000\u200b1234", "phone"),
        ("thẻ AB00000000CD", "residence_card"),
        ("thẻ cd 0000 0000 ef", "residence_card"),
        ("hộ chiếu C0000001", "passport"),
        ("pp K 0000004", "passport"),
        ("email meoden@example.com", "email"),
        ("meo.den @ example . com", "email"),
        ("fb Anh Ngoc Test", "social"),
        ("Line: kid.test.11", "social"),
        ("https://www.facebook.com/nobody.test", "social"),
        ("@nobody_test", "social"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_identifier_is_found_and_goes(text: str, kind: str, form: str) -> None:
    typed = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    understood = understand(typed, NOW)
    assert [one.kind for one in understood.identifiers] == [kind]
    narrative, removed = redact(typed)
    assert removed[kind] == 1
    assert sum(removed.values()) == 1
    assert not identifiers.find(narrative)


@pytest.mark.parametrize(
    "text",
    [
        "không gọi được zalo",
        "khóa hết fb zalo, em hổng biết ẻm ở đâu",
        "mất thẻ ngoại kiều với hộ chiếu",
        "em không online facebook nữa",
        "ngày 20/10/2026 lúc 21h30",
        "08-10-2026 12h",
        "lương 1500000 yên",
        "sinh năm 1995, cao 1m70",
        "đi tàu line Yamanote",
        "gọi 110 hay 119",
    ],
)
def test_a_mere_mention_is_none(text: str) -> None:
    assert understand(text, NOW).identifiers == ()


def test_what_is_said_of_the_sought_person_stays() -> None:
    text = "Tìm Lê Văn Nam sinh năm 1999, gọi 080-0000-1234"
    narrative, _ = redact(text)
    assert narrative == "Tìm Lê Văn Nam sinh năm 1999, gọi [số điện thoại]"


_PIECES = st.sampled_from(
    ["080", "0000", "1234", "o", " ", "-", ".", "AB", "CD", "C", "fb ", "zalo: ", "@", "a.b", "/",
     "\u0301", "\u200b", "０", "không ", "tám ", ".com", "https://fb.com/", "(", ")", "+81", "em "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=160), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_string_is_understood_and_redacted(text: str) -> None:
    understood = understand(text, NOW)
    spans = [one.span for one in understood.identifiers]
    spans += [name.span for name in understood.names]
    spans += [span for shown in understood.evidence.values() for span in shown]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    narrative, removed = redact(text)
    assert not identifiers.find(narrative)
    assert (sum(removed.values()) > 0) == bool(understood.identifiers)


@pytest.mark.parametrize(
    "unit",
    ["a", "0", "0 ", "em bi bat ", "@", "a@", "fb ", "không ", "A ", "Nguyễn Văn ", "tháng 5 ",
     "1/2 ", "\u0301", "ｅｍ", "x/", "a.b.", "aA0-", "7h den 8h ", "bị cảnh sát ", "🎉"],
)  # fmt: skip
def test_hostile_texts_stay_fast(unit: str) -> None:
    """Ours alone: the resolver of stations has its own test."""
    text = (unit * 1600)[:1600]
    begun = perf_counter()
    for one in identifiers.find(text):
        assert one.span.end <= len(text)
    redact(text)
    assert perf_counter() - begun < 1.0
