"""`sinks.toml`: which case systems there are, who reads there, what goes there by itself."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hotline.intake.errors import Mistaken
from hotline.intake.sinks import Sink
from hotline.records.delivery import AUDIENCES, Route
from hotline.records.listing import KINDS
from hotline.sinks import openrosa, pfif, primero, request_tracker, webhook, zammad
from hotline.sinks.hooks import Hook, hook_of
from hotline.sinks.table import Table

MAKERS: Mapping[str, Callable[[Table], Sink]] = MappingProxyType(
    {
        "webhook": webhook.make,
        "request_tracker": request_tracker.make,
        "primero": primero.make,
        "openrosa": openrosa.make,
        "zammad": zammad.make,
        "pfif": pfif.make,
    }
)


@dataclass(frozen=True, slots=True)
class Configured:
    """Every sink with its route; `hooks` verify what a far end tells us."""

    routes: tuple[Route, ...]
    sinks: Mapping[str, Sink]
    hooks: Mapping[str, Hook]


NONE = Configured((), {}, {})


def read_sinks(path: str) -> Configured:
    """What `HOTLINE_SINKS` names; none when it names nothing. Raises Mistaken with the place."""
    if not path:
        return NONE
    try:
        raw = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Mistaken(f"HOTLINE_SINKS: cannot read {path}") from None
    except tomllib.TOMLDecodeError as error:
        raise Mistaken(f"HOTLINE_SINKS: {path}: {error}") from None
    tables = raw.get("sinks")
    if not isinstance(tables, dict) or set(raw) != {"sinks"}:
        raise Mistaken(f"HOTLINE_SINKS: {path}: only tables [sinks.NAME] are wanted")
    made = [_made(Table(name, table, Path(path).parent)) for name, table in tables.items()]
    return Configured(
        tuple(route for route, _, _ in made),
        {route.sink: sink for route, sink, _ in made},
        {route.sink: hook for route, _, hook in made if hook is not None},
    )


def _made(table: Table) -> tuple[Route, Sink, Hook | None]:
    if not isinstance(table.raw, dict):
        table.wrong("", "needs to be a table")
    short = len(table.name) <= 40 and table.name.isascii()
    if not short or not table.name.replace("_", "").replace("-", "").isalnum():
        table.wrong("", "a name has at most 40 letters, digits, - and _")
    sink = MAKERS[table.text("type", among=tuple(MAKERS))](table)
    route = Route(
        table.name,
        table.text("audience", among=AUDIENCES),
        table.text("release", "manual", among=("auto", "manual")),
        table.words("kinds", KINDS),
        table.flag("unfinished", True),
    )
    if route.audience == "public" and route.release == "auto":
        table.wrong("release", "what the public reads is let go by a person: manual")
    if table.raw["type"] == "pfif" and route.audience != "public":
        table.wrong("audience", "a people finder is public")
    hook = hook_of(table)
    table.refuse_rest()
    return route, sink, hook
