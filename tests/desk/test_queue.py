"""The queue says in words what is wrong."""

from dataclasses import replace
from functools import partial

import pytest
from lxml.html import HtmlElement, fromstring

from hotline.desk.flow import flow
from hotline.desk.queue import judge, look
from hotline.intake.messages import Figures, Standing, WorkerSeen
from tests.desk.conftest import WELL, House
from tests.tips import a_tip


@pytest.mark.parametrize(
    ("figures", "levels"),
    [
        (WELL, []),
        (None, ["alarm"]),
        (Figures(), ["alarm"]),
        (replace(WELL, oldest_seconds=59), []),
        (replace(WELL, oldest_seconds=60), ["watch"]),
        (replace(WELL, oldest_seconds=299), ["watch"]),
        (replace(WELL, oldest_seconds=300), ["alarm"]),
        (replace(WELL, failed=1, totals={"accepted": 3}), ["alarm"]),
        (replace(WELL, workers=(WorkerSeen("w", "busy", 60),)), []),
        (replace(WELL, workers=(WorkerSeen("w", "busy", 61),)), ["alarm"]),
        (replace(WELL, workers=(WorkerSeen("w", "busy", 61), *WELL.workers)), ["watch"]),
        (replace(WELL, oldest_seconds=60, failed=2, totals={"accepted": 4}), ["alarm", "watch"]),
        (replace(WELL, purge_debt=3), []),
        (replace(WELL, purge_debt=3, purge_overdue=1), ["alarm"]),
        (replace(WELL, totals={"accepted": 3}), ["alarm"]),
    ],
)
def test_what_is_wrong(figures: Figures | None, levels: list[str]) -> None:
    assert [finding.level for finding in judge(figures)] == levels


def test_the_page_shows_the_figures(house: House) -> None:
    house.figures = Figures(4, 1, 3, 7, 400, (WorkerSeen("w-ab12", "busy", 2),))
    house.book.file(a_tip())
    page = house.inside().page("/queue")
    for word in ("Báo động", "hơn năm phút", "w-ab12", "bận", "6 phút", "trên 1 tin"):
        assert word in page


def test_all_is_well_in_words(house: House) -> None:
    assert "Bình thường" in house.inside().page("/queue")


def test_the_page_lives_without_script_and_with_it(house: House) -> None:
    page = house.inside().page("/queue")
    assert '<noscript><meta http-equiv="refresh" content="15; url=/queue?quiet"></noscript>' in page
    assert '<script src="/static/live.js" defer></script>' in page


def test_the_fragment_is_the_board_alone(house: House) -> None:
    page = house.inside().page("/queue/live")
    assert 'id="board"' in page
    assert "<html" not in page


def test_figures_as_json(house: House) -> None:
    house.figures = Figures(4, 1, 3, 7, 400, (WorkerSeen("w", "busy", 2),))
    answer = house.inside().get("/queue.json").get_json()
    assert answer == {
        "state": "alarm",
        "new": 0,
        "tips": 0,
        "waiting": 4,
        "running": 1,
        "failed": 3,
        "open": 7,
        "spooled": 0,
        "purge_debt": 0,
        "deliveries_held": 0,
        "deliveries_stuck": 0,
        "channels": {},
        "adrift": -14,
        "days": {"recipient_key": None, "casebook_key": None, "canary": None},
        "minutes": [],
        "steps": {},
        "standing": {},
        "oldest_seconds": 400,
        "workers": [{"name": "w", "state": "busy", "heartbeat_seconds": 2}],
    }


def cells(page: str) -> list[list[str]]:
    rows: list[HtmlElement] = fromstring(page).findall(".//tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def test_keys_that_are_old_and_a_line_nobody_tried_are_worth_a_look(house: House) -> None:
    house.figures = WELL
    days = {"recipient_key": "2026-08-24", "casebook_key": "2025-11-23", "canary": "2026-11-17"}
    room = replace(house.room, milestones=lambda: days)
    assert look(room).level == "calm"
    since = [(each.days, each.old) for each in look(room).since.values()]
    assert since == [(92, False), (366, False), (7, False)]
    for name, day in (
        ("recipient_key", "2026-08-23"),
        ("casebook_key", "2025-11-22"),
        ("canary", "2026-11-16"),
    ):
        older = {**days, name: day}
        found = look(replace(house.room, milestones=partial(dict, older)))
        assert (found.level, len(found.findings)) == ("watch", 1), name
    assert look(replace(house.room, milestones=dict)).level == "calm"  # never tried: said below


def test_when_the_line_was_tried_last_is_on_the_page(house: House) -> None:
    assert "chưa lần nào" in house.inside("viewer").page("/queue")


def test_a_queue_that_is_away_is_an_alarm_not_an_error(house: House) -> None:
    house.figures = None
    browser = house.inside()
    assert "Không đọc được hàng chờ" in browser.page("/queue")
    assert browser.get("/queue.json").get_json()["waiting"] is None


def test_what_came_in_is_shown_by_channel_hour_and_day(house: House) -> None:
    for channel, received in (
        ("sms", "2026-11-24T12:00+09:00"),
        ("sms", "2026-11-24T11:00+09:00"),
        ("voice", "2026-11-23T13:00+09:00"),
        ("web", "2026-11-23T12:00+09:00"),  # 24 hours and more ago
        ("web", "2026-11-18T00:00+09:00"),
        ("web", "2026-11-17T23:00+09:00"),  # the week before
    ):
        house.book.file(a_tip(channel=channel, received=received))
    house.later(minutes=-1)
    coming = flow(house.room)
    assert coming.channels == {"sms": 2, "voice": 1}
    hours = [(bar.when[-2:], bar.count) for bar in coming.hours if bar.count]
    assert hours == [("13", 1), ("11", 1), ("12", 1)]
    days = [(bar.when[-2:], bar.count) for bar in coming.days]
    assert days == [("18", 1), ("19", 0), ("20", 0), ("21", 0), ("22", 0), ("23", 2), ("24", 2)]
    assert max(bar.height for bar in coming.days) == 40
    browser = house.inside("viewer")
    page = browser.page("/queue")
    rows = cells(page)
    assert ["SMS", "0", "0", "0", "0", "2"] in rows
    assert ["Gọi điện", "0", "0", "0", "0", "1"] in rows
    assert 'aria-label="7 ngày qua, từng ngày: 18/11 1, 23/11 2, 24/11 2"' in page
    assert browser.get("/queue.json").get_json()["channels"] == {"sms": 2, "voice": 1}


def test_where_reports_of_each_channel_stand_is_shown(house: House) -> None:
    standing = {"sms": Standing(telling=2, waiting=5, running=1), "web": Standing(dead=3)}
    house.figures = Figures(5, 1, 3, 2, standing=standing)
    rows = cells(house.inside("viewer").page("/queue"))
    assert ["SMS", "2", "5", "1", "0", "0"] in rows
    assert ["Trang web", "0", "0", "0", "3", "0"] in rows


def test_a_silent_day_is_worth_a_call_unless_nothing_ever_came(house: House) -> None:
    assert "Cả ngày không có tin nào" not in house.inside().page("/queue")
    house.book.file(a_tip(received="2026-11-20T12:00+09:00"))
    assert "Cả ngày không có tin nào" in house.inside().page("/queue")
