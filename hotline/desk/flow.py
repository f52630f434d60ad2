"""How tips have been coming in: by channel, by hour of the last day, by day of the last week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hotline.desk.ports import Room
from hotline.intake.messages import Minute
from hotline.records.hour import hour

HOURS, DAYS = 24, 7
_JAPAN = timezone(timedelta(hours=9))
TALLEST = 40  # units of a bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour (`YYYY-MM-DDTHH`) or day (`YYYY-MM-DD`): how many, and how tall that is drawn."""

    when: str
    count: int
    height: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in; `channels` are those of the last day."""

    channels: Mapping[str, int]
    hours: tuple[Bar, ...]
    days: tuple[Bar, ...]

    @property
    def day(self) -> int:
        """How many in the last day."""
        return sum(bar.count for bar in self.hours)


def flow(room: Room) -> Flow:
    """Up to this hour. Two looks at the database, by an index. Raises Unavailable."""
    now = room.clock()
    first_hour = now - timedelta(hours=HOURS - 1)
    first_day = (now - timedelta(days=DAYS - 1)).date().isoformat()
    by_hour = room.tallies.by_hour(first_day)
    by_day: Counter[str] = Counter()
    for received, count in by_hour.items():
        by_day[received[:10]] += count
    hours = [hour(first_hour + timedelta(hours=n)) for n in range(HOURS)]
    days = [(now - timedelta(days=n)).date().isoformat() for n in reversed(range(DAYS))]
    return Flow(
        room.tallies.by_channel(hour(first_hour)),
        _bars([(each[:13], by_hour.get(each, 0)) for each in hours]),
        _bars([(each, by_day[each]) for each in days]),
    )


def last_hour(minutes: Sequence[Minute]) -> tuple[Bar, ...]:
    """Reports begun in each minute, by the clock of Japan."""
    told = [datetime.fromtimestamp(each.at * 60, _JAPAN).strftime("%H:%M") for each in minutes]
    return _bars([(when, each.accepted) for when, each in zip(told, minutes, strict=True)])


def _bars(counts: list[tuple[str, int]]) -> tuple[Bar, ...]:
    most = max([1, *(count for _, count in counts)])
    return tuple(Bar(when, count, -(-TALLEST * count // most)) for when, count in counts)
