"""What is set apart when somebody floods the line. Nothing is refused, nothing goes unheard.

Rule 1: a report that is set apart is kept, sealed and filed as any other; it only waits in a list
of its own at the desk, and goes to no case system by itself.
Rule 2: by cost and novelty, never by address: who has told ten reports today, or a report that
says nothing that we understand while reports come faster than people tell them. A withheld number,
a dormitory behind one line, a first report that names a place or a person stay where they are.
Rule 3: whoever is in danger is never set apart.
"""

from collections.abc import Sequence
from typing import Protocol

from hotline.conversation.hearing import Line
from hotline.conversation.report import Kept
from hotline.intake.messages import Tag
from hotline.intake.spending import EMERGENCY

MANY = 10  # further reports of one caller in a day
FAST = 300  # reports in ten minutes that say nothing, or that are not their caller's first
_SAYS_SOMETHING = frozenset({"place", "when", "people", "count", "recording"})


class Crowd(Protocol):
    """Counts, by pseudonym of the day and in all, the reports that might be a flood: a first report
    that says something is not asked about, which also saves its caller a wait."""

    def joins(self, caller: Tag, now: int) -> tuple[int, int]:
        """One more report: how many this caller began today, and all callers in ten minutes.

        Raises Unavailable.
        """


def novel(kept: Sequence[Kept]) -> bool:
    """Whether a report that begins with `kept` says something that we understand."""
    return any(one.field in _SAYS_SOMETHING for one in kept)


def apart(of_caller: int, of_all: int, kept: Sequence[Kept], says: Sequence[Line]) -> bool:
    """Whether a report that begins with `kept`, and is answered with `says`, is set apart."""
    if any(line.name == EMERGENCY for line in says):
        return False
    return of_caller >= MANY or (of_all > FAST and not novel(kept))
