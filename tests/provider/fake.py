"""A provider over real HTTP: the operations of Twilio's interfaces that we use.

The account itself is the demo's (`hotline.simulator.account`); here come faults, a memory of what
was asked, and countries. `test_fake.py` lets Twilio's own generated client, made from its OpenAPI
description, judge all of it. Faults are queued: each request takes the next one, (status, error
code) or seconds of silence.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hotline.simulator.account import Account, Answer, Item, problem, told
from hotline.simulator.rest import serving

ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "0123456789abcdef0123456789abcdef"
MADE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Fake(Account):
    """What lies at the provider, the faults to come, and what was asked."""

    url: str = ""
    faults: list[tuple[int, int] | float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    kind: str = "audio/x-wav"  # what it calls a sound
    # Countries by code: may they be texted; may their plain, special, fraud-prone numbers be rung.
    texts: dict[str, bool] = field(default_factory=dict)
    calls: dict[str, list[bool]] = field(default_factory=dict)
    console_only: set[str] = field(default_factory=set)

    def add(self, family: str, sid: str, **more: Any) -> str:
        """Put something there, a recording with its `sound`; its SID."""
        if "sound" in more:
            self.hear(sid, more.pop("sound"))
        return super().add(family, sid, **more)

    def respond(self, method: str, target: str, body: bytes, given: str | None) -> Answer | None:
        """The next fault, or what is right."""
        parts = urlsplit(target)
        self.asked.append(f"{method} {parts.path}")
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, float):
                sleep(fault)
                return None
            return problem(*fault, "no")
        text = body.decode()
        if parts.path.startswith("/v1/") and self.knows(given):
            return told(
                *_countries(self, method, parts.path, parse_qs(parts.query), parse_qs(text))
            )
        status, kind, answer = self.answer(method, parts.path, parts.query, text, given)
        return status, self.kind if kind.startswith("audio/") else kind, answer


@contextmanager
def running() -> Iterator[Fake]:
    """A provider on a free port."""
    fake = Fake(ACCOUNT, TOKEN, lambda: MADE)
    server = serving(fake.respond)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


DIALLING = (
    "low_risk_numbers_enabled",
    "high_risk_special_numbers_enabled",
    "high_risk_tollfraud_numbers_enabled",
)


def _countries(
    fake: Fake, method: str, path: str, query: dict[str, list[str]], form: dict[str, list[str]]
) -> tuple[int, Item]:
    match method, path:
        case "GET", "/v1/Messaging/GeoPermissions":
            return 200, {"permissions": [_permission(fake, code) for code in fake.texts]}
        case "PATCH", "/v1/Messaging/GeoPermissions":
            return 200, {"permissions": [_permit(fake, each) for each in form["Permissions"]]}
        case "GET", "/v1/DialingPermissions/Countries":
            return 200, _dialling(fake, query)
        case "POST", "/v1/DialingPermissions/BulkCountryUpdates":
            (asked,) = form["UpdateRequest"]
            for row in json.loads(asked):
                fake.calls[row["iso_code"]] = [row[kind] == "true" for kind in DIALLING]
            return 201, {"update_count": len(json.loads(asked)), "update_request": asked}
    return 404, {"code": 20404, "message": "not found", "status": 404}


def _permission(fake: Fake, code: str) -> Item:
    return {"country_code": code, "type": "country", "enabled": fake.texts[code]}


def _permit(fake: Fake, raw: str) -> Item:
    """Error 30649: some countries can be changed in the console only, and the rest still is."""
    asked = json.loads(raw)
    refused = asked["country_code"] in fake.console_only
    if not refused:
        fake.texts[asked["country_code"]] = asked["enabled"]
    faults = ["High risk country permission cannot be updated"] if refused else []
    shown = _permission(fake, asked["country_code"])
    return {**shown, "error_code": 30649 if refused else 0, "error_messages": faults}


def _dialling(fake: Fake, query: dict[str, list[str]]) -> Item:
    size, at = int(query.get("PageSize", ["50"])[0]), int(query.get("Page", ["0"])[0])
    size = min(size, fake.page)
    rows = [
        {"iso_code": code, "name": code, **dict(zip(DIALLING, on, strict=True))}
        for code, on in fake.calls.items()
    ]
    path = f"{fake.url}/v1/DialingPermissions/Countries?PageSize={size}&Page={at + 1}"
    following = path if len(rows) > (at + 1) * size else None
    meta = {"key": "content", "page": at, "page_size": size, "next_page_url": following}
    return {"content": rows[at * size : (at + 1) * size], "meta": meta}
