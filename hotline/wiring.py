"""Where ports meet adapters on the callers' side."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from flask import Blueprint

from hotline.channels.doors import Doors, Log
from hotline.channels.signature import Signature, check_public_url
from hotline.channels.site.texts import load_texts
from hotline.channels.twiml import E164, Clips, Dialled
from hotline.conversation.events import Said
from hotline.conversation.flow import Flows
from hotline.conversation.hours import Hours, read_hours
from hotline.conversation.session import Session
from hotline.intake.errors import Mistaken
from hotline.intake.hear import Ear, hear
from hotline.intake.registers import anything, registers
from hotline.places import by_code, prefecture_name
from hotline.process import JAPAN, japan_now, settle_memory
from hotline.review.studio import clips, recorded
from hotline.settings import Settings
from hotline.simulator.account import Nothing
from hotline.simulator.blueprint import simulator
from hotline.simulator.provider import Provider
from hotline.simulator.rest import Remote
from hotline.simulator.transport import Http
from hotline.stores.call_rests import CallRests
from hotline.stores.code_throttle import CodeThrottle
from hotline.stores.codes import RandomCodes
from hotline.stores.crowd import RedisCrowd
from hotline.stores.day_keys import (
    DayKeys,
    refuse_forgetting,
    refuse_persistence,
)
from hotline.stores.page_gate import PageGate
from hotline.stores.queue import RqBell
from hotline.stores.receipts import Receipts
from hotline.stores.redis_sessions import RedisSessions
from hotline.stores.reply_purse import RedisPurse
from hotline.stores.sealing import Sealer
from hotline.stores.spool import FileSpool
from hotline.stores.traces import TraceSealer
from hotline.understanding.stations import prepare
from hotline.wiring_stores import caps, links
from hotline.wording.catalogue import load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import folder, load_flows
from hotline.wording.sms import encoding, segments

AUDIO = "/audio/"


def doors(settings: Settings, log: Log, strict: bool = True, keys: DayKeys | None = None) -> Doors:
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
        "receipt_pepper",
    )
    durable, fleeting = links(settings)
    if strict:
        refuse_forgetting(durable)
        refuse_persistence(fleeting, durable)
    flows, wording = warm_up()
    sealer = Sealer(settings.recipient_public_key)
    ear = Ear(
        flows,
        registers(hours(settings)),
        RedisSessions(durable),
        sealer,
        RandomCodes(),
        RqBell(settings.durable_redis_url),
        Receipts(durable, settings.receipt_pepper, sealer),
        CodeThrottle(fleeting),
        TraceSealer(durable, sealer),
        CallRests(durable),
        FileSpool(Path(settings.spool_dir)).open() if settings.spool_dir else None,
        RedisCrowd(fleeting),
    )
    sounds, urls = audio(settings, flows, wording)
    return Doors(
        Signature(settings.public_url, settings.twilio_auth_token),
        settings.twilio_account_sid.encode(),
        (keys or DayKeys(fleeting)).caller,
        partial(hear, ear),
        wording,
        japan_now,
        log,
        person(settings),
        settings.speech != "no",
        RedisPurse(fleeting, caps(settings)),
        PageGate(fleeting),
        sealer.for_browsers,
        settings.call_back != "no",
        urls,
        sounds,
    )


def audio(settings: Settings, flows: Flows, wording: Wording) -> tuple[dict[str, bytes], Clips]:
    """Recorded prompts: what lies at which path, and the address of what is said. A file that no
    text has is not served. Raises Mistaken."""
    place = Path(settings.audio_dir) if settings.audio_dir else folder("prompts") / "audio"
    if settings.audio_dir and not place.is_dir():
        raise Mistaken("HOTLINE_AUDIO_DIR: is no folder")
    some = any(place.rglob("*.wav"))  # composing every text for nothing takes 4 MB
    there = recorded(clips(flows, wording), place) if some else {}
    base = check_public_url(settings.public_url)
    urls = {(c.locale, c.text): f"{base}{AUDIO}{c.file}" for c in there}
    return {f"{AUDIO}{c.file}": path.read_bytes() for c, path in there.items()}, urls


def person(settings: Settings) -> Dialled | None:
    """Whom callers may be connected to; None where nobody. Raises Mistaken."""
    if not settings.human_number:
        return None
    settings.need("number", "human_hours")
    for name, value in (
        ("HOTLINE_HUMAN_NUMBER", settings.human_number),
        ("HOTLINE_NUMBER", settings.number),
    ):
        if not E164.fullmatch(value):
            raise Mistaken(f"{name}: needs a number as +81312345678")
    if settings.human_number == settings.number:
        raise Mistaken("HOTLINE_HUMAN_NUMBER: is the hotline's own, which would ring itself")
    return Dialled(settings.human_number, settings.number)


def onion(settings: Settings) -> str:
    """Where the page is served over Tor; empty where it is not. Raises Mistaken."""
    url = settings.onion_url.rstrip("/")
    if url and not re.fullmatch(r"https?://([a-z0-9-]+\.)*[a-z2-7]{56}\.onion(:\d+)?", url):
        raise Mistaken("HOTLINE_ONION_URL: needs http://….onion, the host alone, without a path")
    return f"{url}/" if url else ""


def hours(settings: Settings) -> Hours | None:
    """When a person can be had; None where never. Raises Mistaken."""
    if person(settings) is None:
        return None
    try:
        return read_hours(settings.human_hours)
    except ValueError:
        raise Mistaken(
            "HOTLINE_HUMAN_HOURS: needs days and times, as mon-fri 10:00-19:00; sat 12:00-16:00"
        ) from None


@cache
def warm_up() -> tuple[Flows, Wording]:
    """Every table and text that a turn needs, read before the first caller waits for it: once for
    a process and all that it forks. Raises BadFlow."""
    prepare()
    moment = datetime(2026, 1, 1, tzinfo=JAPAN)
    anything(
        Said(moment, "toi qua 2 nguoi bi bat o ga ueno, so 090-0000-0000"),
        Session("sms", "", 0, ""),
    )
    flows = load_flows()
    wording = Wording(load_catalogue(flows), by_code, prefecture_name)
    load_texts()
    settle_memory()
    return flows, wording


def at(doors: Doors, clock: Callable[[], datetime]) -> Doors:
    """The same doors with another clock."""
    return replace(doors, clock=clock)


def with_flows(doors: Doors, flows: Flows) -> Doors:
    """The same doors speaking other flows."""
    assert isinstance(doors.hear, partial)
    (ear,) = doors.hear.args
    return replace(doors, hear=partial(hear, replace(ear, flows=flows)))


def telephone(settings: Settings) -> Blueprint:
    """The demo's telephone, which signs as the provider does."""
    voice, texts, *kept_at = settings.simulator.split(",")
    token, account = settings.twilio_auth_token.partition(",")[0], settings.twilio_account_sid
    provider = Provider(
        settings.public_url,
        token,
        account,
        Http(f"http://{settings.host}:{settings.port}"),
        lambda text: (encoding(text), segments(text)),
        Remote(kept_at[0], account, token) if kept_at else Nothing(),
    )
    return simulator(provider, voice, texts)
