"""A person with a browser: texts and rings through the simulator, finds the tips at the desk."""

from typing import Any

import pyotp
from playwright.sync_api import Page, expect


def text(page: Page, body: str) -> str:
    """Send a text; the answer's words."""
    before = page.locator("#sms .bubble.in").count()
    page.fill("#sms-input", body)
    page.click("#sms-send")
    bubble = page.locator("#sms .bubble.in").nth(before)
    expect(bubble).to_be_visible()
    return bubble.inner_text()


def press(page: Page, keys: str) -> None:
    """Press keys when the line waits for them, and wait for what it says next."""
    before = page.locator("#call-transcript .bubble.in").count()
    for key in keys:
        button = page.locator(f'[data-key="{key}"]')
        expect(button).to_be_enabled()
        button.click()
    expect(page.locator("#call-transcript .bubble.in").nth(before)).to_be_visible()


def log_in(page: Page, demo: dict[str, Any]) -> None:
    operator = demo["operator"]
    page.goto(f"{demo['desk_url']}/login")
    page.fill('[name="name"]', operator["name"])
    page.fill('[name="password"]', operator["password"])
    page.fill('[name="totp"]', pyotp.TOTP(operator["totp_secret"]).now())
    page.press('[name="totp"]', "Enter")
    expect(page).to_have_url(f"{demo['desk_url']}/queue")


LENGTH = """sound => new Promise((done, failed) => {
    sound.onloadedmetadata = () => done(sound.duration);
    sound.onerror = () => failed(new Error("no sound"));
    sound.preload = "auto";
    sound.load();
})"""


def heard(page: Page) -> float:
    """Uncover an open tip, as often as it takes its recording to come; its seconds."""
    for _ in range(150):  # a recording that was not ready yet is asked for again after a while
        page.click(".cover + form button")
        if page.locator("audio").count():
            return float(page.locator("audio").evaluate(LENGTH))
        page.wait_for_timeout(400)
        page.goto(page.url.removesuffix("/show"))
    raise AssertionError(page.inner_text("main"))


def test_text_and_call_become_tips_on_the_desk(demo: dict[str, Any], page: Page) -> None:
    problems: list[str] = []
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.goto(f"{demo['web_url']}/simulator")
    assert "Shin-Okubo" in text(page, "hom qua bat 3 nguoi o ga shin okubo")
    text(page, "XONG")
    page.uncheck("#call-wait")
    page.click("#call-dial")
    expect(page.locator("#call-transcript .bubble.in").first).to_be_visible()
    for keys in ("1", "2", "8366#", "1", "2#", "2#", "1"):
        press(page, keys)
    page.click("#recorder-open")
    expect(page.locator("#call-waits")).to_contain_text("Đang ghi âm: 2 giây")
    for keys in ("#", "2"):
        press(page, keys)
    expect(page.locator("#call-dial")).to_be_enabled()
    assert problems == []
    log_in(page, demo)
    page.goto(f"{demo['desk_url']}/tips")
    for words in ("Shin-Ōkubo", "Ueno"):
        for _ in range(50):
            if words in page.inner_text("main"):
                break
            page.wait_for_timeout(200)
            page.reload()
        assert words in page.inner_text("main")
    assert "8190000" not in page.content()
    page.locator("main a", has_text="Ueno").first.click()
    assert heard(page) > 1
