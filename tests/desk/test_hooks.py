"""What case systems may tell the desk, and that nobody else may."""

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from hotline import process, wiring_book
from hotline.desk import Room, create_desk
from hotline.records.tip import Tip
from hotline.settings import Settings
from hotline.sinks import signing
from hotline.stores.database import open_engine, writing
from tests.desk.conftest import WELL
from tests.sinks.fakes import KEY
from tests.tips import a_tip

ZAMMAD = b"synthetic-zammad-secret"


@dataclass
class Office:
    """A desk that case systems can reach, with one tip that both of them have."""

    client: FlaskClient
    book: wiring_book.Database
    tip: Tip

    def told(self, **data: Any) -> bytes:
        raw = {"tip_id": self.tip.id, "status": "closed", **data}
        return json.dumps({"type": "case.status_changed", "data": raw}).encode()

    def post(self, body: bytes, name: str = "m1", late: int = 0, key: str = KEY, **h: str) -> int:
        head = signing.headers(signing.keys(key), name, int(time()) - late, body)
        return self.client.post("/hooks/case/ngo", data=body, headers={**head, **h}).status_code

    @property
    def statuses(self) -> list[str]:
        return [d.status for d in self.book.deliveries.of(self.tip.id)]


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Office:
    for name, secret in (("secret", KEY.encode()), ("zammad", ZAMMAD), ("token", b"synthetic")):
        (tmp_path / name).write_bytes(secret)
        (tmp_path / name).chmod(0o600)
    (tmp_path / "sinks.toml").write_text(
        '[sinks.ngo]\ntype = "webhook"\naudience = "helpers"\nrelease = "auto"\n'
        'url = "https://case.example"\nsecret_file = "secret"\nhook_secret_file = "secret"\n'
        '[sinks.zammad]\ntype = "zammad"\naudience = "helpers"\nrelease = "auto"\n'
        'url = "https://z.example"\ntoken_file = "token"\ngroup = "G"\ncustomer = "a@b.example"\n'
        'hook_secret_file = "zammad"\n'
        '[sinks.silent]\ntype = "webhook"\naudience = "helpers"\n'
        'url = "https://case.example"\nsecret_file = "secret"\n'
    )
    settings = replace(settings, sinks=str(tmp_path / "sinks.toml"))
    book = wiring_book.database(settings)
    tip = a_tip()
    book.casebook.file(tip)
    for delivery in book.deliveries.lease(1, 10, 20):
        book.deliveries.arrived(delivery, "17")
    room = Room(
        casebook=book.casebook,
        work=book.work,
        attachments=book.attachments,
        replies=book.reply_box,
        post=book.deliveries,
        tallies=book.tallies,
        matches=book.matches,
        cases=book.cases,
        passkeys=book.passkeys,
        operators=book.operators,
        sessions=book.sessions,
        audit=book.audit,
        figures=lambda: WELL,
        clock=process.japan_now,
        secret_key=settings.secret_key,
        hears=wiring_book.hears(settings, book),
    )
    app = create_desk(room)
    return Office(app.test_client(), book, tip)


def test_signed_news_reach_the_tip_once(office: Office) -> None:
    assert office.post(office.told(status="in_progress")) == 204
    assert office.post(office.told(status="in_progress")) == 204
    assert office.statuses == ["in_progress", "", "received"]
    assert office.post(office.told(status="closed"), "m2") == 204
    assert office.statuses == ["closed", "", "received"]
    assert office.post(office.told(status="in_progress"), "m1") == 204  # replayed: heard before
    assert office.statuses == ["closed", "", "received"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"late": 400},
        {"late": -400},
        {"key": "whsec_" + "YW5vdGhlci1zeW50aGV0aWMtc2VjcmV0"},
        {"webhook-signature": "garbage"},
        {"webhook-signature": "v1"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "१७"},
        {"webhook-id": "m9"},
    ],
)
def test_nobody_else_is_believed(office: Office, wrong: dict[str, Any]) -> None:
    assert office.post(office.told(), **wrong) == 401
    assert "closed" not in office.statuses


@pytest.mark.parametrize("name", ["nobody", "silent", "ngo%00", "../x"])
def test_a_sink_without_a_hook_answers_as_a_bad_signature_does(office: Office, name: str) -> None:
    body = office.told()
    head = signing.headers(signing.keys(KEY), "m1", int(time()), body)
    answer = office.client.post(f"/hooks/case/{name}", data=body, headers=head)
    assert answer.status_code in (401, 404)
    assert "closed" not in office.statuses


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"type": "case.status_changed"}', b'{"type": "x", "data": {}}',
        b'{"type": "case.status_changed", "data": {"tip_id": 1, "status": "closed"}}',
        b'{"type": "case.status_changed", "data": {"tip_id": "../x", "status": ["closed"]}}',
        b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_says_nothing_changes_nothing(office: Office, body: bytes) -> None:
    assert office.post(body) in (204, 401, 411)
    assert office.statuses == ["received", "", "received"]


def test_a_word_of_theirs_that_is_none_of_ours_is_not_kept(office: Office) -> None:
    assert office.post(office.told(status="Tuấn was deported")) == 204
    assert office.statuses == ["received", "", "received"]


def test_a_tip_that_was_never_sent_there_takes_no_news(office: Office) -> None:
    other = a_tip()
    office.book.casebook.file(other)
    assert office.post(office.told(tip_id=other.id)) == 204
    assert all(d.status == "" for d in office.book.deliveries.of(other.id))


def test_a_body_too_large_is_refused_unread(office: Office) -> None:
    assert office.post(b"x" * (64 * 1024 + 1)) == 413


def test_zammads_own_signature_is_verified(office: Office) -> None:
    body = json.dumps({"ticket": {"tip_id": office.tip.id, "state": "pending close"}}).encode()
    for key, code in ((b"another", 401), (ZAMMAD, 204)):
        mac = hmac.new(key, body, hashlib.sha1).hexdigest()
        head = {"X-Hub-Signature": f"sha1={mac}", "X-Zammad-Delivery": "d1"}
        answer = office.client.post("/hooks/case/zammad", data=body, headers=head)
        assert answer.status_code == code
    assert office.statuses == ["received", "", "in_progress"]


def test_news_are_kept_by_the_hour(office: Office, settings: Settings) -> None:
    office.post(office.told())
    with writing(open_engine(settings.database_url)) as held:
        (row,) = held.execute(text("SELECT hour, status, sink FROM status_events")).all()
    assert row.hour.endswith(":00+09:00")
    assert (row.status, row.sink) == ("closed", "ngo")
