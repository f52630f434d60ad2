"""`hotline matches`: open tips that may be about one person or one event.

Needs the case book's key. What was filed but not compared yet is compared first, as the worker
would have done.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hotline import process, wiring_book
from hotline.desk.i18n import LANGUAGES, load_texts
from hotline.desk.reasons import in_words
from hotline.intake.matching import match_due
from hotline.records.matching import Pair
from hotline.settings import Settings
from hotline.wiring_book import Database


def main(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run; 0 done, 1 no such tip, 2 wrong use. Raises Mistaken and Unavailable."""
    options = _parser().parse_args(list(argv))
    settings = Settings.from_env(process.environment() if env is None else env, "command")
    book = wiring_book.database(settings)
    if options.again:
        print(f"hotline matches: {book.matches.again()} open tips anew", file=sys.stderr)
    _catch_up(book)
    if options.cases:
        return _cases(book, options)
    if options.tip and book.casebook.row(options.tip) is None:
        print("hotline matches: no such tip", file=sys.stderr)
        return 1
    asked = book.matches.of(options.tip, options.limit) if options.tip else ()
    pairs = asked if options.tip else book.matches.best(options.limit)
    _print(pairs, options, _speaker(options.locale))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline matches")
    parser.add_argument("tip", nargs="?", default="", help="a tip's id; all proposals without one")
    parser.add_argument("--limit", type=_positive, default=10)
    parser.add_argument(
        "--locale", choices=LANGUAGES, default="en", help="what reasons are said in"
    )
    parser.add_argument("--cases", action="store_true", help="cases and the tips in each")
    parser.add_argument("--again", action="store_true", help="compare every open tip anew first")
    parser.add_argument("--json", action="store_true")
    return parser


def _catch_up(book: Database) -> None:
    while book.matches.due(1):
        match_due(book.matches, book.casebook.read)


def _speaker(language: Any) -> Callable[..., str]:
    texts = load_texts()
    return lambda text, **gaps: texts.say(language, text, **gaps)


def _print(pairs: Sequence[Pair], options: argparse.Namespace, say: Callable[..., str]) -> None:
    rows = [_row(pair, say, named=bool(options.tip)) for pair in pairs]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        ids = f"{row['of']} {row['tip']}" if not options.tip else row["tip"]
        print(f"{row['score']:.2f} {row['band']:8} {ids}  {'; '.join(row['reasons'])}")


def _row(pair: Pair, say: Callable[..., str], *, named: bool) -> dict[str, Any]:
    """`tip` is the one that matches; `of` whose match it is, where no tip was asked for."""
    found = pair.found
    row = {
        "tip": pair.other,
        "score": found.score,
        "reasons": [in_words(reason, say) for reason in found.reasons],
        "codes": list(found.reasons),
        "band": found.band,
        "link": found.link,
        "state": pair.state,
        "same_case": pair.together,
    }
    return row if named else {"of": pair.tip, **row}


def _cases(book: Database, options: argparse.Namespace) -> int:
    found = book.matches.cases(options.limit)
    if options.json:
        print(json.dumps([{"case": case, "tips": list(tips)} for case, tips in found]))
        return 0
    for case, tips in found:
        print(f"{case}  {len(tips)}  {' '.join(tips)}")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number < 1_000_000:
        raise argparse.ArgumentTypeError("from 1 to 999999")
    return number
