"""The closing account: what the provider's side saw acknowledged, against what is held.

Pure. A saying is one message with a word of its own, or one recording with a reference of its own:
whatever was thanked for has to be found once, as it was said.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing a caller said. `mark` is in `text`, and in no other saying of the run.

    `thanked`: the answer said, or implied, that it was kept. `erased`: the caller took it back and
    was told that it is gone; `asked_away`: took it back, and no answer came through.
    """

    mark: str
    text: str
    conversation: int
    thanked: bool
    order: int = 0  # two that were said at the same moment share it
    erased: bool = False
    asked_away: bool = False
    cuts: int = 0  # power cuts before it was thanked for: an erasure after another reaches nothing
    refused: bool = False  # its caller was told that it could not be kept
    aside: bool = False  # it was kept in the spool, so that it is no turn of the conversation
    at: float = 0.0  # when it was answered, by the clock of the run


@dataclass(frozen=True, slots=True)
class Filed:
    """One tip of the case book, or one at the case system, as far as the account needs it."""

    id: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the case system holds under one id, and how often it made something of it."""

    tip: Filed
    made: int


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that has to be 0 after `accepted == filed`, and what is only worth telling.

    `ghosts` were kept although no thanks came through: allowed, once. `twice_after_cut` came again
    after a power cut in which nobody kept the keys of the day, be it that it was there already or
    that it had been erased: docs/reliability.md says so.
    `adrift` and `dead` are what the hotline's own account says.
    """

    accepted: int = 0
    filed: int = 0
    lost: int = 0
    twice: int = 0
    altered: int = 0
    disordered: int = 0
    unerased: int = 0
    answered_otherwise: int = 0
    adrift: int = 0
    dead: int = 0
    waiting: int = 0
    spooled: int = 0
    undelivered: int = 0
    twice_after_cut: int = 0
    sink_twice: int = 0
    sink_altered: int = 0
    sink_kept_erased: int = 0
    delivered: int = 0
    ghosts: int = 0
    erased: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """Whatever must be 0 and is not."""
        told = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        found = {name: n for name, n in told.items() if n and name not in _HARMLESS}
        if self.accepted != self.filed:
            found["accepted_less_filed"] = self.accepted - self.filed
        return found

    def line(self) -> str:
        """One line that a machine reads."""
        return " ".join(f"{spec.name}={getattr(self, spec.name)}" for spec in fields(self))


_HARMLESS = frozenset({"accepted", "filed", "delivered", "ghosts", "erased", "twice_after_cut"})


def balance(
    sayings: Sequence[Saying],
    book: Iterable[Filed],
    sink: Mapping[str, Arrived] | None = None,
    across: Set[str] = frozenset(),
) -> dict[str, int]:
    """The figures that sayings, case book and case system give; None: there is no such system.

    `across` holds what was sent before a power cut and again after it, as a text or a reference.
    """
    tips = list(book)
    where = _where(sayings, tips)
    kept = _kept(sayings)
    found = [s for s in kept if where[s.mark]]
    doubled = [s for s in sayings if len(where[s.mark]) > 1]
    back = [s for s in sayings if s.erased and where[s.mark] and not s.refused]
    again = [s for s in doubled if not across.isdisjoint((s.text, s.mark))]
    returned = [s for s in back if not across.isdisjoint((s.text, s.mark))]
    figures = {
        "accepted": len(kept),
        "filed": len(found),
        "lost": len(kept) - len(found),
        "twice": len(doubled) - len(again),
        "twice_after_cut": len({s.mark for s in (*again, *returned)}),
        "altered": sum(1 for s in found if not all(s.text == line for _, line in where[s.mark])),
        "disordered": len(_disordered(kept, tips, where)),
        "unerased": len(back) - len(returned),
        "ghosts": sum(1 for s in sayings if not s.thanked and where[s.mark]),
        "erased": sum(1 for s in sayings if s.erased),
    }
    return figures if sink is None else {**figures, **_sink(tips, sink)}


def evidence(
    sayings: Sequence[Saying],
    book: Iterable[Filed],
    begin: float,
    across: Set[str] = frozenset(),
) -> Iterator[str]:
    """A line about each conversation with something wrong in it: all it said, and where it is.

    `begin`: the clock of the run when its traffic began.
    """
    tips = list(book)
    where, kept = _where(sayings, tips), _kept(sayings)
    new = [s for s in sayings if across.isdisjoint((s.text, s.mark))]
    wrong = {s.conversation for s in kept if not where[s.mark]}
    wrong |= {s.conversation for s in new if len(where[s.mark]) > 1}
    wrong |= {s.conversation for s in new if s.erased and where[s.mark] and not s.refused}
    wrong |= _disordered(kept, tips, where)
    for number in sorted(wrong):
        for s in (s for s in sayings if s.conversation == number):
            flags = [f.name for f in fields(s) if getattr(s, f.name) is True]
            there = " ".join(tip for tip, _ in where[s.mark]) or "nowhere"
            yield (
                f"conversation {number}: said {s.order}, {s.mark}, at {s.at - begin:.1f} s, "
                f"{s.cuts} cuts before, {' '.join(flags)}: {there}"
            )


def _kept(sayings: Sequence[Saying]) -> list[Saying]:
    return [s for s in sayings if s.thanked and not s.erased and not s.asked_away]


def _where(sayings: Sequence[Saying], tips: Sequence[Filed]) -> dict[str, list[tuple[str, str]]]:
    """Tip and line of each place where a saying is found."""
    marks = {s.mark for s in sayings}
    where: dict[str, list[tuple[str, str]]] = {mark: [] for mark in marks}
    for tip in tips:
        for line in tip.lines:
            for word in {*line.split(), line}:
                if word in marks:
                    where[word].append((tip.id, line))
    return where


def _disordered(
    kept: Sequence[Saying], tips: Sequence[Filed], where: Mapping[str, list[tuple[str, str]]]
) -> set[int]:
    """Conversations whose sayings a tip holds in another order than they were thanked for.

    What was kept in the spool has no place in its conversation: it comes in as a report of its own,
    or, when it is sent again before that, where it comes the second time.
    """
    order = {s.mark: (s.conversation, s.order) for s in kept if not s.aside}
    tip_marks: dict[str, list[str]] = {tip.id: [] for tip in tips}
    for mark in order:
        for tip_id, _ in where[mark] if len(where[mark]) == 1 else ():
            tip_marks[tip_id].append(mark)
    wrong = set[int]()
    for tip in tips:
        text = "\n".join(tip.lines)
        said = [order[mark] for mark in sorted(tip_marks[tip.id], key=text.find)]
        if said != sorted(said):
            wrong |= {conversation for conversation, _ in said}
    return wrong


def _sink(tips: Sequence[Filed], sink: Mapping[str, Arrived]) -> dict[str, int]:
    there = {tip.id: tip for tip in tips}
    made = Counter({name: arrived.made for name, arrived in sink.items()})
    return {
        "delivered": sum(1 for name in there if name in sink),
        "undelivered": sum(1 for name in there if name not in sink),
        "sink_twice": sum(1 for n in made.values() if n > 1),
        "sink_altered": sum(
            1 for name, tip in there.items() if name in sink and sink[name].tip.lines != tip.lines
        ),
        "sink_kept_erased": sum(1 for name in sink if name not in there),
    }
