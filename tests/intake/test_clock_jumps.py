"""Clocks that jump under everything: nothing is lost and nothing is filed twice."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from hotline import wiring_stores
from hotline.intake.deliver import DAY, LEASE
from hotline.stores.redis_recordings import RedisRecordings
from hotline.stores.traces import RedisLedger
from tests.intake.test_deliver import START, Office, office
from tests.line import NOW, TestLine
from tests.sinks.farend import hangs_up

__all__ = ["office"]  # the fixture

JUMPS = (  # minutes: a second host's clock, a summer time, a battery that died, a wrong year
    -525_600, -4_320, -1_441, -61, -31, -2, 0, 0, 0, 0, 0, 2, 31, 61, 1_441, 4_320, 525_600,
)  # fmt: skip


def marker(number: int) -> str:
    """A word nobody knows, so that it stays in the story as it was said."""
    return "zq" + "".join("bcdfghjklm"[int(digit)] for digit in f"{number:03d}")


def told(line: TestLine) -> Counter[str]:
    """How often each marker stands in all tips."""
    words = " ".join(tip.narrative for tip in line.tips()).lower().split()
    return Counter(word.strip(".,") for word in words if word.startswith("zq"))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_clocks_do_every_saying_is_filed_once(line: TestLine, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - no secret
    said: list[str] = []
    for number in range(30):
        line.now += timedelta(minutes=chance.choice(JUMPS))
        sender = f"+84000000000{chance.randrange(3)}"
        said.append(marker(number))
        form = {"MessageSid": line.sid()}
        body = f"hom qua {marker(number)} bi bat o ga ueno"
        first = line.text(body, sender, **form)
        if chance.random() < 0.4:  # the provider sends it again
            assert line.text(body, sender, **form) == first
        if chance.random() < 0.3:
            line.text("XONG", sender)
        if chance.random() < 0.3:
            line.tips()
        if chance.random() < 0.3:
            line.idle(chance.choice((0, 31)))
    line.now = NOW + timedelta(days=3 * 365)
    for _ in range(3):
        line.idle(60)
        line.tips()
    assert told(line) == Counter(said)
    figures = line.figures()
    assert figures.account.adrift == 0
    assert (figures.waiting, figures.failed) == (0, 0)


def test_what_a_wrong_clock_put_off_does_not_wait_until_it_is_right(line: TestLine) -> None:
    line.now += timedelta(days=365)  # as the clock of a host whose battery died
    line.text(f"hom qua {marker(1)} bi bat o ga ueno")
    outbox, soon = line.desk.outbox, int(line.now.timestamp())
    line.now = NOW
    line.idle(31)  # nobody went on with it
    (leased,) = outbox.lease(soon, 10, 20)  # by a worker there, which did not come back
    assert outbox.lease(soon, 10, 20) == []
    assert told(line) == {marker(1): 1}
    line.text(f"hom qua {marker(2)} bi bat o ga ueno")
    line.text("XONG")
    (leased,) = outbox.lease(soon, 10, 20)
    outbox.later(leased, soon + 900)
    assert outbox.due(int(line.now.timestamp())) == 1
    assert told(line) == {marker(1): 1, marker(2): 1}


def test_a_delivery_that_a_wrong_clock_put_off_goes_on_when_it_is_right(office: Office) -> None:
    tip = office.file()
    office.way.fault = hangs_up
    office.second += 365 * 86_400
    assert office.work() == {"again": 1}
    office.second = START
    office.way.fault = None
    assert office.work() == {"delivered": 1}
    assert list(office.end.held) == [tip.id]


def test_a_lease_that_a_wrong_clock_made_ends(office: Office) -> None:
    tip = office.file()
    assert len(office.rows.lease(START // 60 + 365 * DAY, LEASE, 20)) == 1  # and it died
    assert office.work() == {"delivered": 1}
    assert list(office.end.held) == [tip.id]


def test_recordings_and_debts_that_a_wrong_clock_put_off_are_due(line: TestLine) -> None:
    link, now = wiring_stores.links(line.settings)[0], int(NOW.timestamp())
    ahead = now + 365 * 86_400
    waits, ledger = RedisRecordings(link), RedisLedger(link)
    link.call("SADD", "hl:fetch", b"a sealed note")
    taken = waits.take(ahead, 240)
    assert taken
    ledger.add([b"another"], ahead)
    ledger.later(b"another", ahead + 21_600)
    assert (waits.due(now), line.desk.outbox.to_purge(now)) == (1, 1)
    assert ledger.due(now, 20) == [b"another"]
    again = waits.take(now, 240)
    assert again
    assert again.note == taken.note
    assert waits.take(now, 240) is None  # leased, by a clock that is right
