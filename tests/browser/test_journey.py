"""One night from the first text to the last line of the audit, in real processes and a browser."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from typing import Any

import pyotp
import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from tests.browser.test_simulator import log_in
from tests.demos import running_demo, until
from tests.sinks.fakes import KEY, WebhookEnd
from tests.sinks.farend import listening
from tests.test_demo import text

SINK = """
[sinks.ngo]
type = "webhook"
audience = "helpers"
release = "manual"
inside = true
url = "{url}"
secret_file = "secret"
payload = "full"
"""
FAMILY, WITNESS, FRIEND = "+840000000151", "+840000000152", "+840000000153"
ANSWER = "Có người lo rồi, mai gọi lại nhé."


@pytest.fixture
def helpers() -> WebhookEnd:
    """A case system that keeps what it is sent."""
    return WebhookEnd()


@pytest.fixture
def held_demo(helpers: WebhookEnd, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A demo from which nothing goes to the case system before a person lets it."""
    with listening(helpers) as here:
        yield from demo_with(SINK.format(url=here.url), tmp_path)


def demo_with(sinks: str, tmp_path: Path) -> Iterator[dict[str, Any]]:
    folder = tmp_path / "demo"
    (folder / "settings").mkdir(parents=True)
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "sinks.toml").write_text(sinks)
    (folder / "settings" / "HOTLINE_SINKS").write_text(str(tmp_path / "sinks.toml"))
    with running_demo(folder) as demo:
        yield demo


def open_tip(page: Page, desk: str, words: str) -> str:
    """Go to the tip whose line in the list has these words, once it is there: its id."""
    for _ in range(75):
        page.goto(f"{desk}/tips")
        found = page.locator("main a", has_text=words)
        if found.count():
            found.first.click()
            return page.url.rpartition("/")[2]
        page.wait_for_timeout(200)
    raise AssertionError(page.inner_text("main"))


def words(language: str) -> Callable[[str], str]:
    """The desk's texts in a language."""
    folder = Path(__file__).parents[2] / "locales" / language / "LC_MESSAGES"
    with (folder / "site.po").open("rb") as file:
        texts = read_po(file, locale=language)
    return lambda text: str(texts[text].string or text) if text in texts else text


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 360), ("ja", 360)])
def test_from_the_first_text_to_the_last_line_of_the_audit(
    held_demo: dict[str, Any], helpers: WebhookEnd, page: Page, language: str, width: int
) -> None:
    said = words(language)
    page.set_viewport_size({"width": width, "height": 800})
    demo, desk = held_demo, held_demo["desk_url"]
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    log_in(page, demo)
    if language != "vi":
        page.click(f'.languages button[value="{language}"]')
    expect(page.locator("html")).to_have_attribute("lang", language)

    # The queue is watched, and changes by itself.
    before = page.inner_text("#board")
    text(demo, "em trai em ten Le Van Tuan que Nghe An bi bat o ga Warabi toi qua", FAMILY)
    text(demo, "XONG", FAMILY)
    answer = text(demo, "MA", FAMILY)
    (code,) = re.findall(r"\d{4} \d{4} \d{4} \d{4}", answer)
    expect(page.locator("#board")).not_to_have_text(before, timeout=15_000)
    text(demo, "toi qua o ga Warabi canh sat bat mot ban ten Tuan", WITNESS)
    text(demo, "XONG", WITNESS)

    # Taken and read.
    witness = open_tip(page, desk, "Warabi")
    for _ in range(75):
        if page.locator("#matches button[value='accepted']").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    page.goto(f"{desk}/tips")
    links = page.locator("main a[href^='/tips/']").evaluate_all("all => all.map(a => a.href)")
    tips = {link.rpartition("/")[2] for link in links if re.search(r"/tips/[0-9a-f-]{36}$", link)}
    assert len(tips) == 2
    for tip_id in tips:
        page.goto(f"{desk}/tips/{tip_id}")
        assert "Le Van Tuan que" not in page.content()  # covered
        page.click("form[action$='/claim'] button")
        page.click("form[action$='/show'] button")
        if "em trai em" in page.inner_text("main"):
            family = tip_id
    witness = next(iter(tips - {family}))

    # One event, said so by a person, with its reasons.
    page.goto(f"{desk}/tips/{family}")
    assert "Warabi" in page.inner_text("#matches") or page.inner_text("#matches .badge")
    page.click("#matches button[value='accepted']")
    page.click("#matches a[href^='/cases/']")
    expect(page.locator("main a[href^='/tips/']")).not_to_have_count(0)
    assert all(page.locator(f"main a[href='/tips/{tip_id}']").count() for tip_id in tips)

    # Answered: whoever has the code reads it, from another telephone.
    page.goto(f"{desk}/tips/{family}")
    page.fill("#answer", ANSWER)
    page.check("form[action$='/answer'] [name=sure]")
    page.click("form[action$='/answer'] button.go")
    until(lambda: "mai goi lai" in text(demo, code, FRIEND) or ANSWER in text(demo, code, FRIEND))

    # Let go to the helpers' case system.
    assert helpers.held == {}
    page.goto(f"{desk}/deliveries?state=held")
    page.check(f"tr:has(a[href='/tips/{family}']) [name=id]")
    page.check(".acts [name=sure]")
    page.click("[formaction='/deliveries/release']")
    until(lambda: len(helpers.held) == 1)

    # Closed.
    page.goto(f"{desk}/tips/{family}")
    page.select_option("#status", "closed")
    page.click("form[action$='/status'] button")
    until(lambda: "xong" in text(demo, code, FRIEND).lower())

    # Taken out as a file, after password and code once more.
    page.goto(f"{desk}/export")
    page.fill("form[action='/own/sure'] [name=password]", demo["operator"]["password"])
    code_of = pyotp.TOTP(demo["operator"]["totp_secret"])  # the code of half a minute ago is spent
    page.fill("form[action='/own/sure'] [name=totp]", code_of.at(int(time()) + 30))
    page.click("form[action='/own/sure'] button.go")
    page.check("[name=form][value=jsonl]")
    with page.expect_download() as taken:
        page.click("form[action='/export/file'] button.go")
    lines = taken.value.path().read_text("utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == tips

    # Erased, over there as well; its code opens nothing any more.
    page.goto(f"{desk}/tips/{family}")
    page.click(f"summary:has-text('{said('Xoá tin này')}')")
    page.fill("#confirm", family[:4])
    page.click("form[action$='/erase'] button")
    expect(page).to_have_url(f"{desk}/tips")
    until(lambda: helpers.gone)
    assert page.goto(f"{desk}/tips/{family}").status == 404  # type: ignore[union-attr]
    page.goto(f"{desk}/tips/{witness}")
    expect(page.locator("h1")).to_be_visible()

    # And the audit tells all of it, in one chain.
    page.goto(f"{desk}/audit")
    page.click("form[action='/audit/verify'] button")
    expect(page.locator(".notice.calm")).to_contain_text(said("Chuỗi còn nguyên."))
    told = page.inner_text("table")
    for act in (
        "Nhận lo tin",
        "Đọc lời kể",
        "Nhận là cùng chuyện",
        "Trả lời người kể",
        "Cho gửi đi",
        "Đóng tin",
        "Lấy xong tin ra tệp",
        "Xoá tin",
    ):
        assert said(act) in told, (act, told)
    assert [each for each in problems if "404" not in each] == []
