"""JSON as it is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.conversation import compact

texts = st.text(st.characters(codec=None))  # half surrogate pairs too
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@given(values)
def test_whatever_is_kept_is_read_back(value: object) -> None:
    assert compact.loads(compact.dumps(value)) == value


@given(values)
def test_either_library_reads_what_the_other_wrote(value: object) -> None:
    assert json.loads(compact.dumps(value)) == value
    assert compact.loads(json.dumps(value)) == value


def test_tuples_are_lists_and_no_blank_is_written() -> None:
    assert compact.dumps(("gì", {"a": (1, None)})) == '["gì",{"a":[1,null]}]'.encode()


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        compact.dumps(object())


@pytest.mark.parametrize("text", ["", "{", b"\xff", "[1,]"])
def test_what_was_never_written_is_not_read(text: str | bytes) -> None:
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        compact.loads(text)
