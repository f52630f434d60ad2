"""From a tip to the matter of its case card."""

from datetime import datetime

from hotline.guidance import Matter
from hotline.guidance.card import Card, make_card
from hotline.records.homeward import Homeward
from hotline.records.tip import Tip, TipStation


def card_of(tip: Tip, now: datetime, homeward: Homeward) -> Card:
    """The case card of a tip at `now` (Japan time, without a zone)."""
    return make_card(matter_of(tip, homeward), now)


def matter_of(tip: Tip, homeward: Homeward) -> Matter:
    """What the tip says, as far as a card needs it."""
    return Matter(
        tip=tip.id,
        kind=tip.kind,
        place=_place(tip),
        prefectures=_prefectures(tip),
        start=_moment(tip.when.start),
        end=_moment(tip.when.end),
        count=tip.people.count,
        known=_known(tip),
        reached=homeward.step,
    )


def _place(tip: Tip) -> str:
    if len(tip.place.stations) == 1:
        return _named(tip.place.stations[0])
    if tip.place.stations:
        return " / ".join(_named(station) for station in tip.place.stations[:3])
    return tip.place.text


def _named(station: TipStation) -> str:
    town = f", {station.municipality}" if station.municipality else ""
    return f"{station.romaji} {station.name}{town}"


def _prefectures(tip: Tip) -> tuple[str, ...]:
    if tip.place.prefecture:
        return (tip.place.prefecture,)
    stations = tip.place.stations
    return tuple(dict.fromkeys(station.prefecture for station in stations))


def _known(tip: Tip) -> frozenset[str]:
    sought = tip.people.sought
    known = {
        "names": bool(sought) and all(one.name for one in sought),
        "gender": bool(sought) and all(one.gender for one in sought),
        "nationality": False,  # callers are not asked; the helper confirms it
        "place": bool(tip.place.stations),
        "when": tip.when.start is not None,
    }
    return frozenset(name for name, is_known in known.items() if is_known)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
