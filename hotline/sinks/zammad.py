"""Zammad (and CDR Link): tickets of one fixed customer, never of a caller.

Nothing there knows repeats, and its search lags: look up, create, compare what the answer says.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hotline.intake.sinks import Done, File, Finding, Later, Order, Trouble
from hotline.records.delivery import Status
from hotline.records.tip import Tip
from hotline.sinks.fields import as_text, mapped
from hotline.sinks.hooks import statuses
from hotline.sinks.http import Client, judged
from hotline.sinks.table import Table

WITHDRAWN = "Withdrawn by the hotline"
_HEAD = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Zammad:
    """One group; `key_field` is the ticket attribute with the tip's id."""

    client: Client
    group: str
    customer: str
    key_field: str
    fields: Mapping[str, str]
    words: Mapping[str, Status]
    takes_files: bool = True
    polls: bool = True

    def compose(self, tip: Tip) -> bytes:
        """A ticket with one internal note: nothing is mailed."""
        place = tip.place.stations[0].name if tip.place.stations else tip.place.prefecture or "?"
        title = f"{tip.kind} – {place}"
        ticket = {
            "title": title,
            "group": self.group,
            "customer": self.customer,
            self.key_field: tip.id,
            **mapped(tip, self.fields),
            "article": _note(title, as_text(tip)),
        }
        return _json(ticket)

    def look_up(self, key: str) -> str | None:
        """The ticket with this tip's id; the oldest when there are several."""
        query = urlencode({"query": f'{self.key_field}:"{key}"', "limit": 10, "expand": "true"})
        found = self._call("GET", f"/tickets/search?{query}")
        if not isinstance(found, list):
            raise Trouble(Later("not_understood"))
        ours = [e["id"] for e in found if isinstance(e, dict) and e.get(self.key_field) == key]
        return str(min(ours)) if ours else None

    def deliver(self, order: Order) -> Done:
        """Look up, create, compare."""
        found = self.look_up(order.key)
        ticket = (
            self._object("GET", f"/tickets/{found}?expand=true")
            if found
            else self._object("POST", "/tickets?expand=true", order.body)
        )
        number = str(ticket.get("id", ""))
        if not number.isdigit():
            raise Trouble(Later("not_understood"))
        sent = json.loads(order.body)
        names = (self.key_field, *(name for name in self.fields if name in sent))
        same = all(ticket.get(name) == sent[name] for name in names)
        return Done(number, "" if same else "unverified")

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """An internal note with the file, unless one of that name is there."""
        articles = self._call("GET", f"/ticket_articles/by_ticket/{reference}")
        names = {
            each.get("filename")
            for article in (articles if isinstance(articles, list) else [])
            for each in article.get("attachments") or []
        }
        if file.name not in names:
            data = base64.b64encode(file.content).decode()
            one = {"filename": file.name, "data": data, "mime-type": file.media_type}
            note = {"ticket_id": int(reference), **_note(file.name, file.said)}
            self._call("POST", "/ticket_articles", _json({**note, "attachments": [one]}))
        return Done(reference)

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Empty our fields, close the ticket, and ask in a note to delete it."""
        if self.client.call("GET", f"/api/v1/tickets/{reference}", None, _HEAD).status == 404:
            return
        change: dict[str, Any] = {"title": WITHDRAWN, "state": "closed"}
        change |= dict.fromkeys(self.fields, "")
        change["article"] = _note(WITHDRAWN, f"{WITHDRAWN}. Please delete this ticket.")
        self._call("PUT", f"/tickets/{reference}", _json(change))

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """One question a ticket."""
        news: dict[str, Status] = {}
        for key, reference in references.items():
            ticket = self._object("GET", f"/tickets/{reference}?expand=true")
            status = self.words.get(str(ticket.get("state")))
            if status is not None:
                news[key] = status
        return news

    def check(self) -> Sequence[Finding]:
        """Whether the token works and the ticket has our attributes."""
        try:
            listed = self._call("GET", "/object_manager_attributes")
        except Trouble as trouble:
            return [Finding(trouble.code, "url, token_file, or the rights of the token")]
        rows = (
            [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        )
        there = {str(each.get("name")) for each in rows if each.get("object") == "Ticket"}
        missing = [name for name in (self.key_field, *self.fields) if name not in there]
        found = Finding("no_such_field", f"the ticket has no attribute: {', '.join(missing)}")
        return [found] if missing else []

    def _object(self, method: str, path: str, body: bytes | None = None) -> Mapping[str, Any]:
        raw = self._call(method, path, body)
        if not isinstance(raw, dict):
            raise Trouble(Later("not_understood"))
        return raw

    def _call(self, method: str, path: str, body: bytes | None = None) -> Any:
        raw = judged(self.client.call(method, f"/api/v1{path}", body, _HEAD)).json()
        if isinstance(raw, dict) and "error" in raw:
            raise Trouble(Later("error_inside"))
        return raw


def make(table: Table) -> Zammad:
    """A group of its table."""
    customer = table.text("customer")
    if customer.startswith("guess:"):
        table.wrong("customer", "one fixed account: guess: makes a user of each tip")
    token = table.secret("token_file")
    return Zammad(
        table.client({"Authorization": f"Token token={token}"}),
        table.text("group"),
        customer,
        table.text("key_field", "tip_id"),
        table.mapping("fields", {}),
        statuses(table),
    )


def _note(subject: str, body: str) -> dict[str, Any]:
    return {
        "subject": subject,
        "body": body,
        "content_type": "text/plain",
        "type": "note",
        "internal": True,
        "sender": "Agent",
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
