"""`hotline card`: what to do next about a tip, with sources and the clock. Reads the case book."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from hotline import process, wiring_book
from hotline.guidance import as_json, as_text
from hotline.guidance.facts import LOCALES
from hotline.intake.guide import card_of
from hotline.settings import Settings


def main(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Print one card; 0 done, 1 no such tip, 2 wrong use. Raises Mistaken and Unavailable."""
    parser = argparse.ArgumentParser(prog="hotline card", description=__doc__)
    parser.add_argument("tip", metavar="TIP", help="its id, as `hotline tips list` shows it")
    parser.add_argument("--locale", choices=LOCALES, default="vi")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))
    settings = Settings.from_env(process.environment() if env is None else env, "command")
    book, now = wiring_book.database(settings), process.japan_now()
    tip = book.casebook.read(options.tip)
    if tip is None:
        print("hotline card: no such tip", file=sys.stderr)
        return 1
    card = card_of(tip, now.replace(tzinfo=None), book.work.of(tip.id, now).homeward)
    if options.json:
        print(json.dumps(as_json(card, options.locale), ensure_ascii=False))
    else:
        print(as_text(card, options.locale), end="")
    return 0
