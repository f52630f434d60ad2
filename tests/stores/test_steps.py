"""Before which questions callers stand, as a steward counts it for the desk."""

from hotline.intake.messages import Standing
from hotline.stores.link import Link
from hotline.stores.steps import STEPS, read_standing, read_steps, write_steps
from tests.line import TestLine

OTHER, THIRD = "+840000000078", "+840000000079"


def seen(line: TestLine) -> dict[str, int]:
    durable = Link(line.settings.durable_redis_url, "durable")
    write_steps(durable)
    return dict(read_steps(durable.call("GET", STEPS)))


def test_open_conversations_are_counted_by_the_question_before_which_they_stand(
    line: TestLine,
) -> None:
    assert seen(line) == {}
    line.text("hom qua bat 3 nguoi o ga ueno")
    line.text("ban em bi bat", OTHER)
    line.text("em trai em bi bat", THIRD)
    assert seen(line) == {"report.who": 1, "report.where": 2}
    line.text("ga ueno", OTHER)
    assert seen(line) == {"report.who": 1, "report.where": 1, "report.when": 1}


def test_who_sent_it_off_took_it_back_or_fell_silent_stands_nowhere(line: TestLine) -> None:
    for caller in (OTHER, THIRD):
        line.text("ban em bi bat", caller)
    line.text("em trai em bi bat")
    line.text("XONG", OTHER)
    line.text("XOA", THIRD)
    assert seen(line) == {"report.where": 1}
    line.idle(60)
    line.tips()
    assert seen(line) == {}


def test_the_desk_reads_most_first(line: TestLine) -> None:
    told = (
        b"telling sms help.where 1\ntelling sms report.when 4\ntelling web report.when 3\n"
        b"telling sms report.where 7\ntelling sms 2\nwaiting sms report.where 9"
    )
    assert read_steps(told) == (("report.when", 7), ("report.where", 7), ("help.where", 1))
    assert read_steps(None) == ()


def test_reports_are_counted_by_channel_and_where_they_stand(line: TestLine) -> None:
    durable = Link(line.settings.durable_redis_url, "durable")
    line.text("em trai em bi bat")
    line.text("hom qua bat 3 nguoi o ga ueno", OTHER)
    line.text("XONG", OTHER)
    write_steps(durable)
    standing = read_standing(durable.call("GET", STEPS))
    assert standing == {"sms": Standing(telling=1, waiting=1)}
    line.tips()
    write_steps(durable)
    assert read_standing(durable.call("GET", STEPS)) == {"sms": Standing(telling=1)}
