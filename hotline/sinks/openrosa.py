"""OpenRosa form submissions: KoboToolbox and ODK Central.

The instance id is the tip's. The very bytes of the first try are sent at every other: the same
again is done (201, 202), other content under the id is a conflict (409). A recording is the same
form again with the file, which both products add to what they hold.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as xml

from urllib3.filepost import encode_multipart_formdata

from hotline.intake.sinks import Dead, Done, File, Finding, Later, Order, Trouble
from hotline.records.delivery import Status
from hotline.records.tip import Tip
from hotline.sinks import xform
from hotline.sinks.hooks import statuses
from hotline.sinks.http import Answer, Client, judged
from hotline.sinks.table import Table

VERSION = {"X-OpenRosa-Version": "1.0"}
_RESPONSE = "{http://openrosa.org/http/response}OpenRosaResponse"
_BOUNDARY = "hotline-7d1f0c5a9b"


@dataclass(frozen=True, slots=True)
class OpenRosa:
    """One form. `records`, where given, is the product's own interface: status and deletion."""

    client: Client
    form: str
    product: str
    records: Client | None
    words: Mapping[str, Status]
    takes_files: bool = True

    @property
    def polls(self) -> bool:
        """Only where the product's own interface is known."""
        return self.records is not None

    def compose(self, tip: Tip) -> bytes:
        """The instance of our form."""
        return xform.instance(tip, self.form)

    def look_up(self, key: str) -> str | None:
        """Whether Kobo has it, where we may ask; else the id itself: sending again is safe."""
        if self.records is None or self.product == "central":
            return f"uuid:{key}"
        query = json.dumps({"meta/instanceID": f"uuid:{key}"})
        found = _results(self._ask(f"/data/?{urlencode({'query': query, 'format': 'json'})}"))
        return f"uuid:{key}" if found else None

    def deliver(self, order: Order) -> Done:
        """Submit the stored bytes."""
        return self._submit(order, None)

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """Submit them again, with the file."""
        return self._submit(order, file)

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Delete it by the product's own interface; without that a person must ask for it."""
        if self.records is None:
            raise Trouble(Dead("withdraw_by_hand"))
        if self.product == "central":
            path = f"/submissions/{quote(f'uuid:{key}', safe='')}"
            self._gone(self.records.call("DELETE", path))
            return
        query = urlencode(
            {"query": json.dumps({"meta/instanceID": f"uuid:{key}"}), "format": "json"}
        )
        for each in _results(self._ask(f"/data/?{query}")):
            self._gone(self.records.call("DELETE", f"/data/{int(each['_id'])}/"))

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """One question a submission."""
        found = ((key, self.words.get(self._word(key))) for key in references)
        return {key: status for key, status in found if status is not None}

    def check(self) -> Sequence[Finding]:
        """Whether the far end knows our form."""
        try:
            answer = judged(self.client.call("GET", "/formList", None, VERSION))
            listed = xml.fromstring(answer.body)  # noqa: S314 - the standard library refuses entities
        except Trouble as trouble:
            return [Finding(trouble.code, "url, token_file, or the rights of the account")]
        except xml.ParseError:
            return [Finding("not_xml", "url: no OpenRosa server answers there")]
        ids = {each.text for each in listed.iter() if each.tag.endswith("formID")}
        remedy = f"upload the form of `hotline deliveries form {self.form}`"
        return [] if self.form in ids else [Finding("no_such_form", remedy)]

    def _submit(self, order: Order, file: File | None) -> Done:
        parts: dict[str, Any] = {"xml_submission_file": ("tip.xml", order.body, "text/xml")}
        if file is not None:
            parts[file.name] = (file.name, file.content, file.media_type)
        body, kind = encode_multipart_formdata(parts, _BOUNDARY)
        answer = self.client.call("POST", "/submission", body, {**VERSION, "Content-Type": kind})
        judged(answer)
        if not _is_response(answer):
            raise Trouble(Later("not_xml"))
        return Done(f"uuid:{order.key}")

    def _word(self, key: str) -> str:
        if self.product == "central":
            raw = self._ask(f"/submissions/{quote(f'uuid:{key}', safe='')}")
            return str(raw.get("reviewState")) if isinstance(raw, dict) else ""
        query = urlencode(
            {"query": json.dumps({"meta/instanceID": f"uuid:{key}"}), "format": "json"}
        )
        found = _results(self._ask(f"/data/?{query}"))
        status = found[0].get("_validation_status") if found else None
        return str(status.get("uid")) if isinstance(status, dict) else ""

    def _ask(self, path: str) -> Any:
        assert self.records is not None
        return judged(self.records.call("GET", path)).json()

    def _gone(self, answer: Answer) -> None:
        if answer.status != 404:
            judged(answer)


def make(table: Table) -> OpenRosa:
    """A form of its table."""
    product = table.text("product", "kobo", among=("kobo", "central"))
    head = _authorization(table)
    records = table.client(head, "records_url") if "records_url" in table.raw else None
    return OpenRosa(
        table.client(head), table.text("form", "hotline_tip"), product, records, statuses(table)
    )


def _authorization(table: Table) -> dict[str, str]:
    """A user and password, a token, or nothing: some addresses carry a right to submit only."""
    if "user" in table.raw:
        pair = f"{table.text('user')}:{table.secret('password_file')}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    if "token_file" in table.raw:
        return {"Authorization": f"Token {table.secret('token_file')}"}
    return {}


def _is_response(answer: Answer) -> bool:
    try:
        return xml.fromstring(answer.body).tag == _RESPONSE  # noqa: S314 - no entities are expanded
    except xml.ParseError:
        return False


def _results(raw: Any) -> list[Any]:
    found = raw.get("results") if isinstance(raw, dict) else None
    if not isinstance(found, list):
        raise Trouble(Later("not_understood"))
    return found
