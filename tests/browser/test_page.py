"""Somebody with a cheap phone on the page: with script and without, narrow and wide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from hotline.intake.openings import SOONEST
from tests.browser.test_desk import AXE, serious
from tests.demos import Public, many_write, until
from tests.test_demo import filed, tips

HEAVIEST = 30_000  # bytes of a first load
NARROW, WIDE = 360, 1280
Scheme = Literal["light", "dark"]
EVERY = pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])


@dataclass
class Visit:
    """A page in a browser of its own, and everything it asked for or complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    bytes_in: list[int] = field(default_factory=list)

    def write(self, words: str) -> None:
        """Write and send; the field is empty again when the answer is there."""
        self.page.fill("#words", words)
        self._after(lambda: self.page.click("#send"))

    def press(self, label: str) -> None:
        """Press a button of the form."""
        self._after(lambda: self.page.get_by_role("button", name=label, exact=True).click())

    def _after(self, act: Callable[[], object]) -> None:
        """What is shown after an act: the form has another name then."""
        turn = self.page.get_attribute("[name=turn]", "value")
        act()
        self.page.wait_for_selector(f"[name=turn]:not([value='{turn}'])", state="attached")

    def said(self) -> str:
        return self.page.inner_text("#log")

    def is_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@contextmanager
def visit(
    browser: Browser, demo: Public, script: bool, width: int = NARROW, scheme: Scheme = "light"
) -> Iterator[Visit]:
    """A new browser that opens the page. Nothing beyond the demo is really asked."""
    context = browser.new_context(
        viewport={"width": width, "height": 760}, java_script_enabled=script, color_scheme=scheme
    )
    context.route("https://**/*", _elsewhere)
    page = context.new_page()
    page.set_default_timeout(15_000)
    here = Visit(page)
    page.on("request", lambda request: here.asked.append(request.url))
    page.on(
        "console",
        lambda told: here.complaints.append(told.text) if told.type == "error" else None,
    )
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    page.on("response", lambda response: here.bytes_in.append(len(response.body())))
    page.goto(f"{demo['web_url']}/")
    yield here
    context.close()


def _elsewhere(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<title>Weather</title><p>Sunny")


def tell(here: Visit) -> str:
    """A whole conversation by buttons and few words; the code that was told."""
    here.press("Báo tin về một người")
    here.write("bạn em bị bắt")
    here.write("okubo")
    here.press("Ōkubo, Tokyo")
    here.press("Không biết, bỏ qua")
    here.press("Kể xong, gửi đi")
    assert "đã nhận" in here.said()
    here.press("Lấy mã số")
    return here.page.inner_text(".code strong")


@EVERY
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_conversation_and_the_way_back(
    browser: Browser, demo: dict[str, Any], script: bool, width: int
) -> None:
    with visit(browser, demo, script, width) as here:
        code = tell(here)
        assert not here.is_wide()
        assert here.complaints == []
        assert {url.split("?")[0] for url in here.asked} <= {
            f"{demo['web_url']}/",
            f"{demo['web_url']}/chat.js",
        }
    with visit(browser, demo, script, width) as again:
        again.write(code)
        assert "Mình đã nhận tin của bạn" in again.said()


@EVERY
def test_nothing_stays_in_the_browser(browser: Browser, demo: dict[str, Any], script: bool) -> None:
    with visit(browser, demo, script) as here:
        here.write("hôm qua bắt 3 người ở ga Ueno")
        assert here.page.url == f"{demo['web_url']}/"
        assert here.page.context.cookies() == []
        stored = "[localStorage.length, sessionStorage.length]"
        assert here.page.evaluate(stored) == [0, 0]
        assert here.page.evaluate("caches.keys().then(names => names.length)") == 0


def test_with_script_the_page_is_never_loaded_anew_and_leaves_one_line_of_history(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        here.page.evaluate("window.same = true")
        lines = here.page.evaluate("history.length")
        tell(here)
        assert here.page.evaluate("[window.same, history.length]") == [True, lines]
        for said in ("Báo tin về một người", "bạn em bị bắt", "Ōkubo, Tokyo"):
            assert said in here.said()
        here.page.click("#leave")
        expect(here.page).to_have_title("Weather")
        assert here.page.evaluate("history.length") == lines
        here.page.go_back()
        assert here.page.url == "about:blank"


def test_a_browser_too_old_for_the_script_sends_the_form_itself(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        here.page.add_init_script("delete AbortSignal.timeout")
        here.page.goto(f"{demo['web_url']}/")
        here.page.evaluate("window.same = true")
        here.write("hôm qua bắt 3 người ở ga Ueno")
        assert "ga Ueno (Tokyo)" in here.said()
        assert here.page.evaluate("window.same") is None
        assert here.complaints == []


def test_without_script_leaving_is_a_link(browser: Browser, demo: dict[str, Any]) -> None:
    with visit(browser, demo, False) as here:
        here.write("hôm qua bắt 3 người ở ga Ueno")
        here.page.click("#leave")
        expect(here.page).to_have_title("Weather")


def test_with_script_what_could_not_be_sent_stays_and_is_sent_once(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        here.page.context.set_offline(True)
        here.page.fill("#words", "hôm qua bắt 3 người ở ga Ueno")
        here.page.click("#send")
        expect(here.page.locator("#trouble")).to_contain_text("Chưa gửi được")
        assert here.page.input_value("#words") == "hôm qua bắt 3 người ở ga Ueno"
        here.page.context.set_offline(False)
        here.write("hôm qua bắt 3 người ở ga Ueno")
        assert "ga Ueno" in here.said()
        assert here.page.input_value("#words") == ""


def test_words_sealed_in_the_browser_leave_it_closed_and_are_read_by_helpers(
    browser: Browser, demo: dict[str, Any]
) -> None:
    words = "hôm qua bắt 3 người ở ga Kanda, bạn em tên Hùng quê Hà Tĩnh"
    with visit(browser, demo, True) as here:
        sent: list[str] = []
        here.page.on("request", lambda request: sent.append(request.post_data or ""))
        here.page.click("#own summary")
        here.page.fill("#shut", words)
        here.page.click("#lock")
        expect(here.page.locator("#log")).to_contain_text("chỉ người giúp mở được")
        assert here.page.input_value("#shut") == ""
        here.press("Kể xong, gửi đi")
        assert here.complaints == []
        whole = unquote_plus(" ".join(sent))
        assert "box=" in whole
        assert "Kanda" not in whole
    until(lambda: filed(demo, words))


def test_a_voice_note_is_recorded_changed_and_sealed_here_and_heard_by_helpers(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        sent: list[str] = []
        here.page.on("request", lambda request: sent.append(request.url))
        here.page.click("#tape summary")
        assert not any("disguise.js" in url for url in sent)  # nothing is fetched unasked
        here.page.click("#tape [data-does=record]")
        status = here.page.locator("#tape [role=status]")
        expect(status).to_contain_text("Đang ghi: 2 giây")
        here.page.click("#tape [data-does=stop]")
        expect(status).to_contain_text("Bạn nghe thử rồi gửi")
        here.page.click("#tape [data-does=play]")
        here.page.click("#tape [data-does=again]")
        here.page.click("#tape [data-does=record]")
        expect(status).to_contain_text("Đang ghi: 2 giây")
        here.page.click("#tape [data-does=stop]")
        here.page.click("#tape [data-does=send]")
        expect(status).to_have_text("Đã gửi lời nói.")
        assert "chỉ người giúp mở được" in here.said()
        assert "Lời nói, " in here.said()
        stored = "[localStorage.length, sessionStorage.length]"
        assert here.page.evaluate(stored) == [0, 0]
        here.press("Kể xong, gửi đi")
        assert here.complaints == []
        assert {url.rpartition("/")[2] for url in sent} <= {
            *("voice.js", "disguise.js", "nacl.js", "voice", ""),
        }
    until(lambda: sounds(demo) == 1)


def sounds(demo: dict[str, Any]) -> int:
    """How many tips have a voice note that lies with us."""
    notes = [each for tip in tips(demo) for each in tip["attachments"]]  # type: ignore[attr-defined]
    return sum(n["held"] == "here" and n["seconds"] in (1, 2, 3, 4) for n in notes)


def test_without_a_microphone_that_is_said_and_words_go_on(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        here.page.evaluate(
            "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')) }"
        )
        here.page.click("#tape summary")
        here.page.click("#tape [data-does=record]")
        expect(here.page.locator("#tape [role=status]")).to_contain_text("chưa cho dùng micro")
        here.write("hôm qua bắt 3 người ở ga Ueno")
        assert "ga Ueno" in here.said()


@EVERY
def test_while_many_write_a_conversation_opens_by_work_or_by_waiting(
    browser: Browser, demo: dict[str, Any], script: bool
) -> None:
    with many_write(demo), visit(browser, demo, script) as here:
        here.page.fill("#words", "hôm qua bắt 3 người ở ga Ueno")
        here.page.click("#send")
        if not script:
            expect(here.page.locator("#log")).to_contain_text("nhiều người cùng viết")
            assert here.page.input_value("#words") == "hôm qua bắt 3 người ở ga Ueno"
            here.page.wait_for_timeout(1_000 * (SOONEST + 1))
            here.page.click("#send")
        expect(here.page.locator("#log")).to_contain_text("ga Ueno (Tokyo)")


def test_script_that_goes_off_half_way_loses_nothing(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, True) as here:
        here.write("bạn em bị bắt")
        session = here.page.context.new_cdp_session(here.page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        here.page.fill("#words", "ga Ueno")
        here.page.click("#send")
        expect(here.page.locator("#log")).to_contain_text("ga Ueno (Tokyo)")


def test_without_script_the_back_button_shows_the_earlier_answer(
    browser: Browser, demo: dict[str, Any]
) -> None:
    with visit(browser, demo, False) as here:
        here.press("Báo tin về một người")
        here.write("bạn em bị bắt")
        before = here.said()
        here.write("ga Ueno")
        here.page.go_back()
        assert here.said() == before
        here.write("anh ấy mặc áo xanh")
        assert "vẫn ghi lại" in here.said()


@pytest.mark.parametrize("script", [False, True])
def test_a_first_load_is_light(browser: Browser, demo: dict[str, Any], script: bool) -> None:
    with visit(browser, demo, script) as here:
        here.page.wait_for_load_state("networkidle")
        assert 2_000 < sum(here.bytes_in) < HEAVIEST


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here: npm ci --prefix tools/axe")
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("Tiếng Việt", WIDE, "light"), ("English", NARROW, "dark"), ("日本語", NARROW, "light")],
)
def test_the_page_keeps_nobody_out(
    browser: Browser, demo: dict[str, Any], language: str, width: int, scheme: Scheme
) -> None:
    with visit(browser, demo, True, width, scheme) as here:
        found = [serious(here.page)]
        here.press("English")
        if language != "English":
            here.press(language)
        here.write("hôm qua bắt 3 người ở ga Ueno")
        found.append(serious(here.page))
        here.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found.append(serious(here.page))
        assert found == [[], [], []]
        assert not here.is_wide()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_can_be_told_by_the_keyboard_alone(
    browser: Browser, demo: dict[str, Any], width: int
) -> None:
    with visit(browser, demo, True, width) as here:
        here.page.keyboard.press("Tab")  # leave
        here.page.keyboard.press("Tab")
        assert here.page.evaluate("document.activeElement.value") == "1"
        here.page.keyboard.press("Enter")
        expect(here.page.locator("#log")).to_contain_text("Bạn kể giúp mình nhé")
        assert here.page.evaluate("document.activeElement.id") == "words"
        here.page.keyboard.type("bạn em bị bắt")
        here.page.keyboard.press("Tab")
        here.page.keyboard.press("Enter")
        expect(here.page.locator("#log")).to_contain_text("bạn em bị bắt")
