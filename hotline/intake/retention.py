"""What was closed long enough ago is erased; what nobody has read is never erased, only louder.

Twice is safe: an erased tip is no longer there to expire.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hotline.intake.errors import Mistaken

SHORTEST, LONGEST = 1, 3_650  # days


class Shelf(Protocol):
    """The case book, as retention needs it. Raises Unavailable."""

    def expired(self, day: str, most: int = 100) -> Sequence[str]:
        """Tips closed on `day` or before, that nobody has gone on from since."""

    def erase(self, tip_id: str, outcome: str = "erased") -> bool:
        """Remove a tip everywhere; a tombstone stays."""


def days_of(setting: str) -> int:
    """`HOTLINE_RETENTION_DAYS` as days. Raises Mistaken."""
    if not setting.isascii() or not setting.isdigit() or not SHORTEST <= int(setting) <= LONGEST:
        raise Mistaken("HOTLINE_RETENTION_DAYS: whole days, from 1 to 3650")
    return int(setting)


def expire(shelf: Shelf, days: int, clock: Callable[[], datetime]) -> dict[str, int]:
    """Erase every tip that was closed `days` ago or longer; counts by outcome.

    A tip closed on day D goes on day D + `days`, not a day before.
    """
    last = (clock().date() - timedelta(days=days)).isoformat()
    gone = 0
    while found := shelf.expired(last):
        gone += sum(shelf.erase(tip_id, "expired") for tip_id in found)
    return {"expired": gone} if gone else {}
