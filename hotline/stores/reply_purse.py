"""What our texts have cost, in the fleeting Redis: counts that nobody can be found by.

`rb:all:<day>`, `rb:to:<country>:<day>` and `rb:out:<day>` (answers left out) are counts of a day,
`rb:hour:<hour>` those of an hour; `rb:by:<tag>:<hour>` and `rb:same:<tag>:<answer>` go by the
caller's pseudonym of the day; `rb:e:<tag>` keeps what was said about one event.

Answers that name help at once have counts of their own (`rb:urgent:all:<day>` and so on): who was
told twenty times that nothing could be kept is thanked when it is, and who floods the line with
danger takes no answer from those who tell what they saw.

A fleeting Redis that starts anew starts at zero: then a day costs two days' caps at most.
"""

from dataclasses import astuple

from hotline.intake.messages import Spent
from hotline.intake.spending import Bill, Caps
from hotline.stores.link import Link, Script

PLAIN, URGENT = "rb", "rb:urgent"  # what is counted apart
SCARCE = 0.5  # of the day's or hour's cap: from here on, greetings are left out
DANGER = 4  # times the caps, for whoever is in danger or could not be heard
LIVES = 172_800  # seconds
SPENT = "hl:spent"  # in the durable Redis, where the desk looks

# Twice is safe: the first run leaves its word under the event, the second finds it.
_SPEND = Script("""
local said = redis.call('GET', KEYS[1])
if said then return tonumber(said) end
local segments, same_most = tonumber(ARGV[1]), tonumber(ARGV[2])
local caps = {tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])}
local times, idle, scarce = tonumber(ARGV[7]), ARGV[8] == '1', tonumber(ARGV[9])
local allowed = 1
for i = 1, 4 do
  local used = tonumber(redis.call('GET', KEYS[i + 1]) or '0')
  if used + segments > caps[i] * times then allowed = 0 end
  if i <= 2 and idle and used + segments > caps[i] * scarce then allowed = 0 end
end
local same = redis.call('INCR', KEYS[6])
redis.call('EXPIRE', KEYS[6], 600)
if same > same_most and times == 1 then allowed = 0 end
redis.call('SET', KEYS[1], allowed, 'EX', 86400)
if allowed == 1 then
  for i = 2, 5 do
    redis.call('INCRBY', KEYS[i], segments)
    redis.call('EXPIRE', KEYS[i], ARGV[10])
  end
else
  redis.call('INCR', KEYS[7])
  redis.call('EXPIRE', KEYS[7], ARGV[10])
end
return allowed
""")


class RedisPurse:
    """`Purse` over the fleeting Redis. Every method raises Unavailable."""

    def __init__(self, fleeting: Link, caps: Caps) -> None:
        self._fleeting, self._caps = fleeting, caps

    def spend(self, bill: Bill, now: int) -> bool:
        """See `Purse.spend`."""
        caps, day, who = self._caps, _day(now), bill.sender.hex()
        country = caps.day if bill.country in caps.home else caps.country
        counts = URGENT if bill.urgent else PLAIN
        keys: list[bytes | str | int] = [
            f"rb:e:{bill.event.hex()}",
            f"{counts}:all:{day}",
            f"{counts}:hour:{now // 3600}",
            f"{counts}:to:{bill.country}:{day}",
            f"{counts}:by:{who}:{now // 3600}",
            f"rb:same:{who}:{bill.same.hex()}",
            f"rb:out:{day}",
        ]
        arguments: list[bytes | str | int] = [
            bill.segments, caps.same, caps.day, caps.hour, country, caps.sender,
            DANGER if bill.urgent else 1, int(bill.idle), str(SCARCE), LIVES,
        ]  # fmt: skip
        return bool(self._fleeting.run(_SPEND, keys, arguments))

    def spent(self, now: int) -> Spent:
        """What the running day (UTC) has cost so far."""
        day = _day(now)
        names = (f"{PLAIN}:all:{day}", f"rb:out:{day}", f"{URGENT}:all:{day}")
        used, unanswered, urgent = (int(self._fleeting.call("GET", name) or 0) for name in names)
        return Spent(used, self._caps.day, unanswered, urgent)


def _day(now: int) -> int:
    return now // 86_400


def write_spent(durable: Link, spent: Spent) -> None:
    """Write it down where the desk looks: numbers only. Twice is safe."""
    durable.call("SET", SPENT, " ".join(map(str, astuple(spent))), "EX", 120)


def read_spent(raw: bytes | None) -> Spent | None:
    """What `write_spent` wrote; None where no steward has looked for two minutes."""
    return Spent(*map(int, raw.split())) if raw else None
