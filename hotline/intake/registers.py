"""The hearings and decisions that flow files may name: understanding, brought to the machine.

Rule: every free text is kept as it was said; what is understood of it only saves questions.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hotline.conversation.events import Keyed, Recorded, Said
from hotline.conversation.hearing import Heard, Line, Registers, Unclear, Value, plain
from hotline.conversation.hours import Hours
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Session
from hotline.intake.desks import ANYWHERE, desk_of
from hotline.intake.learned import (
    asked,
    codes,
    gap_of_station,
    persons,
    place_kept,
    placed,
    said,
    stamp,
)
from hotline.intake.smalltalk import FAMILY, GREETINGS, PASSES, THANKS
from hotline.places import by_code
from hotline.understanding.message import understand
from hotline.understanding.model import (
    Station,
    StationMatch,
    Understanding,
)
from hotline.understanding.stations import resolve
from hotline.understanding.whom import whom

Spoken = Said | Keyed | Recorded

WORDS_OF_A_STORY = 3
MOST_PEOPLE = 9_999


def registers(hours: Hours | None = None) -> Registers:
    """Everything flow files may name, and when a person can be had."""
    return Registers(_HEARINGS, _DECISIONS, settle, hours)


def anything(event: Spoken, session: Session) -> Heard:
    """The opening: a story, a greeting, a question. Chooses `intent`."""
    if not isinstance(event, Said):
        return Unclear("not_an_option")
    if shared := _shared(event):
        return replace(shared, choices={"intent": "greeting"})
    if unclear := _unreadable(event):
        return unclear
    bare = plain(event.text)
    if bare in FAMILY:
        return Value(choices={"intent": "family"})
    if _is_greeting(event.text, bare) or THANKS.issuperset(bare.split()):
        return Value(choices={"intent": "greeting"})
    found = understand(event.text, event.at)
    if session.channel == "voice" and _is_noise(event.text, found):
        return Unclear("not_an_option")
    if found.safe and session.flow in ("start", "info", "home"):
        # Who is looked for and does not want to be is asked nothing: not where, not who.
        kept = (Kept("said", event.text), Kept("kind", "other"), Kept("role", "self"))
        return Value(kept, {"intent": "safe"})
    return said(event, session, found, {"intent": _intent(found)})


def further(event: Spoken, session: Session) -> Heard:
    """After a report was handed over: more of it, or nothing. What is a story of its own, or asks
    for something, chooses `intent` and is not answered here."""
    if not isinstance(event, Said) or not event.text.strip():
        return Unclear("not_an_option")
    bare = plain(event.text)
    if bare in FAMILY:
        return Value(choices={"intent": "family"})
    if (_passes(event.text) and not bare.isdigit()) or THANKS.issuperset(bare.split()):
        return Value()
    if _is_greeting(event.text, bare):
        return Value(choices={"intent": "greeting"})
    found = understand(event.text, event.at)
    named = bool(found.stations or found.prefecture)
    if found.safe or _intent(found) in ("info", "home"):
        return Value(choices={"intent": "other"})
    another = named and "place" in session.filled
    if another and found.kind != "other" and found.sure:
        return Value(choices={"intent": "report"})
    told = said(event, replace(session, filled=()), found)
    if who := persons(whom(event.text, bare=False)):
        others = (kept for kept in told.kept if kept.field != "people")
        told = replace(told, kept=(*others, Kept("people", who)))
    urgent = tuple(line for line in told.says if line.name == "common.emergency")
    return Value(told.kept, says=urgent)


def more(event: Spoken, session: Session) -> Heard:
    """Anything further; passing over it is fine."""
    match event:
        case Said() if _passes(event.text):
            return Value()
        case Said():
            found = understand(event.text, event.at)
            return _shared(event) or _unreadable(event) or said(event, session, found)
        case Recorded():
            return story(event, session)
        case Keyed():
            return Unclear("not_an_option")


def place(event: Spoken, session: Session) -> Heard:
    """A station or a town: typed, spoken or spelled on the keypad."""
    match event:
        case Keyed(keys=keys) if _passes_by_keys(keys):
            return Value()
        case Keyed(keys=keys):
            answer = resolve(keys.rstrip("#"))
            if not answer.matches:
                return Unclear("no_such")
            return Value(asks=("place", codes(answer)))
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _shared(event) or _unreadable(event) or placed(event, session)
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
            return _unreadable(event) or asked(event, session, "when")
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
            return _unreadable(event) or asked(event, session, "count")
        case _:
            return Unclear("not_an_option")


def people(event: Spoken, session: Session) -> Heard:
    """Name, age, home of whoever is sought, as far as the caller wishes to say."""
    match event:
        case Said() if _passes(event.text):
            return Value()
        case Said():
            return _unreadable(event) or asked(event, session, "people")
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


def code(event: Spoken, session: Session) -> Heard:
    """A receipt's code is heard before it comes here: what comes is none. 00 passes it over."""
    match event:
        case Keyed(keys=keys) if _passes_by_keys(keys):
            return Value()
        case Said() if _passes(event.text):
            return Value()
        case _:
            return Unclear("code_slip")


def desk(event: Spoken, session: Session) -> Heard:
    """Where somebody is held, so that their family hears whom to call; passing over it is fine."""
    match event:
        case Keyed(keys=keys) if _passes_by_keys(keys):
            return ANYWHERE
        case Said() if _passes(event.text):
            return ANYWHERE
        case Said():
            named = _named(event)
            return _unreadable(named) or desk_of(named)
        case _:
            return desk_of(event)


def settle(field: str, code: str) -> Value:
    """The station a caller picked from those offered."""
    row = by_code(code)
    if field != "place" or row is None:
        return Value()
    station = Station(
        row.code, row.name, row.romaji, row.kana, row.prefecture, row.municipality, row.lat, row.lon
    )
    kept = place_kept("", (StationMatch(station, 1.0),), station.prefecture)
    return Value((kept,), says=(Line("common.heard", {"place": gap_of_station(station)}),))


def channel(session: Session) -> str:
    """`voice`, `web` or `text`."""
    return session.channel if session.channel in ("voice", "web") else "text"


def intent(session: Session) -> str:
    """What the opening chose."""
    return session.choices.get("intent", "greeting")


_HEARINGS: Mapping[str, Callable[[Spoken, Session], Heard]] = {
    "anything": anything,
    "desk": desk,
    "further": further,
    "more": more,
    "place": place,
    "when": when,
    "count": count,
    "people": people,
    "story": story,
    "code": code,
}
_DECISIONS: Mapping[str, Callable[[Session], str]] = {"channel": channel, "intent": intent}


def _shared(event: Said) -> Value | None:
    """A place shared from a map, without words: the stations near it are asked, never taken."""
    return Value(asks=("place", event.near)) if event.near and not event.text.strip() else None


def _named(event: Said) -> Said:
    """A shared place by the name of the station next to it, where nothing of it is kept."""
    row = by_code(event.near[0]) if event.near and not event.text.strip() else None
    return replace(event, text=f"{row.name}駅") if row else event


def _unreadable(event: Said) -> Unclear | None:
    if event.text.strip():
        return None
    if event.near == ():
        return Unclear("no_such")  # shared, and no station within reach
    return Unclear("picture" if event.pictures else "empty")


def _passes(text: str) -> bool:
    return len(text) < 24 and plain(text) in PASSES


def _passes_by_keys(keys: str) -> bool:
    """Two noughts: one alone asks for a person."""
    return keys.rstrip("#") == "00"


def _is_greeting(text: str, bare: str) -> bool:
    """No letters at all, or nothing but words of greeting: a menu helps more than a question."""
    if len(text) < 80 and GREETINGS.issuperset(bare.split()):
        return True
    return not any(map(str.isalpha, text))


def _is_noise(text: str, found: Understanding) -> bool:
    """A word or two of which nothing is understood: what a microphone makes of a street."""
    empty = found.kind == "other" and not (found.stations or found.safe or found.names)
    return empty and text.count(" ") < WORDS_OF_A_STORY - 1


def _intent(found: Understanding) -> str:
    if found.kind == "question":
        return "info"
    if found.kind == "return" and found.sure:
        return "home"
    if found.role == "self" and found.kind in {"abuse", "wages", "injury", "other"}:
        return "help"
    return "report"


def _counted(number: int) -> Heard:
    if number > MOST_PEOPLE:
        return Unclear("not_an_option")
    return Value((Kept("count", number),)) if number else Value()


def _keyed_day(keys: str, at: datetime) -> Heard:
    """1 today, 2 yesterday, DDMM: the last such day that was not after today; 00 not known."""
    today = at.date()
    if _passes_by_keys(keys):
        return Value()
    day = {"1": today, "2": today - timedelta(days=1)}.get(keys) or _day_and_month(keys, today)
    if day is None:
        return Unclear("not_an_option")
    start = datetime.combine(day, time())
    kept: dict[str, JsonValue] = {
        "text": "",
        "start": stamp(start),
        "end": stamp(start + timedelta(days=1)),
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
