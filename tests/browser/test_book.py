"""The document for reviewers, printed by a real browser."""

import re

from playwright.sync_api import Page

from hotline.review.book import book
from hotline.review.cost import Prices
from tests.review.subjects import ours

A4 = 18.9  # cm of 21 that the paper leaves between its margins


def test_it_prints_on_paper_and_asks_nobody(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(book(ours(), Prices()))
    assert asked == []
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 20


def test_nothing_is_wider_than_the_paper(page: Page) -> None:
    page.set_viewport_size({"width": round(A4 / 2.54 * 96), "height": 1000})
    page.emulate_media(media="print")
    page.set_content(book(ours(), Prices()))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(
        "[...document.querySelectorAll('.bubble, .heard, dd, td')]"
        ".every(e => e.scrollWidth <= e.clientWidth + 1)"
    )
