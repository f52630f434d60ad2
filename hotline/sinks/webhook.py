"""Standard Webhooks: signed JSON to anybody who can receive it.

The message's id is the tip's, the same at every try, so that a receiver knows a repeat; moment and
signature are those of each try. `payload = "thin"` says only that there is a tip.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.intake.errors import Mistaken
from hotline.intake.sinks import Done, File, Finding, Later, Order, Parked, Trouble
from hotline.records.delivery import Status
from hotline.records.tip import Tip, to_json
from hotline.sinks import signing
from hotline.sinks.http import Client, judged
from hotline.sinks.table import Table


@dataclass(frozen=True, slots=True)
class Webhook:
    """One endpoint with its keys, the current one first."""

    client: Client
    keys: tuple[bytes, ...] = field(repr=False)
    thin: bool
    files: bool
    polls: bool = False

    @property
    def takes_files(self) -> bool:
        """A full message is followed by what was heard, and with `files` by the recording, too."""
        return not self.thin

    def compose(self, tip: Tip) -> bytes:
        """`{"type": "tip.created", "timestamp": <hour>, "data": the tip, or its id}`."""
        data = {"id": tip.id} if self.thin else to_json(tip)
        return _message("tip.created", data, tip.received)

    def look_up(self, key: str) -> str | None:
        """The receiver knows repeats by the id: nothing to ask."""
        return key

    def deliver(self, order: Order) -> Done:
        """Any 2xx is done, unless the answer proves that other bytes arrived."""
        self._send(order.key, order.body, order.now)
        return Done(order.key)

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """A message of its own: the words that were heard, and with `files` the bytes in base64.

        No message where there is neither.
        """
        data: dict[str, Any] = {
            "tip_id": order.key,
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "size": len(file.content),
            "sha256": file.sha256,
        }
        if self.files:
            data["content"] = base64.b64encode(file.content).decode()
        if file.words and not self.thin:
            data["transcript"] = file.words
        if not data.keys() & {"content", "transcript"}:
            return Done(file.id)
        self._send(file.id, _message("tip.attachment_added", data, ""), order.now)
        return Done(file.id)

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """`tip.withdrawn`: what the receiver must do is in docs/sinks.md."""
        self._send(f"{key}-withdrawn", _message("tip.withdrawn", {"id": key}, ""), now)

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """Nothing to ask; news come by the hook."""
        return {}

    def check(self) -> Sequence[Finding]:
        """Whether somebody answers there, without a redirect. Sends no message."""
        try:
            status = self.client.call("HEAD", "").status
        except Trouble as trouble:
            return [Finding(trouble.code, "url: nobody we may call answers there")]
        if 300 <= status < 400:
            return [Finding("redirect", "url: write the address it leads to")]
        return []

    def _send(self, name: str, body: bytes, now: int) -> None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        head = {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": name,
            **signing.headers(self.keys, name, now, body),
        }
        answer = self.client.call("POST", "", body, head)
        if answer.status == 410:
            raise Trouble(Parked("gone"))
        judged(answer)
        echoed = answer.headers.get("content-digest", "")
        if echoed.startswith("sha-256=") and digest not in echoed:
            raise Trouble(Later("digest"))


def make(table: Table) -> Webhook:
    """A webhook of its table."""
    text = table.secret("secret_file")
    try:
        keys = signing.keys(text)
    except Mistaken as error:
        table.wrong("secret_file", error.code)
    thin = table.text("payload", "thin", among=("thin", "full")) == "thin"
    files = table.flag("files", False)
    if files and thin:
        table.wrong("files", "recordings go with payload = full only")
    return Webhook(table.client({}), keys, thin, files)


def _message(kind: str, data: Mapping[str, Any], hour: str) -> bytes:
    message: dict[str, Any] = {"type": kind, "data": data}
    if hour:
        message["timestamp"] = hour
    text = json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")
