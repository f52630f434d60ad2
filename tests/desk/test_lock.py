"""A desk that somebody walked away from."""

import pytest

from hotline.desk.guard import guard_of
from tests.desk.conftest import Browser, House
from tests.tips import a_tip

COUNTS = {"/", "/queue", "/queue/live", "/queue.json"}
WAYS = {"/locked", "/lock", "/unlock", "/logout"}
KEPT = {"/call/file", "/call/keep"}  # what was typed is laid down, and nothing shown


@pytest.fixture
def left(house: House) -> Browser:
    """A browser that nobody touched for a quarter of an hour."""
    browser = house.inside(name="lan")
    house.later(minutes=15)
    return browser


def unlock(browser: Browser, password: str) -> int:
    return browser.post("/unlock", "/locked", password=password).status_code


def test_only_counts_and_the_way_back_are_open_to_a_locked_session(house: House) -> None:
    rules = house.app.url_map.iter_rules()
    guards = {rule.rule: guard_of(house.app, rule.endpoint) for rule in rules}
    open_ = {rule for rule, guard in guards.items() if guard and guard.locked}
    assert open_ == COUNTS | WAYS | KEPT


def test_what_it_shows_is_counts(house: House, left: Browser) -> None:
    tip = a_tip()
    house.book.file(tip)
    assert "đang khóa" in left.page("/queue")
    assert left.get("/queue/live").status_code == 200
    for path in ("/tips", f"/tips/{tip.id}", "/deliveries", "/own"):
        assert left.get(path).headers["Location"] == "/locked"


def test_what_is_sent_from_it_is_not_done_and_said_so(house: House, left: Browser) -> None:
    tip = a_tip()
    house.book.file(tip)
    answer = left.post(f"/tips/{tip.id}/status", "/locked", status="closed")
    assert answer.headers["Location"] == "/locked?undone"
    assert "chưa được làm" in left.page("/locked?undone")
    assert left.post("/awake", "/locked").status_code == 423
    assert house.book.count("new") == 1


def test_its_operators_password_opens_it_with_all_it_held(house: House) -> None:
    browser = house.inside(name="lan")
    browser.post("/tips/filter", place="Ueno")
    house.later(minutes=15)
    assert unlock(browser, "x") == 401
    assert browser.get("/tips").status_code == 303
    assert unlock(browser, house.known["lan"].password) == 303
    assert 'value="Ueno"' in browser.page("/tips")


def test_five_wrong_passwords_end_it(house: House, left: Browser) -> None:
    assert [unlock(left, "x") for _ in range(5)] == [401] * 4 + [303]
    assert left.get("/queue").headers["Location"] == "/login"


def test_it_locks_on_asking(house: House) -> None:
    browser = house.inside(name="lan")
    assert browser.post("/lock").headers["Location"] == "/locked"
    assert browser.get("/tips").headers["Location"] == "/locked"
    assert unlock(browser, house.known["lan"].password) == 303
    assert browser.get("/locked").headers["Location"] == "/queue"


def test_who_types_is_awake_and_a_page_that_asks_is_not(house: House) -> None:
    typing, asking = house.inside(name="lan"), house.inside(name="nam")
    token = typing.token("/queue")
    for _ in range(3):
        house.later(minutes=10)
        sent = {"csrf_token": token}
        assert typing.client.post("/awake", data=sent).status_code == 204
        for path in ("/queue/live", "/queue.json", "/queue?quiet"):
            assert asking.get(path).status_code == 200
    assert typing.get("/tips").status_code == 200
    assert asking.get("/tips").headers["Location"] == "/locked"


def test_words_do_not_stay_on_a_screen_without_script(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside()
    shown = browser.post(f"/tips/{tip.id}/show").get_data(as_text=True)
    refresh = '<noscript><meta http-equiv="refresh" content="900; url=/locked"></noscript>'
    assert refresh in shown
    assert refresh not in browser.page(f"/tips/{tip.id}")
