"""Who leads among several stewards: whoever holds a key that dies by itself.

Rule: nothing depends on there being only one. A slow leader may think a moment too long that it
leads; every duty is safe to do twice.
"""

import secrets

from hotline.intake.errors import Unavailable
from hotline.stores.link import Link, Script

HELD = 5_000  # milliseconds after which a leader that died is succeeded

# Twice is safe: the second run finds the baton in the same hand.
_HOLD = Script("""
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
""")


class Baton:
    """One steward's hold on the lead."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._name = secrets.token_hex(8)

    def hold(self) -> bool:
        """Whether we lead, for the next seconds. False when the durable Redis is away."""
        try:
            return bool(self._link.run(_HOLD, ["hl:baton"], [self._name, HELD]))
        except Unavailable:
            return False
