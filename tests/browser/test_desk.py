"""The desk in a real browser: whoever tabs, enlarges or listens can use every page of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import event

from tests.browser.desk import Served, served
from tests.conftest import Servers
from tests.tips import STORY, a_tip

AXE = Path(__file__).parents[2] / "tools" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
HEAVIEST = 100_000  # bytes of a first load
MOST_QUERIES = 40  # of one page, those of /queue that its script asks for included
FIGURES: list[str] = []  # printed at the end of the run
LOOKING = """async () => (await axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
})).violations.map(v => ({impact: v.impact, id: v.id, nodes: v.nodes.map(n => n.html)}))"""
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, started: Servers) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), started) as running:
        yield running


def serious(page: Page) -> list[Any]:
    """What axe finds that keeps somebody out."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(LOOKING)
    return [each for each in found if each["impact"] in ("serious", "critical")]


def pages(desk: Served) -> list[str]:
    return [
        "/queue",
        "/tips",
        f"/tips/{desk.tip_id}",
        f"/tips/{desk.hostile_id}",
        f"/tips/{desk.tip_id}/card",
        "/cases",
        f"/cases/{desk.case_id}",
        "/deliveries",
        "/deliveries?state=parked",
        "/map",
        "/call",
        "/export",
        "/people",
        "/own",
        "/audit",
        "/nowhere",
    ]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here: npm ci --prefix tools/axe")
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        *(("vi", 1280, "light"), ("en", 1280, "dark"), ("ja", 1280, "light")),
        *(("vi", 360, "dark"), ("en", 360, "light"), ("ja", 360, "dark")),
    ],
)
def test_no_page_keeps_anybody_out(
    desk: Served, browser: Browser, language: str, width: int, scheme: Scheme
) -> None:
    size = {"width": width, "height": 800}
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{desk.url}/login")
    found = {"/login": serious(page)}
    desk.come_in(page, f"axe-{language}-{width}")
    desk.speak(page, language)
    wide = []
    for path in pages(desk):
        page.goto(f"{desk.url}{path}")
        found[path] = serious(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    page.goto(f"{desk.url}/tips/{desk.tip_id}")
    page.click("form[action$='/show'] button")
    found["words"] = serious(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    found["keys"] = serious(page)
    page.click("#keys .go")
    page.goto(f"{desk.url}/call")
    page.fill("#said", f"{STORY} 090-1234-5678")
    page.fill("#place", "Fukushima")
    page.click("#call .go")
    page.click(".offered [value=any]")
    found["understood"] = serious(page)
    page.click("#call .go")
    found["code"] = serious(page)
    assert page.locator(".spoken-code").count() == 1
    page.click("#lock button")
    expect(page).to_have_url(f"{desk.url}/locked")
    found["/locked"] = serious(page)
    page.close()
    assert {path: each for path, each in found.items() if each} == {}
    assert wide == []


def test_a_night_at_the_desk(desk: Served, page: Page) -> None:
    """Watch, take, read, note, label, say how far it is, answer, step away, come back."""
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    desk.come_in(page, "nam", "operator")
    expect(page.locator("#board")).to_have_attribute("data-level", "alarm")
    desk.house.figures = None
    expect(page.locator("#board")).to_contain_text("Không đọc được hàng chờ", timeout=15_000)
    page.goto(f"{desk.url}/tips")
    page.click(f'a[href="/tips/{desk.tip_id}"]')
    assert STORY not in page.content()
    page.click("form[action$='/claim'] button")
    expect(page.locator("main")).to_contain_text("Bạn đang lo tin này")
    page.fill("#note", "Đã gọi hội.\nMai gọi lại.")
    page.click("form[action$='/note'] button")
    page.fill("#labels", "gấp, đã gọi")
    page.click("form[action$='/labels'] button")
    expect(page.locator(".badge.label")).to_have_count(2)
    page.select_option("#status", "in_progress")
    page.click("form[action$='/status'] button")
    expect(page.locator(".tip-head .badge").first).to_have_text("Đang lo")
    page.fill("#answer", "Có người lo rồi, mai gọi lại nhé.")
    page.click("form[action$='/answer'] button")
    assert page.evaluate("document.querySelector('[name=sure]').validity.valueMissing")
    page.check("form[action$='/answer'] [name=sure]")
    page.click("form[action$='/answer'] button")
    expect(page.locator("main")).to_contain_text("Đã trả lời 1 lần")
    assert desk.house.box.answered(desk.tip_id) == 1
    page.click("form[action$='/show'] button")
    expect(page.locator("main")).to_contain_text("Đã gọi hội.")
    expect(page.locator("main")).to_contain_text(STORY[:20])
    page.click("#lock button")
    page.fill("#password", desk.house.known["nam"].password)
    page.press("#password", "Enter")
    expect(page).to_have_url(f"{desk.url}/queue")
    assert problems == []


def test_a_new_tip_is_told_without_a_word_of_it_and_only_when_asked_to(
    desk: Served, browser: Browser
) -> None:
    context = browser.new_context(permissions=["notifications"])
    context.add_init_script(
        """window.told = [];
        class Told { static permission = "granted";
          static async requestPermission() { return "granted"; }
          constructor(title, more) { window.told.push([title, more.body]); } }
        window.Notification = Told;
        window.away = false;
        Object.defineProperty(document, "hidden", { get: () => window.away });
        const real = window.setInterval;
        window.setInterval = (act, every) => real(act, Math.min(every, 200));"""
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    desk.come_in(page, "bao", "operator")
    page.evaluate("window.away = true")
    desk.house.book.file(a_tip())
    page.wait_for_timeout(600)
    assert page.evaluate("told") == []  # nobody has asked
    page.evaluate("window.away = false")
    page.click("#tell")
    expect(page.locator("#tell")).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/queue.json"):
        pass
    page.evaluate("window.away = true")
    desk.house.book.file(a_tip())
    for _ in range(100):  # the page's policy lets no predicate be evaluated in it
        if page.evaluate("told.length"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("told[0]") == ["Bàn trực", "Có tin mới."]
    page.evaluate("window.away = false")
    page.click("#tell")
    expect(page.locator("#tell")).to_have_attribute("aria-pressed", "false")
    assert problems == []
    context.close()


def test_keys_go_somewhere_and_never_do_anything(desk: Served, page: Page) -> None:
    desk.come_in(page, "phim", "operator")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("g")  # the list is open: nothing goes anywhere
    page.keyboard.press("t")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url(f"{desk.url}/queue")
    page.keyboard.press("g")
    page.keyboard.press("t")
    desk.stand(page, "/tips")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("ol.tips > li > a").first
    expect(first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#place")).to_be_focused()
    page.keyboard.type("gt?")  # typed, not obeyed
    expect(page.locator("#place")).to_have_value("gt?")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tip-head")).to_be_visible()
    page.wait_for_load_state()
    for key, path in (("v", "/cases"), ("m", "/map"), ("d", "/deliveries"), ("c", "/call")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        desk.stand(page, path)
        page.locator("h1").click()  # /call has a field that is typed into
    page.click("#open-keys")
    page.uncheck("#keys [name=on]")
    page.click("#keys .go")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url(f"{desk.url}/call")


def test_a_lock_while_a_call_is_typed_in_loses_none_of_it(desk: Served, page: Page) -> None:
    desk.come_in(page, "tho", "operator")
    page.goto(f"{desk.url}/call")
    page.fill("#said", STORY)
    page.click("#lock button")
    page.fill("#password", desk.house.known["tho"].password)
    page.press("#password", "Enter")
    expect(page).to_have_url(f"{desk.url}/call")
    expect(page.locator("#said")).to_have_value(STORY)


def test_a_first_load_is_light(desk: Served, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    desk.come_in(page, "light", "operator")
    weights: list[int] = []
    asked: list[str] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    event.listen(desk.house.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for path in pages(desk):
        page.goto(f"{desk.url}/static/none")  # nothing is kept from the page before
        weights.clear()
        context.request.get(f"{desk.url}{path}")
        asked.clear()
        page.goto(f"{desk.url}{path}", wait_until="networkidle")
        queries = sum(1 for each in asked if each != "BEGIN")
        assert 0 < sum(weights) < HEAVIEST, (path, weights)
        assert queries <= MOST_QUERIES, (path, asked)
        name = path.replace(desk.tip_id, "TIP").replace(desk.case_id, "CASE")
        name = name.replace(desk.hostile_id, "HOSTILE")
        FIGURES.append(f"{name:24}{sum(weights) / 1000:7.1f} kB {queries:4} queries")
    context.close()


def test_without_script_no_button_stands_there_that_does_nothing(
    desk: Served, browser: Browser
) -> None:
    page = browser.new_page(java_script_enabled=False)
    desk.come_in(page, "plain")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("#tell")).to_be_hidden()
    expect(page.locator("#lost")).to_be_hidden()
    page.close()
