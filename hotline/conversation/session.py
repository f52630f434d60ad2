"""Where a caller is, never what they said; its JSON form, numbered.

Rule 1: no word of the caller is in here: names of nodes, names of filled fields, chosen words from
closed lists, codes of stations in doubt.
Rule 2: `freeze` and `thaw` are inverse; whatever `thaw` cannot read is None, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hotline.conversation import compact
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
    """Several values may be meant for `field`: the caller picks one of `codes` (1 = first). Only so
    many are offered at a time."""

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
    slow: bool = False

    @property
    def place(self) -> str:
        """`flow.node`."""
        return f"{self.flow}.{self.node}"

    @property
    def told(self) -> bool:
        """Whether anything was said that still stands."""
        return any(step.told for step in self.trail)


def freeze(session: Session) -> str:
    """A session as JSON: a list that begins with the number of its form."""
    trail = [(s.node, s.turn, s.fields, s.told) for s in session.trail]
    doubt = (session.doubt.field, session.doubt.codes) if session.doubt else None
    return compact.dumps(
        (
            FORM,
            session.channel,
            session.flow,
            session.version,
            session.node,
            session.turn,
            session.locale,
            session.plain,
            session.filled,
            dict(session.choices),
            trail,
            doubt,
            session.misses,
            session.over,
            session.slow,
        )
    ).decode()


def thaw(text: str) -> Session | None:
    """The session that `freeze` wrote, or None when this version cannot read it."""
    try:
        form, channel, flow, version, node, turn, locale, plain, *rest = compact.loads(text)
        filled, choices, trail, doubt, misses, over, *more = rest  # more: since `slow` came
        if form != FORM or not isinstance(choices, dict):
            return None
        return Session(
            channel,
            str(flow),
            int(version),
            str(node),
            int(turn),
            locale,
            bool(plain),
            tuple(f for f in filled if f in FIELDS),
            choices,
            tuple(Step(n, int(t), tuple(f), bool(told)) for n, t, f, told in trail),
            Doubt(doubt[0], tuple(doubt[1])) if doubt else None,
            int(misses),
            bool(over),
            bool(more and more[0]),
        )
    except (ValueError, TypeError, IndexError):
        return None
