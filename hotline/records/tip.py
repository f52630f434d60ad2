"""The Tip: the structured record made of a report, as `tip.schema.json` describes it.

Rule: there is no field for the reporter and there never will be.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

SCHEMA = "hotline.tip/1"

TipChannel = Literal["sms", "whatsapp", "messenger", "voice", "web", "operator"]


@dataclass(frozen=True, slots=True)
class TipStation:
    """A station that may be meant; `score` in 0 … 1."""

    name: str
    romaji: str
    prefecture: str
    municipality: str = ""
    lat: float | None = None
    lon: float | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where: the caller's words, the stations they may mean, the prefecture (JIS X 0401)."""

    text: str = ""
    stations: tuple[TipStation, ...] = ()
    prefecture: str | None = None


@dataclass(frozen=True, slots=True)
class TipWhen:
    """When: Japan time, `YYYY-MM-DDTHH:MM`, half open; only `text` when it was not understood."""

    text: str = ""
    start: str | None = None
    end: str | None = None
    precision: str | None = None
    calendar: str = "solar"


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody who is sought or affected, as far as the caller wished to say."""

    name: str = ""
    age: int | None = None
    gender: str | None = None
    hometown: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """How many, and who."""

    count: int | None = None
    sought: tuple[Sought, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came along. `held` is where it lies now: at the provider, with us, or nowhere,
    because no word could be heard in it."""

    id: str
    media_type: str
    seconds: int | None = None
    disguised: bool = False
    transcript: str | None = None
    held: Literal["provider", "here", "lost"] = "provider"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Whether a receipt exists; `contact` is always "none": nobody is called back."""

    receipt: bool = False
    contact: str = "none"


@dataclass(frozen=True, slots=True)
class Tip:
    """One report as helpers see it. `received` is ISO 8601, Japan time, rounded to the hour.

    `follows` names the tip that the same caller left earlier that day, if they went on.
    """

    id: str
    received: str
    channel: TipChannel
    complete: bool
    kind: str = "other"
    role: str = "unknown"
    language: str = "vi"
    place: Place = Place()
    when: TipWhen = TipWhen()
    people: People = People()
    narrative: str = ""
    redacted: Mapping[str, int] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    follow_up: FollowUp = FollowUp()
    follows: str | None = None
    schema: str = SCHEMA


def to_json(tip: Tip) -> dict[str, Any]:
    """The tip as the JSON object of the schema."""
    return {"schema": tip.schema} | {name: _plain(getattr(tip, name)) for name in Tip.__slots__}


def from_json(raw: Mapping[str, Any]) -> Tip:
    """The tip of a JSON object that passed `problems`. Unknown keys are dropped."""
    place, when, people = raw["place"], raw["when"], raw["people"]
    return Tip(
        id=raw["id"],
        received=raw["received"],
        channel=raw["channel"],
        complete=raw["complete"],
        kind=raw["kind"],
        role=raw["role"],
        language=raw["language"],
        place=Place(
            place["text"], tuple(TipStation(**s) for s in place["stations"]), place["prefecture"]
        ),
        when=TipWhen(**when),
        people=People(people["count"], tuple(Sought(**s) for s in people["sought"])),
        narrative=raw["narrative"],
        redacted=dict(raw["redacted"]),
        attachments=tuple(Attachment(**a) for a in raw["attachments"]),
        follow_up=FollowUp(**raw["follow_up"]),
        follows=raw.get("follows"),
    )


def problems(raw: Mapping[str, Any]) -> list[str]:
    """Where a JSON object is not a tip, the first place only: a JSON pointer, never a value. Empty
    when it is one."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _check()(raw)
    except JsonSchemaValueException as wrong:
        return ["/" + "/".join(map(str, wrong.path[1:]))]
    return []


@cache
def _check() -> Callable[[object], object]:
    """The schema as code, made once a process: whoever checks no tip starts without it."""
    from fastjsonschema import compile as compiled

    text = files("hotline.records").joinpath("tip.schema.json").read_text("utf-8")
    schema = json.loads(text)
    del schema["$id"]  # the compiler would take it for an address that references start from
    made: Callable[[object], object] = compiled(schema, use_default=False)
    return made


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return {name: _plain(getattr(value, name)) for name in value.__slots__}
