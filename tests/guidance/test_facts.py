"""The tables of facts: whole, sourced, and about the country as it is."""

import re
from datetime import date

from hotline.guidance.facts import facts
from hotline.places import prefectures
from hotline.records.listing import KINDS

BUREAUS = {"SAP": 1, "SEN": 6, "TYO": 10, "NGO": 7, "OSA": 6, "HIJ": 5, "TAK": 4, "FUK": 8}


def test_every_prefecture_has_a_bureau_and_a_bar() -> None:
    table = facts().prefectures
    assert set(table) == set(prefectures())
    counted = dict.fromkeys(BUREAUS, 0)
    for one in table.values():
        counted[one.bureau.code] += 1
    assert counted == BUREAUS


def test_there_are_fifty_two_bars() -> None:
    assert len({bar for one in facts().prefectures.values() for bar in one.bars}) == 52


def test_every_fact_says_where_and_when_it_was_read() -> None:
    found = [desk.origin for one in facts().prefectures.values() for desk in one.desks]
    found += [one.origin for one in facts().contacts]
    found += [one.origin for one in facts().deadlines]
    found += [one.origin for one in facts().steps]
    assert len(found) > 40
    assert all(origin.source and origin.checked >= date(2026, 1, 1) for origin in found)


def test_numbers_are_numbers() -> None:
    phones = [desk.phone for one in facts().prefectures.values() for desk in one.desks]
    phones += [one.phone for one in facts().contacts if one.phone]
    assert all(re.fullmatch(r"\+?[0-9][0-9 -]{8,16}", phone) for phone in phones)


def test_free_numbers_are_not_offered_to_a_family_abroad() -> None:
    free = [one for one in facts().contacts if one.phone.startswith(("0120", "0570"))]
    assert free
    assert {one.abroad for one in free} == {"no"}


def test_every_kind_of_tip_has_a_name_on_the_card() -> None:
    assert set(facts().kinds) == set(KINDS)
