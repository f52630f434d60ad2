"""Delivering: real rows, a real signed webhook, every way it may go wrong."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hotline import wiring_book
from hotline.intake.deliver import DAY, LEASE, LONGEST, WAITS, Hands, Post, deliver_due, due_after
from hotline.intake.routing import may_avoid_authorities
from hotline.intake.sinks import Done, Order
from hotline.records.delivery import Delivery, Route, Status, together
from hotline.records.listing import KINDS
from hotline.records.tip import Attachment, Tip
from hotline.settings import Settings
from hotline.sinks import signing
from hotline.sinks.http import Client
from hotline.sinks.webhook import Webhook
from hotline.stores.attachments import SqlAttachments
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.database import migrate, open_engine
from hotline.stores.deliveries import SqlDeliveries
from hotline.wiring_book import HANDS
from tests.sinks import fakes, farend
from tests.sinks.farend import Asked, FarEnd, Reply, listening
from tests.tips import a_tip

START = 1_795_000_000


@dataclass
class Seen:
    """A mirror that remembers."""

    became_: list[tuple[str, Status]] = field(default_factory=list)

    def became(self, tip_id: str, status: Status) -> None:
        self.became_.append((tip_id, status))


@dataclass(frozen=True)
class Asking(Webhook):
    """The webhook, but somebody can be asked what became of a tip."""

    news: Mapping[str, Status] = field(default_factory=dict)
    polls: bool = True

    def poll(self, references: Mapping[str, str]) -> Mapping[str, Status]:
        return {key: self.news[key] for key in references if key in self.news}


@dataclass
class Office:
    """Everything around deliveries, and a clock that the test turns."""

    book: SqlCaseBook
    rows: SqlDeliveries
    shelf: SqlAttachments
    post: Post
    end: fakes.WebhookEnd
    way: FarEnd
    mirror: Seen
    second: int = START

    def work(self, minutes: int = 0) -> dict[str, int]:
        self.second += minutes * 60
        return deliver_due(self.post, lambda: self.second)

    def file(self, **changes: object) -> Tip:
        tip = a_tip(**changes)
        self.book.file(tip)
        return tip

    def row(self, tip: Tip) -> Delivery:
        (found,) = self.rows.of(tip.id)
        return found


NGO, CONSULATE = Route("ngo", "helpers", "auto"), Route("ngo", "consulate", "auto")


@contextmanager
def office_in(folder: Path, route: Route = NGO) -> Iterator[Office]:
    engine, ring = open_engine(f"sqlite:///{folder}/book.db"), key_ring(new_key())
    migrate(engine)
    rows = SqlDeliveries(engine, ring, (route,))
    book, shelf = SqlCaseBook(engine, ring, [rows]), SqlAttachments(engine, ring, [rows])
    end, mirror = fakes.WebhookEnd(), Seen()
    with listening(end) as way:
        sink = Webhook(Client(way.url, {}, True), signing.keys(fakes.KEY), False, True)
        post = Post(rows, book.read, shelf, {"ngo": sink}, mirror, lambda: 0.5)
        yield Office(book, rows, shelf, post, end, way, mirror)
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path) as office:
        yield office


def test_a_tip_is_delivered_once(office: Office) -> None:
    tip = office.file()
    assert office.work() == {"delivered": 1}
    assert office.work(10 * DAY) == {}
    assert list(office.end.held) == [tip.id]
    assert (office.row(tip).state, office.row(tip).status) == ("delivered", "received")


def test_the_very_bytes_of_the_first_try_are_sent_again(office: Office) -> None:
    office.file()
    office.way.fault = farend.does_it_and_hangs_up
    assert office.work() == {"again": 1}
    office.way.fault = None
    assert office.work(1) == {"delivered": 1}
    first, second = office.way.asked
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


def test_retries_go_on_for_days_and_never_give_up(office: Office) -> None:
    tip = office.file()
    office.way.fault = farend.hangs_up
    for wait in (0, *WAITS, DAY, DAY, DAY):
        assert office.work(wait) == {"again": 1}
        assert office.work() == {}
    assert office.row(tip).attempts == len(WAITS) + 4
    office.way.fault = None
    assert office.work(DAY) == {"delivered": 1}


@pytest.mark.parametrize("attempts", [0, 1, 8, 100])
@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_waits_are_the_tables_a_quarter_more_or_less(attempts: int, jitter: float) -> None:
    wait = WAITS[min(attempts, len(WAITS) - 1)]
    assert 0.75 * wait - 1 <= due_after(attempts, 0, jitter) <= 1.25 * wait + 1
    assert due_after(attempts, 0, jitter) >= 1
    assert due_after(attempts, 7200, jitter) >= 120
    assert due_after(attempts, 10**9, jitter) <= max(DAY, 1.25 * wait + 1)


def test_bad_settings_over_there_park_it_and_a_day_later_it_is_tried(office: Office) -> None:
    tip = office.file()
    office.way.fault = farend.echoes
    assert office.work() == {"parked": 1}
    assert (office.row(tip).state, office.row(tip).code) == ("parked", "http_422")
    assert office.work(DAY - 1) == {}
    office.way.fault = None
    assert office.work(40) == {"delivered": 1}


def test_a_sink_that_is_no_longer_configured_parks_its_tips(office: Office) -> None:
    tip = office.file()
    office.post = replace(office.post, sinks={})
    assert office.work() == {"parked": 1}
    assert office.row(tip).code == "no_such_sink"


def test_a_conflict_is_set_aside_until_a_person_decides(office: Office) -> None:
    tip = office.file()
    office.way.fault = lambda asked, answers: Reply(409)
    assert office.work() == {"dead": 1}
    assert office.work(100 * DAY) == {}
    office.way.fault = None
    assert office.rows.replay(office.row(tip).id)
    assert office.work() == {"delivered": 1}


def test_a_worker_that_dies_after_sending_makes_no_second_one(office: Office) -> None:
    office.file()

    (leased,) = office.rows.lease(START // 60, LEASE, 20)
    tip = office.book.read(leased.tip_id)
    assert tip is not None
    sink = office.post.sinks["ngo"]
    body = sink.compose(tip)
    office.rows.keep_body(leased, body)
    office.way.asked.clear()
    assert office.work(2) == {}  # its lease still runs
    assert office.work(1) == {"delivered": 1}
    (asked,) = office.way.asked
    assert asked.body == body


def test_an_erased_tip_is_withdrawn_over_there(office: Office) -> None:
    tip = office.file()
    office.work()
    office.book.erase(tip.id)
    office.way.fault = farend.broken
    assert office.work() == {"again": 1}
    office.way.fault = None
    assert office.work(1) == {"withdrawn": 1}
    assert office.end.gone == {tip.id}
    assert office.rows.of(tip.id) == ()


def test_an_erased_tip_that_was_never_sent_says_nothing_to_anybody(office: Office) -> None:
    office.book.erase(office.file().id)
    assert office.work() == {}
    assert office.way.asked == []


def test_an_erasure_while_it_is_sent_ends_in_a_withdrawal(office: Office) -> None:
    tip = office.file()

    def erased_meanwhile(asked: Asked, answers: farend.Answers) -> Reply:
        office.way.fault = None
        office.book.erase(tip.id)
        return answers(asked)

    office.way.fault = erased_meanwhile
    assert office.work() == {"overtaken": 1}
    assert office.work(LEASE) == {"withdrawn": 1}
    assert office.end.held == {}
    assert office.end.gone == {tip.id}


def test_recordings_follow_and_each_is_settled_by_itself(office: Office) -> None:
    tip = office.file()
    office.work()
    assert office.shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3voice")
    office.way.fault = farend.hangs_up
    assert office.work() == {"again": 1}
    assert office.row(tip).state == "delivered"
    office.way.fault = None
    assert office.work(1) == {"delivered": 1}
    assert list(office.end.files) == ["recording-1.mp3"]
    assert [p.state for p in office.row(tip).parts] == ["delivered"]
    assert office.work(10 * DAY) == {}
    assert len(office.end.held) == 1


def test_a_recording_that_comes_while_its_tip_is_sent_follows(office: Office) -> None:
    tip = office.file()

    def recorded_meanwhile(asked: Asked, answers: farend.Answers) -> Reply:
        office.way.fault = None
        office.shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3voice")
        return answers(asked)

    office.way.fault = recorded_meanwhile
    assert office.work() == {"delivered": 2}
    assert list(office.end.files) == ["recording-1.mp3"]
    assert office.work(10 * DAY) == {}


def test_a_recording_that_is_refused_for_good_keeps_the_tip_delivered(office: Office) -> None:
    tip = office.file()
    office.work()
    office.shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3voice")
    office.way.fault = lambda asked, answers: Reply(413)
    assert office.work() == {"delivered": 1}
    (part,) = office.row(tip).parts
    assert (part.state, part.code) == ("dead", "too_large")


def test_after_a_fault_only_what_is_missing_is_sent_again(office: Office) -> None:
    named = [Attachment(name, "audio/mpeg", 3) for name in ("a1", "a2", "a3")]
    tip = office.file(attachments=tuple(named))
    for each in named:
        office.shelf.put(tip.id, each.id, "audio/mpeg", b"ID3" + each.id.encode())

    def fails_at_the_second(asked: Asked, answers: farend.Answers) -> Reply | None:
        return None if b"recording-2" in asked.body else answers(asked)

    office.way.fault = fails_at_the_second
    assert office.work() == {"again": 1}
    assert set(office.end.files) == {"recording-1.mp3"}
    office.way.fault = None
    office.way.asked.clear()
    assert office.work(1) == {"delivered": 1}
    assert set(office.end.files) == {"recording-1.mp3", "recording-2.mp3", "recording-3.mp3"}
    assert [asked.json["data"]["name"] for asked in office.way.asked] == [
        "recording-2.mp3",
        "recording-3.mp3",
    ]


def test_news_that_were_asked_for_reach_the_mirror(office: Office) -> None:
    tip = office.file()
    known = office.post.sinks["ngo"]
    assert isinstance(known, Webhook)
    asking = Asking(known.client, known.keys, False, True, news={tip.id: "in_progress"})
    office.post = replace(office.post, sinks={"ngo": asking})
    office.work()
    assert office.work(15) == {"polled": 1}
    assert office.work(20) == {"polled": 1}
    assert set(office.mirror.became_) == {(tip.id, "in_progress")}
    assert office.row(tip).status == "in_progress"


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ([], None),
        (["nonsense", ""], None),
        (["received", "in_progress"], "in_progress"),
        (["closed", "triaged"], "triaged"),
        (["closed", "rejected"], "closed"),
        (["rejected"], "rejected"),
    ],
)
def test_it_is_over_only_when_it_is_over_everywhere(said: list[str], now: str | None) -> None:
    assert together(said) == now


class Killed(BaseException):
    """The process ends here: nothing may catch this."""


@dataclass
class Watched:
    """A thing, some of whose methods are watched."""

    thing: Any
    methods: Mapping[str, Callable[..., Any]]

    def __getattr__(self, name: str) -> Any:
        return self.methods.get(name) or getattr(self.thing, name)


class Dying:
    """A worker that is killed before or after one of the things it does."""

    def __init__(self, dies_at: int, after: bool) -> None:
        self.left, self.after = dies_at, after

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*words: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Killed
            done = act(*words, **named)
            if self.left == 0:
                raise Killed
            return done

        return acted

    def one(self, thing: Any, *names: str) -> Any:
        """`thing` with some of its methods watched."""
        watched = {name: self.around(getattr(thing, name)) for name in names}
        return Watched(thing, watched)


@pytest.mark.parametrize("after", [False, True])
def test_wherever_a_worker_is_killed_everything_arrives_once(tmp_path: Path, after: bool) -> None:
    died = 0
    for step in range(1, 40):
        folder = tmp_path / str(step)
        folder.mkdir()
        with office_in(folder) as office:
            tip = office.file()
            office.shelf.put(tip.id, tip.attachments[0].id, "audio/mpeg", b"ID3voice")
            dying, post = Dying(step, after), office.post
            rows = dying.one(
                office.rows, "lease", "renew", "keep_body", "settle", "arrived", "part"
            )
            sink = dying.one(post.sinks["ngo"], "compose", "deliver", "attach")
            office.post = replace(post, deliveries=rows, sinks={"ngo": sink})
            try:
                office.work()
            except Killed:
                died += 1
            office.post = post
            office.work(LEASE)
            assert (office.row(tip).state, office.row(tip).parts[0].state) == ("delivered",) * 2
            assert (list(office.end.held), list(office.end.files)) == (
                [tip.id],
                ["recording-1.mp3"],
            )
            assert len(office.end.seen) == 2  # one message of the tip, one of its recording
        if dying.left > 0:
            break
    assert died == step - 1
    assert died >= 9


@given(
    st.sampled_from(KINDS),
    st.sampled_from(("witness", "relative", "self", "unknown")),
    st.sampled_from(("", "nó bỏ trốn", "het han visa", "ba người bị bắt", "オーバーステイ")),
)
@hypothesis_settings(max_examples=25, deadline=None)
def test_no_consulate_is_told_of_those_who_avoid_it_until_a_person_lets_it(
    kind: str, role: str, words: str
) -> None:
    with TemporaryDirectory() as folder, office_in(Path(folder), CONSULATE) as office:
        tip = office.file(kind=kind, role=role, narrative=words)
        office.work()
        if may_avoid_authorities(tip):
            assert office.way.asked == []
            assert office.rows.release(office.row(tip).id)
            office.work()
        assert list(office.end.held) == [tip.id]


def test_an_answer_nobody_documented_keeps_no_other_tip_waiting(office: Office) -> None:
    known = office.post.sinks["ngo"]
    assert isinstance(known, Webhook)
    strange, good = office.file(), office.file()

    @dataclass(frozen=True)
    class Strange(Webhook):
        def deliver(self, order: Order) -> Done:
            if order.key == strange.id:
                raise KeyError("items")
            return Webhook.deliver(self, order)

    sink = Strange(known.client, known.keys, False, True)
    office.post = replace(office.post, sinks={"ngo": sink})
    assert office.work() == {"delivered": 1, "again": 1}
    assert office.row(strange).code == "not_understood"
    assert set(office.end.held) == {good.id}


def test_a_far_end_that_is_away_is_asked_once_for_all_its_tips(office: Office) -> None:
    for _ in range(30):
        office.file()
    office.way.fault = farend.hangs_up
    assert office.work() == {"again": 30}
    assert len(office.way.asked) == 1
    office.way.fault = None
    assert office.work(2) == {"delivered": 30}


@pytest.fixture
def hands() -> Iterator[Hands]:
    """As many as the worker has."""
    with ThreadPoolExecutor(HANDS) as pool:
        yield pool.map


def test_while_a_far_end_takes_its_time_others_are_told(office: Office, hands: Hands) -> None:
    tips = {office.file().id for _ in range(1 + 2 * HANDS)}
    met = Barrier(HANDS)

    def waits_for_the_others(asked: Asked, answers: farend.Answers) -> Reply:
        if len(office.way.asked) > 1:  # the first one goes ahead
            met.wait(10)
        return answers(asked)

    office.way.fault = waits_for_the_others
    office.post = replace(office.post, hands=hands)
    assert office.work() == {"delivered": len(tips)}
    assert set(office.end.held) == tips


def test_with_all_hands_a_far_end_that_is_away_is_asked_once(office: Office, hands: Hands) -> None:
    for _ in range(30):
        office.file()
    office.way.fault = farend.hangs_up
    office.post = replace(office.post, hands=hands)
    assert office.work() == {"again": 30}
    assert len(office.way.asked) == 1


def test_a_worker_has_several_hands(tmp_path: Path) -> None:
    key = new_key()
    env = {"HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/book.db", "HOTLINE_CASEBOOK_KEY": key}
    post = wiring_book.post(Settings.from_env(env, "worker"))
    met, some = Barrier(HANDS), [Delivery("", "", "", "due")] * HANDS
    assert len(list(post.hands(lambda _: str(met.wait(10)), some))) == HANDS


def test_a_slow_far_end_keeps_new_reports_waiting_no_longer_than_a_while(office: Office) -> None:
    tips = {office.file().id for _ in range(30)}

    def slow(asked: Asked, answers: farend.Answers) -> Reply:
        office.second += 5
        return answers(asked)

    office.way.fault = slow
    rounds = [office.work() for _ in range(8)]
    assert rounds == [{"delivered": LONGEST // 5}] * 7 + [{"delivered": 2}]
    assert set(office.end.held) == tips


def test_four_workers_at_once_deliver_each_tip_once(office: Office) -> None:
    tips = {office.file().id for _ in range(40)}
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: office.work(), range(4)))
    assert sum(c.get("delivered", 0) for c in counts) == 40
    assert set(office.end.held) == tips
    assert len(office.way.asked) == 40
