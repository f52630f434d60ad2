"""The provider's REST interface (Twilio's 2010-04-01), as much of it as we use.

Rule 1: credentials go to the configured host (where that is Twilio's, to its sisters `accounts` and
`voice` as well) and to paths of our own: never to an address that came in a request or an answer.
Rule 2: nothing that the provider answers is logged or put into an exception.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.purge import Deleted, Kind

TWILIO = "https://api.twilio.com"
NONE = "none"  # TWILIO_API_BASE of a hotline that has no provider
NOT_FINAL = 20009  # "cannot be deleted because it is not in a final state"
FAMILIES: Mapping[Kind, tuple[str, str]] = {
    "message": ("Messages", "SM"),
    "call": ("Calls", "CA"),
    "recording": ("Recordings", "RE"),
}
PAGE = 200
WORDS = ("text/", "application/json", "application/xml", "application/xhtml")  # never a sound
LARGEST = 64 * 1024 * 1024  # bytes of one answer: an hour of telephone
# As Twilio makes them, and the UUIDs of platforms that speak the same API.
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Client:
    """One account at one provider. Every method raises Unavailable("provider")."""

    base: str
    account: str
    token: str = field(repr=False)
    seconds: float = 10.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        inside = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and inside):
            raise Mistaken("TWILIO_API_BASE: needs https://host, as the platform documents it")

    def delete(self, kind: Kind, sid: str) -> Deleted:
        """Delete a message with its media, a call or a recording. See `Eraser.delete`."""
        if not _SID.fullmatch(sid):
            return "gone"  # never the provider's: nothing lies there under such a name
        status, _ = self._ask("DELETE", f"/{FAMILIES[kind][0]}/{sid}.json")
        if status in (200, 204, 404):
            return "gone"
        if status in (401, 403):
            return "refused"
        if status == 429 or status >= 500:
            return "busy"
        return "not_yet"  # 20009, and whatever else may change when it is final

    def sound(self, sid: str) -> tuple[int, bytes]:
        """Status and WAV bytes of a recording; one more byte than LARGEST when it is longer.

        Raises Unavailable also for a page of words: somebody's "back soon" is no recording, and
        whoever takes it for one deletes the only copy of the real one.
        """
        if not _SID.fullmatch(sid):
            return 404, b""
        url = f"{self._root}/Recordings/{sid}.wav"
        status, body, kind = self._exchange("GET", url, None)
        if status == 200 and kind.startswith(WORDS):
            raise Unavailable("provider")
        return status, body

    def items(self, family: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """Every item of a list (a key of `_FIELD`), page by page."""
        path: str | None = f"/{family}.json?{urlencode({**query, 'PageSize': str(PAGE)})}"
        while path:
            page = self.read(path)
            yield from page.get(_FIELD[family], [])
            following = str(page.get("next_page_uri") or "")
            path = following.partition(f"/Accounts/{self.account}")[2] or None

    def read(self, path: str) -> Mapping[str, Any]:
        """One JSON document below our account."""
        status, body = self._ask("GET", path)
        return self._json(status, body)

    def change(self, path: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Change one thing below our account; what it is afterwards."""
        status, body = self._ask("POST", path, form)
        return self._json(status, body)

    def elsewhere(
        self, method: str, product: str, path: str, form: Mapping[str, list[str]] | None = None
    ) -> Mapping[str, Any]:
        """One JSON document of another of the provider's interfaces: `accounts` or `voice`."""
        host = f"https://{product}.twilio.com" if self.base.rstrip("/") == TWILIO else self.base
        status, body = self._send(method, f"{host.rstrip('/')}{path}", form)
        return self._json(status, body)

    def _json(self, status: int, body: bytes) -> Mapping[str, Any]:
        if status in (401, 403):
            raise Mistaken("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: the provider refuses them")
        if not 200 <= status < 300:
            raise Unavailable("provider")
        try:
            read = json.loads(body)
        except ValueError:
            raise Unavailable("provider") from None
        if not isinstance(read, dict):
            raise Unavailable("provider")
        return read

    def _ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        return self._send(method, f"{self._root}{path}", form)

    @property
    def _root(self) -> str:
        return f"{self.base.rstrip('/')}/2010-04-01/Accounts/{self.account}"

    def _send(self, method: str, url: str, form: Mapping[str, Any] | None) -> tuple[int, bytes]:
        status, body, _ = self._exchange(method, url, form)
        return status, body

    def _exchange(
        self, method: str, url: str, form: Mapping[str, Any] | None
    ) -> tuple[int, bytes, str]:
        """Status, body and type of the answer."""
        headers = urllib3.make_headers(basic_auth=f"{self.account}:{self.token}", user_agent="")
        body = None
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        pool = urllib3.PoolManager(retries=False, timeout=self.seconds)
        try:
            answer = pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            with answer:
                kind = answer.headers.get("Content-Type", "").strip().lower()
                return answer.status, answer.read(LARGEST + 1), kind
        except HTTPError:
            raise Unavailable("provider") from None
        finally:
            pool.clear()


def send_form(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Post a form to our own door; whether it was taken."""
    pool = urllib3.PoolManager(retries=False, timeout=15.0)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        body = urlencode(form).encode()
        answer = pool.request("POST", url, body=body, headers={**kind, **headers}, redirect=False)
        return answer.status == 200
    except HTTPError:
        return False
    finally:
        pool.clear()


_FIELD = {
    "Messages": "messages",
    "Calls": "calls",
    "Recordings": "recordings",
    "IncomingPhoneNumbers": "incoming_phone_numbers",
}
