"""`hotline reports`: where every accepted report is; dead letters and their way back."""

import argparse
import json
from collections import Counter
from dataclasses import asdict

from hotline import process
from hotline.intake.messages import Account, ReportId
from hotline.settings import Settings
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox


def main(argv: list[str]) -> int:
    """Run one of the three; 1 when the account does not add up or nothing was called back."""
    options = _parser().parse_args(argv)
    settings = Settings.from_env(process.environment())
    settings.need("durable_redis_url")
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    if options.act == "account":
        return _account(outbox.figures(process.seconds_now()).account, options.json)
    found = outbox.set_aside()
    if options.act == "dead":
        return _dead(found, options.json)
    return _replay(outbox, found, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline reports")
    acts = parser.add_subparsers(dest="act", required=True)
    for name, tells in (
        ("account", "where every accepted report is; 1 when the sum does not come out"),
        ("dead", "reports that were set aside, with their reason codes"),
        ("replay", "make dead letters due again, once what kept them out is mended"),
    ):
        each = acts.add_parser(name, help=tells)
        each.add_argument("--json", action="store_true")
        if name == "replay":
            which = each.add_mutually_exclusive_group(required=True)
            which.add_argument("report", nargs="?", help="one report")
            which.add_argument("--all", action="store_true", help="every one")
            which.add_argument("--code", help="those with this reason code")
    return parser


def _account(account: Account, as_json: bool) -> int:
    rows = {**asdict(account), "adrift": account.adrift}
    if as_json:
        print(json.dumps(rows))
    else:
        print("\n".join(f"{number:8}  {name}" for name, number in rows.items()))
    return 1 if account.adrift else 0


def _dead(found: dict[ReportId, str], as_json: bool) -> int:
    if as_json:
        print(json.dumps([{"report": r, "code": code} for r, code in sorted(found.items())]))
        return 0
    for code, number in sorted(Counter(found.values()).items()):
        print(f"{number:8}  {code}")
    print("\n".join(f"{report}  {code}" for report, code in sorted(found.items())))
    return 0


def _replay(outbox: RedisOutbox, found: dict[ReportId, str], options: argparse.Namespace) -> int:
    wanted = [
        report
        for report, code in found.items()
        if options.all or report == options.report or code == options.code
    ]
    back = sum(outbox.replay(report) for report in wanted)
    print(json.dumps({"replayed": back}) if options.json else f"{back} due again")
    return 0 if back or options.all else 1
