"""The case card at the desk: readable in three languages, on paper too, and written down."""

import pytest

from hotline.records.tip import Place
from tests.desk.conftest import House
from tests.tips import STORY, a_tip

SEEN = {
    "vi": ("LUẬT SƯ TRỰC", "Cục xuất nhập cảnh Tokyo"),
    "en": ("DUTY ATTORNEY", "Tokyo Regional Immigration Services Bureau"),
    "ja": ("当番弁護士", "東京出入国在留管理局"),
}


@pytest.mark.parametrize("language", SEEN)
def test_a_card_says_what_to_do_next(house: House, language: str) -> None:
    tip = a_tip()
    house.book.file(tip)
    desk = house.inside("viewer")
    desk.post("/language", language=language, back="/queue")
    page = desk.page(f"/tips/{tip.id}/card")
    for words in (*SEEN[language], "03-3580-0082", "tama-b.com/turn"):
        assert words in page
    assert STORY not in page
    assert "<script" not in page.split("<main", 1)[1]


def test_opening_a_card_is_written_down(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    house.inside().page(f"/tips/{tip.id}/card")
    acts = [(act.act, act.what) for act in house.audit.read()]
    assert ("card.open", tip.id) in acts


def test_no_tip_no_card(house: House) -> None:
    assert house.inside().get("/tips/no-such-tip/card").status_code == 404


def test_hostile_words_of_a_place_stay_words(house: House) -> None:
    tip = a_tip(place=Place(text="<script>alert(1)</script>\u202e"))
    house.book.file(tip)
    page = house.inside().page(f"/tips/{tip.id}/card")
    assert "<script>" not in page
    assert "\u202e" not in page
