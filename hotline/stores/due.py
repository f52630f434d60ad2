"""What is due in a sorted set of seconds.

Due is what the clock has passed, and what lies farther ahead than any lease or wait can put it: a
clock that was wrong wrote that, and without this it would wait until that clock was right.
"""

from hotline.stores.link import Link

HOURS = 2 * 3_600  # longer than a lease, or the longest wait for a report or a recording
DAYS = 2 * 86_400  # longer than the longest wait for what lies at the provider

# For the beginning of a script: the members of `key` that are due at second `now`.
TAKE = """
local function due(key, now, most, ahead)
  local found = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, most)
  if #found < tonumber(most) then
    local far = redis.call('ZRANGEBYSCORE', key, '(' .. (now + ahead), '+inf',
                           'LIMIT', 0, most - #found)
    for _, one in ipairs(far) do table.insert(found, one) end
  end
  return found
end
"""


def take(link: Link, key: str, now: int, most: int, ahead: int) -> list[bytes]:
    """The members that are due. Raises Unavailable."""
    found = list(link.call("ZRANGEBYSCORE", key, "-inf", now, "LIMIT", 0, most))
    if len(found) < most:
        far = (f"({now + ahead}", "+inf", "LIMIT", 0, most - len(found))
        found += link.call("ZRANGEBYSCORE", key, *far)
    return found


def count(link: Link, key: str, now: int, ahead: int) -> int:
    """How many are due. Raises Unavailable."""
    passed = int(link.call("ZCOUNT", key, "-inf", now))
    return passed + int(link.call("ZCOUNT", key, f"({now + ahead}", "+inf"))
