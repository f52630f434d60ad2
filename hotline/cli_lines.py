"""Lines of JSON from a program to a command: each is read by itself, and none ends the others.

Rule: what is wrong with a line is said without a word of what stands in it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def answer_each(
    lines: Iterable[bytes],
    field: str,
    answer: Callable[[Row], Row],
    complain: Callable[[str], None],
) -> int:
    """Print `answer` of each line that is an object with "id" and the text `field`, with its id.

    `answer` may raise ValueError with what is wrong. Returns 0, or 1 when a line was not answered.
    """
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _row(line, field)
            shown = json.dumps({"id": row["id"], **answer(row)}, ensure_ascii=False)
        except ValueError as error:
            complain(f"line {number}: {error}")
            code = 1
            continue
        print(shown.encode("utf-8", "replace").decode("utf-8"), flush=True)
    return code


def _row(line: bytes, field: str) -> Row:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON (column {error.colno}: {error.msg})") from None
    except RecursionError:
        raise ValueError("not JSON (too deep)") from None
    if not isinstance(row, dict) or "id" not in row:
        raise ValueError(f'not an object with "id" and "{field}"')
    if not isinstance(row.get(field), str):
        raise ValueError(f'"{field}" is not a text')
    return row
