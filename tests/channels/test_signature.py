"""Each trap of the provider's signature has a vector here (research/telephony 1.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from hotline.channels.signature import Signature, check_public_url, read_form, sign
from hotline.intake.errors import Mistaken, Untrusted

URL = "https://line.example"
TOKEN = "0123456789abcdef0123456789abcdef"
TARGET = "/twilio/message"
FORM = "application/x-www-form-urlencoded"

texts = st.text(st.characters(codec="utf-8"), max_size=40)
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=10)


def raw(form: dict[str, str]) -> dict[bytes, bytes]:
    return {k.encode(): v.encode() for k, v in form.items()}


@given(st.dictionaries(names, texts, max_size=12))
def test_we_agree_with_the_providers_own_validator(form: dict[str, str]) -> None:
    theirs = RequestValidator(TOKEN).compute_signature(URL + TARGET, form)
    assert theirs == sign(URL, TOKEN, TARGET, form)
    Signature(URL, TOKEN).verify(TARGET, raw(form), theirs)


@given(st.dictionaries(names, texts, min_size=1, max_size=6), st.text(max_size=30))
def test_any_other_signature_is_refused(form: dict[str, str], given_: str) -> None:
    with pytest.raises(Untrusted):
        Signature(URL, TOKEN).verify(TARGET, raw(form), given_)


@pytest.mark.parametrize(
    "target",
    ["/twilio/message?a=%C6%B0", "/twilio/message?b=2&a=1", "/twilio/message?x=a+b%20c", "/a%2Fb"],
)
def test_the_raw_target_is_what_is_signed(target: str) -> None:
    form = {"Body": "chào"}
    Signature(URL, TOKEN).verify(target, raw(form), sign(URL, TOKEN, target, form))


def test_a_fragment_of_the_public_url_is_not_signed() -> None:
    given_ = sign(URL, TOKEN, TARGET, {"A": "b"})
    Signature(f"{URL}/#rc=2&rp=all", TOKEN).verify(TARGET, {b"A": b"b"}, given_)


def test_blanks_and_unicode_forms_are_verified_as_they_came() -> None:
    for text in (" x ", "e\u0323\u0302", "\u1ec7"):
        form = {"Body": text}
        Signature(URL, TOKEN).verify(TARGET, raw(form), sign(URL, TOKEN, TARGET, form))


def test_a_messaging_service_sid_changes_nothing() -> None:
    form = {"Body": "a", "MessagingServiceSid": "MG1", "Whatever": "new"}
    Signature(URL, TOKEN).verify(TARGET, raw(form), sign(URL, TOKEN, TARGET, form))


def test_two_tokens_are_good_while_one_is_changed() -> None:
    other = "f" * 32
    both = Signature(URL, f"{other},{TOKEN}")
    for token in (other, TOKEN):
        both.verify(TARGET, {b"A": b"b"}, sign(URL, token, TARGET, {"A": "b"}))


@pytest.mark.parametrize("token", ["", " ", "short", ","])
def test_an_empty_or_short_token_refuses_to_start(token: str) -> None:
    with pytest.raises(Mistaken, match="TWILIO_AUTH_TOKEN"):
        Signature(URL, token)


@pytest.mark.parametrize(
    "url", ["", "line.example", "https://", "https://a/b", "https://đ.example"]
)
def test_a_bad_public_url_refuses_to_start(url: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_PUBLIC_URL"):
        check_public_url(url)


def test_a_form_is_read_as_bytes() -> None:
    body = b"Body=ch%C3%A0o+b%E1%BA%A1n&Empty=&Odd=%ED%A0%BD&Flag"
    form = read_form(body, FORM, len(body))
    assert form[b"Body"].decode() == "chào bạn"
    assert form[b"Empty"] == b""
    assert form[b"Flag"] == b""
    assert form[b"Odd"] == b"\xed\xa0\xbd"


@pytest.mark.parametrize(
    ("body", "kind", "length", "code"),
    [
        (b'{"Body": "x"}', "application/json", 13, "content_type"),
        (b"a=b", "multipart/form-data", 3, "content_type"),
        (b"a=b", "", 3, "content_type"),
        (b"a=b", FORM, 4, "length"),
        (b"a=" + b"x" * 65_535, FORM, 65_537, "length"),
        (b"Body=x&Body=x", FORM, 13, "repeated"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(
    body: bytes, kind: str, length: int, code: str
) -> None:
    with pytest.raises(Untrusted, match=code):
        read_form(body, kind, length)
