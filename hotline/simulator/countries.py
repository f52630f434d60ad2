"""Which countries an account may text and ring, as Twilio's interfaces tell and take it:
accounts/v1 `Messaging/GeoPermissions`, voice/v1 `DialingPermissions`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Item = dict[str, Any]
Query = Mapping[str, Sequence[str]]

DIALLING = (
    "low_risk_numbers_enabled",
    "high_risk_special_numbers_enabled",
    "high_risk_tollfraud_numbers_enabled",
)
REFUSED = 30649  # some countries can be changed in the console only; the others still are


@dataclass
class Countries:
    """By code: may they be texted; may their plain, special, fraud-prone numbers be rung."""

    texts: dict[str, bool] = field(default_factory=dict)
    calls: dict[str, list[bool]] = field(default_factory=dict)
    console_only: set[str] = field(default_factory=set)
    url: str = ""  # where the next page is

    def answer(
        self, method: str, path: str, query: str, body: str, page: int
    ) -> tuple[int, Item] | None:
        """One request, `page` items at most; None for what is none of these interfaces."""
        form = parse_qs(body)
        match method, path:
            case "GET", "/v1/Messaging/GeoPermissions":
                return 200, {"permissions": [self._permission(code) for code in self.texts]}
            case "PATCH", "/v1/Messaging/GeoPermissions":
                asked = form.get("Permissions", [])
                return 200, {"permissions": [self._permit(json.loads(each)) for each in asked]}
            case "GET", "/v1/DialingPermissions/Countries":
                return 200, self._dialling(parse_qs(query), page)
            case "POST", "/v1/DialingPermissions/BulkCountryUpdates":
                (text,) = form["UpdateRequest"]
                for row in json.loads(text):
                    self.calls[row["iso_code"]] = [row[kind] == "true" for kind in DIALLING]
                return 201, {"update_count": len(json.loads(text)), "update_request": text}
        return None

    def _permission(self, code: str) -> Item:
        return {"country_code": code, "type": "country", "enabled": self.texts[code]}

    def _permit(self, asked: Item) -> Item:
        refused = asked["country_code"] in self.console_only
        if not refused:
            self.texts[asked["country_code"]] = asked["enabled"]
        faults = ["High risk country permission cannot be updated"] if refused else []
        shown = self._permission(asked["country_code"])
        return {**shown, "error_code": REFUSED if refused else 0, "error_messages": faults}

    def _dialling(self, query: Query, page: int) -> Item:
        size = min(int(query.get("PageSize", ["50"])[0]), page)
        at = int(query.get("Page", ["0"])[0])
        rows = [
            {"iso_code": code, "name": code, **dict(zip(DIALLING, on, strict=True))}
            for code, on in self.calls.items()
        ]
        path = f"{self.url}/v1/DialingPermissions/Countries?PageSize={size}&Page={at + 1}"
        following = path if len(rows) > (at + 1) * size else None
        meta = {"key": "content", "page": at, "page_size": size, "next_page_url": following}
        return {"content": rows[at * size : (at + 1) * size], "meta": meta}
