"""From where the page can be put on a home screen. Apart, as it needs a profile that is kept."""

from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, sync_playwright
from werkzeug.serving import make_server

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.line import TestLine


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not here: apt install chromium")
def test_only_the_page_that_warns_can_be_put_on_a_home_screen(
    line: TestLine, tmp_path: Path
) -> None:
    server = make_server("127.0.0.1", 0, line.client.application, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}/"
    with sync_playwright() as playwright:
        # Whoever opens a private window can install nothing at all: a profile of its own.
        kept = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, args=FLAGS
        )
        try:
            assert obstacles(kept, here) == ["no-manifest"]
            assert obstacles(kept, f"{here}app") == []
        finally:
            kept.close()
            server.shutdown()


def obstacles(kept: BrowserContext, address: str) -> list[str]:
    """Why Chromium would not install the page at an address."""
    page = kept.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    told = kept.new_cdp_session(page).send("Page.getInstallabilityErrors")
    return [error["errorId"] for error in told["installabilityErrors"]]
