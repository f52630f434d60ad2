"""A desk with something on every page, served to a real browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyotp
from nacl.public import PrivateKey
from playwright.sync_api import Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from hotline.intake.matching import match_due
from hotline.intake.messages import Figures, WorkerSeen
from hotline.stores.matches import SqlMatches
from tests.conftest import Servers
from tests.desk.conftest import House, a_house
from tests.desk.test_tips import HOSTILE, hostile_everywhere
from tests.tips import a_tip

BUSY = Figures(4, 1, 3, 7, 400, (WorkerSeen("w-ab12", "busy", 2), WorkerSeen("w-cd34", "idle", 90)))


@dataclass
class Served:
    """A desk and where it listens."""

    house: House
    url: str
    tip_id: str
    hostile_id: str

    def come_in(self, page: Page, name: str = "hoa", role: str = "admin") -> None:
        """Log in as a person does, and have password and code counted for ten minutes."""
        house = self.house
        if name not in house.known:
            house.known[name] = house.staff.add(name, role)
        house.later(seconds=60)
        page.goto(f"{self.url}/login")
        page.fill('[name="name"]', name)
        page.fill('[name="password"]', house.known[name].password)
        page.fill('[name="totp"]', pyotp.TOTP(house.known[name].totp_secret).at(house.now))
        page.press('[name="totp"]', "Enter")
        self.stand(page, "/queue")

    def stand(self, page: Page, path: str) -> None:
        """Wait until this page stands there whole: its scripts have run and listen."""
        expect(page).to_have_url(f"{self.url}{path}")
        page.wait_for_load_state()

    @property
    def case_id(self) -> str:
        """The case of the first tip."""
        found = self.house.room.matches.case(self.tip_id)
        assert found is not None
        return found[0]

    def speak(self, page: Page, language: str) -> None:
        page.click(f'.languages button[value="{language}"]')
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.wait_for_load_state()


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """No line a request."""


@contextmanager
def served(folder: Path, servers: Servers) -> Iterator[Served]:
    """The desk on a free port, until the end of the block."""
    with a_house(folder) as house:
        house.take_calls(servers)
        tip_id, hostile_id = _furnish(house)
        server = make_server("127.0.0.1", 0, house.app, threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Served(house, f"http://127.0.0.1:{server.server_port}", tip_id, hostile_id)
        server.shutdown()
        thread.join()
        server.server_close()


def _furnish(house: House) -> tuple[str, str]:
    """Something on every page."""
    house.figures = replace(BUSY, totals={"accepted": 9})
    tip, hostile = a_tip(role="self"), a_tip(**hostile_everywhere())
    for each in (tip, hostile, a_tip(kind="wages", complete=False, channel="web")):
        house.book.file(each)
    house.book.file(a_tip())  # of one event with the first
    assert isinstance(house.room.matches, SqlMatches)
    match_due(house.room.matches, house.book.read)
    house.box.attach(b"lookup-of-tests0", tip.id, bytes(PrivateKey.generate().public_key))
    house.room.work.note(tip.id, "lan", f"Gọi chị Hoa ở hội. {HOSTILE}", house.now)
    house.room.work.set_labels(tip.id, ["gấp", "ga lớn"])
    house.room.work.claim(hostile.id, "lan", house.now)
    for delivery in house.post.lease(100, 10, 2):
        house.post.settle(delivery, "parked", 9999, "certificate")
    for name, role in (("lan", "operator"), ("kim", "auditor")):
        house.known[name] = house.staff.add(name, role)
    house.staff.close("kim")
    return tip.id, hostile.id
