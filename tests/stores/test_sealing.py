"""Sealing: what goes in comes out, only with the private key, and its length tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.errors import Mistaken
from hotline.stores.sealing import SIZES, Opener, Sealer, new_pair, pad, unpad

PUBLIC, PRIVATE = new_pair()
OTHER_PUBLIC, OTHER_PRIVATE = new_pair()


@given(st.binary(max_size=3_000))
def test_what_was_sealed_can_be_opened(text: bytes) -> None:
    assert Opener(PRIVATE).open(Sealer(PUBLIC).close(text)) == text


def test_two_private_keys_live_during_a_rotation() -> None:
    opener = Opener(f"{OTHER_PRIVATE},{PRIVATE}")
    assert opener.open(Sealer(PUBLIC).close(b"old")) == b"old"
    assert opener.open(Sealer(OTHER_PUBLIC).close(b"new")) == b"new"


def test_another_key_opens_nothing() -> None:
    with pytest.raises(ValueError, match="no key"):
        Opener(OTHER_PRIVATE).open(Sealer(PUBLIC).close(b"x"))


def test_a_changed_part_does_not_open() -> None:
    sealed = bytearray(Sealer(PUBLIC).close(b"x"))
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="sealed"):
        Opener(PRIVATE).open(bytes(sealed))


@pytest.mark.parametrize("size", SIZES)
def test_both_sides_of_every_size_class(size: int) -> None:
    assert len(pad(bytes(size - 4))) == size
    if size == SIZES[-1]:
        with pytest.raises(ValueError, match="too long"):
            pad(bytes(size - 3))
    else:
        assert len(pad(bytes(size - 3))) > size


def test_a_lying_length_is_refused() -> None:
    with pytest.raises(ValueError, match="padded"):
        unpad(b"\xff\xff\xff\xff" + bytes(8))


@pytest.mark.parametrize("text", ["", "short", "AAAA", "đ" * 44])
def test_a_bad_key_is_our_mistake_and_named(text: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_RECIPIENT_PUBLIC_KEY"):
        Sealer(text)
    with pytest.raises(Mistaken, match="HOTLINE_RECIPIENT_PRIVATE_KEY"):
        Opener(text)
