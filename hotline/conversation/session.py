"""Where a caller is, never what they said; its JSON form, numbered.

Rule 1: no word of the caller is in here: names of nodes, names of filled fields, chosen words from
closed lists, codes of stations in doubt.
Rule 2: `freeze` and `thaw` are inverse; whatever `thaw` cannot read is None, never an exception.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from hotline.conversation.report import FIELDS

FORM = 1

Channel = Literal["sms", "whatsapp", "messenger", "voice", "web"]
Locale = Literal["vi", "en", "ja"]


@dataclass(frozen=True, slots=True)
class Step:
    """One answer that can be taken back: asked at `node` (`flow.node`), it filled `fields`.

    `told` is false when the caller passed over the question: nothing was kept.
    """

    node: str
    turn: int
    fields: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """Several values may be meant for `field`: the caller picks one of `codes` (1 = first)."""

    field: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation between two turns. `turn` counts what was answered so far."""

    channel: Channel
    flow: str
    version: int
    node: str
    turn: int = 0
    locale: Locale = "vi"
    plain: bool = False
    filled: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[Step, ...] = ()
    doubt: Doubt | None = None
    misses: int = 0
    over: bool = False

    @property
    def place(self) -> str:
        """`flow.node`."""
        return f"{self.flow}.{self.node}"

    @property
    def told(self) -> bool:
        """Whether anything was said that still stands."""
        return any(step.told for step in self.trail)

    def with_filled(self, fields: tuple[str, ...]) -> "Session":
        """The same session, knowing `fields` as well."""
        return replace(self, filled=tuple(dict.fromkeys((*self.filled, *fields))))


def freeze(session: Session) -> str:
    """A session as JSON, with the number of its form."""
    return json.dumps({"form": FORM, **asdict(session)}, separators=(",", ":"))


def thaw(text: str) -> Session | None:
    """The session that `freeze` wrote, or None when this version cannot read it."""
    try:
        raw = json.loads(text)
        if raw.pop("form") != FORM:
            return None
        doubt = raw.pop("doubt")
        trail = tuple(
            Step(s["node"], int(s["turn"]), tuple(s["fields"]), bool(s["told"]))
            for s in raw.pop("trail")
        )
        filled = tuple(f for f in raw.pop("filled") if f in FIELDS)
        held = Doubt(doubt["field"], tuple(doubt["codes"])) if doubt else None
        return Session(**raw, filled=filled, trail=trail, doubt=held)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
