"""Day keys: one caller, one day, one tag; another day or purpose, another tag."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from hotline import wiring, wiring_stores
from hotline.intake.errors import Mistaken, Unavailable
from hotline.process import japan_now
from hotline.settings import Settings
from hotline.stores.day_keys import (
    HELD_LIVES,
    LIVES,
    DayKeys,
    durable_faults,
    refuse_forgetting,
    refuse_persistence,
    somebody_holds,
    tell_held,
)
from hotline.stores.link import Link
from hotline.web import with_keys
from tests.conftest import Servers

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_two_processes_agree_on_a_caller(servers: Servers) -> None:
    one, two = DayKeys(servers.fleeting), DayKeys(servers.fleeting)
    assert one.caller("sms\0+1", "e", NOON) == two.caller("sms\0+1", "e", NOON)


def test_tags_of_purposes_callers_and_days_differ(servers: Servers) -> None:
    keys = DayKeys(servers.fleeting)
    first = keys.caller("sms\0+1", "e", NOON)
    other = keys.caller("sms\0+2", "e", NOON)
    later = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON + DAY)
    assert len({first.today.session, other.today.session, later.today.session}) == 3
    assert len({first.today.session, first.today.event, first.today.secret[:16]}) == 3


def test_tomorrow_still_knows_yesterdays_key_and_the_day_after_does_not(servers: Servers) -> None:
    first = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON)
    next_day = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON + DAY)
    third = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON + 2 * DAY)
    assert next_day.yesterday == first.today
    assert third.yesterday is not None
    assert third.yesterday.session != first.today.session


def test_a_day_key_lives_48_hours_in_the_fleeting_redis_only(servers: Servers) -> None:
    DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON)
    (name,) = servers.fleeting.call("KEYS", "*")
    assert 0 < servers.fleeting.call("TTL", name) <= LIVES
    assert servers.durable.call("DBSIZE") == 0


def test_a_key_in_memory_serves_while_the_store_is_away(servers: Servers) -> None:
    keys = DayKeys(servers.fleeting)
    before = keys.caller("sms\0+1", "e", NOON)
    keys._fleeting = Link("unix:///nowhere.sock", "fleeting")
    keys._looked = -1e9
    assert keys.caller("sms\0+1", "e", NOON) == before


def test_a_fleeting_redis_that_starts_anew_is_given_the_keys_back(servers: Servers) -> None:
    one, two = DayKeys(servers.fleeting), DayKeys(servers.fleeting)
    one.caller("sms\0+1", "e", NOON - DAY)
    before = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON)
    assert one.caller("sms\0+1", "e", NOON) == before
    servers.fleeting.call("FLUSHALL")
    one._looked = -1e9
    assert one.caller("sms\0+1", "e", NOON) == before
    assert two.caller("sms\0+1", "e", NOON) == before  # it began after the old server had gone


def test_a_key_given_back_dies_with_the_day_after_its_own(servers: Servers) -> None:
    keys = DayKeys(servers.fleeting)
    keys.caller("sms\0+1", "e", NOON - DAY)
    keys.caller("sms\0+1", "e", NOON)
    servers.fleeting.call("FLUSHALL")
    keys._looked = -1e9
    keys.caller("sms\0+1", "e", NOON)
    lives = {n: servers.fleeting.call("TTL", n) for n in servers.fleeting.call("KEYS", "*")}
    assert sorted(lives) == [b"hl:day:2026-11-22", b"hl:day:2026-11-23"]
    assert lives[b"hl:day:2026-11-22"] <= 12 * 3600
    assert lives[b"hl:day:2026-11-23"] <= 36 * 3600


def test_whoever_only_gives_back_makes_no_key(servers: Servers) -> None:
    steward = DayKeys(servers.fleeting, makes=False)
    assert not steward.hold(NOON)
    assert servers.fleeting.call("DBSIZE") == 0
    before = DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON)
    assert steward.hold(NOON)
    servers.fleeting.call("FLUSHALL")
    steward._looked = -1e9
    assert steward.hold(NOON)
    assert DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON) == before


def test_yesterdays_key_is_never_invented(servers: Servers) -> None:
    assert DayKeys(servers.fleeting).caller("sms\0+1", "e", NOON).yesterday is None


def test_without_any_key_nobody_is_taken_for_somebody_else() -> None:
    with pytest.raises(Unavailable, match="fleeting"):
        DayKeys(Link("unix:///nowhere.sock", "fleeting")).caller("sms\0+1", "e", NOON)


def test_the_right_pair_of_servers_is_accepted(servers: Servers) -> None:
    refuse_persistence(servers.fleeting, servers.durable)
    refuse_forgetting(servers.durable)


def test_a_fleeting_redis_that_persists_is_refused(servers: Servers) -> None:
    with pytest.raises(Mistaken, match="AOF"):
        refuse_persistence(servers.durable, servers.fleeting)


def test_one_server_for_both_duties_is_refused(servers: Servers) -> None:
    with pytest.raises(Mistaken, match="second one"):
        refuse_persistence(servers.fleeting, servers.fleeting)


def test_a_durable_redis_that_forgets_is_refused(servers: Servers) -> None:
    assert [fault for fault, _ in durable_faults(servers.fleeting)][:2] == [True, True]
    with pytest.raises(Mistaken, match="appendonly"):
        refuse_forgetting(servers.fleeting)


def started(settings: Settings, keys: DayKeys | None = None) -> Thread:
    """A web process that starts and waits for the keys, before it would make others."""
    keys = keys or wiring_stores.day_keys(settings)
    thread = Thread(target=wiring_stores.wait_for_keys, args=(settings, keys))
    thread.start()
    return thread


def test_whoever_starts_waits_for_keys_that_somebody_still_holds(
    settings: Settings, servers: Servers
) -> None:
    now = japan_now()
    steward, line = wiring_stores.hold_keys(settings), DayKeys(servers.fleeting)
    before = line.caller("sms\0+1", "e", now)
    assert steward(int(now.timestamp()))  # and says so
    servers.fleeting.call("FLUSHALL")
    waiting = started(settings)
    waiting.join(0.3)
    assert waiting.is_alive()
    line._looked = -1e9  # a second passes, and another caller comes
    line.caller("sms\0+2", "e", now)
    waiting.join(10)
    assert not waiting.is_alive()
    assert DayKeys(servers.fleeting).caller("sms\0+1", "e", now) == before


def test_whoever_starts_holds_what_it_found_should_the_fleeting_redis_die_while_it_starts(
    settings: Settings, servers: Servers
) -> None:
    now = japan_now()
    before = DayKeys(servers.fleeting).caller("sms\0+1", "e", now)
    keys = wiring_stores.day_keys(settings)
    started(settings, keys).join(10)
    servers.fleeting.call("FLUSHALL")  # and its tables are not read yet
    doors = with_keys(wiring.doors(settings, lambda *_, **__: None, keys=keys))
    assert doors.keys("sms\0+1", "e", now) == before
    keys._looked = -1e9  # a second passes, and somebody calls
    assert doors.keys("sms\0+1", "e", now) == before
    assert DayKeys(servers.fleeting).caller("sms\0+1", "e", now) == before


def test_whoever_starts_waits_no_longer_than_anybody_says_that_keys_are_held(
    settings: Settings, servers: Servers
) -> None:
    waiting = started(settings)  # nobody says so
    waiting.join(5)
    assert not waiting.is_alive()
    tell_held(servers.durable, japan_now() - DAY)  # those of another day
    assert not somebody_holds(servers.durable, japan_now())
    tell_held(servers.durable, japan_now())
    assert somebody_holds(servers.durable, japan_now())
    assert 0 < int(servers.durable.call("TTL", "hl:held")) <= HELD_LIVES
    assert somebody_holds(Link("unix:///nowhere.sock", "durable"), japan_now())  # nobody can know
