"""The spool: whole or not at all, once, and nothing on it that tells of anybody."""

import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotline.conversation.flow import Nothing
from hotline.conversation.hearing import Line
from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.messages import Answer, CallerKey, HandedOver, ReportId
from hotline.intake.ports import Change, SealedPart
from hotline.stores.redis_sessions import RedisOutbox, RedisSessions
from hotline.stores.spool import FileSpool, tell_waiting
from tests.conftest import Servers
from tests.stores.test_redis_sessions import MINUTE, caller, change, key

ANSWER = Answer((Line("common.aside", {}),), Nothing())
ONE = SealedPart(ReportId("0" * 31 + "1"), b"sealed one", MINUTE)
TWO = SealedPart(ReportId("0" * 31 + "2"), b"sealed two", MINUTE)


@pytest.fixture
def spool(tmp_path: Path) -> FileSpool:
    return FileSpool(tmp_path / "spool").open()


def test_what_was_kept_comes_in_once_as_an_unfinished_report(
    spool: FileSpool, servers: Servers
) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    assert spool.waiting() == 1
    assert spool.bring_in(servers.durable) == 1
    assert spool.waiting() == 0
    (due,) = RedisOutbox(servers.durable).lease(MINUTE, 10, 5)
    assert (due.report, due.doing, due.parts) == (ONE.report, "unfinished", (b"sealed one",))
    account = RedisOutbox(servers.durable).figures(MINUTE).account
    assert (account.accepted, account.waiting, account.adrift) == (1, 1, 0)


def test_the_same_event_again_is_kept_once_and_answered_alike(
    spool: FileSpool, servers: Servers
) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    spool.keep(caller("1"), ANSWER, TWO)
    assert spool.waiting() == 1
    spool.bring_in(servers.durable)
    assert RedisSessions(servers.durable).open(caller("1")).answered == ANSWER
    spool.keep(caller("1"), ANSWER, TWO)  # Redis was away once more
    assert spool.bring_in(servers.durable) == 0
    assert RedisOutbox(servers.durable).figures(MINUTE).waiting == 1


def test_whoever_takes_everything_back_takes_back_what_waits_in_the_spool(
    spool: FileSpool, servers: Servers
) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    spool.keep(caller("9", "b"), ANSWER, TWO)
    takes_back(servers, "2")
    assert spool.bring_in(servers.durable) == 1  # the other caller's
    assert spool.waiting() == 0
    assert RedisOutbox(servers.durable).figures(MINUTE).account.accepted == 1
    assert RedisSessions(servers.durable).open(caller("1")).answered == ANSWER  # nor when repeated


def test_what_is_said_after_taking_back_comes_in(spool: FileSpool, servers: Servers) -> None:
    takes_back(servers, "2")
    spool.keep(caller("1"), ANSWER, ONE)
    _written(spool, lambda kept: kept | {"at": kept["at"] + 2})  # two seconds later
    assert spool.bring_in(servers.durable) == 1


def test_a_file_of_an_earlier_release_is_taken_back_too(spool: FileSpool, servers: Servers) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    _written(spool, lambda kept: {name: kept[name] for name in kept if name != "at"})
    takes_back(servers, "2")
    assert spool.bring_in(servers.durable) == 0


def takes_back(servers: Servers, event: str) -> None:
    """The caller of `caller(event)` takes everything back, on a host that is not cut off."""
    sessions, xoa = RedisSessions(servers.durable), caller(event)
    sessions.commit(sessions.open(xoa), change(state=None, gone=(xoa.today.session,)))


def _written(spool: FileSpool, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change what the one file says."""
    (path,) = spool._folder.iterdir()
    path.write_text(json.dumps(edit(json.loads(path.read_text()))))


def test_an_event_that_was_committed_after_all_is_not_new(
    spool: FileSpool, servers: Servers
) -> None:
    sessions = RedisSessions(servers.durable)
    sessions.commit(sessions.open(caller("1")), change(report=TWO.report, part=b"2", opens=True))
    spool.keep(caller("1"), ANSWER, ONE)
    assert spool.bring_in(servers.durable) == 0
    assert spool.waiting() == 0


def test_a_repeat_after_midnight_is_the_same_event(spool: FileSpool, servers: Servers) -> None:
    spool.keep(CallerKey(key("1", "a", "y"), None), ANSWER, ONE)
    spool.keep(caller("1"), ANSWER, TWO)
    assert spool.waiting() == 1
    spool.bring_in(servers.durable)
    spool.keep(caller("1"), ANSWER, TWO)
    assert spool.bring_in(servers.durable) == 0


def test_two_stewards_at_once_bring_a_part_in_once(spool: FileSpool, servers: Servers) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    folder = spool._folder
    (path,) = folder.iterdir()
    copy = path.read_bytes()
    assert spool.bring_in(servers.durable) == 1
    path.write_bytes(copy)  # the other steward had read it before
    assert spool.bring_in(servers.durable) == 0


def test_a_part_stays_while_redis_is_away(spool: FileSpool) -> None:
    from hotline.stores.link import Link

    spool.keep(caller("1"), ANSWER, ONE)
    with pytest.raises(Unavailable):
        spool.bring_in(Link("unix:///nowhere.sock", "durable"))
    assert spool.waiting() == 1


def test_a_torn_file_stays_and_does_not_hide_the_next(spool: FileSpool, servers: Servers) -> None:
    spool.keep(caller("1"), ANSWER, ONE)
    (path,) = spool._folder.iterdir()
    (spool._folder / ("0" * 32 + ".part")).write_bytes(path.read_bytes()[:40])
    assert spool.bring_in(servers.durable) == 1
    assert spool.waiting() == 1


def test_a_disk_that_takes_nothing_is_told(spool: FileSpool) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        with pytest.raises(Unavailable, match="spool"):
            spool.keep(caller("1"), ANSWER, ONE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(spool._folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Mistaken, match="HOTLINE_SPOOL_DIR"):
        FileSpool(tmp_path / "file" / "spool").open()


def test_whoever_erases_everything_erases_what_came_in_from_the_spool(
    spool: FileSpool, servers: Servers
) -> None:
    sessions, outbox = RedisSessions(servers.durable), RedisOutbox(servers.durable)
    spool.keep(caller("1"), ANSWER, ONE)
    spool.bring_in(servers.durable)
    sessions.commit(sessions.open(caller("2")), Change(None, ANSWER, minute=MINUTE))
    (due,) = outbox.lease(MINUTE, 10, 5)
    assert (due.doing, due.parts) == ("erase", ())
    outbox.done(HandedOver(due))
    assert outbox.figures(MINUTE).account.erased == 1
    assert outbox.figures(MINUTE).account.adrift == 0


def test_every_host_tells_how_much_waits_there(servers: Servers) -> None:
    tell_waiting(servers.durable, "a", 2)
    tell_waiting(servers.durable, "b", 3)
    tell_waiting(servers.durable, "a", 0)
    assert RedisOutbox(servers.durable).figures(MINUTE).spooled == 3
