"""The steward: rings for what is due, hands over what is idle, safe to do twice."""

from hotline.intake.handover import drain
from hotline.steward import IDLE, look
from hotline.stores.baton import HELD, Baton
from tests.conftest import Servers
from tests.line import TestLine


class Counts:
    """A bell that counts."""

    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


def test_nothing_due_rings_nothing(line: TestLine) -> None:
    bell = Counts()
    assert look(line.desk.outbox, bell, int(line.now.timestamp())) == 0
    assert bell.rung == 0


def test_a_bell_that_was_lost_is_rung_again_until_somebody_comes(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    line.text("XONG")
    bell, now = Counts(), int(line.now.timestamp())
    look(line.desk.outbox, bell, now)
    look(line.desk.outbox, bell, now)
    assert bell.rung == 2
    drain(line.desk, lambda: now)
    look(line.desk.outbox, bell, now)
    assert bell.rung == 2


def test_both_sides_of_idleness(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    minute = int(line.now.timestamp()) // 60 * 60
    assert look(line.desk.outbox, Counts(), minute + IDLE - 1) == 0
    assert look(line.desk.outbox, Counts(), minute + IDLE) == 1
    assert look(line.desk.outbox, Counts(), minute + IDLE) == 0


def test_one_of_several_leads_and_another_follows_when_it_is_gone(servers: Servers) -> None:
    first, second = Baton(servers.durable), Baton(servers.durable)
    assert first.hold()
    assert first.hold()
    assert not second.hold()
    assert 0 < servers.durable.call("PTTL", "hl:baton") <= HELD
    servers.durable.call("DEL", "hl:baton")  # what time does to the baton of one that died
    assert second.hold()
    assert not first.hold()
