"""Passkeys in a real browser, with the authenticators that its tools lend for tests."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.desk import Served, served
from tests.conftest import Servers


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, started: Servers) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), started) as running:
        running.url = running.url.replace("127.0.0.1", "localhost")  # a passkey is of a name
        yield running


def lend(tools: CDPSession, transport: str) -> str:
    """One more authenticator, which looks at its owner and says yes."""
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])


def register(page: Page, label: str) -> None:
    page.fill("#label", label)
    page.click("button.passkey[data-does=make]")
    expect(page.locator(".passkeys")).to_contain_text(label)


def test_register_two_come_in_with_one_and_remove_it(desk: Served, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(15_000)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    first = lend(tools, "internal")
    desk.come_in(page, "yen", "operator")
    made = desk.house.known["yen"]
    desk.house.later(seconds=60)
    page.goto(f"{desk.url}/own")
    page.fill("form[action='/own/sure'] [name=password]", made.password)
    code = pyotp.TOTP(made.totp_secret).at(desk.house.now)
    page.fill("form[action='/own/sure'] [name=totp]", code)
    page.press("form[action='/own/sure'] [name=totp]", "Enter")
    expect(page.locator(".notice.calm")).to_be_visible()
    register(page, "máy này")
    tools.send(
        "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": first, "enabled": False}
    )
    second = lend(tools, "usb")
    register(page, "khoá dự phòng")
    tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    page.click("form[action='/logout'] button")
    page.fill("[name=name]", "yen")
    page.click("button.passkey")  # the password is wanted first
    assert page.evaluate("document.querySelector('#password').validity.valueMissing")
    page.fill("#password", made.password)
    page.click("button.passkey")
    expect(page).to_have_url(f"{desk.url}/queue")
    assert desk.house.audit.read(1)[0].act == "login.passkey"
    desk.house.later(seconds=1)
    page.goto(f"{desk.url}/own")
    page.fill("form[action='/own/sure'] [name=password]", made.password)
    page.click("form[action='/own/sure'] button.passkey")
    expect(page.locator(".notice.calm")).to_be_visible()
    page.locator(".passkeys li", has_text="máy này").locator("button").click()
    expect(page.locator(".passkeys li")).to_have_count(1)
    tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": second})
    assert problems == []
    context.close()


def test_without_script_the_code_does_and_no_button_shows(desk: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    expect(page.locator("button.passkey")).to_be_hidden()
    desk.come_in(page, "moc", "operator")
    context.close()
