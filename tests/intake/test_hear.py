"""Turns that meet: two messages at once, a store that fails in between, a worker that dies."""

import threading
from dataclasses import replace
from functools import partial

import pytest

from hotline import wiring_stores
from hotline.intake import handover
from hotline.intake.errors import Unavailable
from hotline.intake.hear import Ear, hear
from hotline.intake.messages import CallerKey, Due
from hotline.intake.ports import Change, Committed, Held, Outbox, Result, Sessions
from tests.line import TestLine


def ear_of(line: TestLine) -> Ear:
    assert isinstance(line.doors.hear, partial)
    (ear,) = line.doors.hear.args
    assert isinstance(ear, Ear)
    return ear


def listen(line: TestLine, sessions: Sessions) -> None:
    """The same line with another store of sessions."""
    line.serve(replace(line.doors, hear=partial(hear, replace(ear_of(line), sessions=sessions))))


def test_two_messages_of_one_caller_at_once_are_both_kept(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    texts = ["mac ao do", "di xe dap", "deo kinh", "toc dai"]
    threads = [threading.Thread(target=line.text, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.text("XONG")
    told = "\n".join(tip.narrative for tip in line.tips())
    assert all(text in told for text in texts)


class LosesReplies:
    """Commits, and then says that it could not: a reply that was lost on the way."""

    def __init__(self, real: Sessions, losses: int) -> None:
        self.real, self.losses = real, losses

    def open(self, caller: CallerKey) -> Held:
        return self.real.open(caller)

    def commit(self, held: Held, change: Change) -> Result:
        result = self.real.commit(held, change)
        if self.losses and isinstance(result, Committed):
            self.losses -= 1
            raise Unavailable("durable")
        return result


def test_a_lost_reply_is_not_thanked_for_and_the_repeat_files_once(line: TestLine) -> None:
    real = ear_of(line).sessions
    listen(line, LosesReplies(real, 1))
    form = {"MessageSid": line.sid(), "From": "+840000000001", "Body": "bat 3 nguoi o ga ueno"}
    _, first = line.post("/twilio/message", form)
    assert b"110" in first
    _, second = line.post("/twilio/fallback/message", form)
    assert b"Ueno" in second
    line.text("XONG")
    assert [tip.narrative for tip in line.tips()] == ["bat 3 nguoi o ga ueno"]


class Forever:
    """A store in which somebody else is always quicker."""

    def __init__(self, real: Sessions) -> None:
        self.real = real

    def open(self, caller: CallerKey) -> Held:
        return replace(self.real.open(caller), version=99)

    def commit(self, held: Held, change: Change) -> Result:
        return self.real.commit(held, change)


def test_a_turn_that_never_wins_says_so(line: TestLine) -> None:
    listen(line, Forever(ear_of(line).sessions))
    assert "110" in line.text("bat 3 nguoi o ga ueno")
    assert line.logged == [("unavailable", {"code": "busy"})]


class DiesAfterFiling:
    """An outbox whose worker dies before it can say that it is done."""

    def __init__(self, real: Outbox) -> None:
        self.real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def done(self, due: Due, fetch: object = (), traces: object = ()) -> None:
        raise KeyboardInterrupt


def test_a_worker_that_dies_after_filing_files_nothing_twice(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    line.text("XONG")
    dying = replace(line.desk, outbox=DiesAfterFiling(line.desk.outbox))  # type: ignore[arg-type]
    now = int(line.now.timestamp())
    with pytest.raises(KeyboardInterrupt):
        handover.drain(dying, lambda: now)
    assert handover.drain(line.desk, lambda: now) == {}
    assert handover.drain(line.desk, lambda: now + handover.LEASE) == {"filed": 1}
    assert len(line.tips()) == 1


def test_what_cannot_be_opened_is_set_aside_and_kept(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    line.text("XONG")
    link, _ = wiring_stores.links(line.settings)
    (parts,) = line.keys(lambda key: key.startswith(b"hl:p:"))
    link.call("RPUSH", parts, b"not sealed")
    assert line.tips() == []
    assert line.figures().failed == 1
    assert link.call("HVALS", "hl:why") == [b"unreadable"]
    assert link.call("LLEN", parts) == 2


def test_a_part_of_another_report_is_not_mixed_in(line: TestLine) -> None:
    line.text("bat 3 nguoi o ga ueno")
    line.text("mac ao xanh o ga ueno", sender="+840000000002")
    link, _ = wiring_stores.links(line.settings)
    one, two = line.keys(lambda key: key.startswith(b"hl:p:"))
    link.call("RPUSH", one, link.call("LINDEX", two, 0))
    line.idle(60)
    assert len(line.tips()) == 1
    assert line.figures().failed == 1


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (3, 8), (9, 512), (10, 900), (99, 900)])
def test_waits_grow_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert handover.wait(attempts) == seconds
