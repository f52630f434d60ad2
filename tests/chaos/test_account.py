"""The account itself: each kind of fault is counted, and only that kind."""

from dataclasses import replace

import pytest

from hotline.bench.chaos.account import Account, Arrived, Filed, Saying, balance, evidence

ONE = Saying("bcd", "three people, bcd", 1, True, 1)
TWO = Saying("ghk", "and one more, ghk", 1, True, 2)
BOOK = [Filed("t1", (ONE.text, TWO.text))]
SINK = {"t1": Arrived(BOOK[0], 1)}


def faults(
    sayings: list[Saying], book: list[Filed], sink: dict[str, Arrived] | None = None
) -> dict[str, int]:
    return Account(**balance(sayings, book, sink)).faults


def test_what_was_thanked_for_and_is_there_once_is_no_fault() -> None:
    assert faults([ONE, TWO], BOOK, SINK) == {}
    assert balance([ONE, TWO], BOOK)["accepted"] == 2


@pytest.mark.parametrize(
    ("fault", "sayings", "book"),
    [
        ("lost", [ONE, TWO], [Filed("t1", (ONE.text,))]),
        ("twice", [ONE], [Filed("t1", (ONE.text,)), Filed("t2", (ONE.text,))]),
        (
            "twice",
            [replace(ONE, thanked=False)],
            [Filed("t", (ONE.text,)), Filed("u", (ONE.text,))],
        ),
        ("altered", [ONE], [Filed("t1", ("bcd",))]),
        ("disordered", [ONE, TWO], [Filed("t1", (TWO.text, ONE.text))]),
        ("unerased", [replace(ONE, erased=True)], [Filed("t1", (ONE.text,))]),
    ],
)
def test_each_fault_is_found(fault: str, sayings: list[Saying], book: list[Filed]) -> None:
    found = faults(sayings, book)
    assert found[fault] == 1
    assert set(found) <= {fault, "accepted_less_filed"}


def test_what_was_kept_aside_has_no_place_in_the_order() -> None:
    book = [Filed("t1", (TWO.text, ONE.text))]
    assert faults([replace(ONE, aside=True), TWO], book) == {}


def test_each_conversation_with_a_fault_is_told_of_and_no_other() -> None:
    other = replace(ONE, mark="nprst", text="nprst", conversation=2)
    book = [Filed("t1", (TWO.text, ONE.text)), Filed("t2", ("nprst",))]
    told = list(evidence([ONE, replace(TWO, cuts=3), other], book, 0.0))
    assert [line.partition(":")[0] for line in told] == ["conversation 1"] * 2
    assert "3 cuts before" in told[1]
    assert told[0].endswith(": t1")
    assert "nowhere" in "".join(evidence([ONE], [], 0.0))
    doubled = [Filed("t1", (ONE.text,)), Filed("t2", (ONE.text,))]
    assert list(evidence([ONE], doubled, 0.0))
    assert not list(evidence([ONE], doubled, 0.0, {ONE.text}))


def test_what_was_refused_and_comes_again_after_an_erasure_was_never_ours_to_erase() -> None:
    gone = replace(ONE, thanked=False, erased=True, refused=True)
    account = Account(**balance([gone], [Filed("t1", (ONE.text,))]))
    assert (account.ghosts, account.faults) == (1, {})
    unanswered = replace(gone, refused=False)  # it may have been kept: then it was to go
    assert Account(**balance([unanswered], [Filed("t1", (ONE.text,))])).faults == {"unerased": 1}


def test_what_was_sent_across_a_power_cut_may_be_there_twice_and_is_told() -> None:
    book = [Filed("t1", (ONE.text,)), Filed("t2", (ONE.text, TWO.text))]
    account = Account(**balance([ONE, TWO], book, across={ONE.text}))
    assert (account.twice_after_cut, account.faults) == (1, {})
    both = [Filed("t1", (ONE.text, TWO.text)), Filed("t2", (ONE.text, TWO.text))]
    assert Account(**balance([ONE, TWO], both, across={ONE.text})).faults["twice"] == 1
    gone = [replace(ONE, erased=True), replace(TWO, erased=True)]
    again = Account(**balance(gone, both[:1], across={ONE.text}))
    assert (again.twice_after_cut, again.faults) == (1, {"unerased": 1})


@pytest.mark.parametrize(
    ("fault", "sink"),
    [
        ("undelivered", {}),
        ("sink_twice", {"t1": Arrived(BOOK[0], 2)}),
        ("sink_altered", {"t1": Arrived(Filed("t1", (ONE.text,)), 1)}),
        ("sink_kept_erased", {**SINK, "t9": Arrived(Filed("t9", ()), 1)}),
    ],
)
def test_each_fault_at_the_case_system_is_found(fault: str, sink: dict[str, Arrived]) -> None:
    assert faults([ONE, TWO], BOOK, sink) == {fault: 1}


def test_what_was_not_thanked_for_may_be_there_or_not() -> None:
    silent = replace(ONE, thanked=False)
    assert faults([silent], []) == {}
    assert balance([silent], BOOK)["ghosts"] == 1


def test_two_that_were_said_at_once_may_stand_in_any_order() -> None:
    book = [Filed("t1", (TWO.text, ONE.text))]
    assert faults([ONE, replace(TWO, order=1)], book) == {}
