"""The queue says in words what is wrong."""

from dataclasses import replace

import pytest

from hotline.desk.queue import judge
from hotline.intake.messages import Figures, WorkerSeen
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
        "adrift": -14,
        "oldest_seconds": 400,
        "workers": [{"name": "w", "state": "busy", "heartbeat_seconds": 2}],
    }


def test_a_queue_that_is_away_is_an_alarm_not_an_error(house: House) -> None:
    house.figures = None
    browser = house.inside()
    assert "Không đọc được hàng chờ" in browser.page("/queue")
    assert browser.get("/queue.json").get_json()["waiting"] is None
