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
    """What the counters stand at in this minute, and stood at when it was looked at first. Twice is
    safe. Raises Unavailable."""
    stand = [int(each or 0) for each in durable.call("HMGET", "hl:totals", *_COUNTED)]
    minute = now // 60
    found = durable.call("HMGET", MINUTES, str(minute % KEPT))[0]
    known, *stood = map(int, found.split()) if found else (0,)
    first = stood[: len(stand)] if known == minute else stand
    value = " ".join(map(str, (minute, *first, *stand)))
    durable.call("HSET", MINUTES, str(minute % KEPT), value)


def read_minutes(raw: Any, now: int) -> tuple[Minute, ...]:
    """The last hour, a minute each, oldest first; 0 where no steward wrote anything down. `raw` is
    the whole of MINUTES, as Redis gives it."""
    values = raw.values() if isinstance(raw, dict) else raw[1::2]
    stands = {minute: rest for minute, *rest in (map(int, each.split()) for each in values)}
    this, size = now // 60, len(_COUNTED)
    found, before = [], stands.get(this - KEPT + 1, [])[size:]
    for minute in range(this - KEPT + 2, this + 1):
        told = stands.get(minute, [])
        after = told[size:] or before
        pairs = zip(after, before or told[:size] or after, strict=True)
        found.append(Minute(minute, *(max(0, stood - ago) for stood, ago in pairs)))
        before = after
    return tuple(found)
