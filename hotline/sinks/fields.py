"""What a sink can be told of a tip: closed list of neutral names, and the tip as readable text.

Rule: only what the tip holds. There is no field for a reporter, so none can be mapped.
"""

from collections.abc import Callable, Mapping

from hotline.places import prefecture_name
from hotline.records.tip import Sought, Tip

Reader = Callable[[Tip], str]


def _station(tip: Tip) -> str:
    if not tip.place.stations:
        return tip.place.text
    best = tip.place.stations[0]
    return f"{best.name} ({best.romaji})"


def _people(tip: Tip) -> str:
    return "; ".join(filter(None, map(_in_words, tip.people.sought)))


def _in_words(person: Sought) -> str:
    age = "" if person.age is None else str(person.age)
    words = (person.name, age, person.gender or "", person.hometown or "", person.description)
    return ", ".join(word for word in words if word)


def _prefecture(tip: Tip) -> str:
    return prefecture_name(tip.place.prefecture) if tip.place.prefecture else ""


FIELDS: Mapping[str, Reader] = {
    "id": lambda tip: tip.id,
    "received": lambda tip: tip.received,
    "channel": lambda tip: tip.channel,
    "language": lambda tip: tip.language,
    "complete": lambda tip: "yes" if tip.complete else "no",
    "role": lambda tip: tip.role,
    "kind": lambda tip: tip.kind,
    "station": _station,
    "place": lambda tip: tip.place.text,
    "prefecture": lambda tip: tip.place.prefecture or "",
    "when": lambda tip: tip.when.text,
    "day": lambda tip: (tip.when.start or "")[:10],
    "start": lambda tip: tip.when.start or "",
    "end": lambda tip: tip.when.end or "",
    "count": lambda tip: "" if tip.people.count is None else str(tip.people.count),
    "people": _people,
    "narrative": lambda tip: tip.narrative,
    "transcripts": lambda tip: "\n".join(a.transcript for a in tip.attachments if a.transcript),
    "text": lambda tip: as_text(tip),
}

_LINES = (
    ("Tip", "id"), ("Received", "received"), ("Kind", "kind"), ("Told by", "role"),
    ("Channel", "channel"), ("Language", "language"), ("Complete", "complete"),
    ("Station", "station"), ("Place in their words", "place"), ("When in their words", "when"),
    ("From", "start"), ("Until", "end"), ("How many", "count"), ("Who", "people"),
)  # fmt: skip


def as_text(tip: Tip) -> str:
    """The whole tip as lines for people: a field that is set up wrongly never loses content."""
    lines = [f"{label}: {FIELDS[name](tip)}" for label, name in _LINES if FIELDS[name](tip)]
    if tip.place.prefecture:
        lines.insert(8, f"Prefecture: {tip.place.prefecture} {_prefecture(tip)}".rstrip())
    if len(tip.place.stations) > 1:
        others = ", ".join(f"{s.name} ({s.romaji}) {s.score:.2f}" for s in tip.place.stations)
        lines.append(f"Stations that may be meant: {others}")
    if tip.redacted:
        lines.append("Removed: " + ", ".join(f"{k} {n}" for k, n in sorted(tip.redacted.items())))
    if tip.follows:
        lines.append(f"Goes on from: {tip.follows}")
    said = [part for part in (tip.narrative, FIELDS["transcripts"](tip)) if part]
    return "\n".join([*lines, *(f"\n{part}" for part in said)]) + "\n"


def mapped(tip: Tip, mapping: Mapping[str, str]) -> dict[str, str]:
    """Their names with our values: `mapping` is theirs -> ours. What is empty is left out.

    `=word` on our side is a fixed word.
    """
    values = {
        theirs: ours[1:] if ours.startswith("=") else FIELDS[ours](tip)
        for theirs, ours in mapping.items()
    }
    return {theirs: value for theirs, value in values.items() if value}
