"""The one place where ports meet adapters."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import time
from zoneinfo import ZoneInfo

from flask import Blueprint
from redis.exceptions import RedisError

from hotline.channels.doors import Doors, Log
from hotline.channels.signature import Signature
from hotline.conversation.events import Said
from hotline.conversation.flow import Flows
from hotline.conversation.session import Session
from hotline.intake.errors import Unavailable
from hotline.intake.handover import Desk
from hotline.intake.hear import Ear, hear
from hotline.intake.messages import Figures
from hotline.intake.registers import anything, registers
from hotline.places import by_code, prefecture_name
from hotline.process import settle_memory
from hotline.settings import Settings
from hotline.simulator.blueprint import simulator
from hotline.simulator.provider import Provider
from hotline.simulator.transport import Http
from hotline.stores.audit import SqlAudit
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring
from hotline.stores.codes import RandomCodes
from hotline.stores.database import migrate, open_engine
from hotline.stores.day_keys import DayKeys, refuse_forgetting, refuse_persistence
from hotline.stores.desk_sessions import SqlDeskSessions
from hotline.stores.link import Link, client
from hotline.stores.operators import SqlOperators
from hotline.stores.queue import RqBell, workers
from hotline.stores.redis_sessions import RedisOutbox, RedisSessions
from hotline.stores.sealing import Opener, Sealer
from hotline.understanding.stations import prepare
from hotline.wording.catalogue import load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import load_flows
from hotline.wording.sms import encoding, segments

JAPAN = ZoneInfo("Asia/Tokyo")


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ


def japan_now() -> datetime:
    """The moment, in Japan."""
    return datetime.now(JAPAN)


def seconds_now() -> int:
    """Whole seconds since 1970."""
    return int(time())


def doors(settings: Settings, log: Log, strict: bool = True) -> Doors:
    """The callers' side. Raises Mistaken on a bad setting, BadFlow on a bad flow.

    `strict` refuses Redis servers that forget or remember wrongly; only the bench goes without.
    """
    settings.need(
        "public_url",
        "twilio_auth_token",
        "twilio_account_sid",
        "durable_redis_url",
        "fleeting_redis_url",
        "recipient_public_key",
    )
    durable, fleeting = links(settings)
    if strict:
        refuse_forgetting(durable)
        refuse_persistence(fleeting, durable)
    flows = load_flows()
    wording = Wording(load_catalogue(flows), by_code, prefecture_name)
    warm_up()
    ear = Ear(
        flows,
        registers(),
        RedisSessions(durable),
        Sealer(settings.recipient_public_key),
        RandomCodes(),
        RqBell(settings.durable_redis_url),
    )
    return Doors(
        Signature(settings.public_url, settings.twilio_auth_token),
        settings.twilio_account_sid.encode(),
        DayKeys(fleeting).caller,
        partial(hear, ear),
        wording,
        japan_now,
        log,
    )


def warm_up() -> None:
    """Read every table that understanding a message needs, before the first caller waits for it."""
    prepare()
    moment = datetime(2026, 1, 1, tzinfo=JAPAN)
    anything(
        Said(moment, "toi qua 2 nguoi bi bat o ga ueno, so 090-0000-0000"),
        Session("sms", "", 0, ""),
    )
    settle_memory()


def at(doors: Doors, clock: Callable[[], datetime]) -> Doors:
    """The same doors with another clock."""
    return replace(doors, clock=clock)


def with_flows(doors: Doors, flows: Flows) -> Doors:
    """The same doors speaking other flows."""
    assert isinstance(doors.hear, partial)
    (ear,) = doors.hear.args
    return replace(doors, hear=partial(hear, replace(ear, flows=flows)))


def links(settings: Settings) -> tuple[Link, Link]:
    """The durable and the fleeting Redis."""
    settings.need("durable_redis_url", "fleeting_redis_url")
    return Link(settings.durable_redis_url, "durable"), Link(
        settings.fleeting_redis_url, "fleeting"
    )


def handover_desk(settings: Settings) -> Desk:
    """What the worker works with: the only process that can open what was sealed."""
    settings.need("durable_redis_url", "recipient_private_key", "database_url", "casebook_key")
    opener = Opener(settings.recipient_private_key)
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    return Desk(outbox, opener, Sealer(opener.public_key), database(settings).casebook)


@dataclass(frozen=True, slots=True)
class Database:
    """Everything that lives in the case book's database."""

    casebook: SqlCaseBook
    operators: SqlOperators
    sessions: SqlDeskSessions
    audit: SqlAudit


def database(settings: Settings) -> Database:
    """The case book, brought up to this release's tables."""
    settings.need("database_url", "casebook_key")
    engine = open_engine(settings.database_url)
    ring = key_ring(settings.casebook_key)
    migrate(engine)
    return Database(
        SqlCaseBook(engine, ring),
        SqlOperators(engine, ring),
        SqlDeskSessions(engine, ring),
        SqlAudit(engine),
    )


def telephone(settings: Settings) -> Blueprint:
    """The demo's telephone, which signs as the provider does."""
    provider = Provider(
        settings.public_url,
        settings.twilio_auth_token.partition(",")[0],
        settings.twilio_account_sid,
        Http(f"http://{settings.host}:{settings.port}"),
        lambda text: (encoding(text), segments(text)),
    )
    return simulator(provider, *settings.simulator.split(","))


def ready(settings: Settings) -> Callable[[], bool]:
    """Whether a turn could be kept now: both Redis servers answer."""
    both = links(settings)

    def answer() -> bool:
        try:
            return all(link.call("PING") for link in both)
        except Unavailable:
            return False

    return answer


def figures(settings: Settings) -> Callable[[], Figures]:
    """A function that reads the live figures. It raises Unavailable."""
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    connection = client(settings.durable_redis_url)

    def read() -> Figures:
        now = seconds_now()
        try:
            seen = workers(connection, now)
        except RedisError:
            raise Unavailable("durable") from None
        return replace(outbox.figures(now), workers=seen)

    return read
