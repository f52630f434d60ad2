"""The judge that is made of Twilio's description finds what is not as described."""

import json

import pytest

from hotline.demo import NUMBER_SMS, NUMBER_VOICE
from hotline.demo_provider import account
from hotline.simulator.account import Account, basic
from tests.provider.description import answer_faults, completed, request_faults, resources
from tests.provider.fake import ACCOUNT, TOKEN
from tests.provider.test_fake import sid

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
MESSAGE = f"{ROOT}/Messages/{sid('SM', 1)}.json"
DAY = "Mon, 23 Nov 2026 10:00:00 +0000"


def test_every_operation_that_we_use_is_described() -> None:
    described = {operation for each in resources() for operation in each.operations}
    assert len(described) == 23
    assert all(each.properties for each in resources())


@pytest.mark.parametrize(
    ("method", "path", "query", "form", "fault"),
    [
        ("GET", f"{ROOT}/Messages.json", "PageSize=5&DateSent%3E=2026-11-23", "", ""),
        ("GET", f"{ROOT}/Messages.json", "PageSise=5", "", "no parameter PageSise"),
        ("GET", f"{ROOT}/Massages.json", "", "", "no such operation"),
        ("PUT", MESSAGE, "", "", "no such operation"),
        ("DELETE", MESSAGE, "", "", ""),
        ("DELETE", f"{ROOT}/Messages/SM1.json", "", "", "no such operation"),
        ("DELETE", MESSAGE, "Why=x", "", "no parameter Why"),
        ("POST", f"{ROOT}/IncomingPhoneNumbers/{sid('PN', 1)}.json", "", "SmsUrl=x", ""),
        ("POST", f"{ROOT}/IncomingPhoneNumbers/{sid('PN', 1)}.json", "", "SmsURL=x", "SmsURL"),
        ("GET", f"{ROOT}/Recordings/{sid('RE', 1)}.wav", "", "", ""),
        ("PATCH", "/v1/Messaging/GeoPermissions", "", "Permissions=x", ""),
    ],
)
def test_requests(method: str, path: str, query: str, form: str, fault: str) -> None:
    found = " ".join(request_faults(method, path, query, form))
    assert fault in found
    assert bool(fault) is bool(found)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, ""),
        ({"status": "delivered", "date_sent": DAY, "error_code": 30003}, ""),
        ({"status": "gone"}, "status"),
        ({"date_sent": "2026-11-23"}, "date_sent is not rfc2822"),
        ({"body": 5}, "body is not str"),
        ({"colour": "red"}, "no property colour"),
    ],
)
def test_answers(more: dict[str, object], fault: str) -> None:
    whole = completed("GET", MESSAGE, json.dumps({"sid": sid("SM", 1), **more}).encode())
    found = " ".join(answer_faults("GET", MESSAGE, whole))
    assert fault in found
    assert bool(fault) is bool(found)
    assert "is missing" in " ".join(answer_faults("GET", MESSAGE, b'{"sid": null}'))


@pytest.fixture
def demo_account(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    return account([NUMBER_VOICE, NUMBER_SMS])


def test_what_the_demos_provider_answers_is_described(demo_account: Account) -> None:
    demo_account.add("Messages", sid("SM", 1), direction="inbound", body="x", num_media="0")
    demo_account.add("Calls", sid("CA", 1), status="completed", direction="inbound")
    demo_account.record(sid("RE", 1), sid("CA", 1), 4)
    asked = [
        ("GET", f"{ROOT}/Messages.json", ""),
        ("GET", f"{ROOT}/Calls.json", ""),
        ("GET", f"{ROOT}/Recordings.json", ""),
        ("GET", f"{ROOT}/IncomingPhoneNumbers.json", ""),
        ("POST", f"{ROOT}/IncomingPhoneNumbers/{sid('PN', 1)}.json", "SmsUrl=https://x.example/"),
        ("GET", "/v1/Messaging/GeoPermissions", ""),
        ("GET", "/v1/DialingPermissions/Countries", ""),
    ]
    for method, path, form in asked:
        status, _, body = demo_account.answer(method, path, "", form, basic(ACCOUNT, TOKEN))
        assert status == 200, path
        assert answer_faults(method, path, body, whole=False) == []
