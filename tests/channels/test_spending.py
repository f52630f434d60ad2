"""What texts may cost: whoever pumps is heard and not answered, whoever is in danger always is."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline import wiring_stores
from hotline.intake import floods
from hotline.intake.errors import Unavailable
from hotline.intake.messages import Answer, Inbound
from hotline.intake.spending import Caps, read_caps
from hotline.settings import Settings
from hotline.stores.link import Link
from hotline.stores.reply_purse import RedisPurse, read_spent, write_spent
from tests.line import TestLine

JUNK = "qwzx"
DANGER = "cuu em voi, chu dang cam dao danh em"
CHEAP = Caps(day=1_000, country=4, sender=50, same=50)

MakeLine = Callable[[Caps], TestLine]


@pytest.fixture
def with_caps(line: TestLine, settings: Settings) -> MakeLine:
    fleeting = wiring_stores.links(settings)[1]

    def make(caps: Caps) -> TestLine:
        doors = replace(line.doors, purse=RedisPurse(fleeting, caps))
        line.serve(doors)
        return line

    return make


def numbers(country: str, many: int) -> list[str]:
    return [f"+{country}{number:09d}" for number in range(many)]


def test_a_country_that_is_not_ours_gets_few_answers_and_keeps_every_tip(
    with_caps: MakeLine,
) -> None:
    line = with_caps(CHEAP)
    answers = [
        line.text("hom qua 2 nguoi bi bat o ga ueno", sender) for sender in numbers("883", 8)
    ]
    assert answers[0]
    assert answers[-1] == ""
    for sender in numbers("883", 8):
        line.text("XONG", sender)
    assert len(line.tips()) == 8


def test_our_callers_are_not_touched_by_what_others_cost(with_caps: MakeLine) -> None:
    line = with_caps(CHEAP)
    for sender in numbers("883", 8):
        line.text(JUNK, sender)
    assert line.text("hom qua 2 nguoi bi bat o ga ueno", "+840000000077")


def test_whoever_is_in_danger_is_answered_beyond_the_cap(with_caps: MakeLine) -> None:
    line = with_caps(CHEAP)
    for sender in numbers("883", 8):
        line.text(JUNK, sender)
    assert line.text(JUNK, "+883000000099") == ""
    assert "110" in line.text(DANGER, "+883000000098")


def test_when_a_day_runs_short_greetings_go_first(with_caps: MakeLine) -> None:
    line = with_caps(Caps(day=20, country=20, sender=50, same=50))
    greeted = [line.text("xin chao", sender) for sender in numbers("84", 12)]
    assert greeted[0]
    assert greeted[-1] == ""
    assert line.text("hom qua 2 nguoi bi bat o ga ueno", "+840000000077")


def test_a_flood_of_one_hour_leaves_the_other_hours_their_answers(with_caps: MakeLine) -> None:
    line = with_caps(Caps(hour=20, country=5_000, sender=50, same=50))
    told = "hom qua 2 nguoi bi bat o ga ueno"
    answered = [bool(line.text(told, sender)) for sender in numbers("84", 40)]
    assert answered[0]
    assert not answered[-1]
    assert "110" in line.text(DANGER, "+840000000098")
    line.now += timedelta(hours=1)
    assert line.text(told, "+840000000077")


def test_whoever_floods_the_line_with_danger_takes_no_answer_from_the_others(
    with_caps: MakeLine, settings: Settings
) -> None:
    caps = Caps(hour=20, day=20, sender=50, same=50)
    line = with_caps(caps)
    assert all("110" in line.text(DANGER, sender) for sender in numbers("84", 15))
    assert line.text("hom qua 2 nguoi bi bat o ga ueno", "+840000000077")
    spent = RedisPurse(wiring_stores.links(settings)[1], caps).spent(int(line.now.timestamp()))
    assert spent.urgent > 20
    assert 0 < spent.segments <= 20
    assert spent.sent == spent.segments + spent.urgent


def test_in_a_flood_what_says_nothing_leaves_the_others_half_of_the_answers(
    with_caps: MakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floods, "FAST", 3)
    line = with_caps(Caps(hour=40, sender=50, same=50))
    answered = [bool(line.text(JUNK, sender)) for sender in numbers("84", 40)]
    assert all(answered[:3])
    assert not any(answered[20:])
    told = [line.text("hom qua 2 nguoi bi bat o ga ueno", s) for s in numbers("81", 5)]
    assert all(told)


def test_two_machines_that_talk_to_each_other_fall_silent(with_caps: MakeLine) -> None:
    line = with_caps(Caps(same=6))
    answers = [line.text("I am out of office") for _ in range(12)]
    assert all(answers[:6])
    assert answers[-1] == ""


def test_whoever_cannot_be_heard_is_told_so_as_often_as_they_try(with_caps: MakeLine) -> None:
    line = with_caps(Caps(same=2, sender=20))
    heard = line.doors.hear

    def away(inbound: Inbound) -> Answer:
        raise Unavailable("durable")

    line.serve(replace(line.doors, hear=away))
    assert all("110" in line.text("XONG") for _ in range(12))
    line.serve(replace(line.doors, hear=heard))
    assert "Ueno" in line.text("hom qua 2 nguoi bi bat o ga ueno")  # and what is kept is answered


def test_a_repeated_message_is_billed_once_and_gets_the_same_word(
    with_caps: MakeLine, settings: Settings
) -> None:
    line = with_caps(CHEAP)
    sid = {"MessageSid": line.sid()}
    first = [line.text(JUNK, "+883000000001", **sid) for _ in range(5)]
    assert len(set(first)) == 1
    purse = RedisPurse(wiring_stores.links(settings)[1], CHEAP)
    spent = purse.spent(int(line.now.timestamp()))
    assert 0 < spent.segments <= 3


def test_a_name_or_a_short_number_gets_no_answer(with_caps: MakeLine) -> None:
    line = with_caps(Caps(country=1))
    line.text(JUNK, "BANK")
    assert line.text(JUNK, "BANK") == ""


def test_other_applications_cost_nothing_here(with_caps: MakeLine) -> None:
    line = with_caps(Caps(day=1, country=1, sender=1, same=1))
    assert line.text(JUNK, "whatsapp:+883000000001")


def test_a_purse_that_cannot_be_asked_lets_the_answer_go(line: TestLine) -> None:
    away = Link("redis://127.0.0.1:1/0", "fleeting")
    line.serve(replace(line.doors, purse=RedisPurse(away, CHEAP)))
    assert line.text("hom qua 2 nguoi bi bat o ga ueno")


def test_no_number_is_in_what_is_counted(with_caps: MakeLine, settings: Settings) -> None:
    line = with_caps(CHEAP)
    line.text(JUNK, "+883000000001")
    names = wiring_stores.links(settings)[1].call("KEYS", "rb:*")
    assert len(names) == 6
    line.text(DANGER, "+883000000001")
    names = wiring_stores.links(settings)[1].call("KEYS", "rb:*")
    assert len([name for name in names if b"urgent" in name]) == 4
    assert not [name for name in names if b"000000001" in name]


def test_what_was_answered_cannot_be_tried_from_what_is_counted(
    with_caps: MakeLine, settings: Settings
) -> None:
    line = with_caps(CHEAP)
    answers = [line.text("hom qua 2 nguoi bi bat o ga ueno"), line.text("XONG"), line.text("MA")]
    names = b" ".join(wiring_stores.links(settings)[1].call("KEYS", "rb:same:*"))
    assert names.count(b"rb:same:") == len(answers)
    for answer in answers:
        for method in ("md5", "sha1", "sha256"):
            assert hashlib.new(method, answer.encode()).hexdigest()[:16].encode() not in names


def test_what_was_spent_reaches_the_desk(settings: Settings, with_caps: MakeLine) -> None:
    line = with_caps(CHEAP)
    line.text(JUNK)
    durable, fleeting = wiring_stores.links(settings)
    spent = RedisPurse(fleeting, CHEAP).spent(int(line.now.timestamp()))
    write_spent(durable, spent)
    assert read_spent(durable.call("GET", "hl:spent")) == spent


@pytest.mark.parametrize("text", ["day", "day=0", "day=x", "weeks=2", "day=1 day=2", "home=JP"])
def test_a_bad_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_caps(text)


def test_a_budget_is_read() -> None:
    assert read_caps("day=10 home=81") == Caps(day=10, home=frozenset({"81"}))
    assert read_caps("") == Caps()
