"""Far ends that speak the documented shapes of the products, their traps included."""

import email
import email.policy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hotline.sinks import signing
from tests.sinks.farend import Asked, Reply, as_json

KEY = "whsec_" + "c3ludGhldGljLXNpbmstc2VjcmV0LTAwMDAx"


@dataclass
class WebhookEnd:
    """Verifies, knows repeats by their id, and refuses other content under a known one."""

    held: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    seen: dict[str, bytes] = field(default_factory=dict)
    now: int = 0

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(405)
        stamp = int(asked.headers["webhook-timestamp"])
        name = signing.verify(signing.keys(KEY), asked.headers, asked.body, stamp)
        if name in self.seen:
            return Reply(200 if self.seen[name] == asked.body else 409)
        self.seen[name] = asked.body
        message = asked.json
        match message["type"]:
            case "tip.created":
                self.held[message["data"]["id"]] = json.dumps(message["data"], ensure_ascii=False)
            case "tip.attachment_added":
                self.files[message["data"]["name"]] = message["data"]["sha256"]
            case "tip.withdrawn":
                self.gone.add(message["data"]["id"])
                self.held.pop(message["data"]["id"], None)
        return Reply(204)


@dataclass
class RequestTrackerEnd:
    """Answers 201 and drops fields that are unknown, invalid, or not unique."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ("Tip ID", "Event", "Station")
    kinds: tuple[str, ...] = ("arrest", "missing", "abuse")
    gone: set[str] = field(default_factory=set)

    @property
    def held(self) -> dict[str, Any]:
        return {t["CustomFields"].get("Tip ID", "?"): t["Content"] for t in self.tickets}

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "token synthetic":
            return as_json({"message": "Unauthorized"}, 401)
        parts = urlsplit(asked.path)
        path = unquote(parts.path.removeprefix("/REST/2.0"))
        if path == "/queue/Hotline":
            return as_json(
                {"Name": "Hotline", "TicketCustomFields": [{"name": n} for n in self.fields]}
            )
        if path == "/tickets":
            return self._search(parse_qs(parts.query)["query"][0])
        if path == "/ticket":
            return self._create(asked.json)
        found = re.fullmatch(r"/ticket/(\d+)(/\w+)?", path)
        if not found or int(found[1]) > len(self.tickets):
            return as_json({"message": "No such"}, 404)
        return self._one(asked, self.tickets[int(found[1]) - 1], found[2])

    def _create(self, raw: Any) -> Reply:
        if raw.get("Queue") != "Hotline":
            return as_json({"message": "Could not create ticket. Queue not set"}, 400)
        taken = {t["CustomFields"].get("Tip ID") for t in self.tickets}
        kept = {
            name: value
            for name, value in raw["CustomFields"].items()
            if name in self.fields
            and not (name == "Event" and value not in self.kinds)
            and not (name == "Tip ID" and value in taken)
        }
        number = len(self.tickets) + 1
        self.tickets.append({**raw, "CustomFields": kept, "Status": "new", "id": number})
        url = f"/REST/2.0/ticket/{number}"
        return as_json({"type": "ticket", "id": str(number), "_url": url}, 201)

    def _search(self, query: str) -> Reply:
        tip = re.search(r"'CF\.\{Tip ID\}' = '([^']+)'", query)
        numbers = [int(n) for n in re.findall(r"id = (\d+)", query)]
        found = [
            {"id": str(t["id"]), "Status": t["Status"]}
            for t in self.tickets
            if (tip and t["CustomFields"].get("Tip ID") == tip[1]) or t["id"] in numbers
        ]
        return as_json({"count": len(found), "items": found})

    def _one(self, asked: Asked, ticket: dict[str, Any], what: str | None) -> Reply:
        if what == "/attachments":
            return as_json({"items": [{"Filename": name} for name in self.files]})
        if what == "/comment":
            for each in asked.json.get("Attachments", []):
                self.files[each["FileName"]] = each["FileContent"]
            return as_json(["Comments added"], 201)
        if asked.method == "PUT":
            change = asked.json
            for name, value in change.pop("CustomFields", {}).items():
                if value is None:
                    ticket["CustomFields"].pop(name, None)
                elif value:  # an empty text changes nothing, as on the real one
                    ticket["CustomFields"][name] = value
            ticket.update(change)
            if change["Subject"].startswith("Withdrawn"):
                assert set(ticket["CustomFields"]) == {"Tip ID"}
                self.gone.add(ticket["CustomFields"]["Tip ID"])
            return as_json(["changed"])
        listed = [{"name": n, "values": [v]} for n, v in ticket["CustomFields"].items()]
        return as_json({**ticket, "CustomFields": listed})


@dataclass
class PrimeroEnd:
    """Our id is the record's; a field on no form is refused."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    forms: tuple[str, ...] = (
        "incident_date", "incident_description", "inquiry_date", "location_last",
    )  # fmt: skip

    @property
    def held(self) -> dict[str, Any]:
        return {name.partition("/")[2]: json.dumps(r) for name, r in self.records.items()}

    def __call__(self, asked: Asked) -> Reply:
        if not asked.headers.get("authorization", "").startswith("Basic "):
            return Reply(401)
        path = asked.path.removeprefix("/api/v2/")
        if path == "forms":
            return as_json({"data": [{"fields": [{"name": name} for name in self.forms]}]})
        kind, _, rest = path.partition("/")
        if asked.method == "POST" and not rest:
            return self._create(kind, asked.json["data"])
        name = f"{kind}/{rest.removesuffix('/attachments')}"
        record = self.records.get(name)
        if record is None:
            return as_json({"errors": [{"code": 404}]}, 404)
        if asked.method == "PATCH":
            record.update(asked.json["data"])
            self.gone.add(rest)
        if rest.endswith("/attachments"):
            data = asked.json["data"]
            self.files[data["file_name"]] = data["attachment"]
            record.setdefault("recorded_audio", []).append({"file_name": data["file_name"]})
        return as_json({"data": record})

    def _create(self, kind: str, data: dict[str, Any]) -> Reply:
        if set(data) - {"id", "module_id", *self.forms}:
            return as_json({"errors": [{"code": 422}]}, 422)
        if f"{kind}/{data['id']}" in self.records:
            return as_json({"errors": [{"code": 409, "message": "Conflict"}]}, 409)
        self.records[f"{kind}/{data['id']}"] = {**data, "status": "open", "record_state": True}
        return Reply(204)


@dataclass
class ZammadEnd:
    """Knows no repeats; its search sees a ticket only later."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    attributes: tuple[str, ...] = ("tip_id", "event")
    gone: set[str] = field(default_factory=set)

    @property
    def held(self) -> dict[str, Any]:
        return {t.get("tip_id", "?"): t["article"]["body"] for t in self.tickets}

    @property
    def files(self) -> dict[str, str]:
        return {f["filename"]: f["data"] for a in self.articles for f in a["attachments"]}

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Token token=synthetic":
            return as_json({"error": "Not authorized"}, 401)
        parts = urlsplit(asked.path)
        path = parts.path.removeprefix("/api/v1")
        if path == "/object_manager_attributes":
            return as_json([{"object": "Ticket", "name": name} for name in self.attributes])
        if path == "/tickets/search":
            tip = parse_qs(parts.query)["query"][0].split(":")[1].strip('"')
            return as_json([t for t in self.tickets if t.get("tip_id") == tip])
        if path == "/tickets":
            raw = asked.json
            own = ("title", "group", "customer", "article", *self.attributes)
            kept = {name: value for name, value in raw.items() if name in own}
            self.tickets.append({**kept, "id": len(self.tickets) + 1, "state": "new"})
            return as_json(self.tickets[-1], 201)
        if path == "/ticket_articles":
            self.articles.append(asked.json)
            return as_json({"id": len(self.articles)}, 201)
        if path.startswith("/ticket_articles/by_ticket/"):
            return as_json(self.articles)
        return self._one(asked, path)

    def _one(self, asked: Asked, path: str) -> Reply:
        number = int(path.rpartition("/")[2])
        if number > len(self.tickets):
            return as_json({"error": "Couldn't find Ticket"}, 404)
        ticket = self.tickets[number - 1]
        if asked.method == "PUT":
            ticket.update({k: v for k, v in asked.json.items() if k != "article"})
            self.gone.add(ticket["tip_id"])
        return as_json(ticket)


@dataclass
class KoboEnd:
    """One instance id, one content: the same again is 202, other content 409."""

    instances: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    review: dict[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ("hotline_tip",)
    gone: set[str] = field(default_factory=set)

    @property
    def held(self) -> dict[str, Any]:
        return {name.removeprefix("uuid:"): xml.decode() for name, xml in self.instances.items()}

    def __call__(self, asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        if parts.path == "/formList":
            ids = "".join(f"<xform><formID>{name}</formID></xform>" for name in self.forms)
            space = "http://openrosa.org/xforms/xformsList"
            return Reply(200, f'<xforms xmlns="{space}">{ids}</xforms>'.encode())
        if parts.path == "/submission":
            return self._submit(asked)
        if parts.path.startswith("/asset/data/"):
            return self._data(asked, parts.path, parse_qs(parts.query))
        return Reply(404)

    def _submit(self, asked: Asked) -> Reply:
        sent = multipart(asked.headers, asked.body)
        body = sent.pop("xml_submission_file")
        found = re.search(rb"<instanceID>(uuid:[0-9a-f-]{36})</instanceID>", body)
        assert found is not None
        name = found[1].decode()
        if self.instances.setdefault(name, body) != body:
            return response("conflict", 409)
        fresh = bool(sent.keys() - self.files.keys())
        self.files.update(sent)
        self.review.setdefault(name, "")
        known = len([a for a in self.instances if a == name]) and not fresh
        return response("Successful submission.", 202 if known else 201)

    def _data(self, asked: Asked, path: str, query: Mapping[str, list[str]]) -> Reply:
        names = sorted(self.instances)
        if asked.method == "DELETE":
            name = names[int(path.strip("/").rpartition("/")[2]) - 1]
            del self.instances[name]
            self.gone.add(name.removeprefix("uuid:"))
            return Reply(204)
        wanted = json.loads(query["query"][0])["meta/instanceID"]
        found = [
            {"_id": number, "_validation_status": {"uid": self.review[name]}}
            for number, name in enumerate(names, 1)
            if name == wanted
        ]
        return as_json({"count": len(found), "results": found})


def response(message: str, status: int) -> Reply:
    space = "http://openrosa.org/http/response"
    xml = f'<OpenRosaResponse xmlns="{space}"><message>{message}</message></OpenRosaResponse>'
    return Reply(status, xml.encode(), {"Content-Type": "text/xml"})


def multipart(headers: Mapping[str, str], body: bytes) -> dict[str, bytes]:
    """Parts by name, as an e-mail parser of the standard library sees them."""
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    parts: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[str(name)] = content
    return parts
