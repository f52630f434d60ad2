"""The hearings and decisions that flow files may name: understanding, brought to the machine.

Rule: every free text is kept as it was said; what is understood of it only saves questions.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from hotline.conversation.events import Keyed, Recorded, Said
from hotline.conversation.hearing import Heard, Line, Registers, Unclear, Value, plain
from hotline.conversation.report import Field, JsonValue, Kept
from hotline.conversation.session import Session
from hotline.places import by_code
from hotline.understanding.message import understand
from hotline.understanding.model import (
    Station,
    StationAnswer,
    StationMatch,
    Understanding,
    When,
)
from hotline.understanding.stations import resolve

Spoken = Said | Keyed | Recorded

MOST_OFFERED = 3
MOST_PEOPLE = 9_999
# "I do not know", "skip": without accents, as `plain` leaves them.
PASSES = frozenset(
    [
        "0",
        "k",
        "ko",
        "kh",
        "khong",
        "khong biet",
        "k biet",
        "ko biet",
        "hong biet",
        "chua biet",
        "khong ro",
        "k ro",
        "ko ro",
        "khong nho",
        "k nho",
        "bo qua",
        "chiu",
        "khong co",
        "k co",
        "ko co",
        "hem",
        "none",
        "no",
        "skip",
        "i don't know",
        "wakaranai",
    ]
)
GREETINGS = frozenset(
    [
        "alo",
        "a",
        "lo",
        "xin",
        "chao",
        "ban",
        "hi",
        "hello",
        "hey",
        "ad",
        "admin",
        "oi",
        "em",
        "anh",
        "chi",
        "cho",
        "hoi",
        "co",
        "ai",
        "khong",
        "o",
        "day",
        "vang",
        "da",
        "u",
        "moi",
        "nguoi",
        "shop",
        "e",
        "c",
    ]
)


def registers() -> Registers:
    """Everything flow files may name."""
    return Registers(hearings=_HEARINGS, decisions=_DECISIONS, settle=settle)


def anything(event: Spoken, session: Session) -> Heard:
    """The opening: a story, a greeting, a question. Chooses `intent`."""
    if not isinstance(event, Said):
        return Unclear("not_an_option")
    if unclear := _unreadable(event):
        return unclear
    if _is_greeting(event.text):
        return Value(choices={"intent": "greeting"})
    found = understand(event.text, event.at)
    return _value(event, session, found, {"intent": _intent(found)})


def more(event: Spoken, session: Session) -> Heard:
    """Anything further; passing over it is fine."""
    match event:
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _unreadable(event) or _value(event, session, understand(event.text, event.at))
        case Recorded():
            return story(event, session)
        case Keyed():
            return Unclear("not_an_option")


def place(event: Spoken, session: Session) -> Heard:
    """A station or a town: typed, spoken or spelled on the keypad."""
    match event:
        case Keyed(keys="0" | "0#"):
            return Value()
        case Keyed(keys=keys):
            answer = resolve(keys.rstrip("#"))
            if not answer.matches:
                return Unclear("no_such")
            return Value(asks=("place", _codes(answer)))
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _unreadable(event) or _placed(event, session)
        case Recorded():
            return Unclear("not_an_option")


def when(event: Spoken, session: Session) -> Heard:
    """A day, and perhaps an hour; by keys 1 today, 2 yesterday, DDMM."""
    match event:
        case Keyed(keys=keys):
            return _keyed_day(keys.rstrip("#"), event.at)
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _unreadable(event) or _asked(event, session, "when")
        case Recorded():
            return Unclear("not_an_option")


def count(event: Spoken, session: Session) -> Heard:
    """How many people: digits or words."""
    match event:
        case Keyed(keys=keys) if keys.rstrip("#").isdigit():
            return _counted(int(keys.rstrip("#")))
        case Said() if _passes(event.text):
            return Value()
        case Said() if (number := event.text.strip()).isascii() and number.isdigit():
            return _counted(int(number[:9]))
        case Said():
            return _unreadable(event) or _asked(event, session, "count")
        case _:
            return Unclear("not_an_option")


def people(event: Spoken, session: Session) -> Heard:
    """Name, age, home of whoever is sought, as far as the caller wishes to say."""
    match event:
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _unreadable(event) or _asked(event, session, "people")
        case _:
            return Unclear("not_an_option")


def story(event: Spoken, session: Session) -> Heard:
    """A recording, or words where the channel has only words."""
    match event:
        case Recorded(reference=reference, seconds=seconds) if seconds > 0:
            return Value((Kept("recording", {"reference": reference, "seconds": seconds}),))
        case Recorded():
            return Unclear("unheard")
        case Keyed():
            return Value()
        case Said():
            return more(event, session)


def settle(field: str, code: str) -> Value:
    """The station a caller picked from those offered."""
    row = by_code(code)
    if field != "place" or row is None:
        return Value()
    station = Station(
        row.code, row.name, row.romaji, row.kana, row.prefecture, row.municipality, row.lat, row.lon
    )
    kept = _place_kept("", (StationMatch(station, 1.0),), station.prefecture)
    return Value((kept,), says=(Line("common.heard", {"place": _gap_of_station(station)}),))


def channel(session: Session) -> str:
    """`voice` or `text`."""
    return "voice" if session.channel == "voice" else "text"


def intent(session: Session) -> str:
    """What the opening chose."""
    return session.choices.get("intent", "greeting")


_HEARINGS: Mapping[str, Callable[[Spoken, Session], Heard]] = {
    "anything": anything,
    "more": more,
    "place": place,
    "when": when,
    "count": count,
    "people": people,
    "story": story,
}
_DECISIONS: Mapping[str, Callable[[Session], str]] = {"channel": channel, "intent": intent}


def _unreadable(event: Said) -> Unclear | None:
    if event.text.strip():
        return None
    return Unclear("picture" if event.pictures else "empty")


def _passes(text: str) -> bool:
    return len(text) < 24 and plain(text) in PASSES


def _is_greeting(text: str) -> bool:
    """No letters at all, or nothing but words of greeting: a menu helps more than a question."""
    if len(text) < 80 and all(word in GREETINGS for word in plain(text).split()):
        return True
    return not any(c.isalpha() for c in text)


def _intent(found: Understanding) -> str:
    if found.kind == "question":
        return "info"
    if found.role == "self" and found.kind in {"abuse", "wages", "return", "injury", "other"}:
        return "help"
    return "report"


def _value(
    event: Said,
    session: Session,
    found: Understanding,
    choices: dict[str, str] | None = None,
    leave: str = "",
) -> Value:
    """Everything a text says that was not known yet; the text itself always."""
    kept = [Kept("said", event.text)]
    says: list[Line] = []
    if found.kind != "other" and "kind" not in session.filled:
        kept.append(Kept("kind", found.kind))
    if found.role != "unknown" and "role" not in session.filled:
        kept.append(Kept("role", found.role))
    gaps: dict[str, JsonValue] = {}
    asks: tuple[str, tuple[str, ...]] | None = None
    open_: tuple[str, ...] = ()
    if "place" not in session.filled and leave != "place":
        asks, open_ = _find_place(found, kept, gaps)
    _find_when(found, session, kept, gaps)
    if found.count is not None and "count" not in session.filled:
        kept.append(Kept("count", found.count))
        gaps["count"] = found.count
    sought = _sought(found)
    if sought and "people" not in session.filled:
        kept.append(Kept("people", sought))
        open_ = open_ if found.names else (*open_, "people")
    if found.urgent:
        says.append(Line("common.emergency", {}))
    if gaps:
        says.append(Line("common.heard", gaps))
    return Value(tuple(kept), choices, tuple(says), asks, open_)


def _find_place(
    found: Understanding, kept: list[Kept], gaps: dict[str, JsonValue]
) -> tuple[tuple[str, tuple[str, ...]] | None, tuple[str, ...]]:
    """Keep what is named; ask where a name may mean several stations."""
    certain = tuple(a.matches[0] for a in found.stations if a.decision == "certain")
    doubtful = [a for a in found.stations if a.decision == "ask" and a.matches]
    if certain:
        kept.append(_place_kept("", certain, certain[0].station.prefecture))
        gaps["place"] = _gap_of_station(certain[0].station)
        return None, ()
    if doubtful:
        kept.append(_place_kept("", doubtful[0].matches, found.prefecture))
        return ("place", _codes(doubtful[0])), ("place",)
    if found.prefecture:
        kept.append(_place_kept("", (), found.prefecture))
        return None, ("place",)
    return None, ()


def _find_when(
    found: Understanding, session: Session, kept: list[Kept], gaps: dict[str, JsonValue]
) -> None:
    if found.when is not None and "when" not in session.filled:
        kept.append(Kept("when", _when_json(found.when)))
        gaps["when"] = _when_json(found.when)


def _placed(event: Said, session: Session) -> Value:
    """The answer to "which station?": resolved as one, and kept as typed when nothing fits."""
    value = _value(event, session, understand(event.text, event.at), leave="place")
    answer = resolve(event.text)
    if answer.decision == "ask":
        kept = _place_kept(event.text, answer.matches, None)
        return _plus(value, kept, asks=("place", _codes(answer)))
    found = answer.matches[:1] if answer.decision == "certain" else ()
    prefecture = found[0].station.prefecture if found else _prefecture(event)
    kept = _place_kept(event.text, found, prefecture)
    if not found:
        return _plus(value, kept)
    heard = Line("common.heard", {"place": _gap_of_station(found[0].station)})
    return Value((*value.kept, kept), value.choices, (heard,))


def _prefecture(event: Said) -> str | None:
    return understand(event.text, event.at).prefecture


def _asked(event: Said, session: Session, field: Field) -> Value:
    """The answer to a direct question: what is not understood is kept as it was typed."""
    value = _value(event, session, understand(event.text, event.at))
    if any(k.field == field for k in value.kept):
        return Value(value.kept, value.choices, value.says, value.asks, _without(value.open, field))
    match field:
        case "when":
            return _plus(value, Kept("when", _unknown_time(event.text)))
        case "people":
            return _plus(value, Kept("people", [{"name": "", "description": event.text}]))
        case _:
            return value


def _plus(value: Value, kept: Kept, asks: tuple[str, tuple[str, ...]] | None = None) -> Value:
    return Value((*value.kept, kept), value.choices, value.says, asks or value.asks, value.open)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(n for n in names if n != name)


def _counted(number: int) -> Heard:
    if number > MOST_PEOPLE:
        return Unclear("not_an_option")
    return Value((Kept("count", number),)) if number else Value()


def _keyed_day(keys: str, at: datetime) -> Heard:
    """1 today, 2 yesterday, DDMM: the last such day that was not after today; 0 not known."""
    today = at.date()
    if keys == "0":
        return Value()
    day = {"1": today, "2": today - timedelta(days=1)}.get(keys) or _day_and_month(keys, today)
    if day is None:
        return Unclear("not_an_option")
    start = datetime.combine(day, time())
    kept: dict[str, JsonValue] = {
        "text": "",
        "start": _stamp(start),
        "end": _stamp(start + timedelta(days=1)),
        "precision": "day",
        "calendar": "solar",
    }
    return Value((Kept("when", kept),), says=(Line("common.heard", {"when": kept}),))


def _day_and_month(keys: str, today: date) -> date | None:
    if len(keys) != 4 or not keys.isdigit():
        return None
    for year in (today.year, today.year - 1):
        try:
            day = date(year, int(keys[2:]), int(keys[:2]))
        except ValueError:
            continue
        if day <= today:
            return day
    return None


def _sought(found: Understanding) -> list[JsonValue]:
    people_: list[JsonValue] = [
        {"name": name.value, "hometown": found.hometown} for name in found.names
    ]
    if not people_ and found.hometown:
        people_.append({"name": "", "hometown": found.hometown})
    return people_


def _codes(answer: StationAnswer) -> tuple[str, ...]:
    return tuple(match.station.code for match in answer.matches[:MOST_OFFERED])


def _place_kept(text: str, matches: tuple[StationMatch, ...], prefecture: str | None) -> Kept:
    stations: list[JsonValue] = [_station_json(m) for m in matches[:MOST_OFFERED]]
    return Kept("place", {"text": text, "stations": stations, "prefecture": prefecture})


def _station_json(match: StationMatch) -> dict[str, JsonValue]:
    station = match.station
    return {
        "name": station.name,
        "romaji": station.romaji,
        "prefecture": station.prefecture,
        "municipality": station.municipality,
        "lat": station.lat,
        "lon": station.lon,
        "score": round(match.score, 3),
    }


def _gap_of_station(station: Station) -> dict[str, JsonValue]:
    return {
        "name": station.name,
        "romaji": station.romaji,
        "kana": station.kana,
        "prefecture": station.prefecture,
    }


def _when_json(found: When) -> dict[str, JsonValue]:
    return {
        "text": "",
        "start": _stamp(found.start),
        "end": _stamp(found.end),
        "precision": found.precision,
        "calendar": found.calendar,
    }


def _unknown_time(text: str) -> dict[str, Any]:
    return {"text": text, "start": None, "end": None, "precision": None, "calendar": "solar"}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
