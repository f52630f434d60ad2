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
_MOST = 400  # tips in one stage: those that wait longer do not hold up what comes after it


class Matches(Protocol):
    """What is due to be compared. Raises Unavailable."""

    def due(self, most: int) -> Sequence[str]:
        """Tips that are still to be compared."""

    def take_in(self, tip_id: str, profile: Profile) -> int | None:
        """Compare one; how many it matches, None when it was not due any more."""

    def set_aside(self, tip_id: str) -> None:
        """This one cannot be read here."""


def match_due(matches: Matches, read: Callable[[str], Tip | None]) -> Mapping[str, int]:
    """Compare what is due; counts of tips and matches. Raises Unavailable."""
    counts: dict[str, int] = {}
    while sum(counts.values()) < _MOST and (batch := matches.due(BATCH)):
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
