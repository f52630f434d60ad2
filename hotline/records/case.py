"""A case: tips about one matter, as a list of cases and its own page show it."""

from dataclasses import dataclass
from typing import Literal, get_args

CaseState = Literal["open", "closed"]
CASE_STATES: tuple[CaseState, ...] = get_args(CaseState)
MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Case:
    """What kind and prefecture its first tip was of; `created` is an hour, `tips` are ids,
    `noted` says whether operators wrote in it."""

    id: str
    created: str
    kind: str
    prefecture: str | None
    state: CaseState
    tips: tuple[str, ...]
    noted: bool
