"""The last hour by the minute: what the counters stood at, written down and read again."""

from hotline.intake.messages import Minute
from hotline.stores.minutes import KEPT, MINUTES, count_delivered, read_minutes, write_minute
from tests.conftest import Servers

NOW = 1_795_000_000 // 60 * 60


def at(servers: Servers, minute: int, accepted: int, filed: int) -> None:
    durable = servers.durable
    durable.call("HSET", "hl:totals", "accepted", accepted, "filed", filed)
    write_minute(durable, NOW + 60 * minute)


def read(servers: Servers, minute: int) -> list[tuple[int, int, int]]:
    found = read_minutes(servers.durable.call("HGETALL", MINUTES), NOW + 60 * minute)
    assert len(found) == KEPT - 1
    assert found[-1].at == NOW // 60 + minute
    return [(each.accepted, each.filed, each.delivered) for each in found[-3:]]


def test_each_minute_tells_what_came_in_it(servers: Servers) -> None:
    at(servers, 0, 100, 90)
    at(servers, 1, 103, 92)
    at(servers, 1, 104, 92)  # later in the same minute
    count_delivered(servers.durable, 5)
    at(servers, 2, 104, 96)
    assert read(servers, 2) == [(0, 0, 0), (4, 2, 0), (0, 4, 5)]


def test_minutes_in_which_no_steward_looked_are_told_with_the_next(servers: Servers) -> None:
    at(servers, 0, 10, 10)
    at(servers, 3, 16, 14)
    assert read(servers, 3) == [(0, 0, 0), (0, 0, 0), (6, 4, 0)]
    assert read(servers, 200) == [(0, 0, 0)] * 3


def test_an_hour_ago_is_forgotten_and_counters_that_begin_anew_are_no_flood(
    servers: Servers,
) -> None:
    for minute in range(130):
        at(servers, minute, 1_000 + minute, minute)
    assert servers.durable.call("HLEN", MINUTES) == KEPT
    at(servers, 130, 3, 1)
    assert read(servers, 130)[-1] == (0, 0, 0)


def test_the_first_minute_ever_is_told_from_when_it_was_first_looked_at(servers: Servers) -> None:
    at(servers, 0, 0, 0)
    at(servers, 0, 9, 8)
    assert read(servers, 0)[-1] == (9, 8, 0)


def test_nothing_written_is_nothing_told(servers: Servers) -> None:
    found = read_minutes(servers.durable.call("HGETALL", MINUTES), NOW)
    assert set(found) == {Minute(each.at) for each in found}
