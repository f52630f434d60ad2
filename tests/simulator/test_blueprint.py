"""The page: nothing from elsewhere, made-up callers only, bad requests refused."""

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.simulator.blueprint import simulator
from hotline.simulator.people import CALLERS
from hotline.simulator.provider import Provider
from hotline.simulator.transport import Reply
from tests.conftest import ACCOUNT, TOKEN, URL

FROM = CALLERS[0].number
MARKUP = {"content-type": "text/xml"}


def answer(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
    if path == "/twilio/message":
        verbs = f"<Message>{form['MessageSid'][:2]}</Message>"
        return 200, MARKUP, f"<Response>{verbs}</Response>".encode()
    return 200, MARKUP, b'<Response><Gather action="/twilio/voice/1"/></Response>'


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("phone")
    provider = Provider(URL, TOKEN, ACCOUNT, answer, lambda text: ("GSM-7", 1))
    app.register_blueprint(simulator(provider, "+815000000100", "+815000000200"))
    return app.test_client()


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/simulator")
    assert page.status_code == 200
    assert "http" not in page.text
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    with client.get("/simulator/static/phone.js") as script:
        assert script.status_code == 200


def test_a_text_comes_back_with_its_segments(client: FlaskClient) -> None:
    told = client.post("/simulator/text", json={"from": FROM, "body": "xin chao"}).get_json()
    assert told["acts"] == [{"message": "SM", "alphabet": "GSM-7", "segments": 1}]
    again = client.post("/simulator/text", json={"from": FROM, "body": "x", "sid": told["sid"]})
    assert again.get_json()["sid"] == told["sid"]


def test_a_call_goes_on_from_what_the_page_holds(client: FlaskClient) -> None:
    told = client.post("/simulator/call", json={"from": FROM, "do": "dial"}).get_json()
    assert told["acts"][-1] == {"gather": {"most": 0, "closing": "#", "timeout": 5}}
    more = {"from": FROM, "do": "press", "keys": "1#", "call": told["call"]}
    assert client.post("/simulator/call", json=more).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/text", {"from": "+81312345678", "body": "x"}),
        ("/text", {"from": FROM, "body": "x" * 1_601}),
        ("/call", {"from": FROM, "do": "press", "call": {"nothing": 1}}),
        ("/call", {"from": FROM, "do": "press"}),
        ("/call", {"from": FROM, "do": "dance", "call": {}}),
        ("/call", ["dial"]),
    ],
)
def test_bad_requests_are_refused(client: FlaskClient, path: str, body: object) -> None:
    assert client.post(f"/simulator{path}", json=body).status_code == 400


def test_a_broken_call_of_the_page_is_refused(client: FlaskClient) -> None:
    told = client.post("/simulator/call", json={"from": FROM, "do": "dial"}).get_json()
    more = {"from": FROM, "do": "silent", "call": {**told["call"], "document": "<oops"}}
    assert client.post("/simulator/call", json=more).status_code == 400


def test_a_page_of_somebody_else_cannot_send(client: FlaskClient) -> None:
    form = '{"from": "%s", "body": "x"}' % FROM  # noqa: UP031
    answer = client.post("/simulator/text", data=form, content_type="text/plain")
    assert answer.status_code == 400
