"""How fast receipts' codes may be tried: misses of the running minute, in the fleeting Redis.

`th:miss:<channel>:<minute>` and `th:miss::<minute>` for all channels together.

Rule 1: only codes that opened nothing count, so nobody who has a code can be kept out by using it.
Rule 2: never a lock: a minute later there is room again, and no channel can use up another's share.
Fifteen random digits at 60 misses a minute, a thousand live codes, the whole year long: one in
30,000 that any code is ever hit (docs/threat-model.md).
"""

from hotline.stores.link import Link, Script

ALL = 60  # misses a minute on every channel together
SHARE = 25  # misses a minute on one channel

# Reads only: twice is safe.
_COUNTS = Script("return redis.call('MGET', KEYS[1], KEYS[2])")

# Counting one miss twice costs a try of a minute.
_MISSED = Script("""
for i = 1, 2 do
  redis.call('INCR', KEYS[i])
  redis.call('EXPIRE', KEYS[i], 120)
end
return 1
""")


class CodeThrottle:
    """`Throttle` over the fleeting Redis. Every method raises Unavailable."""

    def __init__(self, fleeting: Link) -> None:
        self._fleeting = fleeting

    def allows(self, channel: str, now: int) -> bool:
        """See `Throttle.allows`."""
        own, everybody = self._fleeting.run(_COUNTS, _names(channel, now), [])
        return int(own or 0) < SHARE and int(everybody or 0) < ALL

    def missed(self, channel: str, now: int) -> None:
        """See `Throttle.missed`."""
        self._fleeting.run(_MISSED, _names(channel, now), [])


def _names(channel: str, now: int) -> list[bytes | str | int]:
    return [f"th:miss:{channel}:{now // 60}", f"th:miss::{now // 60}"]
