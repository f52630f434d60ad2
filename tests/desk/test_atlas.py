"""The map, drawn by ourselves, and the coarse table that may leave the desk."""

import re

import pytest

from hotline.desk import drawing
from hotline.places import prefectures
from hotline.records.counting import coarse, coarse_table
from hotline.records.tip import Place, TipStation
from tests.desk.conftest import House
from tests.desk.test_tips import HOSTILE
from tests.tips import SHIN_OKUBO, a_tip

UENO = TipStation("上野", "Ueno", "13", "台東区", 35.7138, 139.777, 0.98)


def filed(house: House, count: int, **changes: object) -> None:
    for _ in range(count):
        house.book.file(a_tip(**changes))


def test_counts_by_prefecture_are_on_the_map_and_in_the_table(house: House) -> None:
    filed(house, 3)
    filed(house, 1, place=Place("Osaka", (), "27"), kind="wages")
    filed(house, 1, place=Place())
    page = house.inside("viewer").page("/map")
    assert page.count('<circle class="tips"') == 2
    assert re.search(r"<td>Tokyo</td><td>3</td>", page)
    assert re.search(r"<td>Osaka</td><td>1</td>", page)
    assert re.search(r"<td>chưa rõ ở đâu</td><td>1</td>", page)
    assert "/map/table" not in page


def test_a_prefecture_shows_its_stations_and_the_url_does_not(house: House) -> None:
    filed(house, 2)
    filed(house, 1, place=Place("ueno", (UENO, SHIN_OKUBO), "13"))
    filed(house, 1, place=Place("", (TipStation(HOSTILE, "<b>", "13"),), "13"))
    browser = house.inside()
    answer = browser.post("/map/look", prefecture="13", days="all")
    assert answer.headers["Location"] == "/map"
    page = browser.page("/map")
    assert re.search(r"新大久保</bdi> <bdi>Shin-Ōkubo</bdi></td><td>2<", page)
    assert re.search(r"上野</bdi> <bdi>Ueno</bdi></td><td>1<", page)
    assert page.count('<circle class="tips"') == 2
    assert "<b>" not in page
    assert "đã mở 4 tin" in page


def test_days_are_counted_from_today(house: House) -> None:
    filed(house, 1, received="2026-11-18T00:00+09:00")
    filed(house, 1, received="2026-11-17T23:00+09:00")
    browser = house.inside()
    for days, count in (("7", 1), ("30", 2), ("all", 2), ("x", 2)):
        browser.post("/map/look", days=days, prefecture="99")
        assert re.search(rf"<td>Tokyo</td><td>{count}</td>", browser.page("/map")), days


def test_a_map_without_tips_is_a_page(house: House) -> None:
    assert "Chưa có tin nào" in house.inside().page("/map")


def test_what_leaves_the_desk_is_coarse_and_written_down(house: House) -> None:
    filed(house, 7)
    filed(house, 4, kind="wages")
    browser = house.inside(name="lan")
    answer = browser.post("/map/table")
    lines = answer.get_data(as_text=True).split("\r\n")
    assert answer.headers["Content-Disposition"] == "attachment; filename=tips-30.csv"
    assert lines[0].startswith(",arrest,missing")
    assert len(lines) == 49
    tokyo = next(line for line in lines if line.startswith("Tokyo,"))
    assert tokyo == "Tokyo,5+,<5,<5,<5,<5,<5,<5,<5,<5"
    assert "4" not in answer.get_data(as_text=True)
    assert [(a.operator, a.act) for a in house.audit.read(1)] == [("lan", "map.table")]
    assert house.inside("viewer").post("/map/table").status_code == 403


@pytest.mark.parametrize(
    ("count", "said"), [(0, "<5"), (4, "<5"), (5, "5+"), (9, "5+"), (10, "10+"), (1234, "1230+")]
)
def test_counts_go_down_to_whole_fives(count: int, said: str) -> None:
    assert coarse(count) == said


def test_one_tip_more_is_seen_in_no_cell_below_the_next_five() -> None:
    rows, columns = {"13": "Tokyo"}, {"arrest": "arrest"}
    tables = [coarse_table({("13", "arrest"): n}, rows, columns) for n in range(10)]
    assert len(set(tables)) == 2


def test_every_prefecture_has_a_place_and_the_ground_is_light() -> None:
    for code in prefectures():
        x, y = drawing.middle(code)
        assert 0 < x < drawing.WIDTH
        assert 0 < y < drawing.HEIGHT
        view = drawing.around(code)
        assert view.x < x < view.x + view.width
        assert view.y < y < view.y + view.height
    north, south = drawing.middle("01"), drawing.middle("47")
    assert north[1] < south[1]
    assert north[0] > south[0]
    assert 5_000 < len(drawing.ground()) < 40_000
