"""A call that broke off, and the next one from the same number on the same day.

Rule 1: it is offered, never done: whoever rings may be somebody else with the same telephone.
Rule 2: nothing that was said is said again: a question goes on, the answers stay sealed.
Rule 3: no number that is withheld, and nothing that a receipt's code opened.
"""

from dataclasses import replace
from datetime import datetime

from hotline.conversation.session import Doubt, Session

ALIVE = 5  # minutes after its last word in which a call may still be going on
CHOICES = ("on", "anew")


def noted(frozen: str, at: datetime, over: bool) -> str:
    """A conversation as it is kept for the next call; `over` says that this one has ended."""
    return f"{frozen}\n{0 if over else _minute(at)}"


def found(text: str | None, at: datetime) -> str | None:
    """The frozen conversation that `noted` wrote; None where a call may still be in it."""
    if text is None:
        return None
    frozen, _, minute = text.rpartition("\n")
    ended = minute.isascii() and minute.isdigit() and int(minute) + ALIVE <= _minute(at)
    return frozen if ended else None


def may_rest(session: Session, opened: bool) -> bool:
    """Whether it is worth going on with, and whether a number alone may do so."""
    return session.told and not opened and session.flow != "receipt"


def offered(session: Session) -> Session:
    """The session before the question whether to go on with it; nothing of it is said yet."""
    return replace(session, trail=(), doubt=Doubt("call", CHOICES), misses=0, over=False)


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
