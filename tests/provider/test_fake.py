"""Twilio's own client, generated from its OpenAPI description, judges our stand-in."""

import json
from typing import Any

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client as Twilio  # type: ignore[import-untyped]

from hotline.simulator.countries import DIALLING
from tests.provider.fake import ACCOUNT, TOKEN, Fake


class Rerouted(TwilioHttpClient):  # type: ignore[misc]  # Any
    """Twilio's client, sent to another host."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        for product in ("api", "accounts", "voice"):
            url = url.replace(f"https://{product}.twilio.com", self._base)
        return super().request(method, url, *more, **named)


def whole(fake: Fake) -> Any:
    return Twilio(ACCOUNT, TOKEN, http_client=Rerouted(fake.url))


def twilio(fake: Fake) -> Any:
    return whole(fake).api.v2010.accounts(ACCOUNT)


def sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


def test_it_lists_reads_and_deletes_as_twilio_does(fake: Fake) -> None:
    fake.page = 3
    for number in range(7):
        fake.add("Messages", sid("SM", number), direction="inbound", body="x")
    fake.add("Calls", sid("CA", 1), status="completed")
    fake.add("Recordings", sid("RE", 1), status="completed")
    api = twilio(fake)
    listed = api.messages.list()
    assert [m.sid for m in listed] == [sid("SM", n) for n in range(7)]
    assert listed[0].direction == "inbound"
    assert listed[0].date_created.year == 2026
    assert api.messages(sid("SM", 1)).delete()
    assert api.calls(sid("CA", 1)).delete()
    assert api.recordings(sid("RE", 1)).delete()
    assert len(fake.items["Messages"]) == 6
    assert not fake.items["Calls"]
    assert not fake.items["Recordings"]


def test_it_takes_the_settings_of_a_number_as_twilio_does(fake: Fake) -> None:
    fake.add("IncomingPhoneNumbers", sid("PN", 1), phone_number="+815000000200")
    api = twilio(fake)
    (found,) = api.incoming_phone_numbers.list(phone_number="+815000000200")
    changed = found.update(sms_url="https://x.example/a", voice_caller_id_lookup=False)
    assert changed.sms_url == "https://x.example/a"
    assert changed.voice_caller_id_lookup is False


def test_it_tells_and_takes_countries_as_twilio_does(fake: Fake) -> None:
    fake.countries.texts = {"JP": True, "LV": True, "OM": True}
    fake.countries.calls = {f"A{letter}": [True, False, False] for letter in "BCDEFG"}
    fake.countries.console_only, fake.page = {"OM"}, 4
    texts = whole(fake).accounts.v1.messaging_geopermissions
    (_, latvia, _) = texts.fetch().permissions
    assert latvia == {"country_code": "LV", "type": "country", "enabled": True}
    wanted = [{"country_code": c, "type": "country", "enabled": False} for c in ("LV", "OM")]
    done = {each["country_code"]: each["error_code"] for each in texts.update(wanted).permissions}
    assert done == {"LV": 0, "OM": 30649}
    assert fake.countries.texts == {"JP": True, "LV": False, "OM": True}
    calls = whole(fake).voice.v1.dialing_permissions
    assert [c.iso_code for c in calls.countries.list()] == list(fake.countries.calls)
    asked = dict.fromkeys(DIALLING, "true")
    calls.bulk_country_updates.create(json.dumps([{"iso_code": "AB", **asked}]))
    (first, *_) = calls.countries.list()
    assert first.high_risk_tollfraud_numbers_enabled is True
