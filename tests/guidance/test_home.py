"""What is told about the way home: every text has its facts, and says no more than they do."""

import re
from datetime import date

from hotline.conversation.flow import Choose, Flow
from hotline.conversation.hearing import Line
from hotline.guidance.facts import facts
from hotline.guidance.home import HomeFact, home_facts
from hotline.review.texts import worst_wording
from hotline.wording.catalogue import LOCALES
from hotline.wording.files import load_flows
from hotline.wording.sms import segments
from tests.review.subjects import ours

MENUS = frozenset({"menu", "papers", "money", "people"})  # they ask, and say when it was read
NO_FACTS = MENUS | {"tell"}
PHONE = re.compile(r"\+?\d[\d-]{7,}\d")
EVERYBODYS = frozenset({"110"})


def flow() -> Flow:
    return load_flows().by_id["home"]


def told(name: str) -> str:
    return flow().texts[f"home.{name}"].written


def facts_of(name: str) -> list[HomeFact]:
    return [fact for fact in home_facts() if f"home.{name}" in fact.told]


def topics() -> list[str]:
    return [n for n, node in flow().nodes.items() if isinstance(node, Choose) and n not in NO_FACTS]


def test_every_topic_has_a_fact_and_every_fact_a_topic() -> None:
    named = {name for fact in home_facts() for name in fact.told}
    assert named == {f"home.{name}" for name in topics()}


def test_every_figure_that_is_told_stands_in_a_fact() -> None:
    for name in topics():
        known = {n for fact in facts_of(name) for n in re.findall(r"\d+", fact.text["vi"])}
        figures = set(re.findall(r"\d+", PHONE.sub("", told(name))))
        assert figures - known - EVERYBODYS == set(), name


def test_every_number_that_is_told_is_a_contact_of_ours() -> None:
    ours = {re.sub(r"\D", "", one.phone)[-8:] for one in facts().contacts}
    ours.add("70013904")  # 0570-013904: the immigration centre's own number inside Japan
    for name in topics():
        for phone in PHONE.findall(told(name)):
            if not re.fullmatch(r"\d+-\d+-\d{4}|\d+-\d{4}", phone):  # a date
                assert re.sub(r"\D", "", phone)[-8:] in ours, phone


def test_what_no_office_confirmed_is_to_be_asked_again() -> None:
    for name in topics():
        doubted = not all(fact.origin.confirmed for fact in facts_of(name))
        assert ("hỏi lại" in told(name).lower()) == doubted, name


def test_the_menus_say_when_it_was_read_and_that_no_lawyer_has() -> None:
    newest = max(fact.origin.checked for fact in home_facts())
    assert any(not fact.reviewed_by for fact in home_facts())
    for name in MENUS - {"menu"}:
        assert f"tháng {newest:%-m-%Y}; chưa có luật sư xem lại" in told(name)


def test_every_fact_was_read_lately_and_is_there_in_three_languages() -> None:
    for fact in home_facts():
        assert fact.origin.source
        assert date(2026, 11, 1) <= fact.origin.checked
        assert set(fact.text) == {"vi", "en", "ja"}


def test_a_story_and_the_menu_after_it_fit_three_segments() -> None:
    wording = worst_wording(ours())
    lines = [Line("home.told", {}), Line("home.menu", {})]
    assert all(segments(wording.written(lines, locale)) <= 3 for locale in LOCALES)
