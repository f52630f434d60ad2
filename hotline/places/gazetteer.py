"""Stations, prefectures and municipalities of Japan: read once, on first use, from the tables here.

Rule 1: standard library only. Rule 2: nothing is written. Sources and licences: `NOTICE`.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from hotline.places.signs import as_signed

Locale = Literal["vi", "en", "ja"]


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station as the table has it.

    `romaji` is as signs write it, English words included; `municipality` is the full Japanese name,
    `jis` its code (five digits, "" where unknown); `lines` are Japanese line names as of 2017;
    `aliases` are old names and other readings.
    """

    code: str
    name: str
    kana: str
    romaji: str
    prefecture: str
    jis: str
    municipality: str
    lat: float | None
    lon: float | None
    lines: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefecture:
    """One of the 47: JIS X 0401 code, names, and Vietnamese residents in thousands (rounded)."""

    code: str
    ja: str
    en: str
    vi: str
    residents: float


@dataclass(frozen=True, slots=True)
class Municipality:
    """A city, town, village or ward: JIS X 0402 code (five digits), kanji, kana without the kind.

    `kind` is 市, 町, 村, 区 (one of Tokyo's 23) or "wards" (a ward of another city).
    """

    jis: str
    name: str
    kana: str
    kind: str


def read(name: str) -> list[list[str]]:
    """The rows of one table of this folder, comments left out, fields split."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


@cache
def columns() -> tuple[tuple[str, ...], ...]:
    """All stations: code, name, kana, romaji, prefecture, jis, lat, lon, line numbers, aliases."""
    return tuple(zip(*read("stations.tsv"), strict=True))


@cache
def line_names() -> tuple[str, ...]:
    """Line names by number."""
    return tuple(row[1] for row in read("lines.tsv"))


@cache
def prefectures() -> dict[str, Prefecture]:
    """The 47 prefectures by code."""
    rows = read("prefectures.tsv")
    return {c: Prefecture(c, ja, en, vi, float(n)) for c, ja, en, vi, n in rows}


@cache
def municipalities() -> dict[str, Municipality]:
    """All municipalities by JIS code."""
    return {row[0]: Municipality(*row) for row in read("municipalities.tsv")}


def number_of_stations() -> int:
    return len(columns()[0])


def station(index: int) -> StationRow:
    """The station in this row of the table; IndexError outside it."""
    code, name, kana, romaji, prefecture, jis, lat, lon, lines, aliases = (
        column[index] for column in columns()
    )
    town = municipalities().get(jis)
    names = line_names()
    return StationRow(
        code, name, kana, as_signed(name, romaji), prefecture, jis, town.name if town else "",
        float(lat) if lat else None, float(lon) if lon else None,
        tuple(names[int(i)] for i in lines.split(",") if i),
        tuple(a for a in aliases.split(",") if a),
    )  # fmt: skip


def stations() -> tuple[StationRow, ...]:
    """All open stations, in the order of the table (built anew each time: about 30 ms)."""
    return tuple(station(i) for i in range(number_of_stations()))


@cache
def _rows_by_code() -> dict[str, int]:
    return {code: i for i, code in enumerate(columns()[0])}


def by_code(code: str) -> StationRow | None:
    """The station with this code, or None."""
    row = _rows_by_code().get(code)
    return None if row is None else station(row)


def prefecture_name(code: str, locale: Locale = "vi") -> str:
    """The prefecture's name: Japanese, or romaji for "vi" and "en"; KeyError for no such code.

    Vietnamese readers know the romaji name; the Hán-Việt one is `prefectures()[code].vi`.
    """
    found = prefectures()[code]
    return found.ja if locale == "ja" else found.en
