"""Counts that may leave the desk.

Rule: nobody can be picked out of them. Counts go down to whole fives, so that small ones are all
alike (none or four: the same) and no difference between two tables, or between a sum and its
parts, tells of one person. There are no sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass

STEP = 5  # k


@dataclass(frozen=True, slots=True)
class Spot:
    """A station on the map."""

    name: str
    romaji: str
    prefecture: str
    lat: float | None = None
    lon: float | None = None


def coarse(count: int) -> str:
    """`<5`, or the whole fives below: `5+`, `10+`."""
    return f"<{STEP}" if count < STEP else f"{count // STEP * STEP}+"


def coarse_table(
    counts: Mapping[tuple[str, str], int], rows: Mapping[str, str], columns: Mapping[str, str]
) -> str:
    """CSV: a line for every row there could be, also where there is nothing to count.

    `rows` and `columns` name the keys of `counts`; what neither names is left out.
    """
    lines = [",".join(("", *columns.values()))]
    for row, name in rows.items():
        cells = (coarse(counts.get((row, column), 0)) for column in columns)
        lines.append(",".join((name, *cells)))
    return "\r\n".join(lines) + "\r\n"
