"""A small ear for rehearsals: it knows a dozen words, and the same words always mean the same."""

import re
from collections.abc import Callable, Mapping

from hotline.conversation.changing import replace
from hotline.conversation.events import Keyed, Recorded, Said
from hotline.conversation.hearing import Heard, Line, Registers, Unclear, Value, plain
from hotline.conversation.hours import read_hours
from hotline.conversation.report import Field, JsonValue, Kept
from hotline.conversation.session import Session

Spoken = Said | Keyed | Recorded

LONGEST = 200
PASSES = {"0", "00", "khong biet", "khong nho"}
OKUBO = ("shinokubo", "okubo")
UENO: Mapping[str, JsonValue] = {
    "romaji": "Ueno",
    "kana": "うえの",
    "name": "上野",
    "prefecture": "13",
}
DAY: Mapping[str, JsonValue] = {
    "start": "2026-11-22T00:00",
    "end": "2026-11-23T00:00",
    "precision": "day",
    "calendar": "solar",
}
KINDS = {
    "bi bat": "arrest",
    "mat lien lac": "missing",
    "bi thuong": "injury",
    "luong": "wages",
    "ve nuoc": "return",
}
INTENTS = {
    "dung tim": "safe",
    "alo": "greeting",
    "nha": "family",
    "ve nuoc": "home",
    "hoi": "info",
    "em can giup": "help",
    "linh tinh": "unknown",
}


def registers() -> Registers:
    """The register of rehearsals."""
    return Registers(HEARINGS, DECISIONS, settle, read_hours("mon-sun 09:00-21:00"))


def anything(event: Spoken, session: Session) -> Heard:
    """A story: what it says of place, day, count and kind is kept; INTENTS tell what it wants."""
    if not isinstance(event, Said):
        return Unclear("not_an_option")
    if unclear := _unreadable(event):
        return unclear
    words = plain(event.text)
    intent = next((to for word, to in INTENTS.items() if word in words), "report")
    if intent == "greeting" or not any(c.isalpha() for c in words):
        return Value(choices={"intent": "greeting"})
    kept, gaps = _understood(words)
    says = (Line("common.heard", gaps),) if gaps else ()
    asks = ("place", OKUBO) if "okubo" in words else None
    return Value((Kept("said", event.text), *kept), {"intent": intent}, says, asks)


def further(event: Spoken, session: Session) -> Heard:
    """After the end: a story with a place, where one was told before, is another one; a pass is
    nothing; anything else goes on."""
    heard = more(event, session)
    if isinstance(heard, Unclear) or not heard.kept:
        return heard
    intent = (heard.choices or {}).get("intent", "report")
    fields = {kept.field for kept in heard.kept}
    another = intent != "report" or (fields >= {"kind", "place"} and "place" in session.filled)
    return replace(heard, choices={"intent": intent} if another else None, says=())


def more(event: Spoken, session: Session) -> Heard:
    if isinstance(event, Said) and plain(event.text) in PASSES:
        return Value()
    return anything(event, session)


def place(event: Spoken, session: Session) -> Heard:
    """Okubo may be two stations, Ueno is one, 0 passes; keys spell; no other key is a name."""
    match event:
        case Keyed(keys=keys):
            return _keyed_place(keys.rstrip("#"))
        case Said(text=text) if plain(text) in PASSES:
            return Value()
        case Said() if unclear := _unreadable(event):
            return unclear
        case Said(text=text) if "okubo" in plain(text):
            return Value((Kept("place", {"text": text}),), asks=("place", OKUBO))
        case Said(text=text) if "ueno" in plain(text):
            return _at_ueno()
        case Said(text=text):
            return Value((Kept("place", {"text": text}),))
        case Recorded():
            return Unclear("not_an_option")


def when(event: Spoken, session: Session) -> Heard:
    """1, 2 or DDMM by keys; any words that are not a pass are a day."""
    match event:
        case Keyed(keys="00" | "00#"):
            return Value()
        case Keyed(keys=keys) if re.fullmatch(r"[12]#?|\d{4}#?", keys):
            return Value((Kept("when", DAY),), says=(Line("common.heard", {"when": DAY}),))
        case Said(text=text) if plain(text) in PASSES:
            return Value()
        case Said() if unclear := _unreadable(event):
            return unclear
        case Said():
            return Value((Kept("when", DAY),), says=(Line("common.heard", {"when": DAY}),))
        case _:
            return Unclear("not_an_option")


def count(event: Spoken, session: Session) -> Heard:
    """A number."""
    match event:
        case Said(text=text) | Keyed(keys=text) if found := re.search(r"\d+", text):
            number = int(found[0])
            return Value((Kept("count", number),)) if number else Value()
        case _:
            return Unclear("not_an_option")


def people(event: Spoken, session: Session) -> Heard:
    """Whatever is not a pass is a person."""
    match event:
        case Said(text=text) if plain(text) in PASSES:
            return Value()
        case Said(text=text) if text.strip():
            return Value((Kept("people", [{"name": text}]),))
        case _:
            return Unclear("empty")


def story(event: Spoken, session: Session) -> Heard:
    """A recording that is not empty."""
    match event:
        case Recorded(reference=reference, seconds=seconds) if seconds:
            return Value((Kept("recording", {"reference": reference, "seconds": seconds}),))
        case Keyed():
            return Value()
        case _:
            return Unclear("unheard")


def code(event: Spoken, session: Session) -> Heard:
    """Whatever comes here is no code; 0 passes."""
    words = event.keys.rstrip("#") if isinstance(event, Keyed) else ""
    words = plain(event.text) if isinstance(event, Said) else words
    return Value() if words in PASSES else Unclear("code_slip")


def desk(event: Spoken, session: Session) -> Heard:
    """Somewhere in Tokyo, or nowhere that we know; 0 passes."""
    words = event.keys.rstrip("#") if isinstance(event, Keyed) else ""
    words = plain(event.text) if isinstance(event, Said) else words
    if words in PASSES:
        return Value(says=(Line("common.desk_anywhere", {}),))
    if "ueno" not in words and words != "8366":
        return Unclear("no_such")
    gaps: dict[str, JsonValue] = {"area": {"prefecture": "13"}, "number": "03-3580-0082"}
    return Value(says=(Line("common.desk", {**gaps, "abroad": "+81-3-3580-0082"}),))


def settle(field: str, code: str) -> Value:
    """Any station picked is Ueno."""
    return _at_ueno()


HEARINGS: Mapping[str, Callable[[Spoken, Session], Heard]] = {
    "anything": anything,
    "further": further,
    "more": more,
    "place": place,
    "desk": desk,
    "when": when,
    "count": count,
    "people": people,
    "story": story,
    "code": code,
}
DECISIONS: Mapping[str, Callable[[Session], str]] = {
    "channel": lambda session: "voice" if session.channel == "voice" else "text",
    "intent": lambda session: session.choices.get("intent", "greeting"),
}


def _unreadable(event: Said) -> Unclear | None:
    if len(event.text) > LONGEST:
        return Unclear("too_long")
    if event.text.strip():
        return None
    return Unclear("picture" if event.pictures else "empty")


def _understood(words: str) -> tuple[list[Kept], dict[str, JsonValue]]:
    gaps: dict[str, JsonValue] = {}
    if "ueno" in words:
        gaps["place"] = UENO
    if "hom qua" in words:
        gaps["when"] = DAY
    if found := re.search(r"(\d+) nguoi", words):
        gaps["count"] = int(found[1])
    kinds = [Kept("kind", kind) for word, kind in KINDS.items() if word in words]
    fields: tuple[Field, ...] = ("place", "when", "count")
    return [*kinds[:1], *(Kept(f, gaps[f]) for f in fields if f in gaps)], gaps


def _keyed_place(keys: str) -> Heard:
    if keys == "00":
        return Value()
    return Value(asks=("place", OKUBO)) if keys == "65826" else Unclear("no_such")


def _at_ueno() -> Value:
    return Value((Kept("place", UENO),), says=(Line("common.heard", {"place": UENO}),))
