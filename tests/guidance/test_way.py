"""The way home at the desk: its steps, their facts, and words that say no more than those."""

import re
from dataclasses import replace
from itertools import pairwise

from hotline.guidance import as_json, as_text, make_card
from hotline.guidance.facts import LOCALES
from hotline.guidance.home import home_facts
from hotline.guidance.way import WayStep, way_home
from hotline.records.homeward import HOME_STEPS
from tests.guidance.test_card import ARREST, NOW

RETURN = replace(ARREST, kind="return", reached="papers")
AGAIN = {"vi": "hỏi lại", "en": "again", "ja": "確かめ"}
LONGEST = 300  # of the 600 characters of an answer: these are read on a cheap telephone


def facts_of(step: WayStep) -> str:
    return " ".join(need.text["vi"] for need in step.needs)


def test_the_table_has_the_steps_of_the_record() -> None:
    assert tuple(step.id for step in way_home()) == HOME_STEPS


def test_every_fact_that_a_caller_is_told_is_at_a_helpers_hand() -> None:
    told = {name for fact in home_facts() for name in fact.told}
    assert told == {name for step in way_home() for name in step.told}


def test_every_step_says_what_it_needs_and_where_that_was_read() -> None:
    for step in way_home():
        assert step.needs
        for need in step.needs:
            assert need.origin.source
            assert need.origin.checked


def test_words_speak_of_the_next_step_and_say_no_figure_that_its_facts_do_not() -> None:
    for step, following in pairwise(way_home()):
        figures = {n for locale in LOCALES for n in re.findall(r"\d+", step.words[locale])}
        assert figures <= set(re.findall(r"\d+", facts_of(following))), step.id


def test_words_from_doubted_facts_send_to_ask_again_in_every_language() -> None:
    for step, following in pairwise(way_home()):
        doubted = not all(need.origin.confirmed for need in following.needs)
        for locale, words in AGAIN.items():
            assert (words in step.words[locale]) == doubted, (step.id, locale)


def test_words_fit_a_small_screen() -> None:
    for step in way_home():
        assert len(step.words["vi"]) <= LONGEST, step.id
        assert all(len(step.words[locale]) <= 600 for locale in LOCALES)


def test_the_card_of_a_return_shows_steps_and_no_clock_of_arrests() -> None:
    for locale in LOCALES:
        text = as_text(make_card(RETURN, NOW), locale)
        for step in way_home():
            assert step.name[locale] in text
            assert all(gap[locale] in text for gap in step.gaps)
        assert text.count("[x]") == 3
        assert "2026-11-24 18:00" not in text  # 48 hours after the event


def test_the_card_as_json_has_the_steps_with_their_sources() -> None:
    way = as_json(make_card(RETURN, NOW), "en")["way"]
    assert [step["done"] for step in way] == [True] * 3 + [False] * 3
    assert {"text", "source", "checked", "confirmed"} == set(way[1]["needs"][0])
    assert way[3]["unknown"][0] == "Within how many days one must leave"
    assert "way" not in as_json(make_card(ARREST, NOW), "en")
