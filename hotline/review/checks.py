"""The checks of a flow's shape. What is said in it, `texts` looks at; `CHECKS` names them all."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from hotline.conversation.flow import Ask, Choose, Decide, End, Flow, Node, Say
from hotline.review import texts
from hotline.review.graph import arrows, backwards, places, reachable, roots, target, ways
from hotline.review.subject import Check, Problem, Shape, Subject

RESERVED = {
    "0": "a person",
    "*": "again",
    "#": "the end of a number",
    "7": "back",
    "8": "slower",
}
CHOICES = tuple("1234")  # as many as somebody who only listens can hold in mind


def lead_somewhere(subject: Subject) -> Iterator[Problem]:
    """Every arrow leads to a node."""
    for place, flow, node in places(subject.flows):
        for arrow in arrows(node):
            if target(subject.flows, arrow, flow) is None:
                yield Problem(place, f"leads to '{arrow}', which is not a node")


def can_be_reached(subject: Subject) -> Iterator[Problem]:
    """Callers can get to every node."""
    seen = reachable(ways(subject.flows), roots(subject.flows))
    for place, _, _ in places(subject.flows):
        if place not in seen:
            yield Problem(place, "no caller can get here")


def have_a_way_out(subject: Subject) -> Iterator[Problem]:
    """An end can be reached from every node."""
    ends = [place for place, _, node in places(subject.flows) if isinstance(node, End)]
    saved = reachable(backwards(ways(subject.flows)), ends)
    for place, flow, node in places(subject.flows):
        lost = any(target(subject.flows, arrow, flow) is None for arrow in arrows(node))
        if place not in saved and not lost:
            yield Problem(place, "no way to an end from here")


def stop_somewhere(subject: Subject) -> Iterator[Problem]:
    """No circle goes round without asking anything."""
    silent = {p for p, _, node in places(subject.flows) if isinstance(node, Say | Decide)}
    graph = {p: tuple(g for g in going if g in silent) for p, going in ways(subject.flows).items()}
    for place in sorted(silent):
        if place in reachable(graph, graph[place]):
            yield Problem(place, "comes back to itself without asking anything")


def leave_our_keys(subject: Subject) -> Iterator[Problem]:
    """Keys are 1 to 4, so there are four choices at most; those that work anywhere stay free."""
    for place, _, node in places(subject.flows):
        for key in node.options if isinstance(node, Choose) else ():
            if key in RESERVED:
                yield Problem(place, f"key '{key}' is reserved for {RESERVED[key]}")
            elif key not in CHOICES:
                yield Problem(place, f"'{key}' is not one key from 1 to 4")


def offer_a_choice(subject: Subject) -> Iterator[Problem]:
    """A choice has at least two keys."""
    for place, _, node in places(subject.flows):
        if isinstance(node, Choose) and len(node.options) < 2:
            yield Problem(place, "offers no choice; a choice needs two keys")


def name_what_exists(subject: Subject) -> Iterator[Problem]:
    """Hearings and decisions are known to the program."""
    for place, _, node in places(subject.flows):
        match node:
            case Ask(hears=str(name)) | Choose(hears=str(name)) if name not in subject.hearings:
                yield Problem(place, f"hears '{name}', which the program does not know")
            case Decide(asks=name) if name not in subject.decisions:
                yield Problem(place, f"decides by '{name}', which the program does not know")


def keep_their_version(subject: Subject) -> Iterator[Problem]:
    """A flow whose nodes or arrows changed has a new version."""
    for flow in subject.flows.by_id.values():
        recorded = subject.shapes.get(flow.id)
        if recorded is None or recorded.version < flow.version:
            yield Problem(flow.id, "is not recorded; run `hotline prompts record`")
        elif recorded.version > flow.version:
            yield Problem(flow.id, f"is version {flow.version}, but {recorded.version} was in use")
        elif recorded.shape != fingerprint(flow):
            yield Problem(flow.id, f"its shape changed; raise version {flow.version} by one")


def fingerprint(flow: Flow) -> str:
    """What two flows share whose nodes and arrows are the same, whatever their texts say."""
    shape = {name: [type(node).__name__, _shape(node)] for name, node in flow.nodes.items()}
    text = json.dumps([flow.start, flow.done, shape], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shape(node: Node) -> Mapping[str, object]:
    return {k: v for k, v in asdict(node).items() if k != "name" and v is not False}


def shapes(subject: Subject) -> dict[str, Shape]:
    """What to record of these flows."""
    flows = subject.flows.by_id.values()
    return {flow.id: Shape(flow.version, fingerprint(flow)) for flow in flows}


CHECKS: Mapping[str, Check] = {
    "lead_somewhere": lead_somewhere,
    "can_be_reached": can_be_reached,
    "have_a_way_out": have_a_way_out,
    "stop_somewhere": stop_somewhere,
    "leave_our_keys": leave_our_keys,
    "offer_a_choice": offer_a_choice,
    "name_what_exists": name_what_exists,
    "keep_their_version": keep_their_version,
    **texts.CHECKS,
}


def check(subject: Subject) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the register."""
    return tuple(problem for one in CHECKS.values() for problem in one(subject))
