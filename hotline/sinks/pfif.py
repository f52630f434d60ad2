"""PFIF 1.4 to files: what a people finder takes. Public, so a person lets each one go.

Rule 1: only people who are sought by name; nobody is named as an author, no recording goes.
Rule 2: after its expiry a record shrinks to a placeholder: ids and dates.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as xml

from hotline.intake.sinks import Dead, Done, File, Finding, Later, Order, Parked, Trouble
from hotline.records.delivery import Status
from hotline.records.export import PFIF, to_pfif
from hotline.records.tip import Tip
from hotline.sinks.table import Table

_KEPT = ("person_record_id", "entry_date", "expiry_date", "source_date")


@dataclass(frozen=True, slots=True)
class PfifFolder:
    """One file a tip; `domain` is ours, `days` until a record expires."""

    folder: Path
    domain: str
    days: int
    clock: Callable[[], datetime]
    takes_files: bool = False
    polls: bool = True

    def compose(self, tip: Tip) -> bytes:
        """The records of a tip. Raises Trouble(Dead) when nobody is sought by name."""
        if not any(person.name.strip() for person in tip.people.sought):
            raise Trouble(Dead("nobody_named"))
        expiry = datetime.fromisoformat(tip.received) + timedelta(days=self.days)
        return "".join(to_pfif([tip], self.domain, expiry)).encode("utf-8", "replace")

    def look_up(self, key: str) -> str | None:
        """The file's name."""
        return key if self._path(key).exists() else None

    def deliver(self, order: Order) -> Done:
        """Write it; the same again is done, other content is a conflict."""
        path = self._path(order.key)
        try:
            if path.exists():
                if path.read_bytes() not in (order.body, _placeholder(order.body)):
                    raise Trouble(Dead("conflict"))
            else:
                _write(path, order.body)
        except OSError:
            raise Trouble(Parked("folder")) from None
        return Done(order.key)

    def attach(self, order: Order, reference: str, file: File) -> Done:
        """Never."""
        raise Trouble(Dead("media_type"))

    def withdraw(self, key: str, reference: str, now: int) -> None:
        """Leave a placeholder that expires now: whoever has a copy must shrink theirs."""
        path = self._path(key)
        try:
            if path.exists():
                moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT00:00:00Z")
                _write(path, _placeholder(path.read_bytes(), moment))
        except OSError:
            raise Trouble(Later("folder")) from None

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        """No news ever come; what has expired is shrunk."""
        today = self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for key in references:
            path = self._path(key)
            try:
                content = path.read_bytes() if path.exists() else b""
                if content and _expiry(content) <= today:
                    _write(path, _placeholder(content))
            except OSError:
                raise Trouble(Later("folder")) from None
        return {}

    def check(self) -> Sequence[Finding]:
        """Whether the folder is there and ours to write."""
        good = self.folder.is_dir() and os.access(self.folder, os.W_OK)
        return [] if good else [Finding("folder", f"folder: make {self.folder}, writable by us")]

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.xml"


def make(table: Table) -> PfifFolder:
    """A folder of its table."""
    return PfifFolder(
        table.folder_of("folder"),
        table.text("domain"),
        table.number("days", 40),
        lambda: datetime.now(UTC),
    )


def _expiry(content: bytes) -> str:
    root = xml.fromstring(content)  # noqa: S314 - a file of our own
    found = root.find(f".//{{{PFIF}}}expiry_date")
    return (found.text if found is not None else "") or ""


def _placeholder(content: bytes, expiry: str = "") -> bytes:
    """Each person with ids and dates only, as PFIF says of expired records."""
    xml.register_namespace("pfif", PFIF)
    root = xml.fromstring(content)  # noqa: S314 - a file of our own
    for person in root.findall(f"{{{PFIF}}}person"):
        for child in list(person):
            if child.tag not in {f"{{{PFIF}}}{name}" for name in _KEPT}:
                person.remove(child)
            elif expiry and child.tag == f"{{{PFIF}}}expiry_date":
                child.text = expiry
    xml.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(xml.tostring(root)) + b"\n"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
