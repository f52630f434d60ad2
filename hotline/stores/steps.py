"""Before which questions callers stand now: counted by a steward, read by the desk. Never whose."""

from hotline.stores.link import Link, Script

STEPS = "hl:spent:steps"
MOST = 2_000  # open reports that are looked at, those that were spoken to last

# Reads only.
_COUNT = Script("""
local counts = {}
for _, id in ipairs(redis.call('ZREVRANGE', 'hl:open', 0, ARGV[1] - 1)) do
  local at = redis.call('HGET', 'hl:job:' .. id, 'at')
  if at then counts[at] = (counts[at] or 0) + 1 end
end
local told = {}
for at, count in pairs(counts) do told[#told + 1] = at .. ' ' .. count end
return told
""")


def write_steps(durable: Link) -> None:
    """Count, and write it down where the desk looks. Twice is safe. Raises Unavailable."""
    durable.call("SET", STEPS, b"\n".join(durable.run(_COUNT, [], [MOST])), "EX", 120)


def read_steps(raw: bytes | None) -> tuple[tuple[str, int], ...]:
    """Question (`flow.node`) and how many stand before it, most first."""
    rows = (line.split() for line in (raw or b"").decode().splitlines())
    found = [(step, int(count)) for step, count in rows]
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))
