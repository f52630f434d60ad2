"""Recordings that still lie at the provider: sealed notes in the durable Redis.

`hl:fetch` notes as the outbox leaves them · `hl:fetching` notes by the second they are due next ·
`hl:fetched` how often each was tried, by the note's SHA-1
"""

from hotline.intake.recordings import Waiting
from hotline.stores import due
from hotline.stores.link import Link, Script

# Not for repeating: a lost reply costs one lease, and the note comes back when it runs out.
_TAKE = Script(f"""{due.TAKE}
for _, note in ipairs(redis.call('SPOP', 'hl:fetch', 100)) do
  redis.call('ZADD', 'hl:fetching', 'NX', 0, note)
end
local note = due('hl:fetching', ARGV[1], 1, {due.HOURS})[1]
if not note then return {{}} end
redis.call('ZADD', 'hl:fetching', ARGV[1] + ARGV[2], note)
return {{note, redis.call('HINCRBY', 'hl:fetched', redis.sha1hex(note), 1)}}
""")

# Twice is safe: both runs set the same second.
_LATER = Script("return redis.call('ZADD', 'hl:fetching', 'XX', ARGV[2], ARGV[1])")

# Twice is safe: the second run removes what is gone already.
_DONE = Script("""
redis.call('HDEL', 'hl:fetched', redis.sha1hex(ARGV[1]))
return redis.call('ZREM', 'hl:fetching', ARGV[1])
""")

# Reads only.
_DUE = Script(f"""{due.TAKE}
return redis.call('SCARD', 'hl:fetch') + #due('hl:fetching', ARGV[1], 100, {due.HOURS})
""")


class RedisRecordings:
    """`Waits` over the durable Redis."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def take(self, now: int, seconds: int) -> Waiting | None:
        """See `Waits.take`."""
        found = self._link.run(_TAKE, [], [now, seconds])
        return Waiting(bytes(found[0]), int(found[1])) if found else None

    def later(self, waiting: Waiting, at: int) -> None:
        """See `Waits.later`."""
        self._link.run(_LATER, [], [waiting.note, at])

    def done(self, waiting: Waiting) -> None:
        """See `Waits.done`."""
        self._link.run(_DONE, [], [waiting.note])

    def due(self, now: int) -> int:
        """See `Waits.due`."""
        return int(self._link.run(_DUE, [], [now]))
