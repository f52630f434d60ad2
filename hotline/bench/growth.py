"""What a turn costs while many conversations stand open: how many should not matter.

The conversations are synthetic: a session, the answer to its last event, a sealed part and a note
of what lies at the provider, each of the size of a real one.
"""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hotline.bench.inprocess import TARGET, application, microseconds, servers
from hotline.process import seconds_now
from hotline.stores.link import Link, Script

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TURNS = 200
STATE, ANSWER, PART, NOTE = 552, 296, 1_081, 144  # bytes, closed
AT_ONCE = 2_000

# Twice is safe: the same names hold the same things.
_FILL = Script("""
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
  local id = string.format('%032x', i)
  local tag = string.sub(id, 17)
  redis.call('HSET', 'hl:s:' .. tag, 'v', 3, 's', ARGV[3])
  redis.call('EXPIRE', 'hl:s:' .. tag, 86400)
  redis.call('SET', 'hl:e:' .. tag, ARGV[4], 'EX', 172800)
  redis.call('DEL', 'hl:p:' .. id)
  redis.call('RPUSH', 'hl:p:' .. id, ARGV[5])
  redis.call('ZADD', 'hl:open', ARGV[7], id)
  redis.call('ZADD', 'hl:purge', ARGV[7] + 90, id .. ARGV[6])
  redis.call('ZADD', 'hl:purge:born', ARGV[7], id .. ARGV[6])
end
return 1
""")


def measure(folder: Path, sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float]]:
    """For each number of open conversations: microseconds of a first text and of a key press, in
    process, and megabytes of the durable Redis."""
    found: dict[str, dict[str, float]] = {}
    with servers(folder) as env:
        app = application(env)
        gc.collect()
        gc.freeze()
        durable = Link(env["HOTLINE_DURABLE_REDIS_URL"], "durable")
        microseconds(app, _texts() + _keys(app))
        held = 0
        for size in sizes:
            _fill(durable, held, size)
            held = size
            found[str(size)] = {
                "text_us": microseconds(app, _texts()),
                "key_us": microseconds(app, _keys(app)),
                "redis_mb": _used(durable),
            }
    return found


def _texts() -> list[bytes]:
    return [TARGET.text(number % 4) for number in range(TURNS)]


def _keys(app: "WSGIApplication") -> list[bytes]:
    """Key presses of calls that have begun."""
    sids = [f"CA{os.urandom(16).hex()}" for _ in range(TURNS)]
    microseconds(app, [TARGET.call(sid, "", "") for sid in sids])
    return [TARGET.call(sid, "/1", "1") for sid in sids]


def _fill(durable: Link, first: int, end: int) -> None:
    state, answer, part, note = (os.urandom(size) for size in (STATE, ANSWER, PART, NOTE))
    minute = seconds_now() // 60 * 60
    for at in range(first, end, AT_ONCE):
        until = min(at + AT_ONCE, end)
        durable.run(_FILL, [], [at, until, state, answer, part, note, minute])


def _used(durable: Link) -> float:
    lines = bytes(durable.call("INFO", "memory")).decode().splitlines()
    used = next(line for line in lines if line.startswith("used_memory:"))
    return int(used.partition(":")[2]) / 1e6
