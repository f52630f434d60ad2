"""What comparing one new tip costs among 1,000, 10,000 and 100,000 open ones: counts, no times.

python -m tools.matching_cost                a hundred and forty tips a day: open ones grow old
python -m tools.matching_cost --days 42      a hundred thousand tips within six weeks
python -m tools.matching_cost --sizes 1000 5000

The newest tips are there first, so that 1,000 open ones are those of the last days. Counted for
each new tip: SQL statements, shared keys read from the index, tips compared. At the end the half
`held` of tests/vectors/matching is filed into the crowd: how much of it is still found. The crowd
are profiles as made-up as the rest; they lie in a case book in a temporary folder.
"""

import argparse
import json
import random
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, islice
from statistics import mean

from sqlalchemy import Connection, Engine, event, insert

from hotline.intake.matching import match_due
from hotline.places import StationRow
from hotline.records.names import read_name
from hotline.records.profile import DAY, Point, Profile, Span
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.database import migrate, open_engine, reading, writing
from hotline.stores.match_keys import candidates, lay_many, shared
from hotline.stores.matches import SqlMatches
from hotline.stores.tables import match_due as due
from hotline.stores.tables import tips
from tests.stores.test_matching_scores import Figures, Outcome, half, score
from tools.matching_vectors import FIRST, World, called, stage

SAMPLE = 200
_LAST = FIRST + timedelta(days=42)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--days", type=int, default=730, help="over which the open tips came")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/book.db")
        migrate(engine)
        found = list(_measured(engine, options.sizes, options.days))
        engine.dispose()
    if options.json:
        print(json.dumps(found))
        return
    print(f"{max(options.sizes) / options.days:.0f} tips a day")
    for row in found:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


def _measured(engine: Engine, sizes: Sequence[int], days: int) -> Iterator[dict[str, float]]:
    ring = key_ring(new_key())
    pace = days * DAY / max(sizes)  # minutes between two tips
    crowd = _crowd(stage("tune", random.Random(7)), pace)  # noqa: S311
    there = 0
    for size in sizes:
        _fill(engine, ring, crowd, size - there)
        there = size
        news = _crowd(stage("tune", random.Random(8)), 0.0)  # noqa: S311
        yield {"open": size, **_costs(engine, ring, [next(news) for _ in range(SAMPLE)])}
    figures = _found(engine, ring)
    strong, every = figures.bands["strong"]
    yield {
        "open": there,
        "held_recall_at_5": round(figures.recall, 3),
        "held_kept_at_all": round(figures.found, 3),
        "strong_right": strong,
        "strong": every,
    }


def _crowd(world: World, pace: float) -> Iterator[Profile]:
    """Tips without end, as callers would have told them, each `pace` minutes before the last."""
    places = [world.station() for _ in range(4_000)]
    for number in count():
        when = _LAST - timedelta(minutes=number * pace + world.chance.randrange(2 * DAY))
        yield _profile(world, world.chance.choice(places), when)


def _profile(world: World, at: StationRow, when: datetime) -> Profile:
    chance, person = world.chance, world.person()
    kind = chance.choices(["arrest", "missing", "injury", "wages"], [40, 40, 5, 15])[0]
    told = chance.random() < (0.9 if kind == "missing" else 0.4)
    name = read_name(called(chance, person)) if told else None
    start = when.toordinal() * DAY + when.hour * 60
    long = chance.choice([60, 360, DAY])
    point = Point(at.lat or 0.0, at.lon or 0.0, 1.0, f"{at.name}/{at.prefecture}")
    knows = told and chance.random() < 0.6
    return Profile(
        kind=kind,
        role="relative" if kind == "missing" else "witness",
        when=Span(start - start % long, start - start % long + long),
        points=(point,) if chance.random() < 0.85 else (),
        prefecture=at.prefecture,
        towns=(f"{at.municipality}/{at.prefecture}",),
        names=(name,) if name else (),
        homes=(person.home,) if knows else (),
        born=((person.born, person.born),) if knows and chance.random() < 0.5 else (),
        gender=person.gender if told else "",
        count=1 if kind == "missing" else chance.randint(1, 7),
    )


def _fill(engine: Engine, ring: KeyRing, crowd: Iterator[Profile], number: int) -> None:
    while number > 0:
        with writing(engine) as held:
            _lay(held, ring, list(islice(crowd, min(number, 2_000))))
        number -= 2_000


def _lay(held: Connection, ring: KeyRing, profiles: Sequence[Profile]) -> list[str]:
    """Open tips that are compared already; their words are nobody's and left out."""
    ids = [str(uuid.uuid4()) for _ in profiles]
    rows = [_row(tip_id, profile) for tip_id, profile in zip(ids, profiles, strict=True)]
    held.execute(insert(tips), rows)
    lay_many(held, ring, dict(zip(ids, profiles, strict=True)))
    return ids


def _row(tip_id: str, profile: Profile) -> dict[str, object]:
    return {
        "id": tip_id,
        "received": "2026-11-21T12:00+09:00",
        "channel": "sms",
        "kind": profile.kind,
        "role": profile.role,
        "language": "vi",
        "complete": True,
        "content": b"",
        "digest": b"",
    }


def _costs(engine: Engine, ring: KeyRing, news: Sequence[Profile]) -> dict[str, float]:
    """Means and the most, over some new tips that are compared and kept."""
    matches, asked = SqlMatches(engine, ring), [0]
    event.listen(engine, "before_cursor_execute", lambda *_: asked.__setitem__(0, asked[0] + 1))
    statements, read, compared = [], [], []
    for profile in news:
        with reading(engine) as held:
            read.append(sum(1 for _ in shared(held, ring, profile)))
            compared.append(len(candidates(held, ring, profile)))
        with writing(engine) as held:
            (tip_id,) = _lay(held, ring, [profile])
            held.execute(insert(due).values(tip_id=tip_id))
        before = asked[0]
        matches.take_in(tip_id, profile)
        statements.append(asked[0] - before)
    return {
        "statements": mean(statements),
        "statements_most": max(statements),
        "keys_read": round(mean(read), 1),
        "keys_read_most": max(read),
        "compared": round(mean(compared), 1),
        "compared_most": max(compared),
    }


def _found(engine: Engine, ring: KeyRing) -> Figures:
    """The held half, filed into the crowd."""
    given = half("held")
    matches = SqlMatches(engine, ring)
    book = SqlCaseBook(engine, ring, [matches])
    for tip in given.tips:
        book.file(tip)
        match_due(matches, book.read)
    lists = {tip.id: matches.of(tip.id, 1000) for tip in given.tips}
    return score(given, Outcome(lists, ()))


if __name__ == "__main__":
    main()
