"""`hotline erase`: one report by its receipt, as its caller could; or everything there is."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from getpass import getpass

from hotline import process, wiring_stores
from hotline.conversation import receipt
from hotline.settings import Settings
from hotline.undo import undo

WORDS = ("erase everything", "nothing can be brought back")


def main(argv: Sequence[str]) -> int:
    """Erase; 0 done, 1 nothing or not everything was erased, 2 wrong use. Raises HotlineError."""
    parser = argparse.ArgumentParser(prog="hotline erase")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--receipt",
        action="store_true",
        help="one report; the code is asked for, or read from stdin: never given as an argument",
    )
    what.add_argument(
        "--everything",
        action="store_true",
        help="destroy the keys, then every store; asks twice, for words typed out",
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))
    settings = Settings.from_env(process.environment(), "command")
    if options.everything:
        return _everything(settings, options.json)
    return _receipt(settings, _code(), options.json)


def _code() -> str:
    """What was typed, unseen; from a pipe its first line."""
    return getpass("Code: ") if sys.stdin.isatty() else sys.stdin.readline()


def _receipt(settings: Settings, typed: str, as_json: bool) -> int:
    code = receipt.read(typed)
    if code is None or not receipt.is_whole(code):
        print("hotline erase: a code has 16 digits; one of them is not right", file=sys.stderr)
        return 1
    erased = wiring_stores.erase_by_code(settings, code, process.seconds_now())
    if as_json:
        print(json.dumps({"erased": erased}))
    elif erased:
        print("erased; case systems are told as soon as they answer")
    if not erased:
        print("hotline erase: this code opens nothing", file=sys.stderr)
    return 0 if erased else 1


def _everything(settings: Settings, as_json: bool) -> int:
    for words in WORDS:
        print(f"Type «{words}» to go on: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip() != words:
            print("\nhotline erase: nothing was erased", file=sys.stderr)
            return 1
    steps = list(undo(settings, process.environment()))
    if as_json:
        print(json.dumps([asdict(step) for step in steps]))
    else:
        for step in steps:
            print(f"{'gone ' if step.ok else 'NOT  '}  {step.what}" + f"  {step.why}".rstrip())
    print(_LEFT, file=sys.stderr)
    return 0 if all(step.ok for step in steps) else 1


_LEFT = """What this could not reach:
  processes that still run hold keys in memory: stop them, then switch the machine off
  backups, snapshots and copies of the disk
  case systems that were told of a tip, and operators' exports
  the provider: messages not purged yet, and its own records of numbers (up to 120 days)"""
