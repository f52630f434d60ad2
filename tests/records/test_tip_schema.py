"""The check of a tip against its published schema, beside the reference implementation of JSON
Schema: both must say the same of whatever a worker could make."""

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hotline.records.tip import problems, to_json
from tests.tips import a_tip

SCHEMA = json.loads(files("hotline.records").joinpath("tip.schema.json").read_text("utf-8"))
REFERENCE = Draft202012Validator(SCHEMA)
WHOLE = to_json(a_tip())
ODD = [None, True, -1, 0, 1, 0.5, 1e9, "", "13", "x" * 2_001, "13:00", [], [None], {}, {"x": 1}]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path into a JSON value."""
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    for step, inner in listed.items() if isinstance(listed, dict) else ():
        yield (*path, step)
        yield from _places(inner, (*path, step))


PLACES = list(_places(WHOLE))


def test_a_whole_tip_is_one() -> None:
    assert problems(WHOLE) == []
    REFERENCE.validate(WHOLE)


@given(st.sampled_from(PLACES), st.sampled_from(["set", "add", "drop"]), st.sampled_from(ODD))
def test_both_say_the_same(path: tuple[Any, ...], how: str, odd: object) -> None:
    made = copy.deepcopy(WHOLE)
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    if how == "drop":
        del at[path[-1]]
    elif how == "add" and isinstance(at, dict):
        at["more"] = odd
    else:
        at[path[-1]] = odd
    assert (problems(made) == []) == REFERENCE.is_valid(made)


@pytest.mark.parametrize(
    ("path", "odd", "told"),
    [
        (("kind",), "gossip", "/kind"),
        (("place", "stations", 0, "score"), 2, "/place/stations/0/score"),
        (("when", "start"), "2026-11-23", "/when/start"),
        (("people", "sought", 0, "name"), "bí mật" * 99, "/people/sought/0/name"),
    ],
)
def test_it_tells_the_place_and_never_what_stands_there(
    path: tuple[Any, ...], odd: object, told: str
) -> None:
    made = copy.deepcopy(WHOLE)
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = odd
    assert problems(made) == [told]
