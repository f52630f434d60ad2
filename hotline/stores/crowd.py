"""Counts the reports that are begun, in the fleeting Redis: `fl:by:<tag>:<day>` and, all together,
`fl:all:<ten minutes>`.
"""

from hotline.intake.messages import Tag
from hotline.stores.link import Link, Script

# Counting one report twice sets nobody apart who has not told nine.
_JOINS = Script("""
local own, all = redis.call('INCR', KEYS[1]), redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[1], 86400)
redis.call('EXPIRE', KEYS[2], 1200)
return {own, all}
""")


class RedisCrowd:
    """`Crowd` over the fleeting Redis. Raises Unavailable."""

    def __init__(self, fleeting: Link) -> None:
        self._fleeting = fleeting

    def joins(self, caller: Tag, now: int) -> tuple[int, int]:
        """See `Crowd.joins`."""
        keys: list[bytes | str | int] = [f"fl:by:{caller.hex()}:{now // 86_400}"]
        own, everybody = self._fleeting.run(_JOINS, [*keys, f"fl:all:{now // 600}"], [])
        return int(own), int(everybody)
