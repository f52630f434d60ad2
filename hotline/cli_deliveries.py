"""`hotline deliveries`: what is on its way to case systems, and a person's decisions about it."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from hotline import process, wiring_book
from hotline.records.delivery import DELIVERY_STATES, Delivery
from hotline.settings import Settings
from hotline.sinks.xform import form
from hotline.stores.deliveries import SqlDeliveries

_ACTS = {
    "replay": "try again now what waits, is parked or was set aside",
    "park": "send nothing until it is released",
    "release": "let a held one go: it is sent now",
    "discard": "never send it, or try no more",
}


def main(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run one action; 0 done, 1 nothing to do, 2 wrong use. Raises Mistaken and Unavailable."""
    options = _parser().parse_args(list(argv))
    if options.action == "form":
        sys.stdout.buffer.write(form(options.name) + b"\n")
        return 0
    settings = Settings.from_env(process.environment() if env is None else env, "command")
    book = wiring_book.database(settings)
    rows = book.deliveries
    if options.action == "offer":
        made = sum(rows.offer(tip) for tip in book.casebook.every())
        print(json.dumps({"made": made}) if options.json else f"{made} deliveries made")
        return 0
    if options.action == "list":
        return _list(rows, options)
    if options.action == "show":
        return _show(rows, options)
    return _act(book, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline deliveries")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="a line a delivery")
    listing.add_argument("--state", choices=DELIVERY_STATES, default="")
    listing.add_argument("--sink", default="")
    listing.add_argument("--tip", default="")
    listing.add_argument("--limit", type=int, default=200)
    listing.add_argument("--json", action="store_true")
    show = actions.add_parser("show", help="one delivery with its recordings")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    for name, words in _ACTS.items():
        act = actions.add_parser(name, help=words)
        act.add_argument("id", nargs="+")
        act.add_argument("--json", action="store_true")
    offer = actions.add_parser("offer", help="tips filed before a sink was there, to that sink")
    offer.add_argument("--json", action="store_true")
    drawn = actions.add_parser("form", help="the form to upload to an OpenRosa server")
    drawn.add_argument("name", nargs="?", default="hotline_tip")
    return parser


def _list(rows: SqlDeliveries, options: argparse.Namespace) -> int:
    found = rows.list(options.state, options.sink, options.tip, options.limit)
    if options.json:
        print(json.dumps([asdict(each) for each in found]))
        return 0
    for each in found:
        print("\t".join((each.id, each.sink, each.state, each.code, each.tip_id, each.status)))
    return 0


def _show(rows: SqlDeliveries, options: argparse.Namespace) -> int:
    found: Delivery | None = rows.row(options.id)
    if found is None:
        print("hotline deliveries: no such delivery", file=sys.stderr)
        return 1
    print(json.dumps(asdict(found), indent=None if options.json else 2))
    return 0


def _act(book: wiring_book.Database, options: argparse.Namespace) -> int:
    """Every decision is written to the audit: who may read what somebody told us."""
    rows = book.deliveries
    acts: dict[str, Callable[[str], bool]] = {
        "replay": rows.replay,
        "park": rows.park,
        "release": rows.release,
        "discard": rows.discard,
    }
    done = {name: acts[options.action](name) for name in options.id}
    for name in (name for name, good in done.items() if good):
        book.audit.write(process.COMMAND, f"delivery.{options.action}", name, process.japan_now())
    if options.json:
        print(json.dumps(done))
    for name in (name for name, good in done.items() if not good):
        print(f"hotline deliveries: {name}: nothing to {options.action}", file=sys.stderr)
    return 0 if all(done.values()) else 1
