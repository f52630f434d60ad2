"""The keys of the day: born at random in the fleeting Redis, gone after at most 48 hours.

Rule 1: no day key is ever in the environment, on a disk or in code.
Rule 2: tags of different purposes and different days cannot be linked without the key.
Rule 3: a fleeting Redis that persists or replicates is refused.
Rule 4: a process that still holds the keys gives them back to a fleeting Redis that started anew.
With other keys a message that the provider sends again would be a new one: taken, and filed, twice.
Rule 5: who holds them says so in the durable Redis (`hl:held`: the day, nothing else), and whoever
starts waits as long as that is fresh for the keys to be given back, before it makes others. What
it finds it holds from then on.
"""

import secrets
import threading
from datetime import date, datetime, timedelta
from time import monotonic

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.keyed import Keyed
from hotline.intake.messages import CallerKey, DayKey, Secret, Tag
from hotline.stores.link import Argument, Link, Script

LIVES = 172_800  # seconds: 48 h, which no key outlives
NO_KEY = "no_key"
HELD, HELD_LIVES = "hl:held", 6  # seconds for which it is believed that somebody holds the keys
LOOK_AGAIN = 1.0  # seconds after which a process asks whether the keys are still the same

# Twice is safe: the second run finds the keys that the first made or gave back. Yesterday's key is
# never made, only given back.
_BORN = Script("""
local held = {}
for i = 1, 2 do
  held[i] = redis.call('GET', KEYS[i])
  if not held[i] and ARGV[i] ~= '' then
    redis.call('SET', KEYS[i], ARGV[i], 'EX', ARGV[i + 2])
    held[i] = ARGV[i]
  end
end
return held
""")


class _Keys:
    """The keys of a day and of the one before, and what makes tags with them."""

    def __init__(self, day: date, today: bytes, yesterday: bytes | None) -> None:
        self.day, self.today, self.yesterday = day, today, yesterday
        self.under_today = Keyed(today)
        self.under_yesterday = Keyed(yesterday) if yesterday else None


class DayKeys:
    """Makes CallerKeys. Raises Unavailable when no key of the day can be had.

    As long as `makes` is false they are only given back, never made where there are none.
    """

    def __init__(self, fleeting: Link, makes: bool = True) -> None:
        self._fleeting = fleeting
        self.makes = makes
        self._held: _Keys | None = None
        self._looked = 0.0
        self._lock = threading.Lock()

    def caller(self, who: str, event: str, at: datetime) -> CallerKey:
        """The key of a caller (`who`: channel and number, or call) and of one event of theirs."""
        keys = self._keys(at)
        before = keys.under_yesterday
        return CallerKey(
            _derive(keys.under_today, who, event),
            _derive(before, who, event) if before else None,
        )

    def hold(self, at: datetime) -> bool:
        """Have the keys at hand, to give them back; False: there are none. Raises Unavailable."""
        try:
            self._keys(at)
        except Unavailable as error:
            if error.code != NO_KEY:
                raise
            return False
        return True

    def _keys(self, at: datetime) -> _Keys:
        held, day = self._held, at.date()
        if held and held.day == day and monotonic() - self._looked < LOOK_AGAIN:
            return held
        with self._lock:
            try:
                self._held = self._fetch(day, at)
            except Unavailable:
                if not held or held.day != day:
                    raise  # a key we still hold in memory is as good as the one in the store
            self._looked = monotonic()
            assert self._held is not None
            return self._held

    def _fetch(self, day: date, at: datetime) -> _Keys:
        held = self._held if self._held and self._held.day == day else None
        names: list[Argument] = [_name(day), _name(day - timedelta(days=1))]
        today = held.today if held else secrets.token_bytes(32) if self.makes else b""
        yesterday = held.yesterday if held and held.yesterday else b""
        over = _midnight(at)  # a key given back dies no later than it would have
        left = (LIVES if held is None else over + LIVES // 2, over)
        found = self._fleeting.run(_BORN, names, [today, yesterday, *left])
        if found[0] is None:
            raise Unavailable(NO_KEY)
        return _Keys(day, *found)


def tell_held(durable: Link, at: datetime) -> None:
    """Say that somebody holds the keys of this day. Raises Unavailable."""
    durable.call("SET", HELD, at.date().isoformat(), "EX", HELD_LIVES)


def somebody_holds(durable: Link, at: datetime) -> bool:
    """Whether somebody held the keys of this day a moment ago, or that cannot be known."""
    try:
        return bool(durable.call("GET", HELD) == at.date().isoformat().encode())
    except Unavailable:
        return True


def _midnight(at: datetime) -> int:
    """Seconds until the day of `at` is over, at least one."""
    begins = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, 86_400 - int((at - begins).total_seconds()))


def refuse_persistence(fleeting: Link, durable: Link) -> None:
    """Raises Mistaken unless the fleeting Redis forgets: no snapshot, no AOF, no replica, not the
    durable one."""
    for faulty, remedy in fleeting_faults(fleeting, durable):
        if faulty:
            raise Mistaken(f"HOTLINE_FLEETING_REDIS_URL: {remedy}")


def fleeting_faults(fleeting: Link, durable: Link) -> list[tuple[bool, str]]:
    """What would let a day key outlive its day, each with its remedy."""
    replicas = _info(fleeting, "replication")
    return [
        (_config(fleeting, "save") != "", 'it saves snapshots; set `save ""`'),
        (_config(fleeting, "appendonly") != "no", "it keeps an AOF; set `appendonly no`"),
        (replicas.get("connected_slaves", "0") != "0", "it has a replica; remove it"),
        (replicas.get("role", "master") != "master", "it is a replica; give it its own server"),
        (_run_id(fleeting) == _run_id(durable), "it is the durable server; start a second one"),
    ]


def durable_faults(durable: Link) -> list[tuple[bool, str]]:
    """What would let an accepted report be lost, each with its remedy."""
    return [
        (_config(durable, "appendonly") != "yes", "it keeps no AOF; set `appendonly yes`"),
        (_config(durable, "appendfsync") != "always", "set `appendfsync always`"),
        (_config(durable, "maxmemory-policy") != "noeviction", "set `maxmemory-policy noeviction`"),
        (_config(durable, "no-appendfsync-on-rewrite") != "no", "set it to no"),
    ]


def refuse_forgetting(durable: Link) -> None:
    """Raises Mistaken unless the durable Redis keeps what it acknowledged."""
    for faulty, remedy in durable_faults(durable):
        if faulty:
            raise Mistaken(f"HOTLINE_DURABLE_REDIS_URL: {remedy}")


def _name(day: date) -> str:
    return f"hl:day:{day.isoformat()}"


def _derive(key: Keyed, who: str, event: str) -> DayKey:
    return DayKey(
        Tag(_mac(key, "session", who)[:16]),
        Tag(_mac(key, "event", event)[:16]),
        Secret(_mac(key, "secret", who)),
    )


def _mac(key: Keyed, purpose: str, value: str) -> bytes:
    return key.digest(f"{purpose}\0{value}".encode())


def _config(link: Link, name: str) -> str:
    reply = link.call("CONFIG", "GET", name)
    if isinstance(reply, dict):
        reply = [part for pair in reply.items() for part in pair]
    return bytes(reply[1]).decode() if reply else ""


def _info(link: Link, section: str) -> dict[str, str]:
    lines = bytes(link.call("INFO", section)).decode().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def _run_id(link: Link) -> str:
    return _info(link, "server").get("run_id", link.name)
