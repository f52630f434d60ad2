"""A flow as a Mermaid diagram, with the first words of every text."""

from collections.abc import Iterator

from hotline.conversation.flow import Ask, Choose, Decide, End, Flow, Flows, Node, Say
from hotline.conversation.session import Locale
from hotline.review.graph import target
from hotline.wording.catalogue import Catalogue

LONGEST = 60

_FRAMES = {
    Say: ("(", ")"),
    Choose: ("[/", "/]"),
    Ask: ("[", "]"),
    Decide: ("{", "}"),
    End: ("([", "])"),
}


def chart(flows: Flows, flow: Flow, catalogue: Catalogue, locale: Locale = "vi") -> str:
    """Mermaid text: boxes ask, slanted boxes offer keys, diamonds decide, round ends close."""
    lines = ["flowchart TD"]
    for name, node in flow.nodes.items():
        opens, closes = _FRAMES[type(node)]
        words = _words(f"{flow.id}.{name}", node, catalogue, locale)
        lines.append(f'  {_id(flow.id, name)}{opens}"{words}"{closes}')
        lines.extend(_arrows(flows, flow, name, node, catalogue, locale))
    return "\n".join(lines) + "\n"


def _words(place: str, node: Node, catalogue: Catalogue, locale: Locale) -> str:
    name = place.partition(".")[2]
    if isinstance(node, Decide):
        return f"{name}: {_safe(node.asks)}?"
    text = _safe(catalogue.text(place, locale).written)
    return f"{name}<br/>{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}"


def _arrows(
    flows: Flows, flow: Flow, name: str, node: Node, catalogue: Catalogue, locale: Locale
) -> Iterator[str]:
    for label, arrow in _leads(node, catalogue, locale):
        there = target(flows, arrow, flow)
        if there is None:
            end = f'nowhere_{_id(flow.id, name)}["{_safe(arrow)}?"]'
        elif there.startswith(f"{flow.id}."):
            end = there.replace(".", "_")
        else:
            end = f'{there.replace(".", "_")}[["{there}"]]'
        said = f'|"{_safe(label)}"|' if label else ""
        yield f"  {_id(flow.id, name)} -->{said} {end}"


def _leads(node: Node, catalogue: Catalogue, locale: Locale) -> Iterator[tuple[str, str]]:
    match node:
        case Say(next=going) | Ask(next=going):
            yield "", going
        case Choose(name=name, options=options, next=going):
            for key, option in options.items():
                label = catalogue.text(f"{name}.{key}", locale).written
                yield f"{key} {label}", option.next
            if going:
                yield "…", going
        case Decide(arms=arms, otherwise=otherwise):
            yield from arms.items()
            yield "", otherwise
        case End():
            pass


def _id(flow: str, name: str) -> str:
    """Mermaid takes some bare words, such as `end`, for its own."""
    return f"{flow}_{name}"


def _safe(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ").replace("|", "/")
