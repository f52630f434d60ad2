"""The day's letter to whoever runs the hotline: that it is there, and how many of what wait.

Rule 1: it has the same words and the same size every day, whatever happened: counts stand in
        columns of one width. Whoever sees it pass learns that a hotline writes once a day.
Rule 2: counts and nothing else: no kind, no place, no name, no address of the desk.
Rule 3: a letter that cannot be sent is counted and tried again; nothing else waits for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Protocol

from hotline.intake.errors import Unavailable

WIDTH = 6  # letters of a count
MOST = 10**WIDTH - 1
AGAIN = 600  # seconds until it is tried again
SUBJECT = "hotline: daily"
LINES: Mapping[str, tuple[str, str, str]] = {
    "new": ("tin mới trong một ngày qua", "new tips in the last day", "この一日の新しい情報"),
    "unread": ("tin chưa ai đọc", "tips that nobody has read", "未読の情報"),
    "waiting": ("tin đang trên đường vào sổ", "reports on their way", "登録待ちの情報"),
    "dead": ("tin không vào được sổ", "reports set aside", "登録できなかった情報"),
    "held": ("tin chờ người cho gửi đi", "deliveries waiting for a person", "確認待ちの送付"),
    "stuck": ("tin không đến được nơi nhận", "deliveries that are stuck", "届かない送付"),
    "overdue": (
        "tin còn ở nhà mạng quá một ngày",
        "kept at the provider for more than a day",
        "通信会社に一日を超えて残る情報",
    ),
}
_HEADS = ("Bàn trực, mỗi ngày:", "The desk, daily:", "デスク、毎日:")


@dataclass(frozen=True, slots=True)
class Day:
    """What is counted."""

    new: int = 0
    unread: int = 0
    waiting: int = 0
    dead: int = 0
    held: int = 0
    stuck: int = 0
    overdue: int = 0


class Mailer(Protocol):
    """Where letters go out. Raises Unavailable."""

    def send(self, subject: str, body: str, at: datetime) -> None:
        """Hand one letter over."""


class Diary(Protocol):
    """On which day the last letter went. Raises Unavailable."""

    def last(self) -> str:
        """`YYYY-MM-DD`, empty for never."""

    def sent(self, day: str) -> None:
        """Today's went."""

    def failed(self) -> None:
        """One more that did not."""


@dataclass
class Letters:
    """Sends the day's letter once, from `hour` o'clock on (Japan)."""

    mailer: Mailer
    diary: Diary
    count: Callable[[datetime], Day]
    hour: int
    _rests_until: datetime | None = None

    def act(self, now: datetime) -> bool:
        """Whether a letter went. Raises Unavailable when it did not, after counting that."""
        today = now.date().isoformat()
        if now.hour < self.hour or (self._rests_until and now < self._rests_until):
            return False
        if self.diary.last() >= today:
            return False
        try:
            self.mailer.send(SUBJECT, body(self.count(now)), now)
        except Unavailable:
            self._rests_until = now + timedelta(seconds=AGAIN)
            self.diary.failed()
            raise
        self.diary.sent(today)
        return True


def body(day: Day) -> str:
    """The letter's words: the same size every day."""
    counts = {spec.name: min(getattr(day, spec.name), MOST) for spec in fields(day)}
    parts = []
    for number, head in enumerate(_HEADS):
        lines = [f"{counts[name]:>{WIDTH}}  {words[number]}" for name, words in LINES.items()]
        parts.append("\n".join((head, *lines)))
    return "\n\n".join(parts) + "\n"
