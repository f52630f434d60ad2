"""Tips at the desk: covered until asked for, and text whatever they are made of."""

import re
import unicodedata
from dataclasses import replace

import pytest

from hotline.desk.showing import visible
from hotline.records.tip import Attachment, People, Place, Sought, TipWhen
from tests.desk.conftest import House
from tests.tips import STORY, a_tip

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7777*7777 }}</div></main> "
    "\u202egnp.exe\u2066x\u2069 a\u200bb\ufeff\x07\x1b[31m " + "e" + "\u0301" * 200 + " "
    "javascript:alert(1)\u2028\u3164"
)


def test_the_list_shows_places_and_no_words(house: House) -> None:
    house.book.file(a_tip())
    page = house.inside().page("/tips")
    assert "新大久保" in page
    assert "Bị bắt" in page
    assert "Tokyo" in page
    assert STORY not in page


def test_words_are_covered_until_asked_for(house: House) -> None:
    talk = Attachment("a", "audio/mpeg", 41, True, "nghe được thế này")
    tip = a_tip(attachments=(talk,))
    house.book.file(tip)
    browser = house.inside()
    covered = browser.page(f"/tips/{tip.id}")
    assert STORY not in covered
    assert "nghe được thế này" not in covered
    for word in ("Tuấn", "Nghệ An", "ga sin okubo", "tối qua", "audio/mpeg", "3 người", "41 giây"):
        assert word in covered
    shown = browser.post(f"/tips/{tip.id}/show").get_data(as_text=True)
    assert STORY in shown
    assert "nghe được thế này" in shown


def test_asking_is_written_down_and_marks_it_seen(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside(name="lan")
    browser.page(f"/tips/{tip.id}")
    assert house.book.count("new") == 1
    browser.post(f"/tips/{tip.id}/show")
    assert house.book.count("seen") == 1
    acts = [(act.operator, act.act, act.what) for act in house.audit.read()][:2]
    assert acts == [("lan", "tip.show", tip.id), ("lan", "tip.open", tip.id)]


@pytest.mark.parametrize("tip_id", ["x", "00000000-0000-4000-8000-000000000000", "../etc", "%00"])
def test_a_tip_that_is_not_there(house: House, tip_id: str) -> None:
    browser = house.inside()
    assert browser.get(f"/tips/{tip_id}").status_code == 404
    for act in ("show", "claim", "unclaim", "status", "labels", "note", "answer"):
        assert browser.post(f"/tips/{tip_id}/{act}", status="closed").status_code == 404
    assert [act.act for act in house.audit.read()] == ["login"]


def test_an_erased_tip_is_not_there(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    house.book.erase(tip.id)
    assert house.inside().get(f"/tips/{tip.id}").status_code == 404


def test_a_tip_that_goes_on_is_linked_both_ways(house: House) -> None:
    first = a_tip()
    second = a_tip(follows=first.id)
    house.book.file(first)
    house.book.file(second)
    browser = house.inside()
    assert f'href="/tips/{first.id}"' in browser.page(f"/tips/{second.id}")
    assert f'href="/tips/{second.id}"' in browser.page(f"/tips/{first.id}")


def test_a_tip_that_says_nothing_is_a_page_too(house: House) -> None:
    tip = a_tip(
        place=Place(), when=TipWhen(), people=People(), narrative="", attachments=(), redacted={}
    )
    house.book.file(tip)
    browser = house.inside()
    assert "Không nói." in browser.page(f"/tips/{tip.id}")
    assert "Không có lời kể" in browser.post(f"/tips/{tip.id}/show").get_data(as_text=True)


def test_filters_lie_in_the_session_not_in_the_url(house: House) -> None:
    here, there = a_tip(), a_tip(kind="wages", place=Place("Osaka", (), "27"), complete=False)
    house.book.file(here)
    house.book.file(there)
    browser = house.inside()
    answer = browser.post("/tips/filter", place="SHIN okubo", prefecture="13", kind="arrest")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tips")
    page = browser.page("/tips")
    assert here.id in page
    assert there.id not in page
    assert 'value="SHIN okubo"' in page
    browser.post("/tips/filter", complete="no")
    assert there.id in browser.page("/tips")
    assert here.id not in browser.page("/tips")
    browser.post("/tips/filter", clear="1", kind="arrest")
    page = browser.page("/tips")
    assert here.id in page
    assert there.id in page


def test_filters_are_each_operators_own(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    house.inside(name="lan").post("/tips/filter", kind="wages")
    assert tip.id in house.inside(name="nam").page("/tips")


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "x"},
        {"prefecture": "99"},
        {"since": "2026-99-99"},
        {"until": "9999-12-31"},
        {"until": "yesterday"},
        {"complete": "maybe"},
        {"state": "'; DROP TABLE tips"},
    ],
)
def test_filters_that_make_no_sense_are_no_filters(house: House, form: dict[str, str]) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside()
    browser.post("/tips/filter", **form)
    assert tip.id in browser.page("/tips")


def test_days_filter(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside()
    browser.post("/tips/filter", since="2026-11-23", until="2026-11-23")
    assert tip.id in browser.page("/tips")
    browser.post("/tips/filter", since="2026-11-24")
    assert tip.id not in browser.page("/tips")


def test_pages_of_the_list(house: House) -> None:
    for hour in range(24):
        for _ in range(3):
            house.book.file(a_tip(received=f"2026-11-23T{hour:02}:00+09:00"))
    browser = house.inside()
    first = browser.page("/tips")
    found = re.search(r'href="(/tips\?after=[\w.-]+)" rel="next"', first)
    assert found
    assert "after=2026112307." in found[1]
    second = browser.page(found[1])
    assert len(re.findall(r"<li class=\"new\"", second)) == 22
    assert 'rel="next"' not in second
    assert 'href="/tips" rel="first"' in second
    for after in ("x", "-1", "2026112307.", "%00", "2026112307." + "a" * 99):
        assert browser.page(f"/tips?after={after}").count('<li class="new"') == 50


def test_a_page_asks_the_database_as_often_with_fifty_tips_as_with_one(house: House) -> None:
    browser = house.inside()
    asked = []
    for count in (1, 60):
        for _ in range(count):
            house.book.file(a_tip())
        with house.asked() as statements:
            browser.page("/tips")
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_a_place_is_found_however_it_is_spelled_and_said_how_it_was_read(house: House) -> None:
    tip = a_tip(place=Place("", a_tip().place.stations, "13"))
    house.book.file(tip)
    browser = house.inside()
    browser.post("/tips/filter", place="sin okubo")
    page = browser.page("/tips")
    assert tip.id in page
    assert "Ga có thể là:" in page
    browser.post("/tips/filter", place="ueno")
    assert tip.id not in browser.page("/tips")


def hostile_everywhere() -> dict[str, object]:
    """Every free text of a tip, hostile."""
    return {
        "place": Place(HOSTILE, (replace(a_tip().place.stations[0], name=HOSTILE),), "13"),
        "when": TipWhen(HOSTILE),
        "people": People(1, (Sought(HOSTILE, None, None, HOSTILE, HOSTILE),)),
        "narrative": HOSTILE,
        "attachments": (Attachment("x", HOSTILE, 1, False, HOSTILE),),
    }


def test_a_hostile_tip_is_text(house: House) -> None:
    tip = a_tip(**hostile_everywhere())
    house.book.file(tip)
    browser = house.inside()
    pages = [
        browser.page("/tips"),
        browser.page(f"/tips/{tip.id}"),
        browser.post(f"/tips/{tip.id}/show").get_data(as_text=True),
    ]
    for page in pages:
        body = page.split("<main", 1)[1]
        assert "<script" not in body
        assert "<img" not in body
        assert "&lt;script&gt;" in body
        assert body.count("</main>") == 1
        assert "60481729" not in body
        hidden = [c for c in body if unicodedata.category(c) in ("Cf", "Zl", "Zp")]
        assert hidden == []
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", body)
        assert "\u0301\u0301\u0301\u0301" not in body
    assert "U+202E" in pages[1]
    assert "ký tự ẩn" in pages[2]


def test_sixteen_hundred_pictures(house: House) -> None:
    tip = a_tip(narrative="😱" * 1600)
    house.book.file(tip)
    assert "😱" * 1600 in house.inside().post(f"/tips/{tip.id}/show").get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Đường Nguyễn Trãi", "Đường Nguyễn Trãi"),
        (unicodedata.normalize("NFD", "ễ ậ ử"), unicodedata.normalize("NFD", "ễ ậ ử")),
        ("a\nb\tc", "a\nb\tc"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\u200db", 'a<span class="mark" dir="ltr">U+200D</span>b'),
        ("\u202e", '<span class="mark" dir="ltr">U+202E</span>'),
        ("x\r\n", 'x<span class="mark" dir="ltr">U+000D</span>\n'),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + '<span class="mark" dir="ltr">+2</span>'),
        ("\"'<&", "&#34;&#39;&lt;&amp;"),
        ("", ""),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_an_unreadable_tip_says_so(house: House) -> None:
    from hotline.stores.casebook import SqlCaseBook
    from hotline.stores.casekey import key_ring, new_key

    tip = a_tip()
    SqlCaseBook(house.book._engine, key_ring(new_key())).file(tip)
    browser = house.inside()
    assert "không mở được" in browser.page("/tips")
    assert "Không có khóa nào" in browser.page(f"/tips/{tip.id}")
