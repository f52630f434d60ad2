"""What opening a conversation on the page costs: nothing, a little work, or a wait. Never a no."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from werkzeug.test import TestResponse

from hotline import wiring_stores
from hotline.channels.site.toll import HOLDS, is_work
from hotline.intake.openings import APART, FARTHEST, SOONEST
from hotline.stores.link import Link
from hotline.stores.page_gate import PageGate
from tests.line import TestLine
from tests.visitor import Page, Visitor, page_of

WORDS = "bạn em bị bắt"
WHERE = "Chuyện đó xảy ra ở ga nào"
BUSY = "nhiều người cùng viết"


@pytest.fixture
def fleeting(line: TestLine) -> Link:
    return wiring_stores.links(line.settings)[1]


@pytest.fixture
def crowded(line: TestLine, fleeting: Link) -> TestLine:
    """A page on which one conversation may open at no cost, and one that worked."""
    line.serve(replace(line.doors, gate=PageGate(fleeting, most_free=1, most_worked=1)))
    assert WHERE in Visitor(line.client).write(WORDS).said
    return line


def work(page: Page) -> dict[str, str]:
    """The form of a page with its work done."""
    note = page.form["note"]
    return {**page.form, "proof": next(n for n in map(str, count()) if is_work(note, n))}


def seconds(page: Page) -> int:
    return int(page.headers["Retry-After"])


def test_within_the_normal_rate_nobody_notices(line: TestLine) -> None:
    visitor = Visitor(line.client)
    page = visitor.write(WORDS)
    assert (page.status, "note" in page.form, len(page.form["pass"])) == (200, False, 32)


def test_above_it_the_words_wait_in_the_form_and_then_go_on(crowded: TestLine) -> None:
    visitor = Visitor(crowded.client)
    before, opening = crowded.keys(), visitor.page.form
    page = visitor.write(WORDS)
    assert (page.status, page.draft, seconds(page)) == (503, WORDS, SOONEST)
    assert BUSY in page.said
    assert page.said.startswith("Đang nguy hiểm thì gọi 110")
    assert {name: page.form[name] for name in opening} == opening
    assert crowded.keys() == before
    crowded.now += timedelta(seconds=SOONEST - 1)
    again = visitor.write(WORDS)
    assert (again.status, seconds(again), again.form["note"]) == (503, 1, page.form["note"])
    crowded.now += timedelta(seconds=1)
    assert WHERE in visitor.write(WORDS).said
    assert "ga Ueno" in visitor.write("ga Ueno").said


def test_two_tabs_and_a_form_sent_twice_pay_and_count_once(crowded: TestLine) -> None:
    visitor = Visitor(crowded.client)
    opening = visitor.page
    first, second = visitor.write(WORDS, opening), visitor.write("ga Ueno", opening)
    crowded.now += timedelta(seconds=seconds(second))
    form = {**first.form, "words": WORDS}
    assert visitor.send(form).said == visitor.send(form).said
    assert "ga Ueno" in visitor.send({**second.form, "words": "ga Ueno"}).said
    assert crowded.figures().open == 2  # with the one that opened at no cost


def test_a_button_waits_as_words_do_in_its_own_language(crowded: TestLine) -> None:
    visitor = Visitor(crowded.client)
    page = visitor.press("English", words="half a word")
    assert '<html lang="en">' in page.raw
    assert "Many people are writing" in page.said
    assert (page.draft, page.buttons["Try again"]) == ("half a word", "english")
    crowded.now += timedelta(seconds=SOONEST)
    assert "Hello" in visitor.press("Try again").said


def test_work_opens_at_once_until_its_share_is_used_up(crowded: TestLine) -> None:
    visitor, other = Visitor(crowded.client), Visitor(crowded.client)
    assert WHERE in visitor.send({**work(visitor.write(WORDS)), "words": WORDS}).said
    page = other.write(WORDS)
    late = other.send({**work(page), "words": WORDS})
    assert (late.status, late.form["note"]) == (503, page.form["note"])


def test_work_is_for_one_conversation_and_for_a_while(crowded: TestLine) -> None:
    visitor, other = Visitor(crowded.client), Visitor(crowded.client)
    done = {**work(visitor.write(WORDS)), "words": WORDS}
    assert other.send({**done, "chat": other.page.form["chat"]}).status == 503
    crowded.serve(replace(crowded.doors, gate=PageGate(NoPlace(), 0, 9)))
    visitor.client = crowded.client
    crowded.now += timedelta(seconds=SOONEST + HOLDS + 1)
    assert visitor.send(done).status == 503


class NoPlace(Link):
    """Counts that say no to whatever is asked."""

    def __init__(self) -> None:
        pass

    def run(self, *asked: object) -> int:
        return 0


def test_a_conversation_that_is_open_is_never_asked_again(
    crowded: TestLine, fleeting: Link
) -> None:
    crowded.serve(replace(crowded.doors, gate=PageGate(fleeting, most_free=2)))
    visitor = Visitor(crowded.client)
    visitor.write(WORDS)
    assert Visitor(crowded.client).write(WORDS).status == 503
    assert "ga Ueno" in visitor.write("ga Ueno").said
    crowded.now += timedelta(hours=6)  # past midnight
    crowded.serve(replace(crowded.doors, gate=PageGate(NoPlace())))
    visitor.client = crowded.client
    assert visitor.write("hôm qua").status == 200


def test_where_no_place_is_left_the_words_stay_and_work_still_opens(
    crowded: TestLine, fleeting: Link
) -> None:
    gate = PageGate(fleeting, most_free=0)
    places = iter(lambda: gate.place(int(crowded.now.timestamp())), None)
    assert len(list(places)) == (FARTHEST - SOONEST) // APART + 1
    visitor = Visitor(crowded.client)
    page = visitor.write(WORDS)
    assert (page.status, page.draft, seconds(page)) == (503, WORDS, FARTHEST)
    assert "Vài phút nữa" in page.said
    assert WHERE in visitor.send({**work(page), "words": WORDS}).said
    crowded.now += timedelta(seconds=APART)
    assert seconds(Visitor(crowded.client).write(WORDS)) <= FARTHEST


@pytest.mark.parametrize(
    "marks",
    [
        {"note": "."},
        {"note": "1.1." + "0" * 32},
        {"note": "x" * 9_000, "proof": "1"},
        {"note": "ä.ö.ü", "proof": "٣"},
        {"pass": "0" * 32},
        {"pass": "ä"},
        {"note": "9.9.", "proof": "-1", "pass": ""},
    ],
)
def test_what_nobody_signed_opens_nothing(crowded: TestLine, marks: dict[str, str]) -> None:
    visitor = Visitor(crowded.client)
    page = visitor.send({**visitor.page.form, **marks, "words": WORDS})
    assert (page.status, page.draft) == (503, WORDS)


def test_a_crowd_is_let_in_one_after_the_other(crowded: TestLine) -> None:
    waiting = [page_of(answer) for answer in opened(crowded, 30)]
    assert [seconds(page) for page in waiting] == [SOONEST + APART * n for n in range(30)]
    crowded.now += timedelta(seconds=seconds(waiting[-1]))
    for page in waiting:
        assert crowded.client.post("/", data={**page.form, "words": WORDS}).status_code == 200
    assert crowded.figures().open == 31


def test_whoever_does_not_pay_leaves_nothing_but_counts(crowded: TestLine, fleeting: Link) -> None:
    before = crowded.keys()
    assert {answer.status_code for answer in opened(crowded, 350)} == {503}
    assert crowded.keys() == before
    counts = [bytes(key) for key in fleeting.call("KEYS", "pg:*")]
    assert len(counts) <= 3
    assert all(int(fleeting.call("TTL", key)) > 0 for key in counts)


def test_when_counting_is_away_everybody_comes_in(line: TestLine) -> None:
    gone = PageGate(Link("unix:///nowhere.sock", "fleeting"))
    line.serve(replace(line.doors, gate=gone))
    assert WHERE in Visitor(line.client).write(WORDS).said


def opened(line: TestLine, many: int) -> Iterator[TestResponse]:
    """So many conversations from one address, each with its first words."""
    for number in range(many):
        name = f"{number:043d}"
        form = {"chat": name, "turn": name, "step": "0", "words": WORDS}
        yield line.client.post("/", data=form)
