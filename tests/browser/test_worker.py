"""What another site installed at the address of the page goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests.line import TestLine

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OLD_PAGE = b"""<title>Old</title><script>
navigator.serviceWorker.register("/any/name.js", { scope: "/" })</script>"""
# It keeps everybody on the old page for ever, whatever the server says now.
OLD_WORKER = b"""
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(
  caches.open("old").then((old) => old.add("/")).then(() => clients.claim())));
addEventListener("fetch", (event) => event.respondWith(caches.match("/")));
"""


@dataclass
class Address:
    """One address, at which another site was before."""

    application: "WSGIApplication"

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self.application(environ, start)


def old_site(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
    script = environ["PATH_INFO"].endswith(".js")
    kind = "text/javascript" if script else "text/html"
    start("200 OK", [("Content-Type", kind), ("Service-Worker-Allowed", "/")])
    return [OLD_WORKER if script else OLD_PAGE]


def test_an_old_service_worker_traps_nobody(browser: Browser, line: TestLine) -> None:
    address = Address(old_site)
    server = make_server("127.0.0.1", 0, address, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}/"
    page = browser.new_page()
    try:
        page.goto(here)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        address.application = line.client.application
        page.goto(here)
        expect(page).to_have_title("Trò chuyện", timeout=20_000)
        page.goto(here)
        expect(page).to_have_title("Trò chuyện")
        for left in ("navigator.serviceWorker.getRegistrations()", "caches.keys()"):
            assert page.evaluate(f"{left}.then((all) => all.length)") == 0
    finally:
        page.close()
        server.shutdown()
