"""A report that an operator types in who took a call: what stands in the form, what is understood
of it, and how it goes the way of every report.

Rule 1: it is sealed, counted, redacted, filed, matched and routed as any other; the desk opens none
        of it again before it is filed.
Rule 2: a form is taken once. Everything that is drawn for it (the report's id, the receipt's
        digits) is made from the form's own secret, so that a second press of the button finds the
        first and tells the same code.
Rule 3: the code that an operator read out opens once (docs/decisions/0010).
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from hotline.conversation import receipt
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Locale
from hotline.intake.errors import Mistaken
from hotline.intake.handover import tip_id
from hotline.intake.learned import place_kept, unknown_time, when_json
from hotline.intake.messages import Part, ReportId, Tag, freeze_part
from hotline.intake.ports import Bell, Inbox, Receipts, Sealer
from hotline.records.hour import hour
from hotline.understanding import answers
from hotline.understanding.message import understand
from hotline.understanding.model import StationMatch, When
from hotline.understanding.stations import resolve

OFFERED = 6  # stations that may be meant, at most
ANY, NONE = "any", "none"  # of the stations offered: perhaps each of them, or not one
MOST = {
    "said": 4_000,
    "place": 200,
    "when": 200,
    "name": 100,
    "home": 100,
    "description": 500,
}
OLDEST, MOST_PEOPLE = 120, 9_999


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as text; `station` is one of the codes offered, ANY or NONE."""

    said: str = ""
    kind: str = ""
    role: str = "unknown"
    language: str = "vi"
    place: str = ""
    station: str = ""
    prefecture: str = ""
    when: str = ""
    count: str = ""
    name: str = ""
    age: str = ""
    gender: str = ""
    home: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Grasp:
    """What is understood of a form. `certain`: its first station is meant beyond doubt."""

    kind: str
    role: str
    stations: tuple[StationMatch, ...]
    certain: bool
    prefecture: str | None
    when: When | None
    count: int | None
    name: str
    home: str
    urgent: bool
    identifiers: Mapping[str, int]

    @property
    def mark(self) -> str:
        """A short name for all that an operator has to look at before it counts."""
        when = self.when and (self.when.start, self.when.end)
        codes = [match.station.code for match in self.stations]
        seen = repr((codes, self.certain, when, sorted(self.identifiers.items())))
        return hashlib.sha256(seen.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Clerk:
    """What takes a typed report in; without `receipts` no code can be given."""

    inbox: Inbox
    sealer: Sealer
    bell: Bell
    receipts: Receipts | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The tip that it becomes, and the code to read out, empty where none was wanted."""

    tip_id: str
    code: str


def fault(typed: Typed) -> str:
    """Why a form can not be taken as it is: a code; empty when it can."""
    if not typed.said:
        return "said"
    if any(len(getattr(typed, name)) > most for name, most in MOST.items()):
        return "long"
    if not _is_number(typed.count, MOST_PEOPLE) or typed.count == "0":
        return "count"
    return "" if _is_number(typed.age, OLDEST) else "age"


def grasp(typed: Typed, at: datetime) -> Grasp:
    """What the form says; place and day by themselves where they are typed, else by the words."""
    now = at.replace(tzinfo=None)
    found = understand(typed.said, now)
    stops, prefecture = found.stations, found.prefecture
    if typed.place:
        stops = (resolve(typed.place),)
        prefecture = understand(typed.place, now).prefecture
    sure = [one.matches[0] for one in stops if one.decision == "certain" and one.matches]
    perhaps = [match for one in stops if one.decision == "ask" for match in one.matches]
    when = answers.moment(typed.when, now) if typed.when else found.when
    words = "\n".join(getattr(typed, name) for name in MOST)
    return Grasp(
        found.kind,
        found.role,
        (*sure, *perhaps)[:OFFERED],
        bool(sure),
        sure[0].station.prefecture if sure else prefecture,
        when,
        found.count,
        found.names[0].value if found.names else "",
        found.hometown or "",
        found.urgent,
        Counter(one.kind for one in understand(words, now).identifiers),
    )


def settled(typed: Typed, seen: Grasp) -> Typed:
    """The form with a station that is offered: what was chosen, else the one meant beyond doubt."""
    offered = [ANY, NONE, *(match.station.code for match in seen.stations)]
    first = seen.stations[0].station.code if seen.certain else ""
    return replace(typed, station=typed.station if typed.station in offered else first)


def filled(typed: Typed, seen: Grasp) -> Typed:
    """The form with what was left empty as it is understood, for the operator to look at."""
    return replace(
        settled(typed, seen),
        kind=typed.kind or seen.kind,
        role=typed.role if typed.role != "unknown" else seen.role,
        prefecture=typed.prefecture or seen.prefecture or "",
        count=typed.count or str(seen.count or ""),
        name=typed.name or seen.name,
        home=typed.home or seen.home,
    )


def kept(typed: Typed, seen: Grasp) -> tuple[Kept, ...]:
    """What is kept of a form. Raises Mistaken("station") where it is open which one is meant."""
    found = [Kept("said", typed.said), Kept("kind", typed.kind or "other")]
    if typed.role != "unknown":
        found.append(Kept("role", typed.role))
    matches, prefecture = _meant(typed, seen), typed.prefecture or None
    if typed.station not in (ANY, NONE) and matches:
        prefecture = matches[0].station.prefecture
    if typed.place or matches or prefecture:
        found.append(place_kept(typed.place, matches, prefecture))
    if seen.when:
        found.append(Kept("when", when_json(seen.when, typed.when)))
    elif typed.when:
        found.append(Kept("when", unknown_time(typed.when)))
    if typed.count:
        found.append(Kept("count", int(typed.count)))
    person = _person(typed)
    return (*found, *((Kept("people", [person]),) if person else ()))


def taken_before(clerk: Clerk, form: bytes) -> Taken | None:
    """What came of this form when it was taken; None when it was not. Raises Unavailable."""
    coded = clerk.inbox.known(_tag(form))
    return None if coded is None else _taken(form, coded)


def tip_of(form: bytes) -> str:
    """The id of the tip that a form becomes."""
    return tip_id(_report(form))


def take(
    clerk: Clerk, form: bytes, found: tuple[Kept, ...], at: datetime, language: Locale, coded: bool
) -> Taken:
    """Take a form in, once; `coded` gives a receipt where the clerk has some.

    `form` are 32 secret bytes of this form and no other. Raises Unavailable when it could not be
    kept, Mistaken("long") when it is more than can be sealed.
    """
    report = _report(form)
    part = Part(report, 1, hour(at), "operator", language, found)
    issued = clerk.receipts.issue(_code(form), report, True) if coded and clerk.receipts else None
    try:
        sealed = clerk.sealer.close(freeze_part(part))
    except ValueError:
        raise Mistaken("long") from None
    minute = int(at.timestamp()) // 60 * 60
    coded = clerk.inbox.take(_tag(form), report, sealed, issued, minute)
    clerk.bell.ring()
    return _taken(form, coded)


def _meant(typed: Typed, seen: Grasp) -> tuple[StationMatch, ...]:
    if not seen.stations or typed.station == NONE:
        return ()
    if typed.station == ANY:
        return seen.stations
    for match in seen.stations:
        if match.station.code == typed.station:
            return (replace(match, score=1.0),)  # a person has said so
    raise Mistaken("station")


def _person(typed: Typed) -> dict[str, JsonValue]:
    """Whom the form tells of; a home that is no province we know stands in the description."""
    told = (typed.name, typed.age, typed.gender, typed.home, typed.description)
    if not any(told):
        return {}
    province = understand(f"quê {typed.home}", datetime(2000, 1, 1)).hometown  # noqa: DTZ001
    home = "" if province or not typed.home else f"Quê: {typed.home}"
    return {
        "name": typed.name,
        "age": int(typed.age) if typed.age else None,
        "gender": typed.gender or None,
        "hometown": province if typed.home else None,
        "description": "\n".join(filter(None, (typed.description, home))),
    }


def _is_number(text: str, most: int) -> bool:
    """Nothing, or a whole number from 0 to `most` in plain digits."""
    return not text or (text.isascii() and text.isdigit() and int(text[:9]) <= most)


def _taken(form: bytes, coded: bool) -> Taken:
    return Taken(tip_of(form), _code(form) if coded else "")


def _report(form: bytes) -> ReportId:
    return ReportId(uuid.UUID(bytes=_drawn(form, b"report", 16), version=4).hex)


def _tag(form: bytes) -> Tag:
    return Tag(_drawn(form, b"form", 16))


def _code(form: bytes) -> str:
    draws = count()
    return receipt.make(
        lambda below: int.from_bytes(_drawn(form, b"code %d" % next(draws), 32)) % below
    )


def _drawn(form: bytes, purpose: bytes, size: int) -> bytes:
    return hashlib.blake2b(key=form, person=purpose, digest_size=size).digest()
