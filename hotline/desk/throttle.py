"""Slows down whoever tries passwords; keeps nobody out who has the right ones."""

import hashlib
from collections import OrderedDict
from datetime import datetime
from threading import Lock

TRIES = 5
SECONDS = 60
_MOST = 1000  # accounts remembered at once


class Throttle:
    """Counts wrong tries by account for a minute, in this process only."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[bytes, list[float]] = OrderedDict()
        self._lock = Lock()

    def wrong(self, name: str, now: datetime) -> int:
        """Count a wrong try; how many seconds to wait before the next, 0 for none."""
        key, at = _key(name), now.timestamp()
        with self._lock:
            recent = [t for t in self._wrong.pop(key, []) if at - t < SECONDS]
            recent = [*recent, at][-TRIES - 1 :]
            self._wrong[key] = recent
            while len(self._wrong) > _MOST:
                self._wrong.popitem(last=False)
        return max(1, int(recent[0] + SECONDS - at)) if len(recent) > TRIES else 0

    def right(self, name: str) -> None:
        """Somebody came in: forget their wrong tries."""
        with self._lock:
            self._wrong.pop(_key(name), None)


def _key(name: str) -> bytes:
    return hashlib.sha256(name.strip().casefold().encode()).digest()
