"""Deliveries at the desk: seen, decided by who may, each decision written down."""

import re

import pytest

from hotline.desk.post import PAGE
from tests.desk.conftest import Browser, House
from tests.tips import a_tip


def ids(house: House, sink: str = "", state: str = "") -> list[str]:
    return [each.id for each in house.post.list(state, sink)]


def state(house: House, delivery_id: str) -> str:
    found = house.post.row(delivery_id)
    return found.state if found else "gone"


def decide(browser: Browser, decision: str, *chosen: str, **form: str) -> tuple[int, str]:
    data = {"csrf_token": browser.token("/queue"), "id": list(chosen), **form}
    answer = browser.client.post(f"/deliveries/{decision}", data=data)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def two(house: House) -> tuple[str, str]:
    """The deliveries of one tip: to the helpers, and held for the consulate."""
    house.book.file(a_tip(role="self"))
    (free,), (held,) = ids(house, "ngo"), ids(house, "consulate")
    return free, held


def test_what_waits_for_whom_is_on_the_page(house: House, two: tuple[str, str]) -> None:
    page = house.inside("viewer").page("/deliveries")
    for word in ("ngo", "consulate", "lãnh sự đọc", "Chờ người cho gửi", "Chờ đến lượt"):
        assert word in page
    assert "formaction" not in page
    only = house.inside().page("/deliveries?state=held")
    assert two[1] in only
    assert two[0] not in only
    assert "Chờ cho gửi" in house.inside("auditor").page("/queue")


def test_letting_go_wants_to_be_sure_and_happens_once(house: House, two: tuple[str, str]) -> None:
    browser = house.inside(name="lan")
    status, page = decide(browser, "release", two[1])
    assert (status, state(house, two[1])) == (400, "held")
    assert "hãy đánh dấu" in page
    status, page = decide(browser, "release", two[1], sure="yes")
    assert (status, state(house, two[1])) == (200, "due")
    assert "1 đã làm, 0 không" in page
    _, page = decide(browser, "release", two[1], sure="yes")
    assert "0 đã làm, 1 không" in page
    acts = [(a.operator, a.act, a.what) for a in house.audit.read() if a.act != "login"]
    assert acts == [("lan", "delivery.release", two[1])]


def test_parking_replaying_and_discarding(house: House, two: tuple[str, str]) -> None:
    browser, admin = house.inside(), house.inside("admin")
    decide(browser, "park", *two)
    assert [state(house, each) for each in two] == ["held", "held"]
    decide(browser, "release", two[0], sure="yes")
    (leased,) = house.post.lease(100, 10, 10)
    house.post.settle(leased, "parked", 9999, "refused")
    assert "Có tin không đến được nơi nhận" in browser.page("/queue")
    assert "refused" in browser.page("/deliveries?state=parked")
    decide(browser, "replay", two[0])
    assert [d.id for d in house.post.lease(200, 10, 10)] == [two[0]]
    assert decide(browser, "discard", two[1], sure="yes")[0] == 403
    assert decide(admin, "discard", two[1])[0] == 400
    assert state(house, two[1]) == "held"
    decide(admin, "discard", two[1], sure="yes")
    assert state(house, two[1]) == "discarded"
    _, page = decide(browser, "replay", two[1])
    assert "0 đã làm, 1 không" in page


def test_all_that_is_parked_is_sent_again(house: House) -> None:
    for _ in range(PAGE + 3):
        house.book.file(a_tip(role="self"))
    for each in house.post.lease(100, 10, 500):
        house.post.settle(each, "parked", 9999, "refused")
    _, page = decide(house.inside(), "replay", all="yes", state="parked", sink="ngo")
    assert f"{PAGE + 3} đã làm" in page
    assert len(ids(house, state="due")) == PAGE + 3
    assert len([a for a in house.audit.read() if a.act == "delivery.replay"]) == PAGE + 3


def test_all_of_everything_is_not_offered(house: House, two: tuple[str, str]) -> None:
    _, page = decide(house.inside("admin"), "discard", all="yes", sure="yes", state="no such")
    assert "0 đã làm, 0 không" in page
    assert [state(house, each) for each in two] == ["due", "held"]


@pytest.mark.parametrize("what", ["explode", "replay/x", "", "Release"])
def test_there_are_four_decisions(house: House, what: str) -> None:
    assert decide(house.inside("admin"), what)[0] in (404, 405)


def test_what_is_not_there_changes_nothing(house: House, two: tuple[str, str]) -> None:
    status, page = decide(house.inside(), "replay", "x", "' OR 1", "\x00")
    assert (status, "0 đã làm" in page) == (200, True)
    odd = house.inside().page("/deliveries?state=x&sink=<b>&after=%00&tip=%F0")
    assert "<b>" not in odd


def test_pages_cost_the_same_however_many_there_are(house: House) -> None:
    asked: list[int] = []
    browser = house.inside("viewer")
    for count in (3, PAGE + 10):
        for _ in range(count):
            house.book.file(a_tip(role="self"))
        with house.asked() as statements:
            page = browser.page("/deliveries?sink=ngo")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    found = re.search(r'href="([^"]+)" rel="next"', page)
    assert found
    second = browser.page(found[1].replace("&amp;", "&"))
    assert second.count("<code>") == 13


def test_a_tips_page_says_where_it_went(house: House) -> None:
    tip = a_tip(role="self")
    house.book.file(tip)
    browser = house.inside()
    assert f'href="/deliveries?tip={tip.id}"' in browser.page(f"/tips/{tip.id}")
    assert tip.id[:8] in browser.page(f"/deliveries?tip={tip.id}")
