"""Countries that this account may text and ring: the fewer, the less can be stolen with it.

Source: Twilio's own client 9.x, made from its OpenAPI description: accounts/v1
`Messaging/GeoPermissions` and voice/v1 `DialingPermissions`. Some countries can only be changed in
the console (error 30649); what stays different is named, never passed over.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.intake.errors import Mistaken, Unavailable
from hotline.provider.client import Client

TEXTS = ("accounts", "/v1/Messaging/GeoPermissions")
CALLS = ("voice", "/v1/DialingPermissions/Countries")
CALLS_CHANGE = ("voice", "/v1/DialingPermissions/BulkCountryUpdates")
# Kinds of numbers in a country, as the interface names them; only the first is ever wanted.
KINDS = (
    "low_risk_numbers_enabled",
    "high_risk_special_numbers_enabled",
    "high_risk_tollfraud_numbers_enabled",
)
PAGE = 300  # countries; there are some 240

Dialling = Mapping[str, tuple[bool, ...]]  # by country, in the order of KINDS


@dataclass(frozen=True, slots=True)
class Allowed:
    """Countries that may be texted and rung, and what differs from what is wanted.

    `texts` or `calls` is None where the platform does not answer that question.
    """

    texts: tuple[str, ...] | None
    calls: tuple[str, ...] | None
    differs: tuple[str, ...]


def countries(text: str) -> tuple[str, ...]:
    """`JP,VN` as codes. Raises Mistaken."""
    found = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",")))
    if not all(len(code) == 2 and code.isascii() and code.isalpha() for code in found):
        raise Mistaken("--countries: two letters each, with commas: JP,VN")
    return found


def allowed(client: Client, wanted: Collection[str] | None) -> Allowed:
    """What is set; compared with `wanted` unless that is None. Raises Mistaken on bad credentials.

    A platform that does not answer leaves what is wanted unverified, and that differs.
    """
    texts, calls = _asked(_texts, client), _asked(_calls, client)
    return Allowed(
        tuple(sorted(code for code, on in texts.items() if on)) if texts is not None else None,
        tuple(sorted(code for code, on in calls.items() if any(on))) if calls is not None else None,
        () if wanted is None else (*_texts_differ(texts, wanted), *_calls_differ(calls, wanted)),
    )


def allow(client: Client, wanted: Collection[str]) -> None:
    """Let the account text and ring these countries and no other, as far as we can set that.

    Raises Mistaken on bad credentials. Look with `allowed` afterwards: nothing is believed.
    """
    texts, calls = _asked(_texts, client), _asked(_calls, client)
    changes = [
        {"country_code": code, "type": "country", "enabled": code in wanted}
        for code, on in (texts or {}).items()
        if on != (code in wanted)
    ]
    if changes:
        _tried(client, "PATCH", TEXTS, {"Permissions": [json.dumps(each) for each in changes]})
    updates = [
        {"iso_code": code} | {kind: str(on).lower() for kind, on in _dialling(code, wanted).items()}
        for code, on in (calls or {}).items()
        if on != tuple(_dialling(code, wanted).values())
    ]
    if updates:
        _tried(client, "POST", CALLS_CHANGE, {"UpdateRequest": [json.dumps(updates)]})


def _dialling(code: str, wanted: Collection[str]) -> dict[str, bool]:
    """A wanted country may be rung on its plain numbers, never on those that fraud likes."""
    return {kind: code in wanted and kind == KINDS[0] for kind in KINDS}


def _texts_differ(texts: Mapping[str, bool] | None, wanted: Collection[str]) -> tuple[str, ...]:
    if texts is None:
        return ("texts: cannot be read from here",)
    open_ones = {code for code, on in texts.items() if on}
    return (
        *(f"texts: {code} is open" for code in sorted(open_ones - set(wanted))),
        *(f"texts: {code} is closed" for code in sorted(set(wanted) - open_ones)),
    )


def _calls_differ(calls: Dialling | None, wanted: Collection[str]) -> tuple[str, ...]:
    if calls is None:
        return ("calls: cannot be read from here",)
    found: list[str] = []
    for code in sorted({*calls, *wanted}):
        now = calls.get(code, (False,) * len(KINDS))
        for kind, on, should in zip(KINDS, now, _dialling(code, wanted).values(), strict=True):
            if on != should:
                name = kind.removesuffix("_enabled").replace("_", " ")
                found.append(f"calls: {code} {name} {'open' if on else 'closed'}")
    return tuple(found)


def _texts(client: Client) -> dict[str, bool]:
    given = client.elsewhere("GET", *TEXTS).get("permissions")
    rows = given if isinstance(given, list) else []
    return {
        str(row["country_code"]): row.get("enabled") is True for row in rows if _is_country(row)
    }


def _is_country(row: Any) -> bool:
    return isinstance(row, dict) and str(row.get("type", "country")).lower() == "country"


def _calls(client: Client) -> dict[str, tuple[bool, ...]]:
    found: dict[str, tuple[bool, ...]] = {}
    product, path = CALLS
    page, number = f"{path}?PageSize={PAGE}", 0
    while True:
        answer = client.elsewhere("GET", product, page)
        for row in answer.get("content", []):
            found[str(row["iso_code"])] = tuple(row.get(kind) is True for kind in KINDS)
        following = str((answer.get("meta") or {}).get("next_page_url") or "")
        number += 1
        if not following or number > PAGE:
            return found
        page = f"{path}?{following.partition('?')[2]}"  # never a host that an answer names


def _asked(read: Any, client: Client) -> Any:
    """What `read` finds; None when the platform has no such interface, or is of another shape."""
    try:
        return read(client)
    except (Unavailable, KeyError, TypeError, AttributeError):
        return None


def _tried(
    client: Client, method: str, place: tuple[str, str], form: Mapping[str, list[str]]
) -> None:
    """A change that the platform may refuse; whoever looks afterwards sees that it did."""
    try:
        client.elsewhere(method, *place, form)
    except Unavailable:
        return
