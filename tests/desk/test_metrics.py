"""/metrics: closed without its token, whole with it, true when something is away."""

from dataclasses import replace

import pytest

from hotline.desk import create_desk
from hotline.desk.metrics import lines
from hotline.desk.queue import Board
from hotline.intake.errors import Mistaken
from hotline.intake.messages import Figures, Opened, WorkerSeen
from tests.desk.conftest import House

TOKEN = "a token for tests only"


@pytest.fixture
def watched(house: House) -> House:
    house.app = create_desk(replace(house.room, metrics_token=TOKEN))
    return house


def scrape(house: House, token: str = TOKEN) -> tuple[int, str]:
    given = {"Authorization": f"Bearer {token}"} if token else {}
    answer = house.app.test_client().get("/metrics", headers=given)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x"])
def test_nobody_reads_them_without_the_token(watched: House, token: str) -> None:
    assert scrape(watched, token) == (401, "")


def test_without_a_token_in_the_settings_nobody_reads_them(house: House) -> None:
    assert scrape(house, "")[0] == 401


def test_a_short_token_refuses_to_start(house: House) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_METRICS_TOKEN"):
        create_desk(replace(house.room, metrics_token="short"))


def test_every_line_is_a_comment_or_a_name_and_a_number(watched: House) -> None:
    status, text = scrape(watched)
    assert status == 200
    for line in text.splitlines():
        name, _, number = line.rpartition(" ")
        assert line.startswith("# ") or (name.startswith("hotline_") and str(int(number)) == number)
    assert 'hotline_up{source="queue"} 1\n' in text
    assert "hotline_tips 0\n" in text


def test_what_is_away_is_left_out_and_said(watched: House) -> None:
    watched.figures = None
    _, text = scrape(watched)
    assert 'hotline_up{source="queue"} 0\n' in text
    assert "hotline_reports" not in text


def test_the_account_and_what_is_adrift_are_told() -> None:
    figures = Figures(
        waiting=2,
        failed=1,
        open=3,
        totals={"accepted": 14, "filed": 6, "reopened": 1, "erased": 2},
        workers=(WorkerSeen("w", "idle", 7),),
        spooled=4,
        opened=Opened(600, 600, 12, 40),
    )
    text = "".join(lines(Board(figures, 0, 5, ())))
    for state, number in {"filed": 5, "waiting": 2, "telling": 3, "dead": 1, "erased": 2}.items():
        assert f'hotline_reports{{state="{state}"}} {number}\n' in text
    assert "hotline_reports_accepted 14\n" in text
    assert "hotline_reports_adrift 1\n" in text
    assert "hotline_spooled 4\n" in text
    assert 'hotline_page_opened{of="worked"} 12\n' in text
    assert "hotline_page_wait_seconds 40\n" in text
    assert "hotline_worker_silent_seconds 7\n" in text
