"""Sessions and outbox against a real server: repeats, conflicts, handing over, erasing."""

import pytest

from hotline.conversation.flow import Nothing
from hotline.conversation.hearing import Line
from hotline.intake.errors import Unavailable
from hotline.intake.messages import Answer, CallerKey, DayKey, HandedOver, ReportId, Secret, Tag
from hotline.intake.ports import Change, Committed, Conflict, Repeated
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox, RedisSessions
from tests.conftest import Servers

REPORT = ReportId("0" * 31 + "1")
OTHER = ReportId("0" * 31 + "2")
MINUTE = 1_795_000_020
ANSWER = Answer((Line("report.where", {}),), Nothing(), step=1)


def key(event: str, who: str = "a", day: str = "t") -> DayKey:
    tag = f"{day}{who}".encode().ljust(16, b".")
    return DayKey(Tag(tag), Tag(f"{day}{event}".encode().ljust(16, b".")), Secret(tag * 2))


def caller(event: str, who: str = "a") -> CallerKey:
    return CallerKey(key(event, who), key(event, who, "y"))


def change(**more: object) -> Change:
    return Change(**{"state": "s", "answer": ANSWER, "minute": MINUTE, **more})  # type: ignore[arg-type]


@pytest.fixture
def sessions(servers: Servers) -> RedisSessions:
    return RedisSessions(servers.durable)


@pytest.fixture
def outbox(servers: Servers) -> RedisOutbox:
    return RedisOutbox(servers.durable)


def test_nothing_is_known_of_a_new_caller(sessions: RedisSessions) -> None:
    held = sessions.open(caller("1"))
    assert (held.version, held.state, held.answered) == (0, None, None)


def test_a_committed_state_is_found_again_and_counted(sessions: RedisSessions) -> None:
    assert sessions.commit(sessions.open(caller("1")), change(state="one")) == Committed(False)
    held = sessions.open(caller("2"))
    assert (held.version, held.state) == (1, "one")


def test_the_same_event_gets_the_same_answer_and_changes_nothing(sessions: RedisSessions) -> None:
    first = sessions.open(caller("1"))
    sessions.commit(first, change(state="one"))
    assert sessions.commit(first, change(state="other")) == Repeated(ANSWER)
    assert sessions.open(caller("1")).answered == ANSWER
    assert sessions.open(caller("2")).state == "one"


def test_the_second_of_two_turns_at_once_is_a_conflict(sessions: RedisSessions) -> None:
    one, two = sessions.open(caller("1")), sessions.open(caller("2"))
    assert isinstance(sessions.commit(one, change()), Committed)
    assert sessions.commit(two, change()) == Conflict(handed=False)


def test_a_conversation_of_yesterday_goes_on_under_its_key(sessions: RedisSessions) -> None:
    yesterday = CallerKey(key("1", "a", "y"), None)
    sessions.commit(sessions.open(yesterday), change(state="late"))
    held = sessions.open(caller("2"))
    assert (held.state, held.version) == ("late", 1)
    assert isinstance(sessions.commit(held, change(state="later")), Committed)
    assert sessions.open(caller("3")).state == "later"


def test_what_lies_in_redis_is_not_the_state(sessions: RedisSessions, servers: Servers) -> None:
    sessions.commit(sessions.open(caller("1")), change(state="bi bat o ga"))
    raw = servers.durable.call("HGET", b"hl:s:" + key("1").session, "s")
    assert b"bi bat" not in raw
    assert len(raw) == 24 + 256 + 16  # nonce, padded text, tag: the length says little


def test_another_secret_does_not_open_a_session(sessions: RedisSessions) -> None:
    sessions.commit(sessions.open(caller("1")), change())
    thief = DayKey(key("2").session, key("2").event, Secret(bytes(32)))
    with pytest.raises(Unavailable):
        sessions.open(CallerKey(thief, None))


def test_a_submitted_report_is_leased_with_its_parts_in_order(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    sessions.commit(sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True))
    assert outbox.lease(MINUTE, 10, 5) == []
    last = change(report=REPORT, part=b"2", doing="submit")
    assert sessions.commit(sessions.open(caller("2")), last) == Committed(rings=True)
    (due,) = outbox.lease(MINUTE, 10, 5)
    assert (due.report, due.doing, due.parts) == (REPORT, "submit", (b"1", b"2"))
    assert outbox.lease(MINUTE + 9, 10, 5) == []
    assert outbox.lease(MINUTE + 10, 10, 5)[0].attempts == 1


def test_done_drops_the_parts_and_is_safe_twice(
    sessions: RedisSessions, outbox: RedisOutbox, servers: Servers
) -> None:
    sessions.commit(
        sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True, doing="submit")
    )
    (due,) = outbox.lease(MINUTE, 10, 5)
    outbox.done(HandedOver(due, (b"sealed",)))
    outbox.done(HandedOver(due, (b"sealed",)))
    assert servers.durable.call("EXISTS", f"hl:p:{REPORT}", f"hl:job:{REPORT}") == 0
    assert outbox.figures(MINUTE).account.filed == 1
    assert servers.durable.call("SCARD", "hl:fetch") == 1


def test_an_erasure_that_comes_in_while_filing_stays_due(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    sessions.commit(
        sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True, doing="submit")
    )
    (filing,) = outbox.lease(MINUTE, 10, 5)
    sessions.commit(sessions.open(caller("2")), change(state=None, erases=(REPORT,)))
    outbox.done(HandedOver(filing))
    (erasing,) = outbox.lease(MINUTE, 10, 5)
    assert (erasing.doing, erasing.parts) == ("erase", ())
    outbox.done(HandedOver(erasing))
    assert outbox.due(MINUTE + 100) == 0


def test_idle_reports_are_handed_over_once(sessions: RedisSessions, outbox: RedisOutbox) -> None:
    sessions.commit(sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True))
    assert outbox.idle(MINUTE - 60) == 0
    assert outbox.idle(MINUTE) == 1
    assert outbox.idle(MINUTE) == 0
    assert outbox.lease(MINUTE, 10, 5)[0].doing == "unfinished"


def test_a_report_that_was_handed_over_takes_no_more_parts(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    sessions.commit(sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True))
    outbox.idle(MINUTE)
    late = change(report=REPORT, part=b"2")
    assert sessions.commit(sessions.open(caller("2")), late) == Conflict(handed=True)
    assert outbox.lease(MINUTE, 10, 5)[0].parts == (b"1",)


def test_an_outdated_report_is_handed_over_with_the_new_turn(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    sessions.commit(sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True))
    anew = change(report=OTHER, part=b"2", opens=True, hands=(REPORT,))
    sessions.commit(sessions.open(caller("2")), anew)
    assert [d.report for d in outbox.lease(MINUTE, 10, 5)] == [REPORT]


def test_dead_letters_keep_their_sealed_parts(
    sessions: RedisSessions, outbox: RedisOutbox, servers: Servers
) -> None:
    sessions.commit(
        sessions.open(caller("1")), change(report=REPORT, part=b"1", opens=True, doing="submit")
    )
    outbox.dead(outbox.lease(MINUTE, 10, 5)[0], "unreadable")
    figures = outbox.figures(MINUTE)
    assert (figures.waiting, figures.failed) == (0, 1)
    assert servers.durable.call("LLEN", f"hl:p:{REPORT}") == 1


def test_figures_count_without_saying_whose(sessions: RedisSessions, outbox: RedisOutbox) -> None:
    sessions.commit(sessions.open(caller("1")), change(report=OTHER, part=b"1", opens=True))
    sessions.commit(
        sessions.open(caller("2", "b")),
        change(report=REPORT, part=b"1", opens=True, doing="submit"),
    )
    outbox.lease(MINUTE + 90, 10, 5)
    figures = outbox.figures(MINUTE + 91)
    assert (figures.open, figures.waiting, figures.running) == (1, 1, 1)
    assert figures.oldest_seconds == 91


def test_one_bell_is_enough_for_many_submissions(sessions: RedisSessions) -> None:
    rung = []
    for number in range(3):
        who = f"w{number}"
        submitted = change(report=ReportId(f"{number:032d}"), part=b"1", opens=True, doing="submit")
        result = sessions.commit(sessions.open(caller(f"e{number}", who)), submitted)
        assert isinstance(result, Committed)
        rung.append(result.rings)
    assert rung == [True, False, False]


def test_a_server_that_is_away_is_unavailable_within_two_seconds() -> None:
    with pytest.raises(Unavailable, match="durable"):
        RedisSessions(Link("unix:///nowhere/at/all.sock", "durable")).open(caller("1"))


def told(sessions: RedisSessions, event: str, report: ReportId, **more: object) -> None:
    held = sessions.open(caller(event, report[-4:]))
    sessions.commit(held, change(report=report, part=b"1", **more))


def test_every_accepted_report_is_somewhere_at_every_moment(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    def places() -> tuple[int, ...]:
        account = outbox.figures(MINUTE).account
        assert account.adrift == 0
        return (account.telling, account.waiting, account.dead, account.filed, account.erased)

    ids = [ReportId(f"{n:032x}") for n in range(1, 5)]
    told(sessions, "1", ids[0], opens=True)
    assert places() == (1, 0, 0, 0, 0)
    for event, report in zip("234", ids[1:], strict=True):
        told(sessions, event, report, opens=True, doing="submit")
    assert places() == (1, 3, 0, 0, 0)
    filing, dying, erased = outbox.lease(MINUTE, 10, 3)
    outbox.done(HandedOver(filing))
    outbox.dead(dying, "unreadable")
    assert places() == (1, 1, 1, 1, 0)
    sessions.commit(sessions.open(caller("5")), change(state=None, erases=(erased.report,)))
    outbox.done(HandedOver(erased))  # it was being filed when its caller erased it
    assert places() == (1, 1, 1, 1, 0)
    gone = (filing.report, dying.report, ids[0])  # filed, set aside, still being told
    sessions.commit(sessions.open(caller("6")), change(state=None, erases=gone))
    assert places() == (0, 4, 0, 0, 0)
    for due in outbox.lease(MINUTE, 10, 9):
        outbox.done(HandedOver(due))
    assert places() == (0, 0, 0, 0, 4)


def test_a_dead_letter_comes_back_once_and_is_filed(
    sessions: RedisSessions, outbox: RedisOutbox
) -> None:
    told(sessions, "1", REPORT, opens=True, doing="submit")
    (due,) = outbox.lease(MINUTE, 10, 5)
    outbox.dead(due, "unreadable")
    assert outbox.set_aside() == {REPORT: "unreadable"}
    assert outbox.replay(REPORT)
    assert not outbox.replay(REPORT)
    (again,) = outbox.lease(MINUTE, 10, 5)
    assert (again.doing, again.parts, again.attempts) == ("submit", (b"1",), 0)
    outbox.done(HandedOver(again))
    assert outbox.set_aside() == {}
    assert outbox.figures(MINUTE).account.filed == 1
    assert outbox.figures(MINUTE).account.adrift == 0
