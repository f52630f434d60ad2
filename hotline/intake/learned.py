"""What is learned from words: an Understanding, turned into things to keep, say and ask.

Rule: every free text is kept as it was said; what is understood of it only saves questions.
"""

from datetime import datetime

from hotline.conversation.changing import replace
from hotline.conversation.events import Said
from hotline.conversation.hearing import Heard, Line, Unclear, Value
from hotline.conversation.report import Field, JsonValue, Kept
from hotline.conversation.session import Session
from hotline.understanding import answers
from hotline.understanding.message import understand
from hotline.understanding.model import (
    Span,
    Station,
    StationAnswer,
    StationMatch,
    Understanding,
    When,
)
from hotline.understanding.stations import resolve
from hotline.understanding.whom import Whom, whom

MOST_KEPT = 3


def said(
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
        kept.append(Kept("kind" if found.sure else "guess", found.kind))
    if found.role != "unknown" and "role" not in session.filled:
        kept.append(Kept("role", found.role))
    gaps: dict[str, JsonValue] = {}
    asks: tuple[str, tuple[str, ...]] | None = None
    open_: tuple[str, ...] = ()
    if "place" not in session.filled and leave != "place":
        asks, open_ = _find_place(event.text, found, kept, gaps)
    if found.when is not None and "when" not in session.filled:
        when = when_json(found.when, _words(event.text, found.when.span))
        kept.append(Kept("when", when))
        gaps["when"] = _wordless(when)
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
    text: str, found: Understanding, kept: list[Kept], gaps: dict[str, JsonValue]
) -> tuple[tuple[str, tuple[str, ...]] | None, tuple[str, ...]]:
    """Keep what is named; ask where a name may mean several stations."""
    named = [a for a in found.stations if a.decision == "certain"]
    certain = tuple(a.matches[0] for a in named)
    doubtful = [a for a in found.stations if a.decision == "ask" and a.matches]
    if certain:
        words = _words(text, named[0].span)
        kept.append(place_kept(words, certain, certain[0].station.prefecture))
        gaps["place"] = gap_of_station(certain[0].station)
        return None, ()
    if doubtful:
        words = _words(text, doubtful[0].span)
        kept.append(place_kept(words, doubtful[0].matches, found.prefecture))
        return ("place", codes(doubtful[0])), ("place",)
    if found.prefecture:
        kept.append(place_kept("", (), found.prefecture))
        return None, ("place",)
    return None, ()


def _words(text: str, span: Span | None) -> str:
    """The caller's own words for what was understood."""
    return text[span.start : span.end].strip() if span else ""


def placed(event: Said, session: Session) -> Heard:
    """The answer to "which station?": resolved as one, and kept as typed when nothing fits. A voice
    that fits nothing is asked once more first."""
    found = understand(event.text, event.at)
    told = said(event, session, found, leave="place")
    answer = resolve(event.text)
    spoken = session.channel == "voice"  # perhaps misheard: named aloud before it counts
    if answer.decision == "ask" or (spoken and answer.matches):
        kept = place_kept(event.text, answer.matches, None)
        return _plus(told, kept, asks=("place", codes(answer)))
    if spoken and session.misses == 0 and not found.prefecture and len(told.kept) == 1:
        return Unclear("no_such")
    match = answer.matches[:1] if answer.decision == "certain" else ()
    prefecture = match[0].station.prefecture if match else found.prefecture
    told = _plus(told, place_kept(event.text, match, prefecture))
    if not match:
        return told
    heard = Line("common.heard", {"place": gap_of_station(match[0].station)})
    urgent = tuple(line for line in told.says if line.name == "common.emergency")
    return replace(told, says=(*urgent, heard))


def asked(event: Said, session: Session, field: Field) -> Value:
    """The answer to a direct question: what is not understood is kept as it was typed."""
    told = said(event, session, understand(event.text, event.at))
    if field == "people":
        return _sought_for(event, told)
    if any(k.field == field for k in told.kept):
        return replace(told, open=tuple(name for name in told.open if name != field))
    if plainly := _answered(event, field):
        heard = Line("common.heard", {field: _wordless(plainly.value)})
        return replace(_plus(told, plainly), says=(*told.says, heard))
    match field:
        case "when":
            return _plus(told, Kept("when", unknown_time(event.text)))
        case _:
            return told


def _sought_for(event: Said, told: Value) -> Value:
    """The answer to "who is it?": names, age, home; as it was typed where none of them is told."""
    kept = tuple(k for k in told.kept if k.field != "people")
    people = persons(whom(event.text))
    if not people and any(map(str.isalpha, event.text)):
        people = [{"name": "", "description": event.text}]
    open_ = tuple(name for name in told.open if name != "people")
    return replace(told, kept=(*kept, Kept("people", people)) if people else kept, open=open_)


def persons(one: Whom) -> list[JsonValue]:
    """Who is sought, as it is kept: age and gender where only one is spoken of."""
    looks_of_one = {"age": one.age, "gender": one.gender} if len(one.names) < 2 else {}
    told = {key: value for key, value in looks_of_one.items() if value is not None}
    if not (one.names or one.hometown or told):
        return []
    return [{"name": name, "hometown": one.hometown, **told} for name in one.names or ("",)]


def _answered(event: Said, field: Field) -> Kept | None:
    """A short answer that means something only because it was asked for: "hôm qua", "ba"."""
    match field:
        case "when" if when := answers.moment(event.text, event.at.replace(tzinfo=None)):
            return Kept("when", when_json(when, event.text))
        case "count" if number := answers.people(event.text):
            return Kept("count", number)
        case _:
            return None


def _plus(told: Value, kept: Kept, asks: tuple[str, tuple[str, ...]] | None = None) -> Value:
    return replace(told, kept=(*told.kept, kept), asks=asks or told.asks)


def _sought(found: Understanding) -> list[JsonValue]:
    people_: list[JsonValue] = [
        {"name": name.value, "hometown": found.hometown} for name in found.names
    ]
    if not people_ and found.hometown:
        people_.append({"name": "", "hometown": found.hometown})
    return people_


def codes(answer: StationAnswer) -> tuple[str, ...]:
    """The stations that may be meant, likeliest first: the first three are offered first."""
    return tuple(match.station.code for match in answer.matches)


def place_kept(text: str, matches: tuple[StationMatch, ...], prefecture: str | None) -> Kept:
    """A place as it is kept: the words, the stations they may mean, the prefecture."""
    stations: list[JsonValue] = [_station_json(m) for m in matches[:MOST_KEPT]]
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


def gap_of_station(station: Station) -> dict[str, JsonValue]:
    """A station as wording renders it."""
    return {
        "name": station.name,
        "romaji": station.romaji,
        "kana": station.kana,
        "prefecture": station.prefecture,
    }


def when_json(found: When, text: str) -> dict[str, JsonValue]:
    """A time as it is kept: the words it was told in, and what they mean."""
    return {
        "text": text,
        "start": stamp(found.start),
        "end": stamp(found.end),
        "precision": found.precision,
        "calendar": found.calendar,
    }


def _wordless(value: JsonValue) -> JsonValue:
    """What an answer may hold: the answers are stored, and no word of a caller with them."""
    return {**value, "text": ""} if isinstance(value, dict) else value


def unknown_time(text: str) -> dict[str, JsonValue]:
    """A time that was not understood: the words alone."""
    return {"text": text, "start": None, "end": None, "precision": None, "calendar": "solar"}


def stamp(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM` of a naive moment."""
    return moment.isoformat(timespec="minutes")
