"""Request Tracker 5 by REST 2.0.

It answers 201 and silently drops a field that is unknown, invalid or not unique, and two creates at
once make two tickets. So: look up, create, read back and compare; the row's lease is the lock. The
whole tip also stands as text in the ticket, so that a field set up wrongly loses no content.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hotline.intake.sinks import Done, File, Finding, Later, Order, Trouble
from hotline.records.delivery import Status
from hotline.records.tip import Tip
from hotline.sinks.fields import as_text, mapped
from hotline.sinks.hooks import statuses
from hotline.sinks.http import Answer, Client, judged
from hotline.sinks.table import Table

API = "/REST/2.0"
WITHDRAWN = "Withdrawn by the hotline"
_PAGE = 50


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """One queue. `key_field` is the custom field with the tip's id."""

    client: Client
    queue: str
    key_field: str
    fields: Mapping[str, str]
    words: Mapping[str, Status]
    takes_files: bool = True
    polls: bool = True

    def compose(self, tip: Tip) -> bytes:
        """A ticket without a requestor: it mails nobody."""
        place = tip.place.stations[0].name if tip.place.stations else tip.place.prefecture or "?"
        ticket = {
            "Queue": self.queue,
            "Subject": f"{tip.kind} – {place}",
            "Content": as_text(tip),
            "ContentType": "text/plain",
            "CustomFields": {self.key_field: tip.id, **mapped(tip, self.fields)},
        }
        return _json(ticket)

    def look_up(self, key: str) -> str | None:
        """The ticket with this tip's id; the oldest when there are several."""
        query = f"Queue = '{_quoted(self.queue)}' AND 'CF.{{{self.key_field}}}' = '{_quoted(key)}'"
        found = self._tickets(query)
        return min((str(each["id"]) for each in found), key=int, default=None)

    def deliver(self, order: Order) -> Done:
        """Look up, create, read back."""
        found = self.look_up(order.key)
        if found is not None:
            return self._compared(order, found)
        made = _object(self._call("POST", "/ticket", order.body))
        number = str(made.get("id", ""))
        if not number.isdigit():
            raise Trouble(Later("not_understood"))
        first = self.look_up(order.key)
        if first is not None and first != number:  # two creates at once
            self._retire(number, first)
            number = first
        return self._compared(order, number)

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """A comment with the file, unless one of that name is there (where we may see it)."""
        path = f"/ticket/{quote(reference, safe='')}"
        there = _items(self._call("GET", f"{path}/attachments?fields=Filename&per_page=100"))
        if any(each.get("Filename") == file.name for each in there):
            return Done(reference)
        content = base64.b64encode(file.content).decode()
        one = {"FileName": file.name, "FileType": file.media_type, "FileContent": content}
        note = {"Content": file.said, "ContentType": "text/plain", "Attachments": [one]}
        self._call("POST", f"{path}/comment", _json(note))
        return Done(reference)

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Close the ticket, empty our fields, and ask in a comment to shred it."""
        path = f"/ticket/{quote(reference, safe='')}"
        answer = self.client.call("GET", API + path)
        if answer.status == 404:
            return
        if _object(judged(answer)).get("Subject") == WITHDRAWN:
            return
        note = {"Content": f"{WITHDRAWN}. Please shred this ticket.", "ContentType": "text/plain"}
        self._call("POST", f"{path}/comment", _json(note))
        empty = dict.fromkeys(self.fields)  # null deletes a value; "" leaves it as it is
        change = {"Subject": WITHDRAWN, "Status": "rejected", "CustomFields": empty}
        self._call("PUT", path, _json(change))

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """Asks for many tickets at once."""
        keys = {reference: key for key, reference in references.items() if reference.isdigit()}
        news: dict[str, Status] = {}
        numbers = list(keys)
        for at in range(0, len(numbers), _PAGE):
            some = " OR ".join(f"id = {number}" for number in numbers[at : at + _PAGE])
            for each in self._tickets(some):
                status = self.words.get(str(each.get("Status")))
                if status is not None and str(each.get("id")) in keys:
                    news[keys[str(each["id"])]] = status
        return news

    def check(self) -> Sequence[Finding]:
        """Whether the queue is there and has our fields."""
        try:
            queue = _object(self._call("GET", f"/queue/{quote(self.queue, safe='')}"))
        except Trouble as trouble:
            return [Finding(trouble.code, "url, token_file, queue, or the rights of the user")]
        there = {str(each.get("name")) for each in queue.get("TicketCustomFields") or []}
        missing = [name for name in (self.key_field, *self.fields) if name not in there]
        return [Finding("no_such_field", f"queue {self.queue} has no: {', '.join(missing)}")][
            : len(missing)
        ]

    def _compared(self, order: Order, number: str) -> Done:
        """What the ticket holds against what was sent."""
        ticket = _object(self._call("GET", f"/ticket/{number}"))
        sent: dict[str, str] = json.loads(order.body)["CustomFields"]
        held = {
            str(each.get("name")): " ".join(map(str, each.get("values") or []))
            for each in ticket.get("CustomFields") or []
        }
        if all(held.get(name, "").split() == value.split() for name, value in sent.items()):
            return Done(number)
        return Done(number, "unverified")

    def _retire(self, number: str, first: str) -> None:
        """A second ticket of ours: its number stays, its key goes."""
        change = {"Subject": f"Duplicate of {first}", "Status": "rejected"}
        keyless = {**change, "CustomFields": {self.key_field: None}}
        self._call("PUT", f"/ticket/{number}", _json(keyless))

    def _tickets(self, query: str) -> list[Mapping[str, Any]]:
        wanted = urlencode({"query": query, "fields": "Status,Subject", "per_page": 100})
        return _items(self._call("GET", f"/tickets?{wanted}"))

    def _call(self, method: str, path: str, body: bytes | None = None) -> Answer:
        return judged(self.client.call(method, API + path, body, _HEAD))


_HEAD = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}


def make(table: Table) -> RequestTracker:
    """A queue of its table."""
    token = table.secret("token_file")
    return RequestTracker(
        table.client({"Authorization": f"token {token}"}),
        table.text("queue"),
        table.text("key_field", "Tip ID"),
        table.mapping("fields", {"Event": "kind", "Station": "station"}),
        statuses(table),
    )


def _quoted(text: str) -> str:
    return re.sub(r"(['\\])", r"\\\1", text)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _object(answer: Answer) -> Mapping[str, Any]:
    raw = answer.json()
    if not isinstance(raw, dict):
        raise Trouble(Later("not_understood"))
    return raw


def _items(answer: Answer) -> list[Mapping[str, Any]]:
    """The items of a list. An error inside a 200 is none."""
    items = _object(answer).get("items")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Trouble(Later("not_understood"))
    return items
