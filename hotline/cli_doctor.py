"""`hotline doctor`: what is wrong with this hotline, each finding with its remedy."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hotline import cli_doctor_stores as stores
from hotline import process, wiring_stores
from hotline.channels.signature import Signature
from hotline.conversation.reading import BadFlow
from hotline.intake.errors import HotlineError, Unavailable
from hotline.recordings.bounded import listener
from hotline.settings import Settings
from hotline.sinks.settings import read_sinks
from hotline.stores.audit import SqlAudit
from hotline.stores.casekey import key_ring
from hotline.stores.database import open_engine
from hotline.stores.day_keys import durable_faults, fleeting_faults
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox
from hotline.stores.sealing import Opener, Sealer
from hotline.stores.spool import FileSpool
from hotline.wording.files import load_flows


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, or `what` is wrong and the `remedy`."""

    part: str
    ok: bool
    remedy: str = ""


def main(argv: list[str]) -> int:
    """Print every finding; 1 on any fault."""
    parser = argparse.ArgumentParser(prog="hotline doctor")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = list(findings(Settings.from_env(process.environment())))
    if options.json:
        print(json.dumps([{"part": f.part, "ok": f.ok, "remedy": f.remedy} for f in found]))
    else:
        for f in found:
            print(
                f"{'ok   ' if f.ok else 'FAULT'}  {f.part}" + (f": {f.remedy}" if f.remedy else "")
            )
    return 0 if all(f.ok for f in found) else 1


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at everything; a part that fails does not hide the next."""
    yield _tried("settings", lambda: settings.need(*_NEEDED))
    yield _tried("provider", lambda: Signature(settings.public_url, settings.twilio_auth_token))
    yield _https(settings.public_url)
    yield _tried("key to seal", lambda: Sealer(settings.recipient_public_key))
    yield _tried("key to open", lambda: _pair(settings))
    yield _tried("case book key", lambda: key_ring(settings.casebook_key))
    yield _case_book(settings.database_url)
    yield _audit(settings)
    yield _tried("flows", load_flows)
    yield _tried("recogniser", lambda: listener(settings.recogniser))
    yield _tried("spool", lambda: _spool(settings))
    yield from _redis(settings)
    yield from _sinks(settings)


_NEEDED = (
    "public_url",
    "durable_redis_url",
    "fleeting_redis_url",
    "database_url",
    "recipient_public_key",
    "casebook_key",
    "secret_key",
    "twilio_account_sid",
    "twilio_auth_token",
)


def _redis(settings: Settings) -> Iterator[Finding]:
    try:
        durable, fleeting = wiring_stores.links(settings)
    except HotlineError as error:
        yield Finding("Redis", False, error.code)
        return
    yield from _server(durable, settings.durable_redis_url, durable_faults)
    yield from _server(fleeting, settings.fleeting_redis_url, lambda f: fleeting_faults(f, durable))
    with suppress(Unavailable):  # which was told above
        off = stores.clock(durable)
        yield Finding("clock", not off, off)
        yield from _account(RedisOutbox(durable))


def _server(
    link: Link, url: str, look: Callable[[Link], list[tuple[bool, str]]]
) -> Iterator[Finding]:
    """One Redis: what it must keep or forget, who may do what there, and the way to it."""
    part = f"{link.name} Redis"
    try:
        wrong = [remedy for faulty, remedy in look(link) if faulty]
    except Unavailable:
        yield Finding(part, False, stores.silence(url))
        return
    yield Finding(part, not wrong, "; ".join(wrong))
    yield Finding(f"wire of {part}", *stores.wire(url))
    allowed = stores.allowed(link, link.name, url)
    yield Finding(f"rights in {part}", not allowed, allowed)


def _account(outbox: RedisOutbox) -> Iterator[Finding]:
    """Every accepted report is somewhere, and none is set aside."""
    figures = outbox.figures(process.seconds_now())
    adrift, dead = figures.account.adrift, figures.failed
    yield Finding(
        "account of reports",
        not adrift,
        f"{adrift} accepted reports are nowhere; `hotline reports account`, docs/runbook.md"
        if adrift
        else "",
    )
    yield Finding(
        "dead letters", not dead, f"{dead} set aside; `hotline reports dead`" * bool(dead)
    )


def _spool(settings: Settings) -> None:
    """Whether what comes in while the durable Redis is away can be kept here."""
    settings.need("spool_dir")
    FileSpool(Path(settings.spool_dir)).open()


def _case_book(url: str) -> Finding:
    """Whether it answers, and whether its tables are of this release."""
    try:
        wrong = stores.case_book(url)
    except HotlineError as error:
        wrong = error.code
    return Finding("case book", not wrong, wrong)


def _audit(settings: Settings) -> Finding:
    """Whether every line of the audit follows from the one before."""
    try:
        ring = key_ring(settings.casebook_key)
        chain = SqlAudit(open_engine(settings.database_url), ring).verify()
    except HotlineError:
        return Finding("audit", False, "cannot be read; see case book above")
    if chain.wrong is None:
        return Finding("audit", True)
    return Finding(
        "audit",
        False,
        f"the chain breaks at line {chain.wrong} of {chain.number}: somebody changed it past the "
        "desk, or an old case book key is missing; keep a copy, docs/runbook.md",
    )


def _sinks(settings: Settings) -> Iterator[Finding]:
    """Each case system: is it there, and does it have what the mapping names."""
    try:
        configured = read_sinks(settings.sinks)
    except HotlineError as error:
        yield Finding("sinks", False, error.code)
        return
    for name, sink in configured.sinks.items():
        wrong = [f"{found.code}; {found.remedy}" for found in sink.check()]
        yield Finding(f"sink {name}", not wrong, "; ".join(wrong))


def _pair(settings: Settings) -> None:
    """Whether what is sealed here can be opened by the private key, where that is at hand."""
    if settings.recipient_private_key:
        sealed = Sealer(settings.recipient_public_key).close(b"doctor")
        Opener(settings.recipient_private_key).open(sealed)


def _https(url: str) -> Finding:
    local = url.startswith(("http://127.0.0.1", "http://localhost"))
    ok = url.startswith("https://") or local
    return Finding("public URL", ok, "" if ok else "HOTLINE_PUBLIC_URL: use https")


def _tried(part: str, act: Callable[[], object]) -> Finding:
    try:
        act()
    except (HotlineError, BadFlow, ValueError) as error:
        return Finding(part, False, str(error))
    except Exception as error:
        return Finding(part, False, f"{type(error).__name__}; see the setting's remedy in README")
    return Finding(part, True)
