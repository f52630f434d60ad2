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
        "apart": 3,
    }
)
LASTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "cut": (0.3, 2.0),
        "silent": (0.5, 2.5),
        "lossy": (1.0, 3.0),
        "full": (1.0, 2.0),
        "apart": (2.0, 6.0),
    }
)
POWER = ("power of a host", "power")  # in turns, where power is cut at all


def plan(seed: int, seconds: float, every: float, power_cuts: int = 0) -> tuple[Blow, ...]:
    """The faults of a run of so many seconds, one every `every` seconds or so, and power cuts.

    `cut`, `silent`, `lossy` and `full` are the durable Redis's and all hosts'; `apart` is one host
    that reaches neither Redis.
    """
    blows = list(_blows(Random(f"plan/{seed}"), seconds, every))  # noqa: S311 - no secret
    for number in range(power_cuts):
        at = round((number + 1) * seconds / (power_cuts + 1), 3)
        blows.append(Blow(at, POWER[number % 2]))
    return tuple(sorted(blows, key=lambda blow: blow.at))


def _blows(chance: Random, seconds: float, every: float) -> Iterator[Blow]:
    at = BEGIN
    first = [f"kill {role}" for role in KILLS] + [*LASTS]
    chance.shuffle(first)  # each kind once, then as they come
    while at < seconds - END:
        what = first.pop() if first else chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        low, high = LASTS.get(what, (0.0, 0.0))
        yield Blow(round(at, 3), what, round(chance.uniform(low, high), 3))
        at += chance.uniform(0.5, 1.5) * every
