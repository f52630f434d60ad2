"""Closed for one caller."""

import os

import pytest
from nacl.secret import Aead

from hotline.intake.errors import Unavailable
from hotline.intake.messages import DayKey, Secret, Tag
from hotline.stores.enclosed import BLOCK, NONCE, decrypt, encrypt

TEXT = '["Nguyễn",{"ga":"新大久保"}]'


def a_key() -> DayKey:
    return DayKey(Tag(os.urandom(16)), Tag(os.urandom(16)), Secret(os.urandom(32)))


def test_it_opens_with_its_own_key_and_purpose_only() -> None:
    key = a_key()
    closed = encrypt(key, "s", TEXT)
    assert decrypt(key, "s", closed) == TEXT
    for other, purpose in ((a_key(), "s"), (key, "a")):
        with pytest.raises(Unavailable):
            decrypt(other, purpose, closed)


def test_neither_its_length_nor_the_same_text_again_tells_anything() -> None:
    key = a_key()
    one, two = encrypt(key, "s", TEXT), encrypt(key, "s", TEXT)
    assert one != two
    assert one[:NONCE] != two[:NONCE]
    assert len(one) == len(encrypt(key, "s", "")) + BLOCK == len(encrypt(key, "s", "x" * BLOCK))


def test_what_was_cut_or_changed_stays_shut() -> None:
    key = a_key()
    closed = encrypt(key, "s", TEXT)
    for cut in (0, 1, NONCE - 1, NONCE, NONCE + 1, NONCE + 16, len(closed) - 1):
        with pytest.raises(Unavailable):
            decrypt(key, "s", closed[:cut])
    for at in (0, NONCE, len(closed) - 1):
        changed = bytearray(closed)
        changed[at] ^= 1
        with pytest.raises(Unavailable):
            decrypt(key, "s", bytes(changed))


def test_a_conversation_that_an_earlier_release_closed_goes_on() -> None:
    key = a_key()
    padded = TEXT.encode().ljust(BLOCK)
    assert decrypt(key, "s", bytes(Aead(key.secret).encrypt(padded, b"s"))) == TEXT
    assert Aead(key.secret).decrypt(encrypt(key, "s", TEXT), b"s") == padded
