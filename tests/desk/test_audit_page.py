"""The audit's page."""

from hotline.desk.trail import PAGE
from tests.desk.conftest import House
from tests.stores.test_audit import past_us


def test_pages_of_the_audit(house: House) -> None:
    for number in range(PAGE + 5):
        house.audit.write("lan", "tip.open", f"tip-{number:03}", house.now)
    browser = house.inside("auditor")
    first = browser.page("/audit")
    assert first.count("<tr>") == PAGE + 1
    assert 'href="/audit?before=7"' in first
    assert 'href="/audit"' not in first.split("<main", 1)[1]
    older = browser.page("/audit?before=7")
    assert older.count("<tr>") == 7
    assert "tip-000" in older
    assert 'href="/audit" rel="first"' in older


def test_looking_at_the_chain_is_written_down_and_says_what_it_found(house: House) -> None:
    browser = house.inside("auditor", "kim")
    page = browser.post("/audit/verify").get_data(as_text=True)
    assert "Chuỗi còn nguyên" in page
    assert house.audit.verify().seal[:16] in page
    assert [(act.operator, act.act) for act in house.audit.read(1)] == [("kim", "audit.verify")]
    past_us(house.engine, "UPDATE audit SET operator = 'nam' WHERE number = 1")
    assert "Chuỗi bị đứt ở dòng 1" in browser.post("/audit/verify").get_data(as_text=True)


def test_who_does_not_watch_does_not_look(house: House) -> None:
    for role in ("viewer", "operator"):
        assert house.inside(role).post("/audit/verify").status_code == 403
