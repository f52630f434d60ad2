"""When a closed tip goes, and what never goes."""

from datetime import timedelta

import pytest

from hotline.intake.errors import Mistaken
from hotline.intake.retention import days_of, expire
from tests.channels.test_coming_back import FRIEND, told, wrong
from tests.line import NOW, TestLine
from tests.tips import a_tip

DAYS = 30


@pytest.mark.parametrize(("later", "gone"), [(DAYS - 1, 0), (DAYS, 1), (DAYS + 1, 1)])
def test_a_closed_tip_goes_on_its_day_and_not_before(line: TestLine, later: int, gone: int) -> None:
    book = line.book.casebook
    tip = a_tip()
    book.file(tip)
    book.set_state(tip.id, "closed", NOW.date().isoformat())
    counts = expire(book, DAYS, lambda: NOW + timedelta(days=later))
    assert counts == ({"expired": 1} if gone else {})
    assert (book.read(tip.id) is None) == bool(gone)
    if gone:
        assert book.tombs() == {(tip.received[:10], tip.channel, "expired"): 1}
        assert not book.file(tip)  # a worker that still had it in hand brings nothing back


@pytest.mark.parametrize("state", ["new", "seen"])
def test_what_was_never_closed_never_goes(line: TestLine, state: str) -> None:
    book = line.book.casebook
    tip = a_tip()
    book.file(tip)
    if state == "seen":
        book.mark_seen(tip.id)
    assert expire(book, DAYS, lambda: NOW + timedelta(days=10 * 365)) == {}
    assert book.read(tip.id) is not None


def test_a_tip_that_was_opened_again_begins_anew(line: TestLine) -> None:
    book = line.book.casebook
    tip = a_tip()
    book.file(tip)
    book.set_state(tip.id, "closed", NOW.date().isoformat())
    book.set_state(tip.id, "seen")
    assert expire(book, DAYS, lambda: NOW + timedelta(days=400)) == {}


def test_what_its_caller_went_on_from_stays(line: TestLine) -> None:
    book = line.book.casebook
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("XONG")
    (first,) = line.tips()
    book.set_state(first.id, "closed", NOW.date().isoformat())
    line.text("hom nay thay lai anh ay o ga akabane")
    line.text("XONG")
    assert len(line.tips()) == 2
    assert expire(book, DAYS, lambda: NOW + timedelta(days=400)) == {}


def test_a_receipt_of_an_expired_tip_opens_nothing(line: TestLine) -> None:
    code = told(line)
    (tip,) = line.tips()
    line.book.casebook.set_state(tip.id, "closed", NOW.date().isoformat())
    expire(line.book.casebook, DAYS, lambda: NOW + timedelta(days=DAYS))
    line.tips()
    assert line.text(code, FRIEND) == line.text(wrong(), "+840000000085")


def test_more_than_a_batch_goes_at_once(line: TestLine) -> None:
    book = line.book.casebook
    for number in range(130):
        tip = a_tip(id=f"{number:08x}-0000-4000-8000-000000000000")
        book.file(tip)
        book.set_state(tip.id, "closed", NOW.date().isoformat())
    assert expire(book, 1, lambda: NOW + timedelta(days=1)) == {"expired": 130}


def test_unread_tips_are_counted_by_the_hour(line: TestLine) -> None:
    book = line.book.casebook
    book.file(a_tip())
    assert book.unread_since("2020-01-01T00:00+09:00") == 0
    assert book.unread_since("2030-01-01T00:00+09:00") == 1


@pytest.mark.parametrize("days", ["", "0", "-1", "1.5", "3651", "thirty", "١"])
def test_a_bad_number_of_days_refuses_to_start(days: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_RETENTION_DAYS"):
        days_of(days)
    assert days_of("30") == 30
