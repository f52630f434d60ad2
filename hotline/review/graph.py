"""Flows as a graph: which node leads where, on which channel."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from hotline.conversation.flow import Ask, Choose, Decide, End, Flow, Flows, Node, Say
from hotline.conversation.moving import BACK, FRESH

Medium = Literal["text", "voice", "web"]
MEDIA: tuple[Medium, ...] = ("text", "voice")
_RETURNS: Mapping[Medium, tuple[str, ...]] = {"voice": (BACK, FRESH)}  # elsewhere BACK alone
Ways = Mapping[str, tuple[str, ...]]


def arrows(node: Node, medium: Medium | None = None) -> tuple[str, ...]:
    """Where a node may lead, as its file says it; a fork over the channel takes one arm only."""
    match node:
        case Say(next=going) | Ask(next=going):
            return (going,)
        case Choose(options=options, next=going):
            return (*(o.next for o in options.values()), *((going,) if going else ()))
        case Decide(asks="channel", arms=arms, otherwise=otherwise) if medium:
            return (arms.get(medium, otherwise),)
        case Decide(arms=arms, otherwise=otherwise):
            return (*arms.values(), otherwise)
        case End():
            return ()


def target(flows: Flows, arrow: str, here: Flow) -> str | None:
    """The place (`flow.node`) an arrow leads to, None where there is nothing."""
    flow_id, dot, name = arrow.partition(".")
    flow = flows.by_id.get(flow_id) if dot else here
    name = name if dot else arrow
    return f"{flow.id}.{name}" if flow and name in flow.nodes else None


def places(flows: Flows) -> Iterator[tuple[str, Flow, Node]]:
    """Every node with its place and flow."""
    for flow in flows.by_id.values():
        for name, node in flow.nodes.items():
            yield f"{flow.id}.{name}", flow, node


def ways(flows: Flows, medium: Medium | None = None) -> Ways:
    """Every place with the places it leads to; arrows into nothing are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for place, flow, node in places(flows):
        going = (target(flows, arrow, flow) for arrow in arrows(node, medium))
        found[place] = tuple(dict.fromkeys(g for g in going if g))
    return found


def roots(flows: Flows) -> tuple[str, ...]:
    """Where conversations open, where XONG leads from each flow, where a receipt leads."""
    first = flows.by_id[flows.first]
    done = (f"{flow.id}.{flow.done}" for flow in flows.by_id.values())
    back = (place for place in (BACK, FRESH) if target(flows, place, first))
    return (f"{first.id}.{first.start}", *done, *back)


def reachable(graph: Ways, starts: Iterable[str]) -> set[str]:
    """Every place one can get to, the starts among them."""
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        place = ahead.pop()
        if place not in seen:
            seen.add(place)
            ahead.extend(graph.get(place, ()))
    return seen


def backwards(graph: Ways) -> Ways:
    """The same graph with every arrow turned round."""
    turned: dict[str, tuple[str, ...]] = {}
    for place, going in graph.items():
        for there in going:
            turned[there] = (*turned.get(there, ()), place)
    return turned


def node_of(flows: Flows, place: str) -> Node:
    """The node at a place."""
    flow, _, name = place.partition(".")
    return flows.by_id[flow].nodes[name]


def places_on(flows: Flows, medium: Medium) -> set[str]:
    """What a caller on this medium can get to, XONG counted in where they could say it."""
    graph = ways(flows, medium)
    opens = roots(flows)
    back = _RETURNS.get(medium, (BACK,))
    seen = reachable(graph, (opens[0], *(place for place in opens if place in back)))
    while True:
        flows_seen = {place.partition(".")[0] for place in seen}
        done = {f"{f}.{flows.by_id[f].done}" for f in flows_seen} if medium != "voice" else set()
        more = reachable(graph, seen | done)
        if more == seen:
            return seen
        seen = more
