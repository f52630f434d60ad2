"""Tips that may be about one matter: compared when they come in, kept for people to judge.

Rule 1: filing a tip only notes that it is due; comparing comes later and can fail without harm.
Rule 2: one comparison at a time, everywhere: two reports of one raid never make two cases.
Rule 3: what people decided stays, however often tips are compared again.
Rule 4: with a tip go its keys, its matches and its place in a case; a closed one keeps no keys.
"""

import heapq
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from hotline.intake.ports import Filing
from hotline.records.matching import POSSIBLE, Match, MatchState, Pair, Verdict, match
from hotline.records.profile import Profile
from hotline.stores import gathering
from hotline.stores.casekey import KeyRing
from hotline.stores.database import lock, reading, writing
from hotline.stores.match_keys import candidates, lay, lift, profiles
from hotline.stores.tables import case_tips, match_due, match_profiles, matches, tips

KEPT = 12  # proposals that one new tip may make
LOCK = 0x6D617463686573


class SqlMatches:
    """Matches beside the tips. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        self._engine = engine
        self._ring = ring

    def filed(self, held: Connection, filings: Sequence[Filing]) -> None:
        """See `Companion.filed`."""
        held.execute(insert(match_due), [{"tip_id": tip.id} for tip, _ in filings])

    def changed(self, held: Connection, tip_id: str) -> None:
        """See `Companion.changed`: a closed tip leaves the index, an opened one comes back."""
        if held.scalar(select(tips.c.state).where(tips.c.id == tip_id)) == "closed":
            held.execute(delete(match_due).where(match_due.c.tip_id == tip_id))
            lift(held, tip_id)
            return
        here = select(func.count()).where(match_profiles.c.tip_id == tip_id)
        due = select(func.count()).where(match_due.c.tip_id == tip_id)
        if not held.scalar(here) and not held.scalar(due):
            held.execute(insert(match_due).values(tip_id=tip_id))

    def removed(self, held: Connection, tip_id: str, outcome: str) -> None:
        """See `Companion.removed`."""
        held.execute(delete(match_due).where(match_due.c.tip_id == tip_id))
        held.execute(delete(matches).where(_speaks_of(tip_id)))
        lift(held, tip_id)
        gathering.leave(held, tip_id)

    def due(self, most: int) -> tuple[str, ...]:
        """Tips that are still to be compared."""
        with reading(self._engine) as held:
            return tuple(held.scalars(select(match_due.c.tip_id).limit(most)))

    def due_again(self, tip_id: str) -> None:
        """A tip has more words than when it was filed: an open one is compared anew."""
        with writing(self._engine) as held:
            lock(held, LOCK)
            due = select(func.count()).where(match_due.c.tip_id == tip_id)
            open_ = select(func.count()).where((tips.c.id == tip_id) & (tips.c.state != "closed"))
            if held.scalar(open_) and not held.scalar(due):
                held.execute(insert(match_due).values(tip_id=tip_id))

    def set_aside(self, tip_id: str) -> None:
        """A tip that cannot be read here is not due any more; `again` brings it back."""
        with writing(self._engine) as held:
            held.execute(delete(match_due).where(match_due.c.tip_id == tip_id))

    def again(self) -> int:
        """Every open tip is to be compared anew; how many."""
        open_ = select(tips.c.id).where(tips.c.state != "closed")
        with writing(self._engine) as held:
            held.execute(delete(match_due))
            held.execute(insert(match_due).from_select(["tip_id"], open_))
            return held.scalar(select(func.count()).select_from(match_due)) or 0

    def take_in(self, tip_id: str, profile: Profile) -> int | None:
        """Compare a tip with the open ones, keep what it matches, and lay it down for later ones.

        How many it matches; None when it is not due (any more). Twice is safe. Raises
        Mistaken("casebook_key") when the profile of another tip does not open.
        """
        with writing(self._engine) as held:
            lock(held, LOCK)
            if not held.execute(delete(match_due).where(match_due.c.tip_id == tip_id)).rowcount:
                return None
            mine = _speaks_of(tip_id) & (matches.c.state == "proposed")
            held.execute(delete(matches).where(mine))
            found = self._compared(held, tip_id, profile)
            ranked = sorted(found.items(), key=lambda pair: (-pair[1].score, pair[0]))
            best = ranked[:KEPT]
            self._keep(held, tip_id, dict(best))
            alike = [other for other, m in ranked if m.link == "event" and _is_strong(m)]
            apart = self._with_state(held, tip_id, "rejected")
            gathering.join(held, tip_id, [other for other in alike if other not in apart])
            lay(held, self._ring, tip_id, profile)
        return len(best)

    def of(self, tip_id: str, most: int = 10, rejected: bool = False) -> tuple[Pair, ...]:
        """The open tips that may speak of the same, best first; accepted ones also when closed.

        Raises Mistaken("casebook_key").
        """
        with reading(self._engine) as held:
            rows = held.execute(_around(tip_id)).all()
            mine = gathering.case_of(held, tip_id)
        wanted = ("proposed", "accepted", "rejected") if rejected else ("proposed", "accepted")
        found = [self._pair(row, row.case_id is not None and row.case_id == mine) for row in rows]
        found = [pair for pair in found if pair.state in wanted]
        return tuple(sorted(found, key=_best_first)[:most])

    def best(self, most: int = 10) -> tuple[Pair, ...]:
        """The best proposals between open tips. Raises Mistaken("casebook_key")."""
        with reading(self._engine) as held:
            found = (self._pair(row, row.together) for row in held.execute(_proposed()))
            return tuple(heapq.nsmallest(most, found, key=_best_first))

    def decide(self, tip_id: str, other: str, verdict: Verdict, hour: str) -> bool:
        """What a person says of two tips: accepted ones are of one case from now on.

        False when they do not match. `hour` is when a new case begins.
        """
        with writing(self._engine) as held:
            lock(held, LOCK)
            low, high = sorted((tip_id, other))
            pair = (matches.c.tip_id == low) & (matches.c.other_id == high)
            if not held.execute(update(matches).where(pair).values(state=verdict)).rowcount:
                return False
            if verdict == "accepted":
                gathering.bind(held, self._ring, tip_id, other, hour)
            elif gathering.case_of(held, tip_id) == gathering.case_of(held, other):
                self._part(held, tip_id, other)
        return True

    def case(self, tip_id: str) -> tuple[str, tuple[str, ...]] | None:
        """The case of a tip and the other tips in it; None when it is in none."""
        with reading(self._engine) as held:
            case_id = gathering.case_of(held, tip_id)
            if case_id is None:
                return None
            others = [each for each in gathering.members(held, case_id) if each != tip_id]
        return case_id, tuple(sorted(others))

    def tips_of(self, case_id: str) -> tuple[str, ...]:
        """The tips of a case; none where there is no such case."""
        with reading(self._engine) as held:
            return tuple(sorted(gathering.members(held, case_id)))

    def cases(self, most: int = 100) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Cases and their tips, the largest first."""
        with reading(self._engine) as held:
            return gathering.largest(held, most)

    def _compared(self, held: Connection, tip_id: str, profile: Profile) -> Mapping[str, Match]:
        """Every candidate that is possible at least; the same caller going on is not a match."""
        ids = [each for each in candidates(held, self._ring, profile) if each != tip_id]
        found = {}
        for other, theirs in profiles(held, self._ring, ids).items():
            if profile.follows in (other, theirs.follows or None) or theirs.follows == tip_id:
                continue
            judged = match(profile, theirs)
            if judged.score >= POSSIBLE:
                found[other] = judged
        return found

    def _keep(self, held: Connection, tip_id: str, found: Mapping[str, Match]) -> None:
        decided = self._with_state(held, tip_id, "accepted", "rejected")
        rows = []
        for other, judged in found.items():
            low, high = sorted((tip_id, other))
            content = self._ring.close(_name(low, high), _plain(judged))
            if other in decided:
                pair = (matches.c.tip_id == low) & (matches.c.other_id == high)
                held.execute(update(matches).where(pair).values(content=content))
            else:
                rows.append({"tip_id": low, "other_id": high, "content": content})
        if rows:
            held.execute(insert(matches), rows)

    def _with_state(self, held: Connection, tip_id: str, *states: str) -> set[str]:
        rows = held.execute(
            select(matches.c.tip_id, matches.c.other_id).where(
                _speaks_of(tip_id), matches.c.state.in_(states)
            )
        )
        return {high if low == tip_id else low for low, high in rows}

    def _part(self, held: Connection, tip_id: str, other: str) -> None:
        """Whoever of the two nothing else holds in the case goes; the one judged goes first."""
        for each in (tip_id, other):
            if not self._is_held(held, each, {tip_id, other}):
                gathering.leave(held, each)
                return

    def _is_held(self, held: Connection, tip_id: str, but: set[str]) -> bool:
        case_id = gathering.case_of(held, tip_id)
        friends = set(gathering.members(held, case_id)) - but if case_id else set()
        if friends & self._with_state(held, tip_id, "accepted"):
            return True
        query = select(matches).where(_speaks_of(tip_id), matches.c.state == "proposed")
        for row in held.execute(query).all():
            found = self._match(row)
            if found.link == "event" and _is_strong(found) and {row.tip_id, row.other_id} & friends:
                return True
        return False

    def _pair(self, row: Row[Any], together: bool) -> Pair:
        state = cast(MatchState, row.state)
        return Pair(row.asked, row.seen, self._match(row), state, bool(together))

    def _match(self, row: Row[Any]) -> Match:
        raw = json.loads(self._ring.open(_name(row.tip_id, row.other_id), row.content))
        return Match(raw["score"], raw["link"], tuple(raw["reasons"]))


def due_matches(engine: Engine) -> bool:
    """Whether a tip is still to be compared. Needs no key: for the steward. Raises Unavailable."""
    with reading(engine) as held:
        return held.scalar(select(match_due.c.tip_id).limit(1)) is not None


def _is_strong(found: Match) -> bool:
    return found.band == "strong"


def _best_first(pair: Pair) -> tuple[bool, float, str]:
    return pair.state == "rejected", -pair.found.score, pair.other


def _speaks_of(tip_id: str) -> Any:
    return or_(matches.c.tip_id == tip_id, matches.c.other_id == tip_id)


def _around(tip_id: str) -> Select[Any]:
    """Both halves of the table by their own index: an OR over two columns reads all of it."""
    low = _side(matches.c.tip_id, matches.c.other_id, tip_id)
    high = _side(matches.c.other_id, matches.c.tip_id, tip_id)
    both = union_all(low, high).subquery()
    shown = (both.c.state == "accepted") | (tips.c.state != "closed")
    return (
        select(both, case_tips.c.case_id)
        .join_from(both, tips, both.c.seen == tips.c.id)
        .join(case_tips, case_tips.c.tip_id == both.c.seen, isouter=True)
        .where(shown)
    )


def _side(mine: Any, theirs: Any, tip_id: str) -> Select[Any]:
    return select(mine.label("asked"), theirs.label("seen"), matches).where(mine == tip_id)


def _proposed() -> Select[Any]:
    one, other = tips.alias("one"), tips.alias("other")
    mine, theirs = case_tips.alias("mine"), case_tips.alias("theirs")
    together = func.coalesce(mine.c.case_id == theirs.c.case_id, False).label("together")
    row = (matches.c.tip_id.label("asked"), matches.c.other_id.label("seen"), matches, together)
    return (
        select(*row)
        .join_from(matches, one, matches.c.tip_id == one.c.id)
        .join(other, matches.c.other_id == other.c.id)
        .join(mine, mine.c.tip_id == one.c.id, isouter=True)
        .join(theirs, theirs.c.tip_id == other.c.id, isouter=True)
        .where(matches.c.state == "proposed", one.c.state != "closed", other.c.state != "closed")
    )


def _plain(found: Match) -> bytes:
    fields = {"score": found.score, "link": found.link, "reasons": found.reasons}
    return json.dumps(fields, sort_keys=True).encode()


def _name(low: str, high: str) -> str:
    return f"match:{low}:{high}"
