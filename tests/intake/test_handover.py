"""Parts to a tip: order, later answers over earlier ones, what is taken back, what is redacted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotline.conversation.report import Kept
from hotline.intake.errors import Unavailable
from hotline.intake.handover import drain, tip_id, tip_of
from hotline.intake.messages import HandedOver, Part, ReportId, freeze_part, thaw_part
from hotline.records.tip import Tip, from_json, problems, to_json
from tests.line import TestLine
from tests.tips import a_tip

REPORT = ReportId("5b1f6a0a3f6d4b3c9d2e8f7a6b5c4d3e")
HOUR = "2026-11-23T19:00+09:00"


def part(turn: int, *kept: Kept, **more: object) -> Part:
    fields = {"report": REPORT, "turn": turn, "hour": HOUR, "channel": "sms", "locale": "vi"}
    return Part(**{**fields, "kept": kept, **more})  # type: ignore[arg-type]


def tip(*parts: Part, complete: bool = True) -> Tip:
    made = tip_of(REPORT, parts, complete)
    assert made is not None
    assert problems(to_json(made)) == []
    assert from_json(to_json(made)) == made
    return made


def test_the_id_is_the_reports_own_randomness() -> None:
    assert tip_id(REPORT) == "5b1f6a0a-3f6d-4b3c-9d2e-8f7a6b5c4d3e"


def test_parts_come_in_the_order_of_turns_and_each_text_once() -> None:
    made = tip(
        part(3, Kept("said", "ba")), part(1, Kept("said", "mot")), part(2, Kept("said", "mot"))
    )
    assert made.narrative == "mot\nba"


def test_a_later_answer_stands_over_an_earlier_one() -> None:
    assert tip(part(1, Kept("count", 2)), part(2, Kept("count", 3))).people.count == 3


def test_a_guess_is_the_kind_where_nothing_better_is_known() -> None:
    guess, asked = Kept("guess", "arrest"), Kept("kind", "other")
    assert tip(part(1, Kept("said", "mot"), guess)).kind == "arrest"
    assert tip(part(1, asked), part(2, guess)).kind == "other"
    assert tip(part(1, guess), part(2, Kept("kind", "death"))).kind == "death"


def test_what_was_taken_back_is_gone() -> None:
    made = tip(
        part(1, Kept("said", "mot")),
        part(2, Kept("said", "nham"), Kept("count", 9)),
        part(3, takes_back=2),
    )
    assert (made.narrative, made.people.count) == ("mot", None)


@pytest.mark.parametrize(
    ("words", "role", "count", "age", "gender"),
    [
        ("con trai em 25 tuoi mat tich", "relative", 1, 25, "male"),
        ("vợ tôi, 31t, bị bắt", "relative", None, 31, "female"),
        ("con trai em khoang 25 tuoi", "relative", None, None, "male"),  # about: left in the words
        ("chong em bi bat, con gai 15 tuoi o nha", "relative", None, None, None),  # whose age?
        ("bat mot thang 20 tuoi va mot thang 30 tuoi", "witness", 1, None, None),
        ("bat 2 thang 20 tuoi", "witness", 2, None, None),  # not of one person
        ("em 22 tuoi bi bat", "self", None, None, None),  # nothing about whoever writes
    ],
)
def test_one_sought_person_gets_the_age_and_gender_that_are_told(
    words: str, role: str, count: int | None, age: int | None, gender: str | None
) -> None:
    made = tip(part(1, Kept("said", words), Kept("role", role), Kept("count", count)))
    assert [(one.age, one.gender) for one in made.people.sought] == (
        [(age, gender)] if age or gender else []
    )


def test_nothing_is_filed_when_everything_was_taken_back() -> None:
    assert tip_of(REPORT, [part(1, Kept("said", "mot")), part(2, takes_back=1)], True) is None


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        ("goi em so 090-0000-1234 nhe", "phone", "0000-1234"),
        ("số em là +84 900 000 123", "phone", "900 000"),
        ("the ngoai kieu AB00000000CD", "residence_card", "00000000"),
        ("ho chieu B0000000", "passport", "B0000000"),
        ("mail ten.em@example.com", "email", "example.com"),
    ],
)
def test_identifiers_are_removed_and_counted(text: str, kind: str, secret: str) -> None:
    made = tip(part(1, Kept("said", text)))
    assert secret not in str(to_json(made))
    assert made.redacted[kind] == 1


def test_identifiers_leave_every_free_text() -> None:
    number = "090-0000-1234"
    made = tip(
        part(1, Kept("place", {"text": f"gan {number}", "stations": [], "prefecture": None})),
        part(2, Kept("people", [{"name": "Tuan", "description": f"so {number}"}])),
    )
    assert number not in str(to_json(made))
    assert made.people.sought[0].name == "Tuan"


def test_recordings_are_attachments_each_once_and_their_sid_stays_out() -> None:
    recorded = Kept("recording", {"reference": "RE1", "seconds": 41})
    made = tip(part(1, recorded), part(2, recorded))
    assert [(a.seconds, a.held) for a in made.attachments] == [(41, "provider")]
    assert "RE1" not in str(to_json(made))


def test_a_part_survives_its_way() -> None:
    sent = part(2, Kept("said", "Đêm qua ở ga Ueno"), follows=REPORT)
    assert thaw_part(freeze_part(sent)) == sent


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"kept": [["said"]]}', b"\xff"])
def test_what_is_no_part_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
        thaw_part(raw)


def test_a_field_of_the_wrong_shape_is_not_a_tip() -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        tip_of(REPORT, [part(1, Kept("place", "ga Ueno"))], True)
    made = tip_of(REPORT, [part(1, Kept("kind", "gossip"))], True)
    assert made is not None
    assert problems(to_json(made)) == ["/kind"]


def test_a_flood_does_not_keep_the_rest_of_a_round_waiting(line: TestLine) -> None:
    """A worker that drained until nothing was due delivered nothing while reports came in."""
    clock = lambda: int(line.now.timestamp())  # noqa: E731
    for number in range(25):
        line.text("hom qua bat 3 nguoi o ga ueno", f"+8400{number:07d}")
        line.text("XONG", f"+8400{number:07d}")
    assert drain(line.desk, clock, most=20) == {"filed": 20}
    assert drain(line.desk, clock, most=20) == {"filed": 5}


def told(line: TestLine, callers: int) -> list[str]:
    """Reports of so many callers, sent off; the ids of their tips."""
    for number in range(callers):
        line.text("hom qua bat 3 nguoi o ga ueno", f"+8400{number:07d}")
        line.text("XONG", f"+8400{number:07d}")
    jobs = line.keys(lambda key: key.startswith(b"hl:job:"))
    return [tip_id(ReportId(job.decode().removeprefix("hl:job:"))) for job in jobs]


def test_one_that_cannot_be_filed_keeps_no_other_out(line: TestLine) -> None:
    ids = told(line, 4)
    line.desk.casebook.file(a_tip(id=ids[1]))  # something else under its id
    assert drain(line.desk, lambda: int(line.now.timestamp())) == {"filed": 3, "dead": 1}
    assert list(line.desk.outbox.set_aside().values()) == ["tip_changed"]
    assert {tip.id for tip in line.tips()} == set(ids)


def test_what_was_filed_before_its_worker_died_is_settled_with_the_others(line: TestLine) -> None:
    told(line, 4)
    clock = lambda: int(line.now.timestamp())  # noqa: E731

    class Dies:
        def __getattr__(self, name: str) -> Any:
            return getattr(line.desk.outbox, name)

        def done(self, *over: HandedOver) -> None:
            raise Unavailable("durable")

    outbox: Any = Dies()
    with pytest.raises(Unavailable):
        drain(replace(line.desk, outbox=outbox), clock)
    assert line.figures().waiting == 4
    line.now += timedelta(minutes=1)
    assert drain(line.desk, clock) == {"filed": 4}
    assert (len(line.tips()), line.figures().waiting) == (4, 0)


def test_while_the_case_book_is_away_every_report_waits(line: TestLine) -> None:
    told(line, 3)

    class Away:
        def __getattr__(self, name: str) -> Any:
            def refuse(*given: object) -> None:
                raise Unavailable("casebook")

            return refuse

    book: Any = Away()
    assert drain(replace(line.desk, casebook=book), lambda: int(line.now.timestamp())) == {
        "again": 3
    }
    line.now += timedelta(minutes=1)
    assert len(line.tips()) == 3
