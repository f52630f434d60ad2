"""HMAC under a key that is used again and again."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.keyed import Keyed


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha512"])
@given(key=st.binary(max_size=200), message=st.binary(max_size=300))
def test_it_is_the_hmac_of_the_standard(name: str, key: bytes, message: bytes) -> None:
    keyed = Keyed(key, getattr(hashlib, name))
    for _ in range(2):  # the second finds what was begun as the first did
        assert keyed.digest(message) == hmac.digest(key, message, name)
