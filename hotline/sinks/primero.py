"""Primero v2: incidents, and tracing requests for people who are missing.

Our id is the record's: a repeat answers 409, and is done when what lies there is what we sent. A
field that is not on the forms is refused as a whole (422): the mapping is checked beforehand.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.intake.sinks import Dead, Done, File, Finding, Later, Order, Trouble
from hotline.records.delivery import Status
from hotline.records.tip import Tip
from hotline.sinks.fields import mapped
from hotline.sinks.hooks import statuses
from hotline.sinks.http import Answer, Client, judged
from hotline.sinks.table import Table

INCIDENTS, TRACING = "incidents", "tracing_requests"
AUDIO = ("audio/mpeg", "audio/mp4")
_HEAD = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Primero:
    """One deployment; `fields` by type of record, their names -> ours."""

    client: Client
    module: str
    fields: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Status]
    takes_files: bool = True
    polls: bool = True

    def compose(self, tip: Tip) -> bytes:
        """The record; `reference` says of which type."""
        kind = TRACING if tip.kind == "missing" else INCIDENTS
        record = {"id": tip.id, "module_id": self.module, **mapped(tip, self.fields[kind])}
        whole = {"reference": f"{kind}/{tip.id}", "record": {"data": record}}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")

    def look_up(self, key: str) -> str | None:
        """The record under this id, of whichever type."""
        for kind in (INCIDENTS, TRACING):
            answer = self.client.call("GET", f"/api/v2/{kind}/{key}", None, _HEAD)
            if answer.status != 404:
                _data(judged(answer))
                return f"{kind}/{key}"
        return None

    def deliver(self, order: Order) -> Done:
        """Create; 409 is done when it is ours."""
        whole = json.loads(order.body)
        reference, record = whole["reference"], whole["record"]
        kind = reference.partition("/")[0]
        body = json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
        answer = self.client.call("POST", f"/api/v2/{kind}", body, _HEAD)
        if answer.status == 409:
            return self._same(reference, record["data"])
        judged(answer)
        if answer.status != 204:  # an error inside a success is none
            self._same(reference, record["data"])
        return Done(reference)

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """Recordings only, as the product takes no other; not twice under one name."""
        if file.media_type not in AUDIO:
            raise Trouble(Dead("media_type"))
        held = self._record(reference).get("recorded_audio") or []
        if any(isinstance(e, dict) and e.get("file_name") == file.name for e in held):
            return Done(reference)
        data = {
            "field_name": "recorded_audio",
            "attachment_type": "audio",
            "file_name": file.name,
            "attachment": base64.b64encode(file.content).decode(),
        }
        if file.words:
            data["description"] = file.words
        body = json.dumps({"data": data}).encode()
        judged(self.client.call("POST", f"/api/v2/{reference}/attachments", body, _HEAD))
        return Done(reference)

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Empty our fields and disable the record: the product deletes nothing by its interface."""
        kind = reference.partition("/")[0]
        data: dict[str, Any] = dict.fromkeys(self.fields.get(kind, {}))
        body = json.dumps({"data": {**data, "record_state": False}}).encode()
        answer = self.client.call("PATCH", f"/api/v2/{reference}", body, _HEAD)
        if answer.status != 404:
            judged(answer)

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """One question a record."""
        news: dict[str, Status] = {}
        for key, reference in references.items():
            record = self._record(reference)
            status = self.words.get(str(record.get("status")))
            if record.get("record_state") is False:
                status = "rejected"
            if status is not None:
                news[key] = status
        return news

    def check(self) -> Sequence[Finding]:
        """Whether every field that we fill is on a form."""
        try:
            forms = judged(self.client.call("GET", "/api/v2/forms", None, _HEAD)).json()
        except Trouble as trouble:
            return [Finding(trouble.code, "url, user, password_file, or the role of the user")]
        listed = forms.get("data") if isinstance(forms, dict) else None
        there = {
            str(each.get("name"))
            for form in (listed if isinstance(listed, list) else [])
            for each in form.get("fields") or []
        }
        wanted = [name for names in self.fields.values() for name in names]
        missing = sorted({name for name in wanted if name not in there})
        found = Finding("no_such_field", f"no form has: {', '.join(missing)}")
        return [found] if missing else []

    def _same(self, reference: str, sent: Mapping[str, Any]) -> Done:
        held = self._record(reference)
        told = {name: held.get(name) for name in sent}
        if told != dict(sent):
            if held.get("id") == sent["id"] and not any(
                held.get(name) for name in sent if name not in ("id", "module_id")
            ):
                return Done(reference, "unverified")  # our user may not read what it wrote
            raise Trouble(Dead("conflict"))
        return Done(reference)

    def _record(self, reference: str) -> Mapping[str, Any]:
        return _data(judged(self.client.call("GET", f"/api/v2/{reference}", None, _HEAD)))


def make(table: Table) -> Primero:
    """A deployment of its table."""
    user, password = table.text("user"), table.secret("password_file")
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Primero(
        table.client({"Authorization": f"Basic {pair}"}),
        table.text("module"),
        {
            INCIDENTS: table.mapping(
                "incident_fields", {"incident_date": "day", "incident_description": "text"}
            ),
            TRACING: table.mapping(
                "tracing_fields", {"inquiry_date": "day", "location_last": "station"}
            ),
        },
        statuses(table),
    )


def _data(answer: Answer) -> Mapping[str, Any]:
    raw = answer.json()
    data = raw.get("data") if isinstance(raw, dict) else None
    if not isinstance(data, dict):
        raise Trouble(Later("not_understood"))
    return data
