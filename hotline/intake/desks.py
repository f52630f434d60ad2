"""Whom the family of somebody who is held can call: the duty-attorney desk of a place they name.

Rule: nothing of it is kept. Where somebody is held stands in a report only when a caller tells it.
"""

from hotline.conversation.events import Keyed, Recorded, Said
from hotline.conversation.hearing import Heard, Line, Unclear, Value
from hotline.conversation.report import JsonValue
from hotline.guidance.facts import Desk, facts
from hotline.understanding.message import understand
from hotline.understanding.model import Station
from hotline.understanding.stations import resolve

ANYWHERE = Value(says=(Line("common.desk_anywhere", {}),))


def desk_of(event: Said | Keyed | Recorded) -> Heard:
    """The desk of a station or prefecture, typed, said or keyed; a word where we know none."""
    match event:
        case Keyed(keys=keys):
            found = resolve(keys.rstrip("#")).matches
        case Said(text=text):
            found = resolve(text).matches
        case _:
            return Unclear("not_an_option")
    station = found[0].station if found else None
    area = station.prefecture if station else _prefecture(event)
    return _told(area, station) if area else Unclear("no_such")


def _prefecture(event: Said | Keyed | Recorded) -> str | None:
    return understand(event.text, event.at).prefecture if isinstance(event, Said) else None


def _told(area: str, station: Station | None) -> Value:
    place: JsonValue = {"prefecture": area}
    desk = _nearest(facts().prefectures[area].desks, station)
    if desk is None:
        return Value(says=(Line("common.desk_unknown", {"area": place}),))
    abroad = f"+81-{desk.phone.removeprefix('0')}"  # rings in Japan too
    gaps: dict[str, JsonValue] = {"area": place, "number": desk.phone, "abroad": abroad}
    return Value(says=(Line("common.desk", gaps),))


def _nearest(desks: tuple[Desk, ...], station: Station | None) -> Desk | None:
    """The desk that names the station's town, else the one for the whole prefecture, else the
    first: a bar passes on what is not its own."""
    town = station.municipality.partition("市")[0] if station else ""
    for desk in desks:
        if town and town in desk.area:
            return desk
    return next((desk for desk in desks if not desk.area), desks[0] if desks else None)
