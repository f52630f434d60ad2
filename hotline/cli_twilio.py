"""`hotline twilio`: what the provider is set to, and what still lies there."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from hotline import process, wiring_book
from hotline.intake.errors import Mistaken
from hotline.intake.purge import OVERDUE
from hotline.provider.client import Client
from hotline.provider.countries import Allowed, allow, allowed, countries
from hotline.provider.numbers import compare, connect, wanted
from hotline.settings import Settings
from hotline.stores.link import Link
from hotline.stores.traces import RedisLedger

# What no interface of the provider sets or shows (docs/twilio.md).
BY_HAND = (
    "message redaction (body and number), in the console under Messaging, Settings, General",
    "HTTP authentication for media and recordings, under Messaging and Voice, Settings, General",
)


def main(argv: Sequence[str]) -> int:
    """Run one action; 0 all is well, 1 something is not, 2 wrong use. Raises HotlineError."""
    options = _parser().parse_args(list(argv))
    settings = Settings.from_env(process.environment(), "command")
    client = wiring_book.provider(settings)
    if client is None:
        raise Mistaken("no provider is set: TWILIO_API_BASE is 'none', or there is no account")
    if options.action == "purge":
        return _purge(settings, options.json)
    settings.need("public_url")
    if options.action == "connect":
        connect(client, settings.public_url, options.number)
        if options.countries:
            allow(client, options.countries)
    return _status(client, settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline twilio")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, tells in (
        ("connect", "point a number's addresses and fallbacks at us, and read back what was set"),
        ("status", "what is set, what should be, and what still lies there; 1 when they differ"),
        ("purge", "delete there, now, whatever may go"),
    ):
        each = actions.add_parser(name, help=tells)
        each.add_argument("--json", action="store_true")
        if name != "purge":
            required = name == "connect"
            each.add_argument("--number", required=required, help="+81…; every number by default")
            tells = "JP,VN: the only ones that the account may text and ring; else they are told"
            each.add_argument("--countries", type=_countries, metavar="CODES", help=tells)
    return parser


def _countries(text: str) -> tuple[str, ...]:
    try:
        return countries(text)
    except Mistaken as error:
        raise argparse.ArgumentTypeError(error.code) from None


def _status(client: Client, settings: Settings, options: argparse.Namespace) -> int:
    found = compare(client, settings.public_url, options.number)
    open_to = allowed(client, options.countries)
    debt, overdue = _debt(settings)
    if options.json:
        told = {"numbers": found, "countries": asdict(open_to), "by_hand": BY_HAND}
        print(json.dumps({**told, "purge_debt": debt, "purge_overdue": overdue}))
    else:
        _tell(found, settings.public_url)
        _tell_countries(open_to)
        print(f"still at the provider: {debt}, for more than a day: {overdue}")
    wrong = any(each["differs"] for each in found) or bool(open_to.differs)
    return 1 if wrong or not found or overdue else 0


def _tell(found: Sequence[Mapping[str, object]], public_url: str) -> None:
    for each in found:
        print(f"{each['number']}: {'as it should be' if not each['differs'] else 'differs'}")
        differs = each["differs"]
        for name in differs if isinstance(differs, list) else ():
            print(f"  {name}: should be {wanted(public_url).get(name, 'empty')}")
    if not found:
        print("hotline twilio: the account has no such number", file=sys.stderr)


def _tell_countries(open_to: Allowed) -> None:
    for name, codes in (("texts", open_to.texts), ("calls", open_to.calls)):
        shown = "cannot be read from here" if codes is None else " ".join(codes) or "none"
        print(f"countries open to {name}: {shown}")
    for what in open_to.differs:
        print(f"  {what}: set it in the console")
    print("\n".join(f"by hand: {what}" for what in BY_HAND))


def _purge(settings: Settings, as_json: bool) -> int:
    """Until nothing more can go now."""
    total: dict[str, int] = {}
    (work,) = wiring_book.purging(settings)
    while counts := work():
        for outcome, count in counts.items():
            total[outcome] = total.get(outcome, 0) + count
    debt, overdue = _debt(settings)
    if as_json:
        print(json.dumps({**total, "purge_debt": debt, "purge_overdue": overdue}))
    else:
        print("\n".join(f"{count:8}  {outcome}" for outcome, count in sorted(total.items())))
        print(f"{debt:8}  still there\n{overdue:8}  for more than a day")
    return 1 if overdue else 0


def _debt(settings: Settings) -> tuple[int, int]:
    ledger = RedisLedger(Link(settings.durable_redis_url, "durable"))
    return ledger.debt(process.seconds_now(), OVERDUE)
