"""`hotline erase`: erases one report by its receipt, as its caller could."""

import argparse
import json
import sys
from collections.abc import Sequence
from getpass import getpass

from hotline import process, wiring
from hotline.conversation import receipt
from hotline.settings import Settings


def main(argv: Sequence[str]) -> int:
    """Erase; 0 done, 1 nothing was erased, 2 wrong use. Raises Mistaken and Unavailable."""
    parser = argparse.ArgumentParser(prog="hotline erase")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--receipt",
        action="store_true",
        help="one report; the code is asked for, or read from stdin: never given as an argument",
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))
    settings = Settings.from_env(process.environment(), "command")
    return _receipt(settings, _code(), options.json)


def _code() -> str:
    """What was typed, unseen; from a pipe its first line."""
    return getpass("Code: ") if sys.stdin.isatty() else sys.stdin.readline()


def _receipt(settings: Settings, typed: str, as_json: bool) -> int:
    code = receipt.read(typed)
    if code is None or not receipt.is_whole(code):
        print("hotline erase: a code has 16 digits; one of them is not right", file=sys.stderr)
        return 1
    erased = wiring.erase_by_code(settings, code, process.seconds_now())
    if as_json:
        print(json.dumps({"erased": erased}))
    elif erased:
        print("erased; case systems are told as soon as they answer")
    if not erased:
        print("hotline erase: this code opens nothing", file=sys.stderr)
    return 0 if erased else 1
