"""`hotline operators`: who may come to the desk."""

import argparse
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from hotline import process, wiring_book
from hotline.records.operator import ROLES, Credentials
from hotline.settings import Settings
from hotline.stores.operators import SqlOperators


def main(argv: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run one action; 0 done, 2 wrong use. Raises Mistaken and Unavailable."""
    options = _parser().parse_args(list(argv))
    settings = Settings.from_env(process.environment() if env is None else env, "command")
    staff = wiring_book.database(settings).operators
    if options.action == "list":
        return _list(staff, options.json)
    if options.action == "close":
        staff.close(options.name)
        return 0
    if options.action == "add":
        return _hand_over(options.name, staff.add(options.name, options.role), options.json)
    return _hand_over(options.name, staff.reset(options.name), options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline operators")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="a new operator; prints password and secret, once")
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, default="operator")
    reset = actions.add_parser("reset", help="a new password and a new secret; ends their sessions")
    reset.add_argument("name")
    close = actions.add_parser("close", help="they may not come in any more")
    close.add_argument("name")
    everybody = actions.add_parser("list", help="everybody, with their roles")
    for action in (add, reset, close, everybody):
        action.add_argument("--json", action="store_true")
    return parser


def _list(staff: SqlOperators, as_json: bool) -> int:
    everybody = staff.list()
    if as_json:
        plain = [{"name": o.name, "role": o.role, "active": o.active} for o in everybody]
        print(json.dumps(plain))
        return 0
    for one in everybody:
        print(f"{one.name}\t{one.role}\t{'active' if one.active else 'closed'}")
    return 0


def _hand_over(name: str, made: Credentials, as_json: bool) -> int:
    name = name.strip().casefold()
    uri = f"otpauth://totp/{quote(f'hotline:{name}')}?secret={made.totp_secret}&issuer=hotline"
    told = {
        "name": name,
        "password": made.password,
        "totp_secret": made.totp_secret,
        "totp_uri": uri,
    }
    if as_json:
        print(json.dumps(told))
        return 0
    for key, value in told.items():
        print(f"{key.replace('_', ' '):12} {value}")
    print("Hand both over in person. They can not be shown again.")
    return 0
