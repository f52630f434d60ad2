"""Newly filed tips, compared with the open ones: a stage of the worker.

A tip that cannot be compared is set aside with a count; it is filed, and nothing of it is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from hotline.intake.errors import Mistaken
from hotline.intake.profiles import profile_of
from hotline.records.profile import Profile
from hotline.records.tip import Tip

BATCH = 50
MOST = 100  # tips in one stage, some seconds: after an upgrade every open tip is due


class Matches(Protocol):
    """What is due to be compared. Raises Unavailable."""

    def due(self, most: int) -> Sequence[str]:
        """Tips that are still to be compared."""

    def take_in(self, tip_id: str, profile: Profile) -> int | None:
        """Compare one; how many it matches, None when it was not due any more."""

    def set_aside(self, tip_id: str) -> None:
        """This one cannot be read here."""


def match_due(
    matches: Matches, read: Callable[[str], Tip | None], most: int = MOST
) -> Mapping[str, int]:
    """Compare what is due, no more than `most`; counts of outcomes. Raises Unavailable."""
    counts: dict[str, int] = {}
    while (left := most - sum(counts.values())) > 0 and (batch := matches.due(min(BATCH, left))):
        for tip_id in batch:
            outcome = _one(matches, read, tip_id)
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _one(matches: Matches, read: Callable[[str], Tip | None], tip_id: str) -> str:
    try:
        tip = read(tip_id)
        if tip is not None:
            found = matches.take_in(tip_id, profile_of(tip))
            return "matched" if found else "compared"
    except (Mistaken, ValueError, KeyError, TypeError, OverflowError):
        matches.set_aside(tip_id)
        return "match_unreadable"
    matches.set_aside(tip_id)
    return "match_gone"
