"""What goes wrong, and when: made from a seed, so that a run can be had again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

BEGIN, END = 0.5, 0.5  # seconds of peace at both ends


@dataclass(frozen=True, slots=True)
class Blow:
    """One fault: when it begins (seconds), what, how long it lasts (0: it is over at once)."""

    at: float
    what: str
    lasts: float = 0.0


KILLS = ("web", "worker", "steward", "redis_durable", "redis_fleeting")
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "kill web": 10,
        "kill worker": 8,
        "kill steward": 4,
        "kill redis_durable": 5,
        "kill redis_fleeting": 3,
        "cut": 4,
        "silent": 3,
        "lossy": 4,
        "full": 2,
    }
)
LASTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"cut": (0.3, 2.0), "silent": (0.5, 2.5), "lossy": (1.0, 3.0), "full": (1.0, 2.0)}
)


def plan(seed: int, seconds: float, every: float) -> tuple[Blow, ...]:
    """The faults of a run of so many seconds, one every `every` seconds or so."""
    return tuple(_blows(Random(f"plan/{seed}"), seconds, every))  # noqa: S311 - no secret


def _blows(chance: Random, seconds: float, every: float) -> Iterator[Blow]:
    at = BEGIN
    first = [f"kill {role}" for role in KILLS] + ["cut", "silent", "lossy", "full"]
    chance.shuffle(first)  # each kind once, then as they come
    while at < seconds - END:
        what = first.pop() if first else chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        low, high = LASTS.get(what, (0.0, 0.0))
        yield Blow(round(at, 3), what, round(chance.uniform(low, high), 3))
        at += chance.uniform(0.5, 1.5) * every
