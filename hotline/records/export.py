"""Tips for other programs: a table for spreadsheets, PFIF 1.4 for people finders.

Rule: neither says anything about a caller. PFIF names nobody as an author.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as xml

from hotline.records.tip import Place, Sought, Tip, TipStation, to_json

PFIF = "http://zesty.ca/pfif/1.4"
COLUMNS = (
    "id", "received", "channel", "language", "complete", "role", "kind", "place", "stations",
    "prefecture", "when", "start", "end", "precision", "calendar", "count", "sought", "narrative",
    "redacted", "attachments", "transcripts", "receipt", "follows",
)  # fmt: skip
_FORMULA = "=+-@\t\r\n"
_SKIPPED = ("Cf", "Zs", "Mn", "Cc")


def to_csv(tips: Iterable[Tip]) -> Iterator[str]:
    """Lines of a CSV table (RFC 4180), the first with names; no cell is taken for a formula."""
    yield _csv_line(COLUMNS)
    for tip in tips:
        yield _csv_line([guarded(cell) for cell in _cells(tip)])


def guarded(cell: str) -> str:
    """`cell` with ' in front when a spreadsheet could take it for a formula.

    The first letter that counts decides, in its plain form: a full-width sign, or one behind
    spaces and marks of direction, is a formula to some program.
    """
    for letter in cell:
        if letter in _FORMULA or unicodedata.normalize("NFKC", letter)[:1] in tuple("=+-@−"):
            return "'" + cell
        if unicodedata.category(letter) not in _SKIPPED:
            return cell
    return cell


def to_jsonl(tips: Iterable[Tip]) -> Iterator[str]:
    """A line of JSON a tip."""
    return (json.dumps(to_json(tip), ensure_ascii=False) + "\n" for tip in tips)


def to_pfif(tips: Iterable[Tip], domain: str, expiry: datetime) -> Iterator[str]:
    """PFIF 1.4 of the people who are sought by name; `domain` is ours, dates are days.

    A note says where somebody was last seen; its author is the hotline, as the format demands one.
    """
    xml.register_namespace("pfif", PFIF)
    named = f' xmlns:pfif="{PFIF}"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<pfif:pfif{named}>\n'
    for tip in tips:
        for number, sought in enumerate(tip.people.sought, 1):
            if sought.name.strip():
                person = _person(tip, number, sought, domain, expiry)
                xml.indent(person, level=1)
                yield f"  {xml.tostring(person, 'unicode').replace(named, '', 1)}\n"
    yield "</pfif:pfif>\n"


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cells(tip: Tip) -> list[str]:
    when, place = tip.when, tip.place
    return [
        tip.id,
        tip.received,
        tip.channel,
        tip.language,
        "yes" if tip.complete else "no",
        tip.role,
        tip.kind,
        place.text,
        "; ".join(f"{s.name} ({s.romaji}) {s.score:.2f}" for s in place.stations),
        place.prefecture or "",
        when.text,
        when.start or "",
        when.end or "",
        when.precision or "",
        when.calendar,
        "" if tip.people.count is None else str(tip.people.count),
        "; ".join(_in_words(person) for person in tip.people.sought),
        tip.narrative,
        "; ".join(f"{name} {count}" for name, count in tip.redacted.items()),
        "; ".join(a.media_type for a in tip.attachments),
        "\n".join(a.transcript for a in tip.attachments if a.transcript),
        "yes" if tip.follow_up.receipt else "no",
        tip.follows or "",
    ]


def _in_words(person: Sought) -> str:
    age = "" if person.age is None else str(person.age)
    words = (person.name, age, person.gender or "", person.hometown or "", person.description)
    return ", ".join(word for word in words if word)


def _person(tip: Tip, number: int, sought: Sought, domain: str, expiry: datetime) -> xml.Element:
    name = f"{domain}/{tip.id}.{number}"
    day = _day(tip.received)
    person = xml.Element(f"{{{PFIF}}}person")
    _fill(
        person,
        person_record_id=name,
        entry_date=day,
        expiry_date=_stamp(expiry),
        source_name="hotline",
        source_date=day,
        full_name=sought.name,
        description=sought.description,
        sex=sought.gender or "",
        age="" if sought.age is None else str(sought.age),
        home_city=sought.hometown or "",
        home_country="VN" if sought.hometown else "",
    )
    person.append(_note(tip, name, domain, number, day))
    return person


def _note(tip: Tip, person: str, domain: str, number: int, day: str) -> xml.Element:
    note = xml.Element(f"{{{PFIF}}}note")
    _fill(
        note,
        note_record_id=f"{domain}/{tip.id}.{number}.note",
        person_record_id=person,
        entry_date=day,
        author_name="hotline",
        source_date=day,
        status="believed_missing" if tip.kind == "missing" else "information_sought",
        last_known_location=_seen(tip.place),
    )
    text = xml.SubElement(note, f"{{{PFIF}}}text")
    text.text = "An anonymous hotline was told of this person."
    return note


def _fill(element: xml.Element, **fields: str) -> None:
    for name, value in fields.items():
        if value:
            xml.SubElement(element, f"{{{PFIF}}}{name}").text = _xml_text(value)


def _seen(place: Place) -> str:
    best: TipStation | None = place.stations[0] if place.stations else None
    return f"{best.name} ({best.romaji}), JP" if best else ""


def _xml_text(text: str) -> str:
    """XML 1.0 has no control characters, and PFIF takes line breaks for alternatives."""
    one_line = " ".join(text.split())
    return "".join(c for c in one_line if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def _day(received: str) -> str:
    return _stamp(datetime.fromisoformat(received))


def _stamp(moment: datetime) -> str:
    """The day, as PFIF writes moments."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")
