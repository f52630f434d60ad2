"""The way home as the desk goes it with somebody: for each step what it needs, what is not known,
and the fixed words that are sent when it is reached. The table is `data/way.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hotline.guidance.facts import BadFacts, Origin, Said, origin_of, said_in, table_of
from hotline.guidance.home import home_facts


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is to be known or done for a step, and where it was read."""

    text: Said
    origin: Origin


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step: who takes it, what it needs, what nobody has found, the words when it is reached.

    `told`: the texts of `home.toml` (`flow.node`) whose facts stand among its needs.
    """

    id: str
    name: Said
    who: Said
    told: tuple[str, ...]
    needs: tuple[Need, ...]
    gaps: tuple[Said, ...]
    words: Said


@cache
def way_home() -> tuple[WayStep, ...]:
    """Every step, the first one first. Raises BadFacts."""
    return tuple(_step(raw) for raw in table_of("way")["step"])


def _step(raw: Mapping[str, Any]) -> WayStep:
    told = tuple(raw["facts"])
    found = [fact for fact in home_facts() if not set(told).isdisjoint(fact.told)]
    unknown = set(told) - {name for fact in found for name in fact.told}
    if unknown:
        raise BadFacts(f"way: {raw['id']}: no fact {sorted(unknown)[0]}")
    own = [Need(said_in("way", n["text"]), origin_of("way", n)) for n in raw.get("need", ())]
    return WayStep(
        raw["id"],
        said_in("way", raw["name"]),
        said_in("way", raw["who"]),
        told,
        (*own, *(Need(fact.text, fact.origin) for fact in found)),
        tuple(said_in("way", gap["text"]) for gap in raw.get("gap", ())),
        said_in("way", raw["words"]),
    )
