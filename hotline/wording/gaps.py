"""What stands in the gaps of a text: station, moment, head count; for the eye and for the ear.

Rule 1: never the kind of event and never the caller's own words. The sender of a text message can
be forged, so what we answer may reach a stranger; and a phone may be searched.
Rule 2: whatever a gap holds, rendering returns; what it cannot read it leaves out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from babel.dates import format_datetime, get_day_names

from hotline.conversation.receipt import grouped
from hotline.conversation.report import JsonValue
from hotline.conversation.session import Locale
from hotline.wording.catalogue import Catalogue
from hotline.wording.speech import Utterance


class Named(Protocol):
    """A station as wording needs it."""

    @property
    def name(self) -> str: ...
    @property
    def romaji(self) -> str: ...
    @property
    def kana(self) -> str: ...
    @property
    def prefecture(self) -> str: ...
    @property
    def municipality(self) -> str: ...


StationOf = Callable[[str], Named | None]
PrefectureOf = Callable[[str, Locale], str]
Pieces = tuple[Utterance, ...]

# CLDR patterns for the eye and for the ear. Years are left out: they are clear or harmless.
DATE: Mapping[Locale, tuple[str, str]] = {
    "vi": ("d/M", "'ngày' d 'tháng' M"),
    "en": ("d MMM", "d MMMM"),
    "ja": ("M月d日", "M月d日"),
}
TIME: Mapping[Locale, tuple[str, str]] = {
    "vi": ("H:mm", "H 'giờ' m"),
    "en": ("H:mm", "h mm a"),
    "ja": ("H:mm", "H時m分"),
}
HOUR: Mapping[Locale, tuple[str, str]] = {
    "vi": ("H'h'", "H 'giờ'"),
    "en": ("h a", "h a"),
    "ja": ("H時", "H時"),
}
COMMA: Mapping[Locale, str] = {"vi": ", ", "en": ", ", "ja": "、"}
# The first hour of each part of the day and the text that names it.
PARTS = (
    (21, "gap_night"),
    (18, "gap_evening"),
    (13, "gap_afternoon"),
    (11, "gap_noon"),
    (5, "gap_morning"),
    (0, "gap_dawn"),
)


@dataclass(frozen=True, slots=True)
class Pen:
    """How to render: in which locale, for the eye or for the ear, with which names of places."""

    catalogue: Catalogue
    prefecture_of: PrefectureOf
    locale: Locale
    heard: bool = False

    def template(self, name: str) -> str:
        """The text called `name` in the form this pen writes."""
        text = self.catalogue.text(name, self.locale)
        return text.spoken if self.heard else text.written

    def say(self, words: str) -> Pieces:
        """Words in this pen's own locale."""
        return (Utterance(self.locale, words),) if words else ()


def fill(pen: Pen, template: str, gaps: Mapping[str, Pieces]) -> Pieces:
    """The template with its `{gaps}` filled; one that nothing fills is left empty."""
    pieces: list[Utterance] = []
    for at, bit in enumerate(_cut_up(template)):
        if at % 2:
            pieces.extend(gaps.get(bit, ()))
        elif bit:
            pieces.append(Utterance(pen.locale, bit))
    return joined(pieces)


def names_of(template: str) -> tuple[str, ...]:
    """The names of a template's gaps."""
    return _cut_up(template)[1::2]


@lru_cache(2_048)  # there are fewer templates
def _cut_up(template: str) -> tuple[str, ...]:
    """Words and names of gaps, by turns."""
    return tuple(template.replace("}", "{").split("{"))


def joined(pieces: Sequence[Utterance]) -> Pieces:
    """The pieces with neighbours of one voice made one."""
    if len({piece.locale for piece in pieces}) == 1:
        return (Utterance(pieces[0].locale, "".join([piece.text for piece in pieces])),)
    merged: list[Utterance] = []
    for piece in pieces:
        if merged and merged[-1].locale == piece.locale:
            merged[-1] = Utterance(piece.locale, merged[-1].text + piece.text)
        else:
            merged.append(piece)
    return tuple(merged)


def what(pen: Pen, gaps: Mapping[str, JsonValue]) -> Pieces:
    """Place, moment and head count as a short list, whichever of them there are."""
    found = [
        item
        for kind, render in (("place", place), ("when", when), ("count", count))
        if kind in gaps and (item := render(pen, gaps[kind]))
    ]
    comma = pen.say(COMMA[pen.locale])
    listed = [bit for at, item in enumerate(found) for bit in (*(comma if at else ()), *item)]
    return joined(listed)


def place(pen: Pen, value: JsonValue) -> Pieces:
    """A station by name, else a prefecture, else the bare fact that a place was named."""
    if not isinstance(value, Mapping):
        return ()
    area = str(value.get("prefecture") or "")
    if value.get("romaji"):
        return station(
            pen,
            str(value["romaji"]),
            str(value.get("kana") or ""),
            str(value.get("name") or ""),
            area,
        )
    if area:
        return pen.say(pen.prefecture_of(area, pen.locale))
    return pen.say(pen.template("common.gap_place"))


def station(pen: Pen, romaji: str, kana: str, name: str, area: str) -> Pieces:
    """A station and its prefecture: romaji for the eye, kana in a Japanese voice for the ear."""
    prefecture = pen.say(pen.prefecture_of(area, pen.locale) if area else "")
    return fill(
        pen,
        pen.template("common.gap_station" if area else "common.gap_station_only"),
        {"station": called(pen, romaji, kana, name), "prefecture": prefecture},
    )


def called(pen: Pen, romaji: str, kana: str, name: str) -> Pieces:
    """A station's name alone."""
    if pen.heard and kana:
        return (Utterance("ja", kana),)
    return pen.say((pen.locale == "ja" and name) or romaji)


def count(pen: Pen, value: JsonValue) -> Pieces:
    """A head count."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return ()
    name = "common.gap_person" if value == 1 else "common.gap_people"
    return fill(pen, pen.template(name), {"count": pen.say(str(value))})


def code(pen: Pen, gaps: Mapping[str, JsonValue]) -> Pieces:
    """A receipt's sixteen digits in fours; for the ear with a full stop, a long pause, between."""
    value = gaps.get("code")
    return pen.say(grouped(value, ". " if pen.heard else " ")) if isinstance(value, str) else ()


def when(pen: Pen, value: JsonValue) -> Pieces:
    """A moment as exactly as it was told; says "solar" where the lunar calendar was meant."""
    if not isinstance(value, Mapping):
        return ()
    start, end = _moment(value.get("start")), _moment(value.get("end"))
    if start is None:
        return ()
    told = _told(pen, start, end or start, str(value.get("precision")))
    if value.get("calendar") != "lunar":
        return told
    return fill(pen, pen.template("common.gap_solar"), {"when": told})


def _told(pen: Pen, start: datetime, end: datetime, precision: str) -> Pieces:
    date = pen.say(_format(pen, start, DATE))
    match precision:
        case "minute" | "hour":
            time = _format(pen, start, TIME if start.minute else HOUR)
            form = "common.gap_at" if precision == "minute" else "common.gap_about"
            return fill(pen, pen.template(form), {"time": pen.say(time), "date": date})
        case "part_of_day":
            form = next(form for hour, form in PARTS if start.hour >= hour)
            return fill(pen, pen.template(f"common.{form}"), {"date": date})
    last = end - timedelta(seconds=1) if end > start else end
    if last.date() == start.date():
        return date
    until = pen.say(_format(pen, last, DATE))
    return fill(pen, pen.template("common.gap_span"), {"start": date, "end": until})


def hours(pen: Pen, value: JsonValue) -> Pieces:
    """When a person answers, span after span."""
    spans = value if isinstance(value, list) else []
    pieces: Pieces = ()
    for span in spans:
        match span:
            case [int(first), int(last), int(begins), int(ends)]:
                comma = pen.say(COMMA[pen.locale]) if pieces else ()
                pieces = (*pieces, *comma, *_span(pen, first, last, begins, ends))
    return pieces


def _span(pen: Pen, first: int, last: int, begins: int, ends: int) -> Pieces:
    names = get_day_names("wide", "stand-alone", pen.locale)
    form = "common.gap_hours_day" if first == last else "common.gap_hours_days"
    if (first, last) == (0, 6):
        form = "common.gap_hours_daily"
    gaps = {
        "day": pen.say(names[first].lower()),
        "last": pen.say(names[last].lower()),
        "start": pen.say(_clock(pen, begins)),
        "end": pen.say(_clock(pen, ends)),
    }
    return fill(pen, pen.template(form), gaps)


def _clock(pen: Pen, minutes: int) -> str:
    moment = datetime(2026, 1, 1, minutes // 60 % 24, minutes % 60)  # noqa: DTZ001 - no date
    return _format(pen, moment, TIME if moment.minute else HOUR)


def _format(pen: Pen, moment: datetime, patterns: Mapping[Locale, tuple[str, str]]) -> str:
    return _formatted(moment, patterns[pen.locale][pen.heard], pen.locale)


@lru_cache(256)
def _formatted(moment: datetime, pattern: str, locale: Locale) -> str:
    return format_datetime(moment, pattern, locale=locale)


def _moment(value: JsonValue) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None
