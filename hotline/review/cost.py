"""What a finished tip costs: every path from the door to an end, in segments, minutes and money.

Every path is taken once, without going round in circles. Each question understood is counted with
the widest confirmation there is, so figures are upper bounds; a caller's own message counts as one
segment, and people who write long pay more of ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from hotline.conversation.flow import Ask, Choose, Decide, End, Flows, Node, Outcome, Say, Voice
from hotline.conversation.hearing import Line
from hotline.conversation.session import Locale
from hotline.review.graph import Medium, Ways, node_of, ways
from hotline.review.texts import WIDEST
from hotline.wording.compose import Wording
from hotline.wording.sms import segments

Path = tuple[str, ...]

# Hearings after which the caller is told what was understood.
CONFIRMED = {"anything", "place", "when", "count"}
LETTERS_A_SECOND = 14  # a calm synthetic voice
SECONDS_TO_ANSWER = 8


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars: a segment in, a segment out, a minute of an incoming call.

    Defaults are Twilio's for a US number as third parties quote them in 2026 (hivebook.wiki,
    "Twilio SMS pricing", April 2026; the minute is from memory and unchecked). Numbers in Japan
    cost more: give your own.
    """

    sms_in: float = 0.0083
    sms_out: float = 0.0083
    voice_minute: float = 0.0085


@dataclass(frozen=True, slots=True)
class Bill:
    """What one path costs."""

    path: Path
    messages: int
    segments: int
    seconds: int
    dollars: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All paths of one kind: how many there are, the worst, and the median."""

    paths: int
    worst: Bill
    median_segments: float
    median_seconds: float
    median_dollars: float


def paths(flows: Flows, medium: Medium, ends: tuple[Outcome, ...] = ("submit",)) -> Iterator[Path]:
    """Every way from the door to where a report is filed, without circles."""
    first = flows.by_id[flows.first]
    yield from _onwards(flows, ways(flows, medium), (f"{first.id}.{first.start}",), ends)


def without_detours(flows: Flows, found: Iterable[Path]) -> tuple[Path, ...]:
    """Of the paths that tell the same things, the shortest: facts that a caller reads on the way
    are no part of what a tip costs."""
    shortest: dict[Path, Path] = {}
    for path in found:
        told = tuple(place for place in path if _tells(node_of(flows, place)))
        if told not in shortest or len(path) < len(shortest[told]):
            shortest[told] = path
    return tuple(shortest.values())


def texts_of(flows: Flows, path: Path) -> Iterator[tuple[str, ...]]:
    """The names of texts that go out together: everything up to the next question."""
    together: list[str] = []
    for place in path:
        match node_of(flows, place):
            case Decide():
                continue
            case Say(hands=True):
                yield (*together, place)
            case Say():
                together.append(place)
            case Ask() | Choose() as node:
                yield (*together, place)
                together = ["common.heard"] if _confirms(node) else []
            case End():
                yield (*together, place)


def text_bill(
    flows: Flows, wording: Wording, path: Path, prices: Prices, locale: Locale, plainly: bool
) -> Bill:
    """The path as a text conversation."""
    # Whoever writes first has answered the opening question before it could be asked.
    sent = [_segments(wording, names, locale, plainly) for names in texts_of(flows, path)][1:]
    dollars = prices.sms_out * sum(sent) + prices.sms_in * len(sent)
    return Bill(path, len(sent), sum(sent), 0, dollars)


def voice_bill(flows: Flows, wording: Wording, path: Path, prices: Prices, locale: Locale) -> Bill:
    """The path as a call, heard to the end."""
    names = [name for together in texts_of(flows, path) for name in together]
    said = wording.spoken([Line(name, WIDEST.get(name, {})) for name in names], locale)
    speaking = sum(len(utterance.text) for utterance in said) / LETTERS_A_SECOND
    seconds = round(speaking + sum(_waiting(node_of(flows, place)) for place in path))
    return Bill(path, len(names), 0, seconds, prices.voice_minute * -(-seconds // 60))


def summary(bills: Sequence[Bill]) -> Summary:
    """The worst and the median of these paths. Raises ValueError when there are none."""
    worst = max(bills, key=lambda bill: (bill.dollars, bill.seconds))
    return Summary(
        len(bills),
        worst,
        median(bill.segments for bill in bills),
        median(bill.seconds for bill in bills),
        median(bill.dollars for bill in bills),
    )


def costs(flows: Flows, wording: Wording, prices: Prices, locale: Locale) -> Mapping[str, Summary]:
    """Per channel, and for texts with accents and without."""
    text = without_detours(flows, paths(flows, "text"))
    voice = without_detours(flows, paths(flows, "voice"))
    return {
        "sms": summary([text_bill(flows, wording, p, prices, locale, False) for p in text]),
        "sms, no accents": summary(
            [text_bill(flows, wording, p, prices, locale, True) for p in text]
        ),
        "voice": summary([voice_bill(flows, wording, p, prices, locale) for p in voice]),
    }


def _tells(node: Node) -> bool:
    match node:
        case Ask(fills=field) | Choose(saves=field):
            return field is not None
        case _:
            return isinstance(node, End | Say)


def _onwards(flows: Flows, graph: Ways, path: Path, ends: tuple[Outcome, ...]) -> Iterator[Path]:
    node = node_of(flows, path[-1])
    if isinstance(node, End) or (isinstance(node, Say) and node.hands):
        if (node.outcome if isinstance(node, End) else "submit") in ends:
            yield path
        return
    for place in graph[path[-1]]:
        if place not in path:
            yield from _onwards(flows, graph, (*path, place), ends)


def _confirms(node: Ask | Choose) -> bool:
    return isinstance(node, Ask) and node.hears in CONFIRMED


def _segments(wording: Wording, names: Sequence[str], locale: Locale, plainly: bool) -> int:
    lines = [Line(name, WIDEST.get(name, {})) for name in names]
    return segments(wording.written(lines, locale, plainly))


def _waiting(node: Node) -> int:
    match node:
        case Ask(by_voice=Voice(seconds=seconds)):
            return seconds
        case Ask() | Choose():
            return SECONDS_TO_ANSWER
        case _:
            return 0
