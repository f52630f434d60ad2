"""A desk on an SQLite case book, with a clock and figures that a test sets."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from hotline.desk import Room, create_desk
from hotline.intake.errors import Unavailable
from hotline.intake.messages import Figures, WorkerSeen
from hotline.intake.typed import Clerk
from hotline.keys import new_keys
from hotline.records.delivery import Route
from hotline.records.operator import Credentials
from hotline.stores.attachments import SqlAttachments
from hotline.stores.audit import SqlAudit
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.cases import SqlCases
from hotline.stores.database import migrate, open_engine
from hotline.stores.deliveries import SqlDeliveries
from hotline.stores.desk_sessions import SqlDeskSessions
from hotline.stores.inbox import RedisInbox
from hotline.stores.matches import SqlMatches
from hotline.stores.operators import CHEAP, SqlOperators
from hotline.stores.passkeys import SqlPasskeys
from hotline.stores.queue import RqBell
from hotline.stores.receipts import Receipts
from hotline.stores.reply_box import SqlReplyBox
from hotline.stores.sealing import Sealer
from hotline.stores.tallies import SqlTallies
from hotline.stores.work import SqlWork
from tests.conftest import Servers

JAPAN = timezone(timedelta(hours=9))
ROUTES = (Route("ngo", "helpers", "auto"), Route("consulate", "consulate", "manual"))
WELL = Figures(0, 0, 0, 2, None, (WorkerSeen("w1", "idle", 3),), {"accepted": 2})


@dataclass
class House:
    """The desk and all that it stands on."""

    app: Flask
    room: Room
    engine: Engine
    book: SqlCaseBook
    staff: SqlOperators
    audit: SqlAudit
    box: SqlReplyBox
    post: SqlDeliveries
    shelf: SqlAttachments
    now: datetime
    figures: Figures | None = WELL
    known: dict[str, Credentials] = field(default_factory=dict)

    def take_calls(self, servers: Servers) -> None:
        """From now on operators can type in what callers tell them."""
        keys, link = new_keys(), servers.durable
        sealer = Sealer(keys["HOTLINE_RECIPIENT_PUBLIC_KEY"])
        receipts = Receipts(link, keys["HOTLINE_RECEIPT_PEPPER"], sealer)
        clerk = Clerk(RedisInbox(link), sealer, RqBell(servers.durable_url), receipts)
        self.room = replace(self.room, clerk=clerk)
        self.app = create_desk(self.room)

    def later(self, **some: int) -> None:
        self.now += timedelta(**some)

    @contextmanager
    def asked(self) -> Iterator[list[str]]:
        """Every statement that the database is asked meanwhile."""
        statements: list[str] = []

        def listen(*told: object) -> None:
            statements.append(str(told[2]))

        event.listen(self.engine, "before_cursor_execute", listen)
        yield statements
        event.remove(self.engine, "before_cursor_execute", listen)

    def browser(self) -> "Browser":
        return Browser(self.app.test_client(), self)

    def inside(self, role: str = "operator", name: str = "") -> "Browser":
        browser = self.browser()
        answer = browser.log_in(name or f"a-{role}", role)
        assert answer.status_code == 303
        return browser


@dataclass
class Browser:
    """A browser that fills in forms as a person would."""

    client: FlaskClient
    house: House

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.get_data(as_text=True)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page(path))
        assert found
        return found[1]

    def post(self, path: str, at: str = "/queue", **form: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(at), **form})

    def log_in(self, who: str, role: str = "operator", **wrong: str) -> TestResponse:
        house = self.house
        if who not in house.known:
            house.known[who] = house.staff.add(who, role)
        house.later(seconds=30)
        made = house.known[who]
        totp = pyotp.TOTP(made.totp_secret).at(house.now)
        form = {"name": who, "password": made.password, "totp": totp, **wrong}
        return self.post("/login", "/login", **form)

    def cookie(self, name: str = "desk") -> str:
        found = self.client.get_cookie(name)
        return found.value if found else ""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path) as built:
        yield built


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """A new desk on a new case book in `folder`."""
    engine, ring = open_engine(f"sqlite:///{folder}/book.db"), key_ring(new_key())
    migrate(engine)
    built: list[House] = []
    box, post = SqlReplyBox(engine), SqlDeliveries(engine, ring, ROUTES)
    matches = SqlMatches(engine, ring)
    room = Room(
        casebook=(book := SqlCaseBook(engine, ring, [post, box, matches])),
        work=SqlWork(engine, ring),
        attachments=(shelf := SqlAttachments(engine, ring)),
        replies=box,
        post=post,
        tallies=SqlTallies(engine, ring),
        matches=matches,
        cases=SqlCases(engine, ring),
        operators=(staff := SqlOperators(engine, ring, CHEAP)),
        passkeys=SqlPasskeys(engine, ring),
        sessions=SqlDeskSessions(engine, ring),
        audit=(audit := SqlAudit(engine, ring)),
        figures=figures_of(built),
        clock=lambda: built[0].now,
        secret_key="a secret key for tests only",
    )
    app = create_desk(room)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    now = datetime(2026, 11, 24, 12, 15, tzinfo=JAPAN)
    built.append(House(app, room, engine, book, staff, audit, box, post, shelf, now))
    yield built[0]
    engine.dispose()


def figures_of(built: list[House]) -> Callable[[], Figures]:
    def read() -> Figures:
        if built[0].figures is None:
            raise Unavailable("durable")
        return built[0].figures

    return read
