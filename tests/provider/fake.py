"""A provider over real HTTP: the operations of Twilio's 2010-04-01 interface that we use.

`test_fake.py` lets Twilio's own generated client, made from its OpenAPI description, judge it.
Faults are queued: each request takes the next one, (status, error code) or seconds of silence.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "0123456789abcdef0123456789abcdef"
FAMILIES = {
    "Messages": ("messages", "SM"),
    "Calls": ("calls", "CA"),
    "Recordings": ("recordings", "RE"),
    "IncomingPhoneNumbers": ("incoming_phone_numbers", "PN"),
}
Item = dict[str, Any]


@dataclass
class Fake:
    """What lies at the provider, the faults to come, and what was asked."""

    url: str = ""
    items: dict[str, dict[str, Item]] = field(default_factory=lambda: {f: {} for f in FAMILIES})
    faults: list[tuple[int, int] | float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    page: int = 50
    # Countries by code: may they be texted; may their plain, special, fraud-prone numbers be rung.
    texts: dict[str, bool] = field(default_factory=dict)
    calls: dict[str, list[bool]] = field(default_factory=dict)
    console_only: set[str] = field(default_factory=set)

    def add(self, family: str, sid: str, **more: Any) -> str:
        """Put something there; its SID."""
        made = format_datetime(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
        self.items[family][sid] = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "status": "received",
            "date_created": made,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/{family}/{sid}.json",
            **more,
        }
        return sid


@contextmanager
def running() -> Iterator[Fake]:
    """A provider on a free port."""
    fake = Fake()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            method = self.command
            target = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            fake.asked.append(f"{method} {target.path}")
            if fake.faults:
                fault = fake.faults.pop(0)
                if isinstance(fault, float):
                    sleep(fault)
                    return
                self._answer(fault[0], {"code": fault[1], "message": "no", "status": fault[0]})
                return
            status, answer = _respond(fake, method, target.path, target.query, body, self.headers)
            if answer and target.path.endswith(".wav") and status == 200:
                self._sound(answer["sound"])
            else:
                self._answer(status, answer)

        def _sound(self, raw: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_DELETE = do_PATCH = do_GET

        def _answer(self, status: int, answer: Item | None) -> None:
            raw = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler


def _respond(
    fake: Fake, method: str, path: str, query: str, body: str, headers: Any
) -> tuple[int, Item | None]:
    given = f"Basic {base64.b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}"
    if headers.get("Authorization") != given:
        return 401, {"code": 20003, "message": "Authenticate", "status": 401}
    if path.startswith("/v1/"):
        return _countries(fake, method, path, parse_qs(query), parse_qs(body))
    _, _, rest = path.partition(f"/2010-04-01/Accounts/{ACCOUNT}/")
    family, _, name = rest.removesuffix(".json").removesuffix(".wav").partition("/")
    lying = fake.items.get(family)
    if lying is None:
        return 404, {"code": 20404, "message": "not found", "status": 404}
    if not name:
        return 200, _listed(fake, family, parse_qs(query))
    if name not in lying:
        return 404, {"code": 20404, "message": "not found", "status": 404}
    if method == "DELETE":
        del lying[name]
        return 204, None
    if method == "POST":
        for key, (value,) in parse_qs(body, keep_blank_values=True).items():
            snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in key).lstrip("_")
            lying[name][snake] = {"true": True, "false": False}.get(value, value)
    return 200, lying[name]


def _listed(fake: Fake, family: str, query: dict[str, list[str]]) -> Item:
    found = list(fake.items[family].values())
    for number in query.get("PhoneNumber", []):
        found = [item for item in found if item.get("phone_number") == number]
    at = int(query.get("Page", ["0"])[0])
    shown = found[at * fake.page : (at + 1) * fake.page]
    more = len(found) > (at + 1) * fake.page
    following = f"/2010-04-01/Accounts/{ACCOUNT}/{family}.json?Page={at + 1}" if more else None
    return {FAMILIES[family][0]: shown, "page": at, "next_page_uri": following, "uri": ""}


DIALLING = (
    "low_risk_numbers_enabled",
    "high_risk_special_numbers_enabled",
    "high_risk_tollfraud_numbers_enabled",
)


def _countries(
    fake: Fake, method: str, path: str, query: dict[str, list[str]], form: dict[str, list[str]]
) -> tuple[int, Item | None]:
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
