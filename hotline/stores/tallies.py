"""How many tips, by what stands open; and by station, as far as tips are opened to look.

Every method raises Unavailable("casebook").
"""

import json
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Engine, func, select

from hotline.intake.errors import Mistaken
from hotline.records.counting import Spot
from hotline.records.listing import TipFilter
from hotline.records.tip import from_json
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading
from hotline.stores.tables import tips
from hotline.stores.tip_lists import query_of

LOOK = 2_000  # tips opened at a time


class SqlTallies:
    """Counts over the case book."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def by_prefecture(self, since: str = "") -> Mapping[tuple[str, str], int]:
        """How many tips since a day (`YYYY-MM-DD`), by prefecture (empty: not known) and kind."""
        where = func.coalesce(tips.c.prefecture, "")
        query = select(where, tips.c.kind, func.count()).group_by(where, tips.c.kind)
        if since:
            query = query.where(tips.c.received >= since)
        with reading(self._engine) as held:
            return {(code, kind): count for code, kind, count in held.execute(query)}

    def by_channel(self, since: str) -> Mapping[str, int]:
        """How many tips since an hour, by channel."""
        query = select(tips.c.channel, func.count()).where(tips.c.received >= since)
        with reading(self._engine) as held:
            rows = held.execute(query.group_by(tips.c.channel)).all()
        return {row[0]: row[1] for row in rows}

    def by_hour(self, since: str) -> Mapping[str, int]:
        """How many tips since an hour, by hour of arrival."""
        query = select(tips.c.received, func.count()).where(tips.c.received >= since)
        with reading(self._engine) as held:
            rows = held.execute(query.group_by(tips.c.received)).all()
        return {row[0]: row[1] for row in rows}

    def by_station(self, wanted: TipFilter) -> tuple[Mapping[Spot, int], int]:
        """Of the newest `LOOK` tips, how many most likely speak of which station."""
        found: Counter[Spot] = Counter()
        with reading(self._engine) as held:
            rows = held.execute(query_of(wanted, "").limit(LOOK)).all()
        for row in rows:
            try:
                tip = from_json(json.loads(self._ring.open(row.id, row.content)))
            except Mistaken:
                continue
            for best in tip.place.stations[:1]:
                found[Spot(best.name, best.romaji, best.prefecture, best.lat, best.lon)] += 1
        return dict(found), len(rows)
