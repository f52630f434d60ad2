"""What a caller is told who wants to go home, fact by fact, each with its source and last check.

The words themselves stand in `prompts/home.toml`; `told` names them, and a test compares the two.
"""

from dataclasses import dataclass
from functools import cache

from hotline.guidance.facts import BadFacts, Origin, Said, origin_of, said_in, table_of


@dataclass(frozen=True, slots=True)
class HomeFact:
    """One fact: the texts (`flow.node`) that tell it, what the source says, who reviewed it."""

    told: tuple[str, ...]
    text: Said
    origin: Origin
    reviewed_by: str


@cache
def home_facts() -> tuple[HomeFact, ...]:
    """Every fact about the way home, in the order of the table. Raises BadFacts."""
    found = []
    for raw in table_of("home")["fact"]:
        if not raw.get("told") or not isinstance(raw.get("reviewed_by"), str):
            raise BadFacts("home: a fact without told or reviewed_by")
        text, origin = said_in("home", raw["text"]), origin_of("home", raw)
        found.append(HomeFact(tuple(raw["told"]), text, origin, raw["reviewed_by"]))
    return tuple(found)
