"""What a far end tells us about a tip: verified, then one of six statuses. Nothing else is read.

Rule 1: without a secret there is no hook.
Rule 2: no text of a case system ever comes this way: a caller may be shown what became of a tip.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.intake.errors import Mistaken, Untrusted
from hotline.records.delivery import STATUSES, Status
from hotline.sinks import signing
from hotline.sinks.table import Table

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCHEMES = ("standard", "zammad")


@dataclass(frozen=True, slots=True)
class News:
    """`mark` is the same for a repeat; `tip_id` what they say it is about."""

    mark: str
    tip_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class Hook:
    """One sink's way back. `words` translates theirs into one of six."""

    sink: str
    scheme: str
    secrets: tuple[bytes, ...] = field(repr=False)
    words: Mapping[str, Status]
    tip_field: str = "tip_id"

    def read(self, headers: Mapping[str, str], body: bytes, now: int) -> News | None:
        """The news of a request; None when it tells of nothing that we know.

        `headers` has its names in lower case. Raises Untrusted for a bad signature and for a body
        that is none.
        """
        name = self._verified(headers, body, now)
        try:
            raw = json.loads(body)
        except ValueError:
            raise Untrusted("not_json") from None
        tip_id, word = self._told(raw)
        status = self.words.get(word) if isinstance(word, str) else None
        if status is None or not isinstance(tip_id, str) or not _UUID.fullmatch(tip_id):
            return None
        mark = hashlib.sha256(f"{self.sink}\0{name}".encode()).hexdigest()
        return News(mark, tip_id, status)

    def _verified(self, headers: Mapping[str, str], body: bytes, now: int) -> str:
        if self.scheme == "standard":
            return signing.verify(self.secrets, headers, body, now)
        given, name = headers.get("x-hub-signature", ""), headers.get("x-zammad-delivery", "")
        right = ["sha1=" + hmac.new(s, body, hashlib.sha1).hexdigest() for s in self.secrets]
        if not name or not any(hmac.compare_digest(given.encode(), r.encode()) for r in right):
            raise Untrusted("signature")
        return name

    def _told(self, raw: object) -> tuple[object, object]:
        if not isinstance(raw, dict):
            return None, None
        if self.scheme == "standard":
            data = raw.get("data")
            if raw.get("type") != "case.status_changed" or not isinstance(data, dict):
                return None, None
            return data.get("tip_id"), data.get("status", data.get("new"))
        ticket = raw.get("ticket")
        if not isinstance(ticket, dict):
            return None, None
        state = ticket.get("state")
        return ticket.get(self.tip_field), state.get("name") if isinstance(state, dict) else state


def hook_of(table: Table) -> Hook | None:
    """The hook that a table asks for with `hook_secret_file`."""
    words = statuses(table)
    if "hook_secret_file" not in table.raw:
        return None
    text = table.secret("hook_secret_file")
    kind = table.raw.get("type")
    if kind == "zammad":
        secrets = tuple(line.strip().encode() for line in text.splitlines() if line.strip())
        tip_field = str(table.raw.get("key_field", "tip_id"))
        return Hook(table.name, "zammad", secrets, words, tip_field)
    try:
        return Hook(table.name, "standard", signing.keys(text), words)
    except Mistaken as error:
        table.wrong("hook_secret_file", error.code)


def statuses(table: Table) -> dict[str, Status]:
    """Their words -> ours: the product's own, and what the table adds or changes."""
    own: dict[str, Status] = {each: each for each in STATUSES}
    own |= _PRODUCTS.get(str(table.raw.get("type")), {})
    more = table.raw.get("statuses", {})
    table.read.add("statuses")
    if not isinstance(more, dict):
        table.wrong("statuses", "a table: their word = one of " + ", ".join(STATUSES))
    for theirs, ours in more.items():
        if ours not in STATUSES:
            table.wrong(f"statuses.{theirs}", f"one of: {', '.join(STATUSES)}")
    return own | more


_PRODUCTS: Mapping[str, dict[str, Status]] = {
    "request_tracker": {
        "new": "received",
        "open": "in_progress",
        "stalled": "in_progress",
        "resolved": "closed",
        "rejected": "rejected",
        "deleted": "rejected",
    },
    "zammad": {
        "new": "received",
        "open": "in_progress",
        "pending reminder": "in_progress",
        "pending close": "in_progress",
        "closed": "closed",
        "merged": "closed",
    },
    "primero": {"open": "in_progress", "closed": "closed"},
    "openrosa": {
        "validation_status_on_hold": "in_progress",
        "validation_status_approved": "closed",
        "validation_status_not_approved": "rejected",
        "hasIssues": "in_progress",
        "edited": "in_progress",
        "approved": "closed",
    },
}
