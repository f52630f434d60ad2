"""What our processes do with the operating system: environment, clock, memory, ends."""

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from time import time
from typing import TypeVar
from zoneinfo import ZoneInfo

from hotline.conversation.reading import BadFlow
from hotline.intake.errors import HotlineError

Application = TypeVar("Application")

JAPAN = ZoneInfo("Asia/Tokyo")
COMMAND = "(command line)"  # who acted, in the audit: no operator has such a name
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
_starter: int | None = None


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ


def japan_now() -> datetime:
    """The moment, in Japan."""
    return datetime.now(JAPAN)


def seconds_now() -> int:
    """Whole seconds since 1970."""
    return int(time())


def starts_children() -> None:
    """From now on processes forked from this one are its children: see `die_with_parent`."""
    global _starter
    _starter = os.getpid()


def die_with_parent() -> None:
    """End when whoever started us ends, however they end; Linux only, elsewhere a no-op.

    A server's child that outlives its parent would go on answering on the port with old code. One
    whose parent ended before this was called ends at once, where that parent said who it is.
    """
    if sys.platform == "linux":
        before = os.getppid()
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        orphaned = _starter not in (None, os.getpid(), os.getppid())
        if orphaned or os.getppid() != before:  # it ended before, or between the two calls
            os._exit(1)


def leave_no_core() -> None:
    """No core files, and no other process of this account may read our memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _prctl(PR_SET_DUMPABLE, 0)


def say_why(make: Callable[[], Application]) -> Application:
    """What `make` makes; when a setting forbids it, one line to stderr and the end of the process.

    A server would print a traceback instead, and tracebacks show more than they should.
    """
    try:
        return make()
    except (HotlineError, BadFlow) as error:
        sys.stderr.write(f"hotline: {error}\n")
        sys.stderr.flush()
        os._exit(1)


def settle_memory() -> None:
    """Tables read at start are never garbage: leave them out of every later collection.

    Measured: with the gazetteer's tables in the collector's reach, a turn cost twice as much.
    """
    gc.collect()
    gc.freeze()


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
