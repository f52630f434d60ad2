"""The way home at the desk: six steps, each set, undone and told by who may."""

import re
from itertools import pairwise

import pytest
from markupsafe import escape
from nacl.public import PrivateKey

from hotline.guidance.way import way_home
from hotline.intake.matching import match_due
from hotline.records.homeward import HOME_STEPS
from hotline.stores.matches import SqlMatches
from tests.desk.conftest import Browser, House
from tests.tips import a_tip


@pytest.fixture
def tip_id(house: House) -> str:
    """Somebody who wants to go home, and can come back."""
    tip = a_tip(kind="return", language="ja")
    house.book.file(tip)
    house.box.attach(b"lookup-of-tests0", tip.id, bytes(PrivateKey.generate().public_key))
    return tip.id


def go(browser: Browser, tip_id: str, home: str, step: str) -> int:
    return browser.post(f"/tips/{tip_id}/home", home=home, step=step).status_code


def step_of(house: House, tip_id: str) -> str:
    return house.room.work.of(tip_id, house.now).homeward.step


def test_every_step_can_be_set_and_undone_and_each_is_written_down(
    house: House, tip_id: str
) -> None:
    browser = house.inside(name="lan")
    there = list(pairwise(HOME_STEPS))
    for before, after in there:
        assert go(browser, tip_id, before, after) == 303
        assert step_of(house, tip_id) == after
    for before, after in reversed(there):
        assert go(browser, tip_id, after, before) == 303
    assert step_of(house, tip_id) == "asked"
    acts = [(act.operator, act.act, act.what) for act in house.audit.read(10)]
    assert acts == [("lan", "home.undo", tip_id)] * 5 + [("lan", "home.step", tip_id)] * 5


def test_the_case_shows_how_far_each_of_its_callers_is(house: House, tip_id: str) -> None:
    browser = house.inside(name="lan")
    go(browser, tip_id, "asked", "informed")
    other = a_tip(kind="return")
    house.book.file(other)
    matches = house.room.matches
    assert isinstance(matches, SqlMatches)
    match_due(matches, house.book.read)
    matches.decide(tip_id, other.id, "accepted", other.received)
    found = matches.case(tip_id)
    assert found
    page = browser.page(f"/cases/{found[0]}")
    names = {step.id: step.name["vi"] for step in way_home()}
    assert f"Đường về nước: {names['informed']}" in page
    assert f"Đường về nước: {names['asked']}" in page


def test_who_looked_at_an_older_state_changes_nothing(house: House, tip_id: str) -> None:
    browser = house.inside()
    assert go(browser, tip_id, "asked", "informed") == 303
    again = browser.post(f"/tips/{tip_id}/home", home="asked", step="informed")
    assert (again.status_code, "Vừa có người khác đổi bước" in again.text) == (409, True)
    assert go(browser, tip_id, "informed", "left") == 409
    assert step_of(house, tip_id) == "informed"


@pytest.mark.parametrize(
    "form", [{}, {"home": "asked", "step": "nowhere"}, {"home": "x", "step": "asked"}]
)
def test_a_form_that_names_no_step_is_refused(
    house: House, tip_id: str, form: dict[str, str]
) -> None:
    assert house.inside().post(f"/tips/{tip_id}/home", **form).status_code == 400
    assert step_of(house, tip_id) == "asked"


def test_a_viewer_sees_the_steps_and_sets_none(house: House, tip_id: str) -> None:
    viewer = house.inside("viewer")
    page = viewer.page(f"/tips/{tip_id}")
    assert "Đường về nước" in page
    assert f"/tips/{tip_id}/home" not in page
    assert go(viewer, tip_id, "asked", "informed") == 403


def test_while_somebody_has_the_tip_nobody_else_goes_on(house: House, tip_id: str) -> None:
    house.inside(name="lan").post(f"/tips/{tip_id}/claim")
    other = house.inside(name="minh")
    assert go(other, tip_id, "asked", "informed") == 409
    told = other.post(f"/tips/{tip_id}/home/answer", home="asked", known="0", sure="yes")
    assert told.status_code == 409
    assert "để họ đi tiếp" in other.page(f"/tips/{tip_id}")
    assert (step_of(house, tip_id), house.box.answered(tip_id)) == ("asked", 0)


def test_only_who_wants_to_go_home_has_a_way_home(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside()
    assert "Đường về nước" not in browser.page(f"/tips/{tip.id}")
    assert go(browser, tip.id, "asked", "informed") == 404


def test_the_page_says_what_each_step_needs_where_it_was_read_and_what_is_blank(
    house: House, tip_id: str
) -> None:
    page = house.inside().page(f"/tips/{tip_id}")
    for step in way_home():
        assert step.name["vi"] in page
        for need in step.needs:
            assert escape(need.origin.source) in page
    assert page.count("Chưa tìm được, để trống:") == sum(len(step.gaps) for step in way_home())
    assert "đọc ngày 2026-11-25" in page


def test_the_words_of_a_step_go_once_in_the_callers_language(house: House, tip_id: str) -> None:
    browser = house.inside(name="lan")
    words = way_home()[0].words["ja"]
    assert words in browser.page(f"/tips/{tip_id}")
    form = {"home": "asked", "known": "0"}
    assert browser.post(f"/tips/{tip_id}/home/answer", **form).status_code == 400  # no mark
    sent = [
        browser.post(f"/tips/{tip_id}/home/answer", sure="yes", **form).status_code
        for _ in range(2)
    ]
    assert sent == [303, 409]
    assert house.box.answered(tip_id) == 1
    page = browser.page(f"/tips/{tip_id}")
    assert re.search(r"Đã ngỏ lời\s*<span class=\"badge\">đã nhắn", page)


def test_words_for_another_step_than_the_page_showed_are_not_sent(
    house: House, tip_id: str
) -> None:
    browser = house.inside()
    go(browser, tip_id, "asked", "informed")
    old = browser.post(f"/tips/{tip_id}/home/answer", home="asked", known="0", sure="yes")
    assert (old.status_code, house.box.answered(tip_id)) == (409, 0)


def test_without_a_code_no_words_are_offered(house: House) -> None:
    tip = a_tip(kind="return")
    house.book.file(tip)
    browser = house.inside()
    assert "/home/answer" not in browser.page(f"/tips/{tip.id}")
    told = browser.post(f"/tips/{tip.id}/home/answer", home="asked", known="0", sure="yes")
    assert told.status_code == 409


def test_the_card_shows_the_steps_instead_of_the_clock(house: House, tip_id: str) -> None:
    browser = house.inside()
    go(browser, tip_id, "asked", "informed")
    page = browser.page(f"/tips/{tip_id}/card")
    assert "ĐƯỜNG VỀ NƯỚC" in page
    assert "ĐỒNG HỒ" not in page
    assert page.count("☑") == 2
