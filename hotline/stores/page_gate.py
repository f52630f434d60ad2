"""Counts conversations that are opened on the page, in the fleeting Redis: `pg:free:<window>`,
`pg:work:<window>` and `pg:place`, the last place that is kept; voice notes are `pg:voice:<window>`.
A few keys, however many come.
"""

from dataclasses import astuple, dataclass

from hotline.intake.messages import Opened
from hotline.intake.openings import APART, FARTHEST, FREE, SOONEST, SPOKEN, WINDOW, WORKED
from hotline.stores.link import Link, Script

OPENED = "hl:spent:page"  # in the durable Redis, where the desk looks

# Counting one twice costs a place that somebody else finds a moment later.
_ONE_MORE = Script("""
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
""")

# Keeping two places for one costs the seconds between them.
_PLACE = Script("""
local now, last = tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or '0')
local place = math.max(now + tonumber(ARGV[2]), last + tonumber(ARGV[3]))
if place - now > tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[1], place, 'EX', ARGV[4])
return place
""")


@dataclass(frozen=True, slots=True)
class PageGate:
    """`Gate` over the fleeting Redis; `most_free` and `most_worked` in each window."""

    fleeting: Link
    most_free: int = FREE
    most_worked: int = WORKED

    def free(self, now: int) -> bool:
        """See `Gate.free`."""
        return self._one_more("free", now, self.most_free)

    def worked(self, now: int) -> bool:
        """See `Gate.worked`."""
        return self._one_more("work", now, self.most_worked)

    def spoken(self, now: int) -> bool:
        """See `Gate.spoken`."""
        return self._one_more("voice", now, SPOKEN)

    def place(self, now: int) -> int | None:
        """See `Gate.place`."""
        found = int(self.fleeting.run(_PLACE, ["pg:place"], [now, SOONEST, APART, FARTHEST]))
        return found or None

    def opened(self, now: int) -> Opened:
        """How many came in the running window, for the desk."""
        window, place = now // WINDOW, int(self.fleeting.call("GET", "pg:place") or 0)
        free, worked = (
            int(self.fleeting.call("GET", f"pg:{share}:{window}") or 0)
            for share in ("free", "work")
        )
        return Opened(free, self.most_free, worked, max(0, place - now))

    def _one_more(self, share: str, now: int, most: int) -> bool:
        name = f"pg:{share}:{now // WINDOW}"
        return bool(self.fleeting.run(_ONE_MORE, [name], [most, 2 * WINDOW]))


def write_opened(durable: Link, opened: Opened) -> None:
    """Write it down where the desk looks: numbers only. Twice is safe."""
    durable.call("SET", OPENED, " ".join(map(str, astuple(opened))), "EX", 120)


def read_opened(raw: bytes | None) -> Opened | None:
    """What `write_opened` wrote; None where no steward has looked for two minutes."""
    return Opened(*map(int, raw.split())) if raw else None
