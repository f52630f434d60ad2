"""How much came in and went out in each minute of the last hour: what the counters stood at,
written down by a steward and read by the desk. Numbers only; sixty-one fields, however much comes.
"""

from typing import Any

from hotline.intake.messages import Minute
from hotline.stores.link import Link

MINUTES = "hl:spent:minutes"
KEPT = 61  # minutes; differences of so many are an hour
_COUNTED = ("accepted", "filed", "delivered")


def count_delivered(durable: Link, number: int) -> None:
    """So many more tips arrived at case systems. Raises Unavailable."""
    durable.call("HINCRBY", "hl:totals", "delivered", number)


def write_minute(durable: Link, now: int) -> None:
    """What the counters stand at in this minute. Twice is safe. Raises Unavailable."""
    stand = [int(each or 0) for each in durable.call("HMGET", "hl:totals", *_COUNTED)]
    minute = now // 60
    value = " ".join(map(str, (minute, *stand)))
    durable.call("HSET", MINUTES, str(minute % KEPT), value)


def read_minutes(raw: Any, now: int) -> tuple[Minute, ...]:
    """The last hour, a minute each, oldest first; 0 where no steward wrote anything down. `raw` is
    the whole of MINUTES, as Redis gives it."""
    values = raw.values() if isinstance(raw, dict) else raw[1::2]
    stands = {minute: stand for minute, *stand in (map(int, each.split()) for each in values)}
    this = now // 60
    found, before = [], stands.get(this - KEPT + 1)
    for minute in range(this - KEPT + 2, this + 1):
        stand = stands.get(minute, before)
        pairs = zip(stand or (), before or stand or (), strict=True)
        found.append(Minute(minute, *(max(0, after - ago) for after, ago in pairs)))
        before = stand
    return tuple(found)
