"""A call that an operator took, typed in at the desk, on the stores that every report goes by."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hotline import wiring_book
from hotline.conversation import receipt
from hotline.desk import create_desk
from hotline.settings import Settings
from hotline.stores.sealing import Sealer
from tests.channels.test_coming_back import keyed, spoken_code
from tests.desk.conftest import Browser, House, a_house
from tests.line import TestLine, action, spoken

STORY = "Anh Tuấn quê Nghệ An bị bắt tối qua ở ga Ueno, số anh ấy là 090-1234-5678."
FRIEND = "+840000000077"


@pytest.fixture
def office(line: TestLine, tmp_path: Path) -> Iterator[House]:
    """A desk beside a line: what is typed here goes to where callers' reports wait."""
    with a_house(tmp_path) as house:
        house.now = line.now
        house.room = replace(house.room, clerk=wiring_book.clerk(line.settings))
        house.app = create_desk(house.room)
        house.app.testing = True
        yield house


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def chosen(page: str) -> str:
    found = re.search(r'name="station" value="([^"]*)" required checked', page)
    return found[1] if found else ""


def looked_at(browser: Browser, **form: str) -> dict[str, str]:
    """The form as it stands after its first look, the station ticked that is meant beyond doubt."""
    name = hidden(browser.page("/call"), "form")
    page = text(browser.post("/call/file", form=name, **form))
    return {**form, "form": name, "seen": hidden(page, "seen"), "station": chosen(page)}


def filed(browser: Browser, **form: str) -> TestResponse:
    return browser.post("/call/file", **looked_at(browser, **form), file="1")


def code_on(page: str) -> str:
    found = re.search(r"<code>(\d{4} \d{4} \d{4} \d{4})</code>", page)
    return found[1] if found else ""


def test_a_call_becomes_a_tip_as_every_report_does(office: House, line: TestLine) -> None:
    browser = office.inside(name="lan")
    answer = filed(browser, said=STORY, kind="arrest", role="witness", age="28", home="nghe an")
    assert answer.status_code == 200
    (tip,) = line.tips()
    assert f'href="/tips/{tip.id}"' in text(answer)
    assert (tip.channel, tip.kind, tip.role) == ("operator", "arrest", "witness")
    assert tip.complete
    assert "090" not in tip.narrative
    assert tip.redacted["phone"] == 1
    assert [s.name for s in tip.place.stations] == ["上野"]
    assert tip.place.prefecture == "13"
    assert (tip.when.start, tip.when.precision) == ("2026-11-22T18:00", "part_of_day")
    assert [(p.age, p.hometown) for p in tip.people.sought] == [(28, "Nghệ An")]
    assert not tip.follow_up.receipt
    assert line.figures().account.adrift == 0
    act = office.audit.read(1)[0]
    assert (act.operator, act.act, act.what) == ("lan", "tip.typed", tip.id)


def test_what_is_understood_is_shown_before_it_counts(office: House, line: TestLine) -> None:
    browser = office.inside()
    name = hidden(browser.page("/call"), "form")
    page = text(browser.post("/call/file", form=name, said=STORY, file="1"))
    assert "上野" in page
    assert "22/11/2026, 18:00" in page
    assert "1 số điện thoại" in page
    assert 'value="Tuấn"' in page
    assert 'value="Nghệ An"' in page
    assert line.tips() == []
    form = {"form": name, "said": STORY, "seen": hidden(page, "seen"), "station": chosen(page)}
    other = text(browser.post("/call/file", **{**form, "place": "shin okubo"}, file="1"))
    assert "máy hiểu khác lần trước" in other
    assert "新大久保" in other
    assert line.tips() == []


def test_a_station_in_doubt_is_chosen_by_the_operator(office: House, line: TestLine) -> None:
    browser = office.inside()
    form = looked_at(browser, said="Có người ngất ở ga", kind="injury", place="ga Fukushima")
    assert form["station"] == ""
    refused = browser.post("/call/file", **form, file="1")
    assert refused.status_code == 400
    offered = re.findall(r'name="station" value="([^"]+)" required', text(refused))
    assert len(offered) > 3
    form["station"] = offered[1]
    assert browser.post("/call/file", **form, file="1").status_code == 200
    (tip,) = line.tips()
    assert len(tip.place.stations) == 1
    assert tip.place.text == "ga Fukushima"
    assert tip.place.prefecture == tip.place.stations[0].prefecture


@pytest.mark.parametrize(("station", "stations"), [("any", 2), ("none", 0)])
def test_doubt_may_stay(office: House, line: TestLine, station: str, stations: int) -> None:
    browser = office.inside()
    form = looked_at(browser, said="Có người ngất", place="ga Fukushima")
    assert browser.post("/call/file", **{**form, "station": station}, file="1").status_code == 200
    (tip,) = line.tips()
    assert len(tip.place.stations) == stations


BAD = [
    ({"said": "  "}, "Chưa có lời kể"),
    ({"said": "ạ" * 4_001}, "dài nhất 4000"),
    ({"said": STORY, "name": "x" * 101}, "dài nhất 4000"),
    ({"said": STORY, "count": "ba"}, "Số người phải là"),
    ({"said": STORY, "count": "0"}, "Số người phải là"),
    ({"said": STORY, "count": "10000"}, "Số người phải là"),
    ({"said": STORY, "age": "121"}, "Tuổi phải là"),
    ({"said": STORY, "age": "²"}, "Tuổi phải là"),
]


@pytest.mark.parametrize(("form", "why"), BAD)
def test_what_is_no_report_is_told_and_not_lost(
    office: House, line: TestLine, form: dict[str, str], why: str
) -> None:
    browser = office.inside()
    name = hidden(browser.page("/call"), "form")
    answer = browser.post("/call/file", form=name, **form, file="1")
    assert answer.status_code == 400
    page = text(answer)
    assert why in page
    assert 'role="alert"' in page
    assert all(value.strip() in page for value in form.values())
    assert line.tips() == []


def test_the_longest_words_are_taken_whole(office: House, line: TestLine) -> None:
    said = "𠮷" * 3_990
    assert filed(office.inside(), said=said, description="x" * 500).status_code == 200
    (tip,) = line.tips()
    assert said in tip.narrative


def test_more_than_can_be_sealed_is_told(
    office: House, line: TestLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(self: Sealer, plain: bytes) -> bytes:
        raise ValueError("too long to seal")

    monkeypatch.setattr(Sealer, "close", too_long)
    answer = filed(office.inside(), said="Cho tôi hỏi về lương")
    monkeypatch.undo()
    assert answer.status_code == 400
    assert "rút ngắn" in text(answer)
    assert line.tips() == []


def test_choices_that_are_none_are_left_open(office: House, line: TestLine) -> None:
    odd = {"kind": "x", "role": "x", "language": "x", "prefecture": "99", "gender": "x"}
    assert filed(office.inside(), said="Cho tôi hỏi về lương", **odd).status_code == 200
    (tip,) = line.tips()
    assert (tip.role, tip.language, tip.place.prefecture) == ("unknown", "vi", None)


@pytest.mark.parametrize("name", ["", "x" * 21, "x" * 23, "../" + "x" * 19])
def test_a_form_without_its_name_is_refused(office: House, name: str) -> None:
    assert office.inside().post("/call/file", form=name, said=STORY).status_code == 400


def test_a_second_press_finds_the_first(office: House, line: TestLine) -> None:
    browser = office.inside()
    form = {**looked_at(browser, said=STORY), "code": "yes", "file": "1"}
    first, second = browser.post("/call/file", **form), browser.post("/call/file", **form)
    assert code_on(text(first)) == code_on(text(second)) != ""
    assert len(line.tips()) == 1
    assert code_on(text(browser.post("/call/file", **form))) == code_on(text(first))
    assert len(line.tips()) == 1
    assert [act.act for act in office.audit.read()].count("tip.typed") == 1
    assert line.figures().totals["accepted"] == 1
    assert line.figures().totals["receipts"] == 1


def test_another_operator_comes_by_no_form_of_mine(office: House, line: TestLine) -> None:
    form = {**looked_at(office.inside(name="lan"), said=STORY), "code": "yes", "file": "1"}
    mine = code_on(text(office.inside(name="minh").post("/call/file", **form)))
    assert mine
    line.tips()
    assert code_on(text(office.inside(name="hoa").post("/call/file", **form))) != mine
    assert len(line.tips()) == 2


def test_the_code_read_out_opens_once_and_is_followed_by_another(
    office: House, line: TestLine
) -> None:
    code = code_on(text(filed(office.inside(), said=STORY, code="yes")))
    assert receipt.is_whole(receipt.read(code) or "")
    (tip,) = line.tips()
    assert tip.follow_up.receipt
    assert line.book.reply_box.answer(tip.id, "Anh ấy ở đồn Ueno.")
    line.tips()
    told = line.text(code, FRIEND)
    assert "Ueno" in told
    (new,) = re.findall(r"\d{4} \d{4} \d{4} \d{4}", told)
    assert new != code
    unknown = line.text(receipt.make(lambda _: 123_456_789), "+840000000080")
    assert line.text(code, "+840000000081") == unknown
    for other in ("+840000000082", "+840000000083"):
        again = line.text(new, other)
        assert again != unknown
        assert not re.search(r"\d{4} \d{4} \d{4}", again)
    line.tips()
    assert line.book.reply_box.has_box(tip.id)


def test_on_a_call_the_new_code_is_read_out_and_keyed_back(office: House, line: TestLine) -> None:
    code = receipt.read(code_on(text(filed(office.inside(), said=STORY, code="yes")))) or ""
    line.tips()
    sid = line.sid("CA")
    told = keyed(line, sid, line.call(sid), "4", code)
    new = spoken_code(told)[-16:]
    assert new != code
    assert "Bạn muốn làm gì" in spoken(line.call(sid, action(told), Digits=new))
    assert line.figures().totals["confirmed"] == 1


def test_a_lock_in_the_middle_loses_nothing(office: House, line: TestLine) -> None:
    browser = office.inside(name="lan")
    form = looked_at(browser, said=STORY, name="Tuấn")
    token = browser.token("/call")
    office.later(minutes=16)
    answer = browser.client.post("/call/file", data={"csrf_token": token, **form, "file": "1"})
    assert answer.headers["Location"] == "/locked?kept"
    assert "vẫn còn nguyên" in browser.page("/locked?kept")
    assert line.tips() == []
    assert browser.get("/call").headers["Location"] == "/locked"
    open_ = {"csrf_token": token, "password": office.known["lan"].password}
    assert browser.client.post("/unlock", data=open_).headers["Location"] == "/call"
    page = browser.page("/call")
    assert STORY in page
    assert hidden(page, "form") == form["form"]
    assert browser.post("/call/file", **form, file="1").status_code == 200
    assert len(line.tips()) == 1
    assert STORY not in browser.page("/call")


def test_what_is_typed_is_laid_down_closed_and_thrown_away_on_asking(office: House) -> None:
    browser = office.inside()
    name = hidden(browser.page("/call"), "form")
    assert browser.post("/call/keep", form=name, said=STORY).status_code == 204
    assert STORY in browser.page("/call")
    with office.engine.connect() as held:
        notes = held.exec_driver_sql("SELECT notes FROM desk_sessions").scalars().all()
    assert all(b"Ueno" not in bytes(each) for each in notes)
    assert browser.post("/call/drop").status_code == 303
    assert STORY not in browser.page("/call")


def test_while_the_store_is_away_the_words_stay(office: House, line: TestLine) -> None:
    browser = office.inside()
    form = looked_at(browser, said=STORY)
    well, env = office.room, line.settings_env()
    env["HOTLINE_DURABLE_REDIS_URL"] = "unix:///nowhere.sock"
    broken = wiring_book.clerk(Settings.from_env(env))
    for clerk, status in ((broken, 503), (well.clerk, 200)):
        office.app = create_desk(replace(well, clerk=clerk))
        browser.client.application = office.app
        answer = browser.post("/call/file", **form, file="1")
        assert answer.status_code == status
        assert (STORY in text(answer)) == (status == 503)
    assert len(line.tips()) == 1


def test_a_desk_without_the_public_key_says_so(house: House) -> None:
    browser = house.inside()
    assert "chưa có khoá công khai" in browser.page("/call")
    assert 'href="/call"' not in browser.page("/queue")


def test_a_desk_without_the_pepper_gives_no_codes(line: TestLine) -> None:
    clerk = wiring_book.clerk(replace(line.settings, receipt_pepper=""))
    assert clerk is not None
    assert clerk.receipts is None
