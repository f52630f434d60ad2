"""The document for reviewers: every text, what it means, what it costs; nothing is loaded."""

import re
from html import unescape

import pytest

from hotline import cli_prompts
from hotline.guidance.facts import facts
from hotline.review.book import book
from hotline.review.cost import Prices
from hotline.wording.catalogue import SOURCE
from hotline.wording.sms import segments
from tests.review.subjects import ours

PAGE = unescape(book(ours(), Prices()))


def test_every_text_is_in_it_in_every_language() -> None:
    subject = ours()
    for name in subject.texts:
        whole = ".".join(name.split(".")[:2])
        assert f"<code>{whole}</code>" in PAGE, name
        for locale in ("en", "ja"):
            assert subject.catalogue.text(name, locale).written in PAGE, (name, locale)
    for name in ("help.what", "report.where", "common.unavailable"):
        assert subject.catalogue.text(name, SOURCE).written in PAGE


def test_a_text_is_shown_with_its_cost() -> None:
    text = ours().catalogue.text("help.what", SOURCE).written
    assert segments(text) == 2
    _, _, after = PAGE.partition("<code>help.what</code>")
    assert f"2 SMS, 1 without accents · US$ {2 * Prices().sms_out:.4f}" in after[:900]


def test_it_says_by_which_channel_a_text_comes() -> None:
    heads = dict(re.findall(r"<code>([\w.]+)</code><span>[^<]*</span><span>([^<]*)</span>", PAGE))
    assert heads["help.what"] == "by text · on the page"
    assert heads["help.story"] == "by call"
    assert heads["start.menu"] == "by text · by call · on the page"
    assert heads["common.help"] == "by text · by call · on the page"


def test_every_number_of_the_facts_is_in_it_with_its_source() -> None:
    told = [(each.phone, each.origin) for each in facts().contacts]
    for prefecture in facts().prefectures.values():
        told += [(desk.phone, desk.origin) for desk in prefecture.desks]
    for phone, origin in told:
        assert phone in PAGE
        assert f"{origin.source}<br>{origin.checked}" in PAGE
    unsure = [c for c in facts().contacts if not c.origin.confirmed]
    assert PAGE.count("not an official page") >= len(unsure)


def test_nothing_is_loaded_from_anywhere() -> None:
    raw = book(ours(), Prices())
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|src=|href=\"[^#]", raw)


def test_it_is_printed_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli_prompts.main(["book"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
