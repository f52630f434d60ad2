"""Where ports meet the two Redis servers: what every process needs, and no more is loaded."""

import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.spending import Caps, read_caps
from hotline.process import JAPAN, japan_now
from hotline.settings import Settings
from hotline.stores.day_keys import (
    HELD_LIVES,
    DayKeys,
    somebody_holds,
    tell_held,
)
from hotline.stores.link import Link
from hotline.stores.minutes import write_minute
from hotline.stores.page_gate import PageGate, write_opened
from hotline.stores.queue import RqBell
from hotline.stores.receipts import Receipts
from hotline.stores.reply_purse import RedisPurse, write_spent
from hotline.stores.sealing import Sealer
from hotline.stores.spool import FileSpool, host_mark, tell_waiting
from hotline.stores.steps import write_steps


def caps(settings: Settings) -> Caps:
    """What texts may cost. Raises Mistaken."""
    try:
        return read_caps(settings.reply_budget)
    except ValueError as error:
        raise Mistaken(f"HOTLINE_REPLY_BUDGET: {error}") from None


def tell_spent(settings: Settings, durable: Link) -> Callable[[int], None]:
    """A function that writes down, for the desk, what texts have cost, how often the page was
    opened, how much came in this minute and where callers stand. It raises Unavailable."""
    fleeting = Link(settings.fleeting_redis_url, "fleeting")
    purse, gate = RedisPurse(fleeting, caps(settings)), PageGate(fleeting)

    def tell(now: int) -> None:
        write_spent(durable, purse.spent(now))
        write_opened(durable, gate.opened(now))
        write_minute(durable, now)
        write_steps(durable)

    return tell


def links(settings: Settings) -> tuple[Link, Link]:
    """The durable and the fleeting Redis."""
    settings.need("durable_redis_url", "fleeting_redis_url")
    return Link(settings.durable_redis_url, "durable"), Link(
        settings.fleeting_redis_url, "fleeting"
    )


def erase_by_code(settings: Settings, code: str, now: int) -> bool:
    """Erase, everywhere, the report that a receipt's code opens; False when it opens nothing."""
    settings.need("durable_redis_url", "receipt_pepper", "recipient_public_key")
    durable = Link(settings.durable_redis_url, "durable")
    receipts = Receipts(durable, settings.receipt_pepper, Sealer(settings.recipient_public_key))
    found = receipts.find(code)
    erased = found is not None and receipts.erase(found, now // 60 * 60)
    RqBell(settings.durable_redis_url).ring()
    return erased


def hold_keys(settings: Settings) -> Callable[[int], bool]:
    """A function that holds the day's keys for a fleeting Redis that dies, and says so; raises
    Unavailable."""
    durable, fleeting = links(settings)
    keys = DayKeys(fleeting, makes=False)

    def hold(now: int) -> bool:
        at = datetime.fromtimestamp(now, JAPAN)
        held = keys.hold(at)
        if held:
            tell_held(durable, at)
        return held

    return hold


def day_keys(settings: Settings) -> DayKeys:
    """The keys of the day, none of which is made before `wait_for_keys`."""
    return DayKeys(links(settings)[1], makes=False)


def wait_for_keys(settings: Settings, keys: DayKeys, seconds: float = 2.0 * HELD_LIVES) -> None:
    """Give whoever holds the day's keys the time to give them back, before we may make others."""
    end, durable = monotonic() + seconds, links(settings)[0]
    while monotonic() < end:
        with suppress(Unavailable):
            if keys.hold(japan_now()) or not somebody_holds(durable, japan_now()):
                break
        sleep(0.05)
    keys.makes = True


def bring_in(settings: Settings, durable: Link) -> Callable[[], int]:
    """A function that empties this host's spool into the durable Redis. It raises Unavailable."""
    if not settings.spool_dir:
        return lambda: 0
    spool, host = FileSpool(Path(settings.spool_dir)), socket.gethostname()

    def act() -> int:
        new = spool.bring_in(durable)
        tell_waiting(durable, host_mark(host), spool.waiting())
        return new

    return act


def ready(settings: Settings) -> Callable[[], bool]:
    """Whether a turn could be kept now: both Redis servers answer."""
    both = links(settings)

    def answer() -> bool:
        try:
            return all(link.call("PING") for link in both)
        except Unavailable:
            return False

    return answer
