"""How fast conversations may be opened on the page, and what one costs when many are.

A text costs its sender something, a form costs nothing: without a ceiling, forms alone could fill
the durable Redis, and calls and texts could not be kept either.

Rule 1: never by address: a dormitory is one. Only how many conversations are opened counts.
Rule 2: within the normal rate nobody notices. Above it a browser pays with a little work, and one
without script with a wait for a place that is kept for it: nothing is refused, nothing that was
written is lost, and a conversation that is open is never asked again.
Rule 3: three shares that do not eat each other; together they bound what can be stored: 1,500
conversations a window, of about 3 kB for a day each (measured), are 650 MB at the very worst.
"""

from typing import Protocol

WINDOW = 600  # seconds
FREE = 600  # conversations a window that cost nothing: a large dormitory at once
WORKED = 600  # a window that paid with work
APART = 2  # seconds between two kept places: 300 a window
SOONEST = 5  # seconds that a place is away at least
FARTHEST = 600  # seconds; no place is kept beyond
SPOKEN = 60  # voice notes a window: each may lie in the durable Redis as 1 MiB until it is filed


class Gate(Protocol):
    """Counts conversations that are opened on the page, all together. Raises Unavailable."""

    def free(self, now: int) -> bool:
        """Whether one more may open at no cost; it is counted."""

    def worked(self, now: int) -> bool:
        """Whether one more may open that paid with work; it is counted."""

    def spoken(self, now: int) -> bool:
        """Whether one more voice note may come in; it is counted."""

    def place(self, now: int) -> int | None:
        """The second at which one more may open that only waits; None: no place is left."""
