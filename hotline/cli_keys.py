"""`hotline keys`: the keys of a new hotline, and who may do what in its Redis servers."""

import argparse
import json
import os
import re
from pathlib import Path

from hotline import keys
from hotline.intake.errors import Mistaken

PLACE = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}")


def main(argv: list[str]) -> int:
    """`new` prints every key; `redis` writes ACL files and each role's addresses into a folder."""
    parser = argparse.ArgumentParser(prog="hotline keys")
    actions = parser.add_subparsers(dest="action", required=True)
    new = actions.add_parser("new", help="every key, and where each belongs")
    new.add_argument("--json", action="store_true")
    redis = actions.add_parser("redis", help="ACL files and an address for each role")
    redis.add_argument("--durable", required=True, metavar="HOST:PORT")
    redis.add_argument("--fleeting", required=True, metavar="HOST:PORT")
    redis.add_argument("--into", required=True, type=Path, metavar="DIR", help="a new folder")
    options = parser.parse_args(argv)
    if options.action == "redis":
        for name in ("durable", "fleeting"):
            if not PLACE.fullmatch(getattr(options, name)):
                parser.error(f"--{name}: wants HOST:PORT")
        return _write(options.into, keys.new_redis_rights(options.durable, options.fleeting))
    made = keys.new_keys()
    if options.json:
        print(json.dumps(made))
        return 0
    for name, value in made.items():
        print(f"# for {keys.belongs(name)}\n{name}={value}")
    return 0


def _write(folder: Path, files: dict[str, str]) -> int:
    """Every file, readable by us alone; nothing that is there is ever written over."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(text)
            print(path)
    except FileExistsError:
        raise Mistaken(f"{folder}: is there already; new passwords want a new folder") from None
    except OSError:
        raise Mistaken(f"{folder}: cannot write there") from None
    return 0
