"""One sink's table in `sinks.toml`, read key by key so that a mistake names its place.

Rule 1: credentials stand in files of their own that only we can read; never in the table.
Rule 2: a key that nobody reads is a mistake: a word spelled wrongly must not open a door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from hotline.intake.errors import Mistaken
from hotline.sinks.fields import FIELDS
from hotline.sinks.http import Client


@dataclass(frozen=True, slots=True)
class Table:
    """`raw` is the table, `folder` where relative paths begin."""

    name: str
    raw: Mapping[str, Any]
    folder: Path
    read: set[str] = field(default_factory=set)

    def wrong(self, key: str, remedy: str) -> NoReturn:
        """Raises Mistaken naming sink, key and remedy."""
        raise Mistaken(f"HOTLINE_SINKS, [sinks.{self.name}] {key}: {remedy}")

    def text(self, key: str, default: str | None = None, among: Sequence[str] = ()) -> str:
        """A word; one of `among` when that is given."""
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self.wrong(key, "needs a text")
        if among and value not in among:
            self.wrong(key, f"one of: {', '.join(among)}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "true or false")
        return value

    def number(self, key: str, default: int) -> int:
        """A whole number from 1 on."""
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.wrong(key, "needs a number from 1 on")
        return value

    def words(self, key: str, among: Sequence[str]) -> tuple[str, ...]:
        """A list of words, each one of `among`; empty when it is not there."""
        value = self._take(key, [])
        if not isinstance(value, list) or any(each not in among for each in value):
            self.wrong(key, f"a list of: {', '.join(among)}")
        return tuple(value)

    def mapping(self, key: str, default: Mapping[str, str]) -> dict[str, str]:
        """Their names -> ours. Ours are those of `FIELDS`, or `=word` for a fixed word."""
        value = self._take(key, default)
        if not isinstance(value, Mapping):
            self.wrong(key, "a table: their name = our name")
        for theirs, ours in value.items():
            if not isinstance(ours, str) or not (ours.startswith("=") or ours in FIELDS):
                self.wrong(f"{key}.{theirs}", f"=word, or one of: {', '.join(FIELDS)}")
        return dict(value)

    def folder_of(self, key: str) -> Path:
        """A folder."""
        return self.folder / self.text(key)

    def secret(self, key: str) -> str:
        """What stands in the file that `key` names. Nobody else may read it."""
        path = self.folder / self.text(key)
        try:
            mode, content = path.stat().st_mode, path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.wrong(key, f"cannot read {path}")
        if mode & 0o077:
            self.wrong(key, f"others may read it: chmod 600 {path}")
        if not content or "\r" in content:
            self.wrong(key, f"{path} must hold one secret a line")
        return content

    def client(self, headers: Mapping[str, str], key: str = "url") -> Client:
        """The way to the far end. https, but for what is allowed to be inside."""
        url, inside = self.text(key), self.flag("inside", False)
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query:
            self.wrong(key, "needs https://host/path")
        if parts.username or parts.password:
            self.wrong(key, "no credentials in an address: they stand in a file")
        if parts.scheme == "http" and not inside:
            self.wrong(key, "needs https (or inside = true, for a machine of your own)")
        ca = self.text("ca", "")
        return Client(url, headers, inside, str(self.folder / ca) if ca else "")

    def refuse_rest(self) -> None:
        """Raises Mistaken naming a key that nobody read."""
        for key in sorted(set(self.raw) - self.read):
            self.wrong(key, "is no key of this sink")

    def _take(self, key: str, default: Any) -> Any:
        self.read.add(key)
        if key not in self.raw and default is None:
            self.wrong(key, "is missing")
        return self.raw.get(key, default)
