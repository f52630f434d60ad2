"""Twilio's own client, generated from its OpenAPI description, judges our stand-in."""

from typing import Any

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client as Twilio  # type: ignore[import-untyped]

from tests.provider.fake import ACCOUNT, TOKEN, Fake


class Rerouted(TwilioHttpClient):  # type: ignore[misc]  # Any
    """Twilio's client, sent to another host."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self._base), *more, **named
        )


def twilio(fake: Fake) -> Any:
    return Twilio(ACCOUNT, TOKEN, http_client=Rerouted(fake.url)).api.v2010.accounts(ACCOUNT)


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
