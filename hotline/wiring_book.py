"""Where ports meet adapters for worker, desk and commands: everything around the case book.

The callers' side is wired in `wiring`, so that it never loads a database.
"""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import SystemRandom
from time import monotonic

from redis.exceptions import RedisError

from hotline.channels.signature import check_public_url, sign
from hotline.intake.deliver import Post, deliver_due, japan_hour, tell
from hotline.intake.errors import Unavailable, Untrusted
from hotline.intake.handover import Desk, drain, redacted, tip_id
from hotline.intake.matching import match_due
from hotline.intake.messages import Figures, ReportId
from hotline.intake.purge import let_go, lying, work_off
from hotline.intake.receipt_notes import attach
from hotline.intake.recordings import Studio, fetch_one
from hotline.intake.retention import days_of, expire
from hotline.intake.typed import Clerk
from hotline.process import japan_now, seconds_now
from hotline.provider.client import NONE, Client, send_form
from hotline.provider.recordings import ProviderRecordings
from hotline.provider.sweep import path_of, sweep
from hotline.recordings.bounded import disguised, listener
from hotline.recordings.pressed import pressed
from hotline.settings import Settings
from hotline.sinks.settings import read_sinks
from hotline.stores.attachments import SqlAttachments
from hotline.stores.audit import SqlAudit
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring
from hotline.stores.cases import SqlCases
from hotline.stores.database import migrate, open_engine
from hotline.stores.deliveries import SqlDeliveries
from hotline.stores.desk_sessions import SqlDeskSessions
from hotline.stores.inbox import RedisInbox
from hotline.stores.link import Link, client
from hotline.stores.matches import SqlMatches
from hotline.stores.milestones import SqlMilestones
from hotline.stores.minutes import MINUTES, count_delivered, read_minutes
from hotline.stores.operators import SqlOperators
from hotline.stores.page_gate import OPENED, read_opened
from hotline.stores.passkeys import SqlPasskeys
from hotline.stores.queue import RqBell, workers
from hotline.stores.receipts import Receipts, RedisNotes
from hotline.stores.redis_recordings import RedisRecordings
from hotline.stores.redis_sessions import RedisOutbox
from hotline.stores.reply_box import SqlReplyBox
from hotline.stores.reply_purse import SPENT, read_spent
from hotline.stores.sealing import Opener, Sealer
from hotline.stores.steps import STEPS, read_standing, read_steps
from hotline.stores.tallies import SqlTallies
from hotline.stores.traces import RedisLedger, TraceOpener
from hotline.stores.work import SqlWork

HANDS = 4  # deliveries that a worker makes side by side, as far ends take their time


def handover_desk(settings: Settings) -> Desk:
    """What the worker works with: the only process that can open what was sealed."""
    settings.need("durable_redis_url", "recipient_private_key", "database_url", "casebook_key")
    opener = Opener(settings.recipient_private_key)
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    book = database(settings)
    sealer = Sealer(opener.public_key)
    return Desk(outbox, opener, sealer, book.casebook, book.attachments, pressed)


def stages(settings: Settings) -> tuple[Callable[[], Mapping[str, int]], ...]:
    """What a worker does when the bell rings, in order; each stage counts what it did."""
    return (
        partial(drain, handover_desk(settings), seconds_now),
        receipts_in(settings),
        *fetching(settings),
        *purging(settings),
        *sweeping(settings),
        expiring(settings),
        delivering(settings),
        matching(settings),
    )


def delivering(settings: Settings) -> Callable[[], Mapping[str, int]]:
    """What sends what is due to case systems, and counts it. It raises Unavailable."""
    office, durable = post(settings), Link(settings.durable_redis_url, "durable")

    def deliver() -> Mapping[str, int]:
        counts = deliver_due(office, seconds_now)
        if arrived := counts.get("delivered", 0):
            count_delivered(durable, arrived)
        return counts

    return deliver


def matching(settings: Settings) -> Callable[[], Mapping[str, int]]:
    """What compares newly filed tips with the open ones. It raises Unavailable."""
    book = database(settings)
    return partial(match_due, book.matches, book.casebook.read)


def post(settings: Settings) -> Post:
    """What delivering to case systems works with."""
    book = database(settings)
    sinks = read_sinks(settings.sinks).sinks
    jitter = SystemRandom().random
    read, box = book.casebook.read, book.reply_box
    hands = ThreadPoolExecutor(HANDS, "deliver").map  # threads begin with the first delivery
    return Post(book.deliveries, read, book.attachments, sinks, box, jitter, hands)


def hears(settings: Settings, book: "Database") -> Callable[[str, Mapping[str, str], bytes], bool]:
    """What takes a case system's news. It raises Untrusted."""
    hooks = read_sinks(settings.sinks).hooks

    def hear(sink: str, headers: Mapping[str, str], body: bytes) -> bool:
        hook, now = hooks.get(sink), seconds_now()
        if hook is None:
            raise Untrusted("no_hook")
        news = hook.read(headers, body, now)
        if news is None:
            return False
        told = (news.mark, sink, news.status, japan_hour(now))
        return tell(book.deliveries, book.reply_box, news.tip_id, told)

    return hear


def clerk(settings: Settings) -> Clerk | None:
    """What takes in reports that operators type; None where no key closes them.

    Without the pepper there are no codes to read out. Raises Mistaken on a bad key.
    """
    if not settings.recipient_public_key:
        return None
    durable, sealer = (
        Link(settings.durable_redis_url, "durable"),
        Sealer(settings.recipient_public_key),
    )
    pepper = settings.receipt_pepper
    receipts = Receipts(durable, pepper, sealer) if pepper else None
    return Clerk(RedisInbox(durable), sealer, RqBell(settings.durable_redis_url), receipts)


def receipts_in(settings: Settings) -> Callable[[], Mapping[str, int]]:
    """A function that attaches new receipts to their tips. It raises Unavailable."""
    book = database(settings)
    notes = RedisNotes(Link(settings.durable_redis_url, "durable"))
    opener = Opener(settings.recipient_private_key)
    return partial(attach, notes, opener, book.reply_box, book.casebook)


def expiring(settings: Settings) -> Callable[[], Mapping[str, int]]:
    """What erases tips whose days are over: looks once in ten minutes, however often it is asked.

    Raises Mistaken on a bad number of days.
    """
    book, days = database(settings).casebook, days_of(settings.retention_days)
    looked = -EXPIRE_EVERY

    def act() -> Mapping[str, int]:
        nonlocal looked
        if monotonic() - looked < EXPIRE_EVERY:
            return {}
        looked = monotonic()
        return expire(book, days, japan_now)

    return act


EXPIRE_EVERY = 600.0  # seconds


def provider(settings: Settings) -> Client | None:
    """The provider's REST interface; None where there is none."""
    if settings.twilio_api_base == NONE or not settings.twilio_account_sid:
        return None
    settings.need("twilio_auth_token")
    token = settings.twilio_auth_token.partition(",")[0].strip()
    return Client(settings.twilio_api_base, settings.twilio_account_sid, token)


def fetching(settings: Settings) -> tuple[Callable[[], Mapping[str, int]], ...]:
    """What fetches recordings, disguises and closes them; nothing where there is no provider."""
    client = provider(settings)
    if client is None:
        return ()
    book = database(settings)
    studio = Studio(
        RedisRecordings(Link(settings.durable_redis_url, "durable")),
        Opener(settings.recipient_private_key),
        ProviderRecordings(client),
        disguised,
        book.attachments,
        book.casebook,
        listener(settings.recogniser),
        redacted,
        book.matches.due_again,
    )
    return (partial(fetch_one, studio, seconds_now),)


def purging(settings: Settings) -> tuple[Callable[[], Mapping[str, int]], ...]:
    """What deletes at the provider; where the settings say that there is none, notes are let go."""
    client = provider(settings)
    if settings.twilio_api_base == NONE:
        ledger = RedisLedger(Link(settings.durable_redis_url, "durable"))
        return (partial(let_go, ledger, seconds_now),)
    if client is None:
        return ()
    link, book = Link(settings.durable_redis_url, "durable"), database(settings).casebook
    opener = TraceOpener(link, Opener(settings.recipient_private_key))

    def has_tip(report: str) -> bool:
        return book.row(tip_id(ReportId(report))) is not None if report else False

    return (partial(work_off, RedisLedger(link), opener, client, has_tip, seconds_now),)


def sweeping(settings: Settings) -> tuple[Callable[[], Mapping[str, int]], ...]:
    """A look, once in five minutes, at what the provider still has of the last day.

    Nothing where there is no provider. None is taken while parts wait in a spool: their messages
    have no note yet. It raises Unavailable and Mistaken.
    """
    client = provider(settings)
    if client is None or not settings.public_url:
        return ()
    link = Link(settings.durable_redis_url, "durable")
    ledger, outbox = RedisLedger(link), RedisOutbox(link)
    opener = TraceOpener(link, Opener(settings.recipient_private_key))
    door, looked = _door(settings), -SWEEP_EVERY

    def act() -> Mapping[str, int]:
        nonlocal looked
        if monotonic() - looked < SWEEP_EVERY:
            return {}
        looked = monotonic()
        seen = lying(ledger, opener)
        if seen is None or outbox.figures(seconds_now()).spooled:
            return {"sweep_left_out": 1}
        return sweep(client, settings.twilio_account_sid, door, seen, japan_now())

    return (act,)


def _door(settings: Settings) -> Callable[[Mapping[str, str]], bool]:
    """Our own door, as the provider knocks at it."""
    token = settings.twilio_auth_token.partition(",")[0].strip()
    url = settings.public_url.rstrip("/")

    def door(form: Mapping[str, str]) -> bool:
        path = path_of(form)
        signature = sign(url, token, path, dict(form))
        return send_form(f"{url}{path}", form, {"X-Twilio-Signature": signature})

    return door


SWEEP_EVERY = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Database:
    """Everything that lives in the case book's database."""

    casebook: SqlCaseBook
    operators: SqlOperators
    sessions: SqlDeskSessions
    audit: SqlAudit
    attachments: SqlAttachments
    deliveries: SqlDeliveries
    reply_box: SqlReplyBox
    work: SqlWork
    tallies: SqlTallies
    matches: SqlMatches
    cases: SqlCases
    passkeys: SqlPasskeys
    milestones: SqlMilestones


def database(settings: Settings) -> Database:
    """The case book, brought up to this release's tables."""
    settings.need("database_url", "casebook_key")
    engine = open_engine(settings.database_url)
    ring = key_ring(settings.casebook_key)
    migrate(engine)
    deliveries = SqlDeliveries(engine, ring, read_sinks(settings.sinks).routes)
    box, matches = SqlReplyBox(engine), SqlMatches(engine, ring)
    return Database(
        SqlCaseBook(engine, ring, [deliveries, box, matches]),
        SqlOperators(engine, ring),
        SqlDeskSessions(engine, ring),
        SqlAudit(engine, ring),
        SqlAttachments(engine, ring, [deliveries]),
        deliveries,
        box,
        SqlWork(engine, ring),
        SqlTallies(engine, ring),
        matches,
        SqlCases(engine, ring),
        SqlPasskeys(engine, ring),
        SqlMilestones(engine),
    )


def note_keys(settings: Settings, milestones: SqlMilestones, now: datetime) -> None:
    """Note since when the keys that a desk knows are in use. Raises Unavailable."""
    ring = key_ring(settings.casebook_key)
    milestones.note("casebook_key", ring.tags("key age", "")[0].hex(), now)
    if settings.recipient_public_key:
        mark = hashlib.sha256(settings.recipient_public_key.encode()).hexdigest()[:32]
        milestones.note("recipient_key", mark, now)


def desk_origin(settings: Settings) -> str:
    """What operators' browsers call the desk, if that is told. Raises Mistaken."""
    if not settings.desk_url:
        return ""
    return check_public_url(settings.desk_url, "HOTLINE_DESK_URL")


def figures(settings: Settings) -> Callable[[], Figures]:
    """A function that reads the live figures. It raises Unavailable."""
    link = Link(settings.durable_redis_url, "durable")
    outbox = RedisOutbox(link)
    connection = client(settings.durable_redis_url)

    def read() -> Figures:
        now = seconds_now()
        try:
            seen = workers(connection, now)
        except RedisError:
            raise Unavailable("durable") from None
        spent = read_spent(link.call("GET", SPENT))
        opened = read_opened(link.call("GET", OPENED))
        hour = read_minutes(link.call("HGETALL", MINUTES), now)
        seen_now = replace(outbox.figures(now), workers=seen, spent=spent)
        told = link.call("GET", STEPS)
        steps, standing = read_steps(told), read_standing(told)
        return replace(seen_now, opened=opened, minutes=hour, steps=steps, standing=standing)

    return read
