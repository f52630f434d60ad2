"""The tables of `data/`: read once, checked whole. Who keeps the facts edits those files.

Rule: every number has a source and the day on which it was last read; `confirmed` says whether that
was a page of the office itself. A table that breaks a rule stops the program with its name.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

LOCALES = ("vi", "en", "ja")

Said = Mapping[str, str]  # a text by locale: vi, en, ja


class BadFacts(Exception):
    """A table of facts cannot be used; the message names the table and the fault."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was read, when, and whether on a page of the office itself."""

    source: str
    checked: date
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A duty-attorney desk. `area` empty: the whole prefecture; codes as in `desks.tsv`."""

    bar: str
    area: str
    phone: str
    days: str
    hours: str
    mail: str
    who: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Bureau:
    """A regional immigration bureau; no phone and no origin when its number was not found."""

    code: str
    name: Said
    phone: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Prefecture:
    """What one prefecture (JIS X 0401) has to do with."""

    code: str
    name: str
    bureau: Bureau
    office: str
    bars: tuple[str, ...]
    desks: tuple[Desk, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to reach. `abroad`: whether it works from Viet Nam (yes, no, unknown)."""

    name: Said
    phone: str
    days: str
    hours: str
    abroad: str
    kinds: frozenset[str]
    prefectures: frozenset[str]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the law says must happen within `after` hours of an arrest."""

    after: int
    text: Said
    origin: Origin


@dataclass(frozen=True, slots=True)
class Step:
    """Something a helper does, for some kinds of tips."""

    kinds: frozenset[str]
    text: Said
    origin: Origin


@dataclass(frozen=True, slots=True)
class Asked:
    """What a duty-attorney desk asks; `known`: the part of a tip that answers it."""

    known: str
    text: Said


@dataclass(frozen=True, slots=True)
class Facts:
    """All tables."""

    prefectures: Mapping[str, Prefecture]
    contacts: tuple[Contact, ...]
    deadlines: tuple[Deadline, ...]
    steps: tuple[Step, ...]
    asked: tuple[Asked, ...]
    words: Mapping[str, Said]
    kinds: Mapping[str, Said]


@cache
def facts() -> Facts:
    """Every fact. Raises BadFacts."""
    bureaus = {code: _bureau(code, raw) for code, raw in table_of("bureaus").items()}
    card = table_of("card")
    return Facts(
        _prefectures(bureaus),
        tuple(_contact(raw) for raw in table_of("contacts")["contact"]),
        tuple(
            Deadline(raw["after"], said_in("card", raw["text"]), origin_of("card", raw))
            for raw in sorted(card["deadline"], key=lambda raw: int(raw["after"]))
        ),
        tuple(
            Step(frozenset(raw["kinds"]), said_in("card", raw["text"]), origin_of("card", raw))
            for raw in card["step"]
        ),
        tuple(Asked(raw["known"], said_in("card", raw["text"])) for raw in card["asked"]),
        {name: said_in("card", raw) for name, raw in card["words"].items()},
        {name: said_in("card", raw) for name, raw in card["kinds"].items()},
    )


def _prefectures(bureaus: Mapping[str, Bureau]) -> dict[str, Prefecture]:
    desks: dict[str, list[Desk]] = {}
    for row in _table("desks"):
        desks.setdefault(row["prefecture"], []).append(_desk(row))
    found = {}
    for row in _table("prefectures"):
        if row["bureau"] not in bureaus:
            raise BadFacts(f"prefectures.tsv: {row['code']}: no bureau {row['bureau']}")
        found[row["code"]] = Prefecture(
            row["code"],
            row["name"],
            bureaus[row["bureau"]],
            row["office"],
            tuple(row["bars"].split(";")),
            tuple(desks.pop(row["code"], ())),
        )
    if desks:
        raise BadFacts(f"desks.tsv: no prefecture {sorted(desks)[0]}")
    return found


def _desk(row: Mapping[str, str]) -> Desk:
    origin = Origin(row["source"], _day("desks", row["checked"]), confirmed=True)
    return Desk(
        row["bar"], row["area"], row["phone"], row["days"], row["hours"], row["mail"],
        row["who"], origin,
    )  # fmt: skip


def _bureau(code: str, raw: Mapping[str, Any]) -> Bureau:
    phone = raw.get("phone", "")
    origin = origin_of("bureaus", raw) if phone else None
    return Bureau(code, said_in("bureaus", raw["name"]), phone, origin)


def _contact(raw: Mapping[str, Any]) -> Contact:
    return Contact(
        said_in("contacts", raw["name"]),
        raw.get("phone", ""),
        raw.get("days", ""),
        raw.get("hours", ""),
        raw["abroad"],
        frozenset(raw["kinds"]),
        frozenset(raw.get("prefectures", ())),
        origin_of("contacts", raw),
    )


def origin_of(table: str, raw: Mapping[str, Any]) -> Origin:
    """Where a row was read. Raises BadFacts when it does not say."""
    source, checked, confirmed = raw.get("source"), raw.get("checked"), raw.get("confirmed")
    if not source or not isinstance(checked, date) or not isinstance(confirmed, bool):
        raise BadFacts(f"{table}: a fact without source, checked or confirmed")
    return Origin(str(source), checked, confirmed)


def said_in(table: str, raw: Mapping[str, str]) -> Said:
    """A text in every language. Raises BadFacts when one is missing."""
    if set(raw) != set(LOCALES) or not all(raw.values()):
        raise BadFacts(f"{table}: a text that is not in {', '.join(LOCALES)}")
    return dict(raw)


def _day(table: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadFacts(f"{table}: not a day: {text}") from None


def table_of(name: str) -> dict[str, Any]:
    """A table of `data/`. Raises BadFacts."""
    try:
        return tomllib.loads(_read(f"{name}.toml"))
    except tomllib.TOMLDecodeError as error:
        raise BadFacts(f"{name}.toml: {error}") from None


def _table(name: str) -> list[dict[str, str]]:
    """Rows of a tab-separated table by the names in its first line."""
    lines = [line for line in _read(f"{name}.tsv").splitlines() if line and line[0] != "#"]
    head, *rows = [line.split("\t") for line in lines]
    if any(len(row) != len(head) for row in rows):
        raise BadFacts(f"{name}.tsv: a row that is not as long as the first line")
    return [dict(zip(head, row, strict=True)) for row in rows]


def _read(name: str) -> str:
    return files("hotline.guidance").joinpath("data", name).read_text("utf-8")
