"""A case at the desk: notes, closing, one case of two, two of one, and where and when."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.desk.lastseen import trail
from hotline.intake.matching import match_due
from hotline.records.listing import TipRow
from hotline.records.tip import Place, Tip, TipStation, TipWhen
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.cases import SqlCases
from hotline.stores.matches import SqlMatches
from tests.desk.conftest import Browser, House
from tests.records.test_matching import seen
from tests.tips import a_tip

KAWASAKI = TipStation("川崎", "Kawasaki", "14", "川崎市川崎区", 35.5312, 139.6970, 1.0)
UENO = TipStation("上野", "Ueno", "13", "台東区", 35.7138, 139.7770, 0.7)
NOTE = "Luật sư Tanaka nhận vụ này."


def filed(house: House, *tips: Tip) -> str:
    """The case that some tips of one event become."""
    for tip in tips:
        house.book.file(tip)
    assert isinstance(house.room.matches, SqlMatches)
    match_due(house.room.matches, house.book.read)
    found = house.room.matches.case(tips[0].id)
    assert found is not None
    return found[0]


def there(**changes: object) -> Tip:
    return seen(place=Place("", (KAWASAKI,), "14"), **changes)


@pytest.fixture
def case_id(house: House) -> str:
    return filed(house, *(seen() for _ in range(3)))


def acts(house: House, most: int = 9) -> list[tuple[str, str]]:
    lines = [(act.act, act.what) for act in house.audit.read(most)]
    return [line for line in lines if line[0] != "login"]


def tips_of(house: House, case_id: str) -> tuple[str, ...]:
    found = house.room.cases.of(case_id)
    return found.tips if found else ()


def row(house: House, tip_id: str) -> TipRow:
    found = house.book.row(tip_id)
    assert found is not None
    return found


def test_notes_are_for_who_handles_and_shown_on_asking(house: House, case_id: str) -> None:
    browser = house.inside(name="lan")
    browser.post(f"/cases/{case_id}/note", text=NOTE)
    assert browser.post(f"/cases/{case_id}/note", text=NOTE).status_code == 303
    page = browser.page(f"/cases/{case_id}")
    assert "Đọc ghi chú" in page
    assert NOTE not in page
    assert NOTE in browser.post(f"/cases/{case_id}/notes").get_data(as_text=True)
    assert acts(house)[:1] == [("case.notes", case_id)]
    assert ("case.note", case_id) in acts(house)
    with house.engine.connect() as held:
        closed = held.exec_driver_sql("SELECT content FROM cases").scalar_one()
    assert b"Tanaka" not in bytes(closed)
    assert house.inside("viewer").post(f"/cases/{case_id}/notes").status_code == 403


def test_notes_that_no_key_here_opens_leave_the_page_standing(house: House, case_id: str) -> None:
    SqlCases(house.engine, key_ring(new_key())).note(case_id, "lan", NOTE, house.now)
    browser = house.inside()
    assert browser.get(f"/cases/{case_id}").status_code == 200
    for path, form in (("notes", {}), ("note", {"text": "x"})):
        answer = browser.post(f"/cases/{case_id}/{path}", **form)
        assert answer.status_code == 400
        assert "Không có khoá mở" in answer.get_data(as_text=True)
    other = filed(house, there(), there())
    answer = browser.post(f"/cases/{other}/merge", other=case_id, sure="yes")
    assert answer.status_code == 400
    assert len(tips_of(house, case_id)) == 3


@pytest.mark.parametrize("text", ["  ", "x" * 2_001])
def test_a_note_that_is_none_is_told_and_not_lost(house: House, case_id: str, text: str) -> None:
    answer = house.inside().post(f"/cases/{case_id}/note", text=text)
    assert answer.status_code == 400
    assert "dài nhất 2000" in answer.get_data(as_text=True)
    assert text.strip() in answer.get_data(as_text=True)
    assert house.room.cases.notes(case_id) == ()


def test_closing_closes_its_tips_but_for_those_that_somebody_has(
    house: House, case_id: str
) -> None:
    mine, taken, free = tips_of(house, case_id)
    house.room.work.claim(mine, "lan", house.now)
    house.room.work.claim(taken, "minh", house.now)
    browser = house.inside(name="lan")
    answer = browser.post(f"/cases/{case_id}/state", state="closed")
    assert answer.headers["Location"] == f"/cases/{case_id}?left"
    assert [row(house, each).state for each in (mine, taken, free)] == ["closed", "new", "closed"]
    assert {("tip.closed", mine), ("tip.closed", free), ("case.closed", case_id)} <= {*acts(house)}
    assert ("tip.closed", taken) not in acts(house)
    assert f'href="/cases/{case_id}"' not in browser.page("/cases")
    assert f'href="/cases/{case_id}"' in browser.page("/cases?state=closed")
    browser.post(f"/cases/{case_id}/state", state="open")
    assert row(house, mine).state == "closed"
    assert f'href="/cases/{case_id}"' in browser.page("/cases")
    assert browser.post(f"/cases/{case_id}/state", state="ended").status_code == 400


def test_a_closed_case_that_a_tip_joins_is_open_again(house: House, case_id: str) -> None:
    house.room.cases.set_state(case_id, "closed")
    assert filed(house, seen()) == case_id
    found = house.room.cases.of(case_id)
    assert found is not None
    assert found.state == "open"


def test_two_cases_become_one_with_all_their_notes(house: House, case_id: str) -> None:
    other = filed(house, there(), there())
    browser, both = house.inside(), {*tips_of(house, case_id), *tips_of(house, other)}
    browser.post(f"/cases/{other}/note", text=NOTE)
    house.room.cases.note(case_id, "lan", "Sau đó.", house.now + timedelta(hours=1))
    house.room.cases.set_state(case_id, "closed")
    answer = browser.post(f"/cases/{case_id}/merge", other=f" {other.upper()} ", sure="yes")
    assert answer.status_code == 303
    assert {*tips_of(house, case_id)} == both
    assert [note.text for note in house.room.cases.notes(case_id)] == [NOTE, "Sau đó."]
    assert browser.get(f"/cases/{other}").status_code == 404
    assert {("case.merge", case_id), ("case.merge", other)} <= {*acts(house)}
    found = house.room.cases.of(case_id)
    assert found is not None
    assert found.state == "open"


def test_an_accepted_match_of_two_cases_keeps_the_notes_of_both(house: House) -> None:
    late = TipWhen("", "2026-11-22T23:00", "2026-11-23T00:00", "hour")
    early = TipWhen("", "2026-11-22T18:00", "2026-11-22T19:00", "hour")
    one, other = [seen(when=early) for _ in range(2)], [seen(when=late) for _ in range(2)]
    first, second = filed(house, *one), filed(house, *other)
    if first == second:
        pytest.skip("these tips are of one case already")
    house.room.cases.note(second, "lan", NOTE, house.now)
    found = [p.other for p in house.room.matches.of(one[0].id) if p.other in tips_of(house, second)]
    assert found
    assert house.room.matches.decide(one[0].id, found[0], "accepted", "2026-11-24T12:00+09:00")
    assert [note.text for note in house.room.cases.notes(first)] == [NOTE]


@pytest.mark.parametrize(
    ("other", "sure", "why"),
    [
        ("itself", "yes", "Không có vụ nào"),
        ("x" * 36, "yes", "Không có vụ nào"),
        ("<b>", "yes", "Không có vụ nào"),
        ("another", "", "đánh dấu"),
    ],
)
def test_a_merge_that_makes_no_sense_changes_nothing(
    house: House, case_id: str, other: str, sure: str, why: str
) -> None:
    another = filed(house, there(), there())
    names = {"itself": case_id, "another": another}
    form = {"other": names.get(other, other), "sure": sure}
    answer = house.inside().post(f"/cases/{case_id}/merge", **form)
    assert answer.status_code == 400
    assert why in answer.get_data(as_text=True)
    assert len(tips_of(house, case_id)) == 3
    assert len(tips_of(house, another)) == 2


def split(browser: Browser, case_id: str, *tips: str, sure: str = "yes") -> tuple[int, str]:
    form = {"csrf_token": browser.token("/queue"), "tip": [*tips], "sure": sure}
    answer = browser.client.post(f"/cases/{case_id}/split", data=form)
    return answer.status_code, answer.headers.get("Location", "")


def test_tips_that_leave_become_a_case_and_do_not_come_back(house: House) -> None:
    case_id = filed(house, *(seen() for _ in range(4)))
    one, two, three, four = tips_of(house, case_id)
    house.room.cases.note(case_id, "lan", NOTE, house.now)
    status, place = split(house.inside(), case_id, one, two)
    assert status == 303
    assert tips_of(house, place.removeprefix("/cases/")) == (one, two)
    assert tips_of(house, case_id) == (three, four)
    assert [note.text for note in house.room.cases.notes(case_id)] == [NOTE]
    assert ("case.split", case_id) in acts(house)
    assert isinstance(house.room.matches, SqlMatches)
    house.room.matches.again()
    match_due(house.room.matches, house.book.read)
    assert tips_of(house, case_id) == (three, four)
    assert {pair.other for pair in house.room.matches.of(one)} == {two}


def test_one_tip_that_leaves_stands_alone(house: House, case_id: str) -> None:
    one, *rest = tips_of(house, case_id)
    assert split(house.inside(), case_id, one) == (303, f"/tips/{one}")
    assert house.room.matches.case(one) is None
    assert tips_of(house, case_id) == tuple(rest)


def test_a_split_that_makes_no_sense_changes_nothing(house: House, case_id: str) -> None:
    browser, all_of_it = house.inside(), tips_of(house, case_id)
    stranger = a_tip(kind="wages")
    house.book.file(stranger)
    for tips in ((), all_of_it, (stranger.id,), (all_of_it[0], stranger.id), ("<b>",)):
        assert split(browser, case_id, *tips)[0] == 400
    assert split(browser, case_id, all_of_it[0], sure="")[0] == 400
    assert tips_of(house, case_id) == all_of_it


@pytest.mark.parametrize("act", ["note", "notes", "state", "merge", "split"])
def test_who_only_reads_changes_no_case_and_is_not_offered_to(
    house: House, case_id: str, act: str
) -> None:
    browser = house.inside("viewer")
    assert browser.post(f"/cases/{case_id}/{act}", text="x", state="closed").status_code == 403
    assert f"/{act}" not in browser.page(f"/cases/{case_id}")
    assert house.inside().post(f"/cases/{'x' * 36}/{act}", text="x").status_code == 404


def test_the_trail_is_in_the_order_of_what_happened(house: House) -> None:
    first, last = "2026-11-20T08:00", "2026-11-22T18:00"
    tips = [
        seen(when=TipWhen("", last, "2026-11-23T00:00", "part_of_day")),
        there(when=TipWhen("", first, "2026-11-20T09:00", "hour")),
        replace(seen(), place=Place("", (UENO, KAWASAKI), "13"), when=TipWhen("hôm nọ")),
        replace(seen(), place=Place("đâu đó"), when=TipWhen()),
    ]
    found = trail(tips)
    assert [(s.at, s.name, s.sure) for s in found.stops][:2] == [
        (first, "川崎", True),
        (last, "新大久保", True),
    ]
    assert {(s.told, s.sure, s.name) for s in found.stops[2:]} == {
        (True, False, "上野"),
        (True, False, ""),
    }
    assert [(a.name, b.name) for a, b in found.lines] == [
        ("川崎", "新大久保"),
        ("新大久保", "上野"),
    ]
    assert found.view is not None
    for stop in found.drawn:
        assert stop.x is not None
        assert stop.y is not None
        assert found.view.x < stop.x < found.view.x + found.view.width
        assert found.view.y < stop.y < found.view.y + found.view.height


def test_a_trail_without_a_place_is_a_list_without_a_map(house: House) -> None:
    found = trail([seen(place=Place("đâu đó"))])
    assert (found.view, found.lines, len(found.stops)) == (None, (), 1)
    assert trail([]).stops == ()


def test_the_page_draws_the_trail_and_says_it(house: House, case_id: str) -> None:
    page = house.inside("viewer").page(f"/cases/{case_id}")
    assert len(re.findall(r"<circle", page)) == 3
    assert "<line" not in page  # all at one station
    assert page.count("22/11/2026, 18:00") == 3
