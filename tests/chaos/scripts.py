"""What happens in a rehearsal, before everything that is due is done."""

import threading

from hotline import wiring_stores
from hotline.bench.chaos.account import Saying
from tests.chaos.rehearsal import Rehearsal

STORY = "thay 3 nguoi bi bat o ga ueno, ao"


def tells(run: Rehearsal) -> None:
    """A report, and one more message."""
    run.tell(STORY, "bcdghk")
    run.tell("nguoi ta goi anh ay la", "klmnpr")
    run.text("XONG")


def the_repeat_comes_late(run: Rehearsal) -> None:
    """The provider sends a message again when the report was sent off already."""
    text, sid = f"{STORY} bcdghk", run.sid()
    run.text_once(text, sid)
    run.text("XONG")
    run.sayings.append(Saying("bcdghk", text, 1, run.text(text, sid)))
    run.text("XONG")


def leaves(run: Rehearsal) -> None:
    """A report that nobody finishes."""
    run.tell(STORY, "bcdghk")


def comes_back_too_late(run: Rehearsal) -> None:
    """The report was handed over meanwhile, and filed."""
    run.tell(STORY, "bcdghk")
    run.hour()
    run.work()
    run.tell("nguoi ta goi anh ay la", "klmnpr")


def takes_back(run: Rehearsal) -> None:
    """A report that was filed, and is erased."""
    run.tell(STORY, "bcdghk")
    run.text("XONG")
    run.work()
    if run.text("XOA"):
        run.erased()


def two_at_once_and_takes_back(run: Rehearsal) -> None:
    """Two first messages at the same moment; then everything is taken back."""
    run.meeting = threading.Barrier(2)
    words = ("bcdghk", "klmnpr")
    sids = [run.sid() for _ in words]

    def act(word: str, sid: str) -> None:
        text = f"{STORY} {word}"
        run.sayings.append(Saying(word, text, 1, run.text(text, sid)))

    threads = [threading.Thread(target=act, args=each) for each in zip(words, sids, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.meeting = None
    if run.text("XOA"):
        run.erased()


def during_an_outage(run: Rehearsal) -> None:
    """What is said while the durable Redis is away."""
    run.outage()
    run.tell(STORY, "bcdghk")
    run.tell("va mot nguoi nua, ao", "klmnpr")


def takes_back_after_an_outage(run: Rehearsal) -> None:
    """The durable Redis is back, the spool not yet empty."""
    run.outage()
    run.tell(STORY, "bcdghk")
    run.mended()
    if run.text("XOA"):
        run.erased()


def the_fleeting_redis_dies(run: Rehearsal) -> None:
    """Between a message and its repeat."""
    run.tell(STORY, "bcdghk")
    wiring_stores.links(run.settings)[1].call("FLUSHALL")
    run.keys._looked = -1e9  # a second passes
    run.text(run.sayings[0].text, f"SM{1:032x}")
    run.text("XONG")


def the_case_system_fails_after_it_kept(run: Rehearsal) -> None:
    """It answers 503 to what it has."""
    run.way.fails_after = 1
    run.tell(STORY, "bcdghk")
    run.text("XONG")


def half_of_it_arrives(run: Rehearsal) -> None:
    """The case system got other bytes, and says so."""
    run.way.cuts = True
    run.tell(STORY, "bcdghk")
    run.text("XONG")
