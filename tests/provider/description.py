"""Twilio's OpenAPI description, as far as its own client holds it, and a judge made of it.

Twilio generates its client from that description and from nothing else: which operations there are,
which parameters each takes, which properties of which type come back, and the values of the closed
lists. It is read here from the client's source, of the version that is locked. What the description
does not hold: the sound of a recording at `.wav` (docs/voice/api/recording).
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

# Which of the client's modules hold what we ask for, and where their paths begin.
MODULES = {
    "api/v2010/account/message/__init__.py": "/2010-04-01",
    "api/v2010/account/call/__init__.py": "/2010-04-01",
    "api/v2010/account/recording/__init__.py": "/2010-04-01",
    "api/v2010/account/incoming_phone_number/__init__.py": "/2010-04-01",
    "accounts/v1/messaging_geopermissions.py": "/v1",
    "voice/v1/dialing_permissions/country/__init__.py": "/v1",
    "voice/v1/dialing_permissions/bulk_country_update.py": "/v1",
}
# As Twilio makes them, and the UUIDs of platforms that speak the same interface (docs/voice.md).
SID = "(?:[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
SOUND = re.compile(rf"/2010-04-01/Accounts/AC[0-9a-f]{{32}}/Recordings/{SID}\.wav")


@dataclass(frozen=True)
class Property:
    """One property of an answer: its type as the client has it, and its values where few are."""

    kind: str
    values: frozenset[str] = frozenset()

    def allows(self, value: object) -> bool:
        """Whether a value of JSON is one of the type; null always is."""
        if value is None:
            return True
        if self.values:
            return value in self.values
        match self.kind:
            case "rfc2822":
                return _reads(parsedate_to_datetime, value)
            case "iso8601":
                return _reads(datetime.fromisoformat, value)
            case "int":
                return isinstance(value, int) or (isinstance(value, str) and value.isdigit())
            case "bool":
                return isinstance(value, bool)
            case "object":
                return isinstance(value, dict | list)
            case _:
                return isinstance(value, str)


def _reads(read: Any, value: object) -> bool:
    try:
        read(value)
    except (TypeError, ValueError):
        return False
    return True


@dataclass
class Resource:
    """What one module describes: operations by path and method with the names of their parameters,
    and what comes back."""

    operations: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)


@cache
def resources() -> tuple[Resource, ...]:
    """Everything of `MODULES`."""
    return tuple(_read(module, root) for module, root in MODULES.items())


def _read(module: str, root: str) -> Resource:
    found = Resource()
    tree = ast.parse(files("twilio.rest").joinpath(module).read_text("utf-8"))
    for each in tree.body:
        if isinstance(each, ast.ClassDef) and each.name.endswith("Instance"):
            found.properties |= dict(_properties(each))
        elif isinstance(each, ast.ClassDef):
            for path, method, names in _operations(each):
                found.operations.setdefault((root + path, method), set()).update(names)
    return found


def _properties(made: ast.ClassDef) -> Iterator[tuple[str, Property]]:
    lists = {
        inner.name: frozenset(
            ast.literal_eval(line.value) for line in inner.body if isinstance(line, ast.Assign)
        )
        for inner in made.body
        if isinstance(inner, ast.ClassDef)
    }
    for line in ast.walk(made):
        if not isinstance(line, ast.AnnAssign) or line.value is None:
            continue
        told, value = ast.unparse(line.annotation), ast.unparse(line.value)
        if name := re.search(r"payload\.get\('(\w+)'\)", value):
            one_of = re.search(r"Instance\.(\w+)", told)
            values = lists[one_of[1]] if one_of and "List" not in told else frozenset()
            yield name[1], Property(_kind(told, value), values)


def _kind(told: str, value: str) -> str:
    for kind in ("rfc2822", "iso8601"):
        if kind in value:
            return kind
    if "int" in told.lower().replace("instance", ""):
        return "int"
    if "bool" in told:
        return "bool"
    return "object" if re.search(r"Dict|List|object", told) else "str"


def _operations(made: ast.ClassDef) -> Iterator[tuple[str, str, set[str]]]:
    source = ast.unparse(made)
    path = re.search(r"self\._uri = '([^']+)'", source)
    for function in made.body:
        if path and isinstance(function, ast.FunctionDef):
            text = ast.unparse(function)
            if method := re.search(r"method='(\w+)', uri=self\._uri", text):
                yield path[1], method[1], set(_names(function))


def _names(function: ast.FunctionDef) -> Iterator[str]:
    """The keys of what is put into a query or a form."""
    for line in ast.walk(function):
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in ("data", "params"):
            for part in ast.walk(line.value):
                if isinstance(part, ast.Dict):
                    yield from (ast.literal_eval(key) for key in part.keys if key is not None)


def _pattern(path: str) -> re.Pattern[str]:
    kinds = {"account_sid": "AC[0-9a-f]{32}", "sid": SID, "iso_code": "[A-Z]{2}"}
    return re.compile(re.sub(r"\\{(\w+)\\}", lambda m: kinds[m[1]], re.escape(path)))


def resource_of(path: str, method: str) -> tuple[Resource, set[str]] | None:
    """What describes an operation, and its parameters; None where none does."""
    for resource in resources():
        for (template, allowed), names in resource.operations.items():
            if allowed == method and _pattern(template).fullmatch(path):
                return resource, names
    return None


def request_faults(method: str, path: str, query: str, form: str) -> list[str]:
    """Where a request is not as described."""
    if method == "GET" and SOUND.fullmatch(path):
        return []
    found = resource_of(path, method)
    if found is None:
        return [f"{method} {path}: no such operation"]
    sent = {**parse_qs(query, keep_blank_values=True), **parse_qs(form, keep_blank_values=True)}
    return [f"{method} {path}: no parameter {name}" for name in sent if name not in found[1]]


def answer_faults(method: str, path: str, body: bytes, whole: bool = True) -> list[str]:
    """Where a good answer is not as described; `whole`: no property may be missing."""
    found = resource_of(path, method)
    if found is None or not body:
        return []
    rows = _rows(found[1], json.loads(body))
    return [fault for row in rows for fault in _item_faults(found[0], path, row, whole)]


def _rows(names: set[str], document: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of an answer: of a list, where an operation gives it page by page, or itself."""
    if "Page" not in names:
        return [document]
    (rows,) = (value for value in document.values() if isinstance(value, list))
    return list(rows)


def _item_faults(
    resource: Resource, path: str, item: Mapping[str, Any], whole: bool
) -> Iterator[str]:
    for name in item.keys() - resource.properties.keys():
        yield f"{path}: no property {name}"
    for name, kind in resource.properties.items():
        if name in item and not kind.allows(item[name]):
            yield f"{path}: {name} is not {kind.kind}: {item[name]!r}"
        if whole and name not in item:
            yield f"{path}: {name} is missing"


def completed(method: str, path: str, body: bytes) -> bytes:
    """A good answer with null for every property that it does not tell."""
    found = resource_of(path, method)
    if found is None or not body:
        return body
    document = json.loads(body)
    for row in _rows(found[1], document):
        for name in found[0].properties:
            row.setdefault(name, None)
    return json.dumps(document).encode()
