"""Where reports stand by channel, and before which questions callers stand: counted by a steward,
read by the desk. Never whose."""

from collections import Counter

from hotline.intake.messages import Standing
from hotline.stores.link import Link, Script

STEPS = "hl:spent:steps"
MOST = 2_000  # reports of each kind that are looked at; of open ones those spoken to last

# Reads only.
_COUNT = Script("""
local counts = {}
local function look(where, ids)
  for _, id in ipairs(ids) do
    local at = redis.call('HGET', 'hl:job:' .. id, 'at')
    if at then
      local key = where .. ' ' .. at
      counts[key] = (counts[key] or 0) + 1
    end
  end
end
look('telling', redis.call('ZREVRANGE', 'hl:open', 0, ARGV[1] - 1))
look('waiting', redis.call('ZRANGE', 'hl:out', 0, ARGV[1] - 1))
look('running', redis.call('ZRANGE', 'hl:lease', 0, ARGV[1] - 1))
look('dead', redis.call('SRANDMEMBER', 'hl:dead', ARGV[1]))
local told = {}
for at, count in pairs(counts) do told[#told + 1] = at .. ' ' .. count end
return told
""")


def write_steps(durable: Link) -> None:
    """Count, and write it down where the desk looks. Twice is safe. Raises Unavailable."""
    durable.call("SET", STEPS, b"\n".join(durable.run(_COUNT, [], [MOST])), "EX", 120)


def read_steps(raw: bytes | None) -> tuple[tuple[str, int], ...]:
    """Question (`flow.node`) and how many stand before it, most first."""
    found: Counter[str] = Counter()
    for where, _, step, count in _rows(raw):
        if where == "telling" and step:
            found[step] += count
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def read_standing(raw: bytes | None) -> dict[str, Standing]:
    """By channel: how many reports are being told, wait, run and were set aside."""
    found: dict[str, Counter[str]] = {}
    for where, channel, _, count in _rows(raw):
        found.setdefault(channel, Counter())[where] += count
    return {channel: Standing(**counts) for channel, counts in found.items()}


def _rows(raw: bytes | None) -> list[tuple[str, str, str, int]]:
    rows = (line.split() for line in (raw or b"").decode().splitlines())
    return [(where, channel, "".join(step), int(n)) for where, channel, *step, n in rows]
