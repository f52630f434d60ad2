"""What travels between the doors, the machine and the stores.

Review question for every field: could this be a number? Only `CallerKey` is made from one, and it
cannot be turned back without the key of the day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NewType, assert_never

from hotline.conversation import compact
from hotline.conversation.events import Event
from hotline.conversation.flow import Digits, Expects, Key, Nothing, Person, Voice, Words
from hotline.conversation.hearing import Line
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Channel, Locale
from hotline.intake.purge import Trace

ReportId = NewType("ReportId", str)  # 32 hex digits, random
Tag = NewType("Tag", bytes)  # opaque name of a caller or of an event, for one day
Secret = NewType("Secret", bytes)  # 32 bytes that only the caller's own request can derive


@dataclass(frozen=True, slots=True)
class DayKey:
    """A caller as one day's keys see them: where the session lies and what opens it."""

    session: Tag
    event: Tag
    secret: Secret


@dataclass(frozen=True, slots=True)
class CallerKey:
    """The caller under today's keys and, for a conversation that crosses midnight, yesterday's."""

    today: DayKey
    yesterday: DayKey | None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message, key press or hang-up. `step` is the turn that a call's URL or a page names, None
    for texts; `trace` what lies at the provider of it and has to go; `line` the number a call came
    from, under today's key, None where it is withheld."""

    channel: Channel
    caller: CallerKey
    event: Event
    step: int | None = None
    trace: Trace | None = None
    line: DayKey | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told: names of texts and their gaps, and what we wait for.

    `step` is the number of the session after this turn: the next URL of a call names it; `slow`
    says that a voice pauses between sentences; `apart` that the report began in a flood, which only
    its bill asks about: it is not kept with the answer.
    """

    says: tuple[Line, ...]
    expects: Expects
    locale: Locale = "vi"
    plain: bool = False
    step: int = 0
    slow: bool = False
    apart: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Issued:
    """What a turn commits so that a code opens a report: where it lies, what lies there, and a
    sealed note that tells the worker. The code itself is nowhere in it."""

    lookup: bytes
    record: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What a code opened: its report, the tip's state (new, seen, closed), what was answered.
    `once`: an operator read it out, so it is used up by this."""

    lookup: bytes
    report: ReportId
    state: str
    answers: tuple[str, ...]
    once: bool = False


def freeze_answer(answer: Answer) -> str:
    """An answer as JSON, so that a repeated request gets the same one again."""
    says = [(line.name, dict(line.gaps)) for line in answer.says]
    says_and_waits = (says, _freeze_expects(answer.expects))
    told = (*says_and_waits, answer.locale, answer.plain, answer.step, answer.slow)
    return compact.dumps(told).decode()


def thaw_answer(text: str) -> Answer:
    """The answer that `freeze_answer` wrote."""
    says, (kind, value), locale, plain, step, *slow = compact.loads(text)
    lines = tuple(Line(name, gaps) for name, gaps in says)
    return Answer(lines, _EXPECTS[kind](value), locale, plain, step, bool(slow and slow[0]))


def _freeze_expects(expects: Expects) -> tuple[str, JsonValue]:
    match expects:
        case Key(options=options, speech=speech):
            return ("key_or_speech" if speech else "key"), options
        case Digits(most=most, speech=speech):
            return ("digits_or_speech" if speech else "digits"), most
        case Voice(seconds=seconds):
            return "voice", seconds
        case Words():
            return "words", None
        case Person():
            return "person", None
        case Nothing():
            return "nothing", None
        case _:
            assert_never(expects)


_EXPECTS: Mapping[str, Callable[[Any], Expects]] = {
    "key": Key,
    "key_or_speech": lambda options: Key(options, True),
    "digits": Digits,
    "digits_or_speech": lambda most: Digits(most, True),
    "voice": Voice,
    "words": lambda _: Words(),
    "person": lambda _: Person(),
    "nothing": lambda _: Nothing(),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one turn of a report learned, as it is sealed: the only place where words are kept.

    `hour` is ISO 8601 in Japan, rounded to the hour; `takes_back` voids what turn N kept; `follows`
    is the caller's earlier report of the same day.
    """

    report: ReportId
    turn: int
    hour: str
    channel: Channel | Literal["operator"]
    locale: Locale
    kept: tuple[Kept, ...] = ()
    takes_back: int | None = None
    follows: ReportId | None = None
    form: int = 1
    trace: str = ""  # in spools of earlier releases: the SID of a message at the provider
    apart: bool = False  # the report came in a flood


def freeze_part(part: Part) -> bytes:
    """A part as UTF-8 JSON."""
    kept = [(k.field, k.value) for k in part.kept]
    plain = {name: getattr(part, name) for name in _PART if name != "kept"}
    return compact.dumps({**plain, "kept": kept})


def thaw_part(raw: bytes) -> Part:
    """The part that `freeze_part` wrote. Raises ValueError."""
    try:
        read = compact.loads(raw)
        kept = tuple(Kept(field_, value) for field_, value in read.pop("kept"))
        return Part(**read, kept=kept)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a part") from error


_PART = tuple(spec.name for spec in fields(Part))

Doing = Literal["submit", "unfinished", "erase"]


@dataclass(frozen=True, slots=True)
class Due:
    """A report the worker has leased: what to do with it and its sealed parts, in order."""

    report: ReportId
    doing: Doing
    parts: tuple[bytes, ...]
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A report that is filed or erased, with sealed notes of what it leaves to do: recordings still
    to `fetch` from the provider, and `traces` that have to go there."""

    due: Due
    fetch: tuple[bytes, ...] = ()
    traces: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Live figures of the durable Redis; counts, seconds, never whose.

    `waiting` accepted reports not yet filed, `running` leased now, `failed` dead letters, `open`
    conversations in progress; `oldest_seconds` is the age of the oldest waiting report; `spooled`
    parts that wait on disks for the durable Redis, as last told by the stewards; `purge_debt` what
    still lies at the provider, `purge_overdue` what has lain there for more than a day; `spent`
    what texts have cost today and `opened` how the page is opened, as last told by the steward;
    `minutes` the last hour, oldest first; `steps` before which questions (`flow.node`) the callers
    of open reports stand, most first; `standing` where reports stand, by channel.
    """

    waiting: int = 0
    running: int = 0
    failed: int = 0
    open: int = 0
    oldest_seconds: int | None = None
    workers: tuple["WorkerSeen", ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    spooled: int = 0
    purge_debt: int = 0
    purge_overdue: int = 0
    spent: "Spent | None" = None
    opened: "Opened | None" = None
    minutes: tuple["Minute", ...] = ()
    steps: tuple[tuple[str, int], ...] = ()
    standing: Mapping[str, "Standing"] = field(default_factory=dict)

    @property
    def account(self) -> "Account":
        """Where every accepted report is."""
        total = self.totals.get
        return Account(
            accepted=total("accepted", 0),
            filed=total("filed", 0) - total("reopened", 0),
            waiting=self.waiting,
            telling=self.open,
            dead=self.failed,
            erased=total("erased", 0),
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Segments of SMS sent today, how many may be, and how many answers were left out; `urgent`
    named help at once and are counted apart."""

    segments: int
    cap: int
    unanswered: int
    urgent: int = 0

    @property
    def sent(self) -> int:
        """All that is paid for."""
        return self.segments + self.urgent


@dataclass(frozen=True, slots=True)
class Standing:
    """Reports of one channel that are being told, wait to be filed, run or were set aside."""

    telling: int = 0
    waiting: int = 0
    running: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Minute:
    """What happened in one minute (since 1970): reports begun, tips filed, tips that arrived at
    case systems."""

    at: int
    accepted: int = 0
    filed: int = 0
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """Conversations opened on the page in the running window: at no cost, of how many that may be,
    with work; and the seconds that who only waits has to wait now."""

    free: int
    most: int
    worked: int
    waits: int


@dataclass(frozen=True, slots=True)
class Account:
    """accepted = filed + waiting + telling + dead + erased; anything else is `adrift`.

    A report is accepted with its first sealed part. `telling` are reports whose caller has not
    finished: the steward hands them over as unfinished. A report that its caller took back whole is
    filed as nothing and counted as filed; what still lies in a spool is not accepted yet.
    """

    accepted: int
    filed: int
    waiting: int
    telling: int
    dead: int
    erased: int

    @property
    def adrift(self) -> int:
        """Reports that are nowhere (above 0) or in two places (below): always 0."""
        places = (self.filed, self.waiting, self.telling, self.dead, self.erased)
        return self.accepted - sum(places)


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process: an opaque name, what it does, seconds since its last heartbeat."""

    name: str
    state: str
    heartbeat_seconds: int


__all__ = [
    "Account",
    "Answer",
    "CallerKey",
    "DayKey",
    "Doing",
    "Due",
    "Figures",
    "Found",
    "HandedOver",
    "Inbound",
    "Issued",
    "JsonValue",
    "Part",
    "ReportId",
    "Secret",
    "Tag",
    "WorkerSeen",
    "freeze_answer",
    "freeze_part",
    "thaw_answer",
    "thaw_part",
]
