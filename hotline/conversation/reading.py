"""A parsed flow file to a Flow, or BadFlow naming the place and the remedy.

Rule: a key that is not known here is refused, so that a slip of the pen never becomes a silent
default.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from hotline.conversation.flow import (
    Ask,
    Choose,
    Decide,
    Digits,
    End,
    Expects,
    Flow,
    Flows,
    Node,
    Option,
    Outcome,
    Say,
    Text,
    Voice,
    Words,
)
from hotline.conversation.report import FIELDS, Field

Raw = Mapping[str, Any]


class BadFlow(Exception):
    """A flow file that cannot be used; the text says where and what to do."""


def read_flow(raw: Raw) -> Flow:
    """The flow a TOML document describes. Raises BadFlow."""
    name = str(raw.get("id", "?"))
    _only(raw, {"id", "version", "start", "done", "nodes"}, name)
    _needs(raw, ("id", "version", "start", "done", "nodes"), name)
    texts: dict[str, Text] = {}
    nodes = {key: _node(f"{name}.{key}", node, texts) for key, node in raw["nodes"].items()}
    for arrow in ("start", "done"):
        if raw[arrow] not in nodes:
            raise BadFlow(f"{name}: {arrow} leads to '{raw[arrow]}', which is not a node")
    return Flow(name, int(raw["version"]), raw["start"], raw["done"], nodes, texts)


def read_common(raw: Raw) -> dict[str, Text]:
    """The texts that belong to no node, as `common.<name>`. Raises BadFlow."""
    _only(raw, {"texts"}, "common")
    return {f"common.{key}": _text(f"common.{key}", value) for key, value in raw["texts"].items()}


def read_flows(documents: Mapping[str, Raw], first: str = "start") -> Flows:
    """Every flow file (by file stem), `common` among them. Raises BadFlow."""
    common = read_common(documents["common"])
    flows = [read_flow(raw) for stem, raw in sorted(documents.items()) if stem != "common"]
    by_id = {flow.id: flow for flow in flows}
    if first not in by_id:
        raise BadFlow(f"no flow is called '{first}'")
    return Flows(by_id, common, first)


def _node(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    kinds = [kind for kind in _READERS if kind in raw] or ["say"]
    if len(kinds) > 1:
        raise BadFlow(f"{place}: is {' and '.join(kinds)} at once; a node is one thing")
    if kinds[0] != "decide":
        _needs(raw, ("say",), place)
        texts[place] = _text(place, raw["say"])
    return _READERS.get(kinds[0], _say)(place, raw, texts)


def _say(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    _only(raw, {"say", "next", "hands"}, place)
    _needs(raw, ("next",), place)
    return Say(place, raw["next"], raw.get("hands") is True)


def _choose(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    _only(raw, {"say", "choose", "label", "saves", "keeps", "hears", "next"}, place)
    labels, keeps = raw.get("label", {}), raw.get("keeps", {})
    if set(labels) != set(raw["choose"]):
        raise BadFlow(f"{place}: keys and labels differ; every key needs its label")
    if not set(keeps) <= set(raw["choose"]):
        raise BadFlow(f"{place}: keeps a value for a key that nobody can press")
    if ("hears" in raw) and "next" not in raw:
        raise BadFlow(f"{place}: hears words but has no next")
    for key, label in labels.items():
        texts[f"{place}.{key}"] = _text(f"{place}.{key}", label)
    options = {key: Option(arrow, keeps.get(key)) for key, arrow in raw["choose"].items()}
    return Choose(
        place, options, _field(raw.get("saves"), place), raw.get("hears"), raw.get("next")
    )


def _ask(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    _only(raw, {"say", "ask", "fills", "next", "by_voice", "issues"}, place)
    _needs(raw, ("next",), place)
    expects = _expects(raw.get("by_voice", {"words": True}), place)
    fills = _field(raw.get("fills"), place)
    return Ask(place, raw["ask"], raw["next"], fills, expects, raw.get("issues") is True)


def _decide(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    _only(raw, {"decide", "arms", "otherwise"}, place)
    _needs(raw, ("arms", "otherwise"), place)
    return Decide(place, raw["decide"], dict(raw["arms"]), raw["otherwise"])


def _end(place: str, raw: Raw, texts: dict[str, Text]) -> Node:
    _only(raw, {"say", "end"}, place)
    if raw["end"] not in ("submit", "rest", "erase"):
        raise BadFlow(f"{place}: ends with '{raw['end']}'; it can submit, rest or erase")
    return End(place, cast(Outcome, raw["end"]))


_READERS: Mapping[str, Callable[[str, Raw, dict[str, Text]], Node]] = {
    "choose": _choose,
    "ask": _ask,
    "decide": _decide,
    "end": _end,
}


def _text(place: str, raw: object) -> Text:
    if isinstance(raw, str):
        raw = {"written": raw}
    if not isinstance(raw, Mapping) or not isinstance(raw.get("written"), str):
        raise BadFlow(f"{place}: a text is a string or a table with written and spoken")
    _only(raw, {"written", "spoken", "hints"}, place)
    hints = str(raw.get("hints", ""))
    return Text(place, raw["written"], raw.get("spoken", raw["written"]), hints)


def _expects(raw: Raw, place: str) -> Expects:
    match dict(raw):
        case {"digits": int(most), **rest} if 0 < most <= 20 and rest in ({}, {"speech": True}):
            return Digits(most, bool(rest))
        case {"record": int(seconds), **rest} if not rest and 0 < seconds <= 300:
            return Voice(seconds)
        case {"words": True, **rest} if not rest:
            return Words()
        case _:
            raise BadFlow(
                f"{place}: by_voice is digits (1-20, perhaps with speech = true), "
                "record (1-300 seconds) or words"
            )


def _field(raw: str | None, place: str) -> Field | None:
    if raw is not None and raw not in FIELDS:
        raise BadFlow(f"{place}: '{raw}' is not a field of a report")
    return cast(Field | None, raw)


def _only(raw: Raw, allowed: set[str], place: str) -> None:
    for key in raw:
        if key not in allowed:
            raise BadFlow(f"{place}: does not know '{key}'")


def _needs(raw: Raw, keys: tuple[str, ...], place: str) -> None:
    for key in keys:
        if key not in raw:
            raise BadFlow(f"{place}: needs '{key}'")
