"""An allow-list logger: one line of JSON a happening, known words and numbers only.

Rule 1: no request, form, session or exception text is ever logged; no addresses, no agents.
Rule 2: a key that is not on the list is refused, so a leak is a failing test, not a log line.
"""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import PurePath
from types import TracebackType

KEYS = frozenset({"role", "event", "code", "place", "channel", "count", "seconds", "outcome"})
QUIET = ("twilio.http_client", "rq.worker", "rq", "granian", "_granian", "alembic", "werkzeug")

Log = Callable[..., None]


def log_to(write: Callable[[str], object], role: str) -> Log:
    """A function `log(event, **values)`; values are words, whole numbers or hours."""

    def log(event: str, **values: str | int) -> None:
        for key in values:
            if key not in KEYS:
                raise ValueError(f"'{key}' may not be logged")
        write(json.dumps({"role": role, "event": event, **values}) + "\n")

    return log


def stderr_log(role: str) -> Log:
    """The log of a process; everything else that wants to write is silenced."""
    logging.captureWarnings(True)
    logging.getLogger().setLevel(logging.CRITICAL)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)

    def write(line: str) -> None:
        sys.stderr.write(line)
        sys.stderr.flush()

    log = log_to(write, role)
    sys.excepthook = lambda kind, error, trace: log("crash", code=kind.__name__, place=where(trace))
    return log


def where(trace: TracebackType | None) -> str:
    """File and line of the innermost frame: all that is ever told of an exception."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
