"""The index of open tips: who shares a key with a new one.

Rule 1: a key lies as a keyed fingerprint; a name or a place cannot be read from it nor tried.
Rule 2: what one new tip costs does not grow with the number of open tips: each key gives at most
`MOST` of its tips, and no more than `CANDIDATES` are compared.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, TextClause, delete, insert, select, text

from hotline.records.blocking import CANDIDATES, MOST, WORTH, Grain, Key, marks, probes
from hotline.records.profile import Profile, from_json, to_json
from hotline.stores.casekey import KeyRing
from hotline.stores.tables import match_keys, match_profiles

_T = TypeVar("_T")
_PURPOSE = "match keys"
_TERMS = 200  # probes in one query: SQLite takes 500
_IDS = 400


def lay(held: Connection, ring: KeyRing, tip_id: str, profile: Profile) -> None:
    """Put a tip where others will find it. Twice is safe."""
    lift(held, tip_id)
    lay_many(held, ring, {tip_id: profile})


def lay_many(held: Connection, ring: KeyRing, laid: Mapping[str, Profile]) -> None:
    """Put tips that are not there yet where others will find them."""
    closed = [
        {"tip_id": tip_id, "content": ring.close(_name(tip_id), _plain(profile))}
        for tip_id, profile in laid.items()
    ]
    held.execute(insert(match_profiles), closed)
    tags = {
        (ring.tags(_PURPOSE, _text(key))[0], tip_id)
        for tip_id, profile in laid.items()
        for key in marks(profile)
    }
    if tags:
        rows = [{"tag": tag, "tip_id": tip_id} for tag, tip_id in sorted(tags)]
        held.execute(insert(match_keys), rows)


def lift(held: Connection, tip_id: str) -> None:
    """Take a tip out of the index."""
    held.execute(delete(match_keys).where(match_keys.c.tip_id == tip_id))
    held.execute(delete(match_profiles).where(match_profiles.c.tip_id == tip_id))


def candidates(held: Connection, ring: KeyRing, profile: Profile) -> tuple[str, ...]:
    """The open tips most worth comparing with this one: who shares the most telling keys."""
    worth: Counter[str] = Counter()
    for grain, tip_id in shared(held, ring, profile):
        worth[tip_id] += WORTH[grain]
    best = sorted(worth.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(tip_id for tip_id, _ in best[:CANDIDATES])


def shared(held: Connection, ring: KeyRing, profile: Profile) -> Iterator[tuple[Grain, str]]:
    """Every key that an open tip shares with this one, as far as the cut of each key goes."""
    for batch in _in_batches(list(_asked(ring, profile)), _TERMS):
        for n, tip_id in held.execute(_looks(len(batch)), _filled(batch)):
            yield batch[n][0], tip_id


def profiles(held: Connection, ring: KeyRing, ids: Sequence[str]) -> Mapping[str, Profile]:
    """The profiles of some tips. Raises Mistaken("casebook_key") when one does not open."""
    return dict(_opened(held, ring, ids))


def _opened(held: Connection, ring: KeyRing, ids: Sequence[str]) -> Iterator[tuple[str, Profile]]:
    for batch in _in_batches(ids, _IDS):
        query = select(match_profiles).where(match_profiles.c.tip_id.in_(batch))
        for tip_id, content in held.execute(query):
            yield tip_id, from_json(json.loads(ring.open(_name(tip_id), content)))


def _asked(ring: KeyRing, profile: Profile) -> Iterator[tuple[Grain, bytes]]:
    """Every probe under every key that tips may still lie under."""
    for key in probes(profile):
        for tag in ring.tags(_PURPOSE, _text(key)):
            yield key.grain, tag


@cache
def _looks(terms: int) -> TextClause:
    """One query for so many tags, each cut off by itself.

    Written by hand: put together of parts anew for each tip it took ten times as long as to run.
    """
    parts = (
        f"SELECT * FROM (SELECT {n} AS n, tip_id FROM match_keys "  # noqa: S608 - numbers only
        f"WHERE tag = :tag{n} LIMIT :most{n}) AS asked{n}"
        for n in range(terms)
    )
    return text(" UNION ALL ".join(parts))


def _filled(asked: Sequence[tuple[Grain, bytes]]) -> dict[str, bytes | int]:
    tags: dict[str, bytes | int] = {f"tag{n}": tag for n, (_, tag) in enumerate(asked)}
    return tags | {f"most{n}": MOST[grain] for n, (grain, _) in enumerate(asked)}


def _in_batches(things: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _plain(profile: Profile) -> bytes:
    return json.dumps(to_json(profile)).encode("utf-8", "replace")


def _text(key: Key) -> str:
    return f"{key.grain}:{key.text}"


def _name(tip_id: str) -> str:
    """A profile opens as nothing else."""
    return f"profile:{tip_id}"
