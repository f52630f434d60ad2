"""What lies at a provider: one account behind Twilio's 2010-04-01 interface, as much as is asked.

Rule 1: kept in memory alone. Here are numbers, words and voices as a provider has them, and nothing
of the kind may reach a disk.
Rule 2: what is not final cannot be deleted (20009); a sound is not there yet when its call goes on.
Twilio's own generated client judges the answers (tests/provider/test_fake.py).
"""

import base64
import json
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from threading import RLock
from typing import Any, Protocol
from urllib.parse import parse_qs

from hotline.simulator.countries import Countries
from hotline.simulator.voice import made_up

FAMILIES = {
    "Messages": "messages",
    "Calls": "calls",
    "Recordings": "recordings",
    "IncomingPhoneNumbers": "incoming_phone_numbers",
}
FINAL = frozenset({"completed", "received", "delivered", "sent", "failed", "absent", "in-use"})
UNCLAIMED = 20  # sounds that came before their recording was told of; the oldest go
LARGEST = 16 * 1024 * 1024  # bytes of one sound

Item = dict[str, Any]
Answer = tuple[int, str, bytes]  # status, type, body


class Keeps(Protocol):
    """Where the telephone's side leaves what a provider keeps of it."""

    def add(self, family: str, sid: str, **more: Any) -> str:
        """Keep something, or what is new about it; its SID."""

    def hear(self, sid: str, sound: bytes) -> int:
        """Keep a sound under a recording's SID; its seconds, 0 for what is no WAV file."""

    def record(self, sid: str, call: str, seconds: int, words: str = "") -> None:
        """A recording of a call: the sound that was kept, else a made-up voice of `seconds`."""


class Nothing:
    """A `Keeps` that keeps nothing: for a line without a provider."""

    def add(self, family: str, sid: str, **more: Any) -> str:
        """See `Keeps.add`."""
        return sid

    def hear(self, sid: str, sound: bytes) -> int:
        """See `Keeps.hear`."""
        return seconds_of(sound)

    def record(self, sid: str, call: str, seconds: int, words: str = "") -> None:
        """See `Keeps.record`."""


@dataclass
class Account:
    """The things of one account by family and SID, and what is answered about them; `delay` is how
    many seconds a sound takes to be there."""

    sid: str
    token: str = field(repr=False)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    delay: float = 0.0
    page: int = 50
    items: dict[str, dict[str, Item]] = field(default_factory=lambda: {f: {} for f in FAMILIES})
    sounds: dict[str, bytes] = field(default_factory=dict)
    countries: Countries = field(default_factory=Countries)
    lock: RLock = field(default_factory=RLock, repr=False)

    def add(self, family: str, sid: str, **more: Any) -> str:
        """See `Keeps.add`."""
        with self.lock:
            fresh = {
                "sid": sid,
                "account_sid": self.sid,
                "status": "received",
                "date_created": format_datetime(self.clock()),
                "uri": f"/2010-04-01/Accounts/{self.sid}/{family}/{sid}.json",
            }
            self.items[family][sid] = {**fresh, **self.items[family].get(sid, {}), **more}
        return sid

    def hear(self, sid: str, sound: bytes) -> int:
        """See `Keeps.hear`."""
        with self.lock:
            self.sounds[sid] = sound
            waiting = [name for name in self.sounds if name not in self.items["Recordings"]]
            for name in waiting[:-UNCLAIMED]:
                del self.sounds[name]
        return seconds_of(sound)

    def record(self, sid: str, call: str, seconds: int, words: str = "") -> None:
        """See `Keeps.record`."""
        made = self.sounds.get(sid) or made_up(seconds, words)
        with self.lock:
            self.sounds[sid] = made
            self.add(
                "Recordings", sid, call_sid=call, status="completed", duration=str(seconds),
                channels=1, source="RecordVerb", media_at=self.clock().timestamp() + self.delay,
            )  # fmt: skip

    def knows(self, authorization: str | None) -> bool:
        """Whether somebody says who they are as the account's owner does."""
        return authorization == basic(self.sid, self.token)

    def answer(
        self, method: str, path: str, query: str, body: str, authorization: str | None
    ) -> Answer:
        """One request of the interface: GET, POST and DELETE of one item, GET of a list."""
        if not self.knows(authorization):
            return problem(401, 20003, "Authenticate")
        with self.lock:
            if elsewhere := self.countries.answer(method, path, query, body, self.page):
                return told(*elsewhere)
        family, _, name = path.partition(f"/2010-04-01/Accounts/{self.sid}/")[2].partition("/")
        family = family.removesuffix(".json")
        with self.lock:
            if family not in self.items:
                return problem(404, 20404, "not found")
            if not name:
                return told(200, self._listed(family, parse_qs(query)))
            return self._one(method, family, name, body)

    def _one(self, method: str, family: str, name: str, body: str) -> Answer:
        sid, _, kind = name.partition(".")
        lying = self.items[family]
        item = lying.get(sid)
        if item is None:
            return problem(404, 20404, "not found")
        if method == "GET" and family == "Recordings" and kind != "json":
            return self._sound(item) if kind in ("", "wav") else problem(404, 20404, "not found")
        if method == "DELETE":
            if item["status"] not in FINAL:
                return problem(409, 20009, "cannot be deleted because it is not in a final state")
            del lying[sid]
            self.sounds.pop(sid, None)
            return 204, "application/json", b""
        if method == "POST":
            item |= {_snake(key): _value(one) for key, (one,) in _form(body).items()}
        return told(200, _shown(item))

    def _sound(self, item: Item) -> Answer:
        sound = self.sounds.get(item["sid"])
        if sound is None or self.clock().timestamp() < item.get("media_at", 0.0):
            return problem(404, 20404, "not found")
        return 200, "audio/x-wav", sound

    def _listed(self, family: str, query: Mapping[str, list[str]]) -> Item:
        found = [_shown(item) for item in self.items[family].values()]
        for number in query.get("PhoneNumber", []):
            found = [item for item in found if item.get("phone_number") == number]
        at = int(query.get("Page", ["0"])[0])
        more = len(found) > (at + 1) * self.page
        base = f"/2010-04-01/Accounts/{self.sid}/{family}.json?Page="
        shown = found[at * self.page : (at + 1) * self.page]
        following = f"{base}{at + 1}" if more else None
        return {FAMILIES[family]: shown, "page": at, "next_page_uri": following, "uri": ""}


def basic(sid: str, token: str) -> str:
    """How an account's owner says who they are."""
    return f"Basic {base64.b64encode(f'{sid}:{token}'.encode()).decode()}"


def told(status: int, document: Item) -> Answer:
    """A JSON document as an answer."""
    return status, "application/json", json.dumps(document).encode()


def problem(status: int, code: int, why: str) -> Answer:
    """What Twilio answers when something is wrong."""
    return told(status, {"code": code, "message": why, "status": status})


def seconds_of(sound: bytes) -> int:
    """Whole seconds of a WAV file, at least 1 where there is any sound; 0 for anything else."""
    try:
        with wave.open(BytesIO(sound)) as read:
            frames, rate = read.getnframes(), read.getframerate()
    except (wave.Error, EOFError, ValueError):
        return 0
    return max(1, round(frames / rate)) if frames and rate else 0


def _shown(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "media_at"}


def _form(body: str) -> dict[str, list[str]]:
    return {name: values[:1] for name, values in parse_qs(body, keep_blank_values=True).items()}


def _value(text: str) -> str | bool:
    return {"true": True, "false": False}.get(text, text)


def _snake(name: str) -> str:
    """`SmsUrl` is told as `sms_url`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
