"""What a report may hold. Nothing that is not in this list can be kept.

Rule 1: there is no field for whoever reports, and there never will be.
Rule 2: a flow file can ask for less than this, never for more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Field = Literal[
    "said",
    "kind",
    "guess",
    "role",
    "place",
    "when",
    "count",
    "people",
    "recording",
    "voice",
    "envelope",
]
FIELDS: frozenset[str] = frozenset(get_args(Field))

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | Mapping[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing learned in a turn: `field` is a `Field`, `value` is JSON.

    Shapes: said str · kind, role a word of `understanding.model` · guess a kind that words only
    suggest: it saves no question, and is the report's where nobody was asked · place {text,
    stations, prefecture} · when {text, start, end, precision, calendar} · count int · people
    [{name, age, gender, hometown, description}] · recording {reference, seconds} · voice {mark,
    seconds} · envelope str: base64 of what a browser sealed.
    """

    field: Field
    value: JsonValue
