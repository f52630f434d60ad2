"""`hotline tips`: read the case book from the command line; needs its key."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from hotline import process, wiring_book
from hotline.intake.searching import stations_meant
from hotline.records.export import to_csv, to_jsonl, to_pfif
from hotline.records.listing import CHANNELS, KINDS, STATES, TipFilter, TipPage
from hotline.records.tip import to_json
from hotline.settings import Settings
from hotline.stores.casebook import SqlCaseBook

PFIF_DAYS = 40


def main(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run one action; 0 done, 1 no such tip, 2 wrong use. Raises Mistaken and Unavailable."""
    options = _parser().parse_args(list(argv))
    settings = Settings.from_env(process.environment() if env is None else env, "command")
    book = wiring_book.database(settings).casebook
    if options.action == "show":
        return _show(book, options)
    if options.action == "list":
        return _list(book, options)
    return _export(book, options, process.japan_now())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline tips")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="a line a tip, newest hour first")
    listing.add_argument("--page", type=_positive, default=1)
    listing.add_argument("--limit", type=_positive, default=50)
    listing.add_argument("--json", action="store_true")
    show = actions.add_parser("show", help="one tip, with its words")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    export = actions.add_parser("export", help="whole tips; the output is not sealed")
    export.add_argument("--format", choices=("jsonl", "csv", "pfif"), required=True)
    export.add_argument("--source", default="hotline.invalid", help="pfif: our domain")
    export.add_argument("--expires-days", type=_positive, default=PFIF_DAYS, help="pfif")
    for action in (listing, export):
        _filters(action)
    return parser


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", choices=KINDS, default="")
    parser.add_argument("--channel", choices=CHANNELS, default="")
    parser.add_argument("--prefecture", default="", help="JIS X 0401, two digits")
    parser.add_argument("--state", choices=STATES, default="")
    parser.add_argument("--place", default="", help="words or a station")
    parser.add_argument("--since", type=_day, metavar="DAY", help="YYYY-MM-DD")
    parser.add_argument("--until", type=_day, metavar="DAY", help="YYYY-MM-DD")
    whole = parser.add_mutually_exclusive_group()
    whole.add_argument("--complete", action="store_true", default=None)
    whole.add_argument("--unfinished", dest="complete", action="store_false")


def _wanted(options: argparse.Namespace) -> TipFilter:
    return TipFilter(
        options.kind,
        options.channel,
        options.prefecture,
        options.state,
        options.complete,
        options.since or "",
        options.until or "",
        options.place,
        stations_meant(options.place),
    )


def _list(book: SqlCaseBook, options: argparse.Namespace) -> int:
    wanted = _wanted(options)
    found = book.list(wanted, size=options.limit)
    for _ in range(options.page - 1):
        found = book.list(wanted, found.next, options.limit) if found.next else TipPage(())
    if options.json:
        print(json.dumps([asdict(row) for row in found.rows], ensure_ascii=False))
        return 0
    for row in found.rows:
        whole = "whole" if row.complete else "unfinished"
        place = _calm(row.place.replace("\n", " "))[:40]
        words = (row.id, row.received, row.state, row.kind, row.channel, whole, place)
        print("\t".join(words))
    if found.next:
        print(f"more: --page {options.page + 1}", file=sys.stderr)
    return 0


def _show(book: SqlCaseBook, options: argparse.Namespace) -> int:
    tip = book.read(options.id)
    if tip is None:
        print("hotline tips: no such tip", file=sys.stderr)
        return 1
    text = json.dumps(to_json(tip), ensure_ascii=False, indent=None if options.json else 2)
    print(text if options.json else _calm(text))
    return 0


def _export(book: SqlCaseBook, options: argparse.Namespace, now: datetime) -> int:
    tips = book.every(_wanted(options))
    if options.format == "jsonl":
        _write(to_jsonl(tips))
    elif options.format == "csv":
        _write(to_csv(tips))
    else:
        expiry = now + timedelta(days=options.expires_days)
        _write(to_pfif(tips, options.source, expiry))
    print("hotline tips: what you exported is not sealed; keep it safe", file=sys.stderr)
    return 0


def _write(parts: Iterable[str]) -> None:
    """UTF-8 without a mark of order, whatever the terminal speaks."""
    sys.stdout.flush()
    for part in parts:
        raw = part.encode("utf-8", "replace")
        sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _calm(text: str) -> str:
    """Nothing of a tip steers the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number < 1_000_000:
        raise argparse.ArgumentTypeError("from 1 to 999999")
    return number


def _day(text: str) -> str:
    if len(text) != 10 or date.fromisoformat(text) == date.max:
        raise argparse.ArgumentTypeError("YYYY-MM-DD")
    return text
