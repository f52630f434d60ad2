"""Making keys, and where each belongs."""

import base64
import secrets

from hotline.settings import names
from hotline.stores import rights
from hotline.stores.sealing import new_pair


def new_keys() -> dict[str, str]:
    """Every secret a hotline needs, by setting, base64 of 32 random bytes each."""
    public, private = new_pair()
    return {
        "HOTLINE_RECIPIENT_PUBLIC_KEY": public,
        "HOTLINE_RECIPIENT_PRIVATE_KEY": private,
        "HOTLINE_CASEBOOK_KEY": _random(),
        "HOTLINE_RECEIPT_PEPPER": _random(),
        "HOTLINE_SECRET_KEY": _random(),
        "HOTLINE_METRICS_TOKEN": _random(),
    }


def new_redis_rights(durable: str, fleeting: str) -> dict[str, str]:
    """ACL files for the two servers at `host:port`, and for each role its addresses, by file name.

    Each role has one password of its own in each server; the files hold digests only.
    """
    made: dict[str, str] = {}
    for server, place, rules in (
        ("DURABLE", durable, rights.DURABLE),
        ("FLEETING", fleeting, rights.FLEETING),
    ):
        passwords = {role: secrets.token_hex(32) for role in rules}
        made[f"{server.lower()}.acl"] = rights.acl(rules, passwords)
        for role, password in passwords.items():
            name = f"{role}/HOTLINE_{server}_REDIS_URL"
            made[name] = f"rediss://{role}:{password}@{place}/0\n"
    return made


def belongs(name: str) -> str:
    """The processes a setting is for."""
    return ", ".join(role for role in names()[name] if role != "command")


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
