"""Deliveries: one tip to one case system, once, whatever fails on the way.

Running it twice is safe at every point: the bytes are kept before they are sent, the far end knows
the key, and what an older turn reports is not taken.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial

from hotline.intake.errors import Mistaken
from hotline.intake.ports import Attachments
from hotline.intake.sinks import (
    Dead,
    Deliveries,
    File,
    Jitter,
    Later,
    Mirror,
    Order,
    Parked,
    Sink,
    Trouble,
)
from hotline.records.attachment import neutral_name
from hotline.records.delivery import FINAL, Delivery, Status, together
from hotline.records.tip import Tip

LEASE = 3  # minutes; longer than the requests of one delivery can take; renewed between files
BATCH = 20
LONGEST = 20  # seconds that one bell is worth; the steward rings again while something is due
_AWAY = (Later("away"), Later("unknown_host"))
WAITS = (1, 5, 30, 120, 300, 600, 840, 1200, 1440)  # minutes, then daily: Standard Webhooks' table
DAY = 1440
# An answer of a shape that nobody documented must not keep the next delivery from its turn.
_STRANGE = (ValueError, KeyError, TypeError, AttributeError, IndexError)
_JAPAN = timezone(timedelta(hours=9))
# Does something with each of some deliveries; how many of them at a time is its own affair.
Hands = Callable[[Callable[[Delivery], str], Iterable[Delivery]], Iterable[str]]
POLL, POLL_FINAL = 15, DAY  # minutes between two looks at what became of a tip


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering works with. `read` gives a tip by its id, None when it is gone."""

    deliveries: Deliveries
    read: Callable[[str], Tip | None]
    attachments: Attachments
    sinks: Mapping[str, Sink]
    mirror: Mirror | None
    jitter: Jitter
    hands: Hands = map


def deliver_due(post: Post, clock: Callable[[], int]) -> dict[str, int]:
    """What is due, for a while; counts by outcome. Raises Unavailable.

    A far end that hangs must not keep new reports from being filed by the same worker: after
    `LONGEST` seconds the rest is given back. One delivery to each sink goes ahead; the others
    follow side by side, unless the sink was away.
    """
    counts: dict[str, int] = {}
    away: set[str] = set()
    end = clock() + LONGEST
    turn = partial(_turn_in_time, post, clock=clock, end=end, away=away)
    while clock() < end and (batch := post.deliveries.lease(clock() // 60, LEASE, BATCH)):
        polled = [d for d in batch if d.state == "delivered" and not _open_parts(d)]
        told = [d for d in batch if d not in polled]
        ahead = list({d.sink: d for d in reversed(told)}.values())
        for some in (ahead, [d for d in told if d not in ahead]):
            for outcome in post.hands(turn, some):
                _count(counts, outcome)
        for name in sorted({d.sink for d in polled}):
            some = [d for d in polled if d.sink == name]
            if _has_time(post, some, clock, end):
                _count(counts, _poll(post, name, some, clock))
    return counts


def _has_time(post: Post, some: Sequence[Delivery], clock: Callable[[], int], end: int) -> bool:
    """Whether there is time left; if not, others may have these at once."""
    if clock() < end:
        return True
    for delivery in some:
        post.deliveries.renew(delivery, 0)
    return False


def due_after(attempts: int, seconds: int, jitter: float) -> int:
    """Minutes until the next try: the table's, a quarter more or less, never before `seconds`."""
    wait = WAITS[min(attempts, len(WAITS) - 1)]
    asked = min(-(-seconds // 60), DAY)
    return max(1, round(wait * (0.75 + jitter / 2)), asked)


def tell(
    deliveries: Deliveries, mirror: Mirror | None, tip_id: str, news: tuple[str, str, Status, str]
) -> bool:
    """A sink's news (mark, sink, status, hour) to the tip, and from there to its receipt."""
    mark, sink, status, hour = news
    fresh = deliveries.heard(mark, tip_id, sink, status, hour)
    reflect(deliveries, mirror, tip_id)
    return fresh


def reflect(deliveries: Deliveries, mirror: Mirror | None, tip_id: str) -> None:
    """Show the tip's status to its receipt; again at every occasion, as we may die in between."""
    now = together(deliveries.statuses(tip_id))
    if mirror is not None and now is not None:
        mirror.became(tip_id, now)


def _count(counts: dict[str, int], outcome: str) -> None:
    if outcome:
        counts[outcome] = counts.get(outcome, 0) + 1


def _open_parts(delivery: Delivery) -> list[str]:
    return [part.attachment_id for part in delivery.parts if part.state == "due"]


def _turn_in_time(
    post: Post, delivery: Delivery, clock: Callable[[], int], end: int, away: set[str]
) -> str:
    """The outcome of its turn; nothing when there was no time left for one."""
    return _turn(post, delivery, clock, away) if _has_time(post, [delivery], clock, end) else ""


def _turn(post: Post, delivery: Delivery, clock: Callable[[], int], away: set[str]) -> str:
    sink = post.sinks.get(delivery.sink)
    try:
        if delivery.sink in away:
            raise Trouble(Later("away"))
        if sink is None:
            raise Trouble(Parked("no_such_sink"))
        if delivery.state == "withdraw":
            return _withdraw(post, sink, delivery, clock())
        return _deliver(post, sink, delivery, clock)
    except Trouble as trouble:
        if trouble.what in _AWAY:
            away.add(delivery.sink)
        return _trouble(post, delivery, trouble, clock() // 60)
    except Mistaken as error:  # the case book's key is not here
        return _trouble(post, delivery, Trouble(Parked(error.code)), clock() // 60)
    except _STRANGE:
        return _trouble(post, delivery, Trouble(Later("not_understood")), clock() // 60)


def _trouble(post: Post, delivery: Delivery, trouble: Trouble, minute: int) -> str:
    """Wait, park or set aside. What is delivered stays so, whatever its attachments meet."""
    kept = delivery.state if delivery.state in ("withdraw", "delivered") else None
    match trouble.what:
        case Later(code, seconds):
            due = minute + due_after(delivery.attempts, seconds, post.jitter())
            post.deliveries.settle(delivery, kept or "due", due, code)
            return "again"
        case Parked(code):
            due = minute + DAY + round(60 * post.jitter())
            post.deliveries.settle(delivery, kept or "parked", due, code)
            return "parked"
        case Dead(code):
            post.deliveries.settle(delivery, "dead", None, code)
            return "dead"


def _withdraw(post: Post, sink: Sink, delivery: Delivery, now: int) -> str:
    reference = delivery.reference or sink.look_up(delivery.tip_id)
    if reference is not None:
        sink.withdraw(delivery.tip_id, reference, now)
    post.deliveries.forget(delivery)
    return "withdrawn"


def _deliver(post: Post, sink: Sink, delivery: Delivery, clock: Callable[[], int]) -> str:
    tip = post.read(delivery.tip_id)
    if tip is None:
        return "erased"  # its erasure has changed the row already, or is about to
    body = post.deliveries.body(delivery)
    if body is None:
        body = sink.compose(tip)
        if not post.deliveries.keep_body(delivery, body):
            return "overtaken"
    order = Order(tip.id, body, clock())
    sent = (order, delivery.reference, delivery.code)
    if delivery.state != "delivered":
        done = sink.deliver(order)
        sent = (order, done.reference, done.code)
        follows = sink.takes_files and _open_parts(delivery)
        settled = None if follows else (_next_look(sink, clock()), done.code)
        if not post.deliveries.arrived(delivery, done.reference, settled):
            return "overtaken"
        if settled:
            return "delivered"
    return _attach(post, sink, delivery, tip, sent, clock)


def _next_look(sink: Sink, now: int) -> int | None:
    """The minute in which a sink that is polled is first asked what became of a tip."""
    return now // 60 + POLL if sink.polls else None


def _attach(
    post: Post,
    sink: Sink,
    delivery: Delivery,
    tip: Tip,
    sent: tuple[Order, str, str],
    clock: Callable[[], int],
) -> str:
    """The attachments that are due, one after the other; each is settled by itself."""
    order, reference, code = sent
    delivered = replace(delivery, state="delivered")
    for attachment_id in _open_parts(delivery) if sink.takes_files else ():
        if not post.deliveries.renew(delivery, clock() // 60 + LEASE):
            return "overtaken"
        file = _file(post, tip, attachment_id)
        if file is None:
            continue
        try:
            sink.attach(order, reference, file)
            post.deliveries.part(delivery, attachment_id, "delivered", "")
        except Trouble as trouble:
            if not isinstance(trouble.what, Dead):
                return _trouble(post, delivered, trouble, clock() // 60)
            post.deliveries.part(delivery, attachment_id, "dead", trouble.code)
    post.deliveries.settle(delivered, "delivered", _next_look(sink, clock()), code)
    return "delivered"


def _file(post: Post, tip: Tip, attachment_id: str) -> File | None:
    stored = next((s for s in post.attachments.of(tip.id) if s.id == attachment_id), None)
    content = post.attachments.read(attachment_id) if stored else None
    if stored is None or content is None:
        return None
    name = neutral_name(tip, attachment_id, stored.media_type)
    words = next((a.transcript for a in tip.attachments if a.id == attachment_id), None) or ""
    return File(attachment_id, name, stored.media_type, content, stored.sha256, words)


def _poll(post: Post, name: str, rows: Sequence[Delivery], clock: Callable[[], int]) -> str:
    """Ask one sink about several tips; whoever has news tells it to the tip."""
    sink, minute = post.sinks.get(name), clock() // 60
    try:
        if sink is None:
            raise Trouble(Parked("no_such_sink"))
        known = sink.poll({d.tip_id: d.reference for d in rows}) if sink.polls else {}
    except Trouble as trouble:
        for delivery in rows:
            _trouble(post, delivery, trouble, minute)
        return "unpolled"
    except _STRANGE:
        for delivery in rows:
            _trouble(post, delivery, Trouble(Later("not_understood")), minute)
        return "unpolled"
    for delivery in rows:
        status = known.get(delivery.tip_id)
        if status is not None and status != delivery.status:
            _tell_polled(post, delivery, status, clock())
        elif status is not None:
            reflect(post.deliveries, post.mirror, delivery.tip_id)
        wait = POLL_FINAL if (status or delivery.status) in FINAL else POLL
        due = minute + wait + round(5 * post.jitter())
        code = delivery.code if delivery.code == "unverified" else ""
        post.deliveries.settle(delivery, "delivered", due if sink.polls else None, code)
    return "polled"


def _tell_polled(post: Post, delivery: Delivery, status: Status, now: int) -> None:
    """News that we asked for: marked by delivery, turn and status, so that a repeat is none."""
    mark = hashlib.sha256(f"{delivery.id}\0{delivery.turn}\0{status}".encode()).hexdigest()
    news = (mark, delivery.sink, status, japan_hour(now))
    tell(post.deliveries, post.mirror, delivery.tip_id, news)


def japan_hour(now: int) -> str:
    """The hour of second `now` in Japan, as the case book writes it."""
    moment = datetime.fromtimestamp(now, _JAPAN)
    return moment.strftime("%Y-%m-%dT%H:00+09:00")
