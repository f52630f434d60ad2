"""The five kinds of node and the flow they make: shapes, no behaviour.

A sixth kind needs a decision in docs/decisions. Arrows name a node of the same flow (`where`) or of
another (`help.what`); `Flows` resolves both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hotline.conversation.report import Field

Outcome = Literal["submit", "rest", "erase"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of `options` decides; where it takes `speech`, words do as well."""

    options: str
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Digits:
    """Up to `most` digits, closed by #; where it takes `speech`, words do as well."""

    most: int
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Free text."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A spoken story of at most `seconds`."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """The conversation is over."""


@dataclass(frozen=True, slots=True)
class Person:
    """The call goes to a person, and comes back here afterwards."""


Expects = Key | Digits | Words | Voice | Person | Nothing


@dataclass(frozen=True, slots=True)
class Say:
    """Speaks and goes on; where it `hands` over, the report is filed and the conversation stays."""

    name: str
    next: str
    hands: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """What one key does: go to `next`, and keep `keeps` in the node's field if it has one."""

    next: str
    keeps: str | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Keys. Where `hears` is named, words that are no key are heard as well and lead to `next`."""

    name: str
    options: Mapping[str, Option]
    saves: Field | None = None
    hears: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A value, understood by the hearing named `hears`; skipped when `fills` is known already.

    Where it `issues`, a receipt is made on the way in, read out in the gap `{code}` and keyed back.
    """

    name: str
    hears: str
    next: str
    fills: Field | None = None
    by_voice: Expects = Words()
    issues: bool = False


@dataclass(frozen=True, slots=True)
class Decide:
    """A fork: the decision `asks` names an arm, `otherwise` catches the rest."""

    name: str
    asks: str
    arms: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True, slots=True)
class End:
    """Speaks and closes: `submit` files the report, `rest` leaves whatever was kept as it is,
    `erase` erases it everywhere."""

    name: str
    outcome: Outcome


Node = Say | Choose | Ask | Decide | End


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Vietnamese, as written and, where speech must differ, as spoken. `hints` are words
    that a caller may answer with, for whoever listens.

    `name` is `flow.node` (or `flow.node.key` for the label of a choice), the catalogue's context.
    """

    name: str
    written: str
    spoken: str
    hints: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One conversation: nodes and texts by name, where it starts, where XONG leads."""

    id: str
    version: int
    start: str
    done: str
    nodes: Mapping[str, Node]
    texts: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Flows:
    """Every flow there is, the texts that belong to none (`common`), and the flow that opens."""

    by_id: Mapping[str, Flow]
    common: Mapping[str, Text]
    first: str

    def flow_of(self, arrow: str, here: str) -> tuple[Flow, str]:
        """The flow and node an arrow leads to, seen from flow `here`."""
        flow_id, dot, node = arrow.partition(".")
        return (self.by_id[flow_id], node) if dot else (self.by_id[here], arrow)
