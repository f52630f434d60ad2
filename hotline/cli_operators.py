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
    book = wiring_book.database(settings)
    staff = book.operators
    if options.action == "list":
        return _list(staff, options.json)
    made = _act(staff, options)
    what = options.name.strip().casefold()
    book.audit.write(process.COMMAND, f"people.{options.action}", what, process.japan_now())
    return 0 if made is None else _hand_over(options.name, made, options.json)


def _act(staff: SqlOperators, options: argparse.Namespace) -> Credentials | None:
    """Do what was asked; what has to be handed over."""
    if options.action == "add":
        return staff.add(options.name, options.role)
    if options.action == "reset":
        return staff.reset(options.name)
    if options.action == "role":
        staff.set_role(options.name, options.role)
    else:
        staff.close(options.name)
    return None


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
    role = actions.add_parser("role", help="they are something else from now on")
    role.add_argument("name")
    role.add_argument("role", choices=ROLES)
    everybody = actions.add_parser("list", help="everybody, with their roles")
    for action in (add, reset, close, role, everybody):
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
        print(json.dumps({**told, "recovery_codes": made.recovery}))
        return 0
    for key, value in told.items():
        print(f"{key.replace('_', ' '):12} {value}")
    print("For when the telephone is lost, each code once:")
    for code in made.recovery:
        print(f"             {code}")
    print("Hand all of it over in person. It can not be shown again.")
    return 0
