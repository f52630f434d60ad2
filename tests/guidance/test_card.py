"""The case card: deadlines from the moment of the event, desks of the place, nothing guessed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hotline.guidance import Matter, as_json, as_text, make_card
from hotline.guidance.facts import LOCALES, facts
from hotline.places import prefectures

START = datetime.fromisoformat("2026-11-22T18:00")  # Japan time, as a tip has it
NOW = datetime.fromisoformat("2026-11-25T12:00")
ARREST = Matter(
    tip="0b7d1f7c-0000-4000-8000-000000000001",
    kind="arrest",
    place="Shin-Ōkubo 新大久保, 新宿区",
    prefectures=("13",),
    start=START,
    end=START + timedelta(hours=6),
    count=3,
    known=frozenset({"place", "when"}),
)


def test_the_clock_counts_from_the_earliest_and_the_latest_moment() -> None:
    clock = make_card(ARREST, NOW).clock
    assert [(due.at - START) / timedelta(hours=1) for due in clock] == [48, 72, 312, 552]
    assert {due.latest - due.at for due in clock} == {timedelta(hours=6)}
    assert [due.passed for due in clock] == [True, False, False, False]


def test_a_deadline_is_over_only_when_its_latest_moment_is() -> None:
    between = START + timedelta(hours=50)
    assert not make_card(ARREST, between).clock[0].passed
    assert make_card(ARREST, START + timedelta(hours=54)).clock[0].passed


def test_no_moment_no_clock_and_the_card_says_so() -> None:
    card = make_card(replace(ARREST, start=None, end=None), NOW)
    assert card.clock == ()
    assert facts().words["no_when"]["en"] in as_text(card, "en")


def test_a_disappearance_counts_only_if_there_was_an_arrest() -> None:
    text = as_text(make_card(replace(ARREST, kind="missing"), NOW), "en")
    assert "If there was one when contact was lost" in text
    assert "never say where they are without their leave" in text


def test_the_desk_of_the_place_is_named_with_source_and_day() -> None:
    text = as_text(make_card(ARREST, NOW), "ja")
    assert "03-3580-0082" in text
    assert "tama-b.com/turn" in text
    assert "東京出入国在留管理局" in text


def test_a_bar_without_a_number_that_we_know_stays_without() -> None:
    card = make_card(replace(ARREST, prefectures=("27",)), NOW)  # Osaka: no number was found
    shown = as_json(card, "en")
    assert shown["bar_associations"] == [{"name": "大阪弁護士会", "desks": []}]
    assert shown["contacts"][0]["phone"] == ""
    assert shown["text"].count(facts().words["not_found"]["en"]) == 2


def test_a_place_in_doubt_names_every_prefecture_and_settles_none() -> None:
    shown = as_json(make_card(replace(ARREST, prefectures=("13", "40")), NOW), "vi")
    assert (shown["prefecture"], shown["bureau"]) == (None, None)
    names = [bar["name"] for bar in shown["bar_associations"]]
    assert "東京弁護士会" in names
    assert "福岡県弁護士会" in names
    assert "東京都, 福岡県" in shown["text"]


def test_an_unknown_place_is_said() -> None:
    shown = as_json(make_card(replace(ARREST, prefectures=(), place=""), NOW), "en")
    assert shown["bar_associations"] == []
    assert facts().words["no_prefecture"]["en"] in shown["text"]


@pytest.mark.parametrize("kind", ["wages", "injury", "return", "question", "other"])
def test_other_kinds_get_contacts_and_no_deadlines(kind: str) -> None:
    card = make_card(replace(ARREST, kind=kind), NOW)
    shown = as_json(card, "en")
    assert shown["clock"] == []
    assert shown["bar_associations"] == []
    assert (facts().words["not_for_kind"]["en"] in shown["text"]) == (kind != "return")
    assert bool(card.bureaus) == (kind == "return")


def test_what_the_tip_already_answers_is_ticked() -> None:
    text = as_text(make_card(ARREST, NOW), "en")
    assert text.count("[x]") == 2
    assert "[ ] Name of the person held" in text


def test_unconfirmed_numbers_are_never_shown_as_facts() -> None:
    shown = as_json(make_card(ARREST, NOW), "en")
    doubtful = [one for one in shown["contacts"] if not one["confirmed"] and one["phone"]]
    assert doubtful
    for one in doubtful:
        after = shown["text"].split(one["phone"], 1)[1]
        assert after.index("not checked on an official page") < 120


@pytest.mark.parametrize("locale", LOCALES)
def test_every_prefecture_and_kind_has_a_card(locale: str) -> None:
    for code in prefectures():
        for kind in facts().kinds:
            assert as_text(make_card(replace(ARREST, prefectures=(code,), kind=kind), NOW), locale)
