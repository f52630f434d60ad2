"""Our side of the provider's interface, with everything that goes wrong there."""

import pytest

from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.purge import Deleted, Trace, read, write
from hotline.intake.recordings import REFERENCE
from hotline.provider.client import Client
from tests.provider.fake import ACCOUNT, TOKEN, Fake
from tests.provider.test_fake import sid


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ((400, 20009), "not_yet"),
        ((409, 20009), "not_yet"),
        ((404, 20404), "gone"),
        ((429, 20429), "busy"),
        ((500, 20500), "busy"),
        ((503, 0), "busy"),
        ((401, 20003), "refused"),
        ((403, 20003), "refused"),
    ],
)
def test_what_the_provider_says_is_told_apart(
    fake: Fake, client: Client, fault: tuple[int, int], outcome: Deleted
) -> None:
    fake.add("Messages", sid("SM", 1))
    fake.faults.append(fault)
    assert client.delete("message", sid("SM", 1)) == outcome
    assert client.delete("message", sid("SM", 1)) == "gone"
    assert not fake.items["Messages"]


def test_a_provider_that_hangs_or_is_away_is_unavailable(fake: Fake) -> None:
    hanging = Client(fake.url, ACCOUNT, TOKEN, 0.2)
    fake.faults.append(0.5)
    with pytest.raises(Unavailable, match="provider"):
        hanging.delete("message", sid("SM", 1))
    with pytest.raises(Unavailable, match="provider"):
        Client("http://127.0.0.1:9", ACCOUNT, TOKEN, 0.2).delete("message", sid("SM", 1))


def test_a_name_that_is_no_sid_is_never_part_of_an_address(fake: Fake, client: Client) -> None:
    for name in ("", "../Calls/CA1", "SM1", "SM" + "g" * 32, "SM" + "0" * 33):
        assert client.delete("message", name) == "gone"
    assert fake.asked == []


def test_names_as_other_platforms_make_them_are_taken(fake: Fake, client: Client) -> None:
    name = "ea108133-d6b3-407c-9536-9fad8a929a6a"
    fake.add("Calls", name, status="completed")
    fake.add("Recordings", name, sound=b"x")
    assert client.sound(name) == (200, b"x")
    assert client.delete("call", name) == "gone"
    assert not fake.items["Calls"]
    assert read(write(Trace("call", name))) == Trace("call", name)
    assert REFERENCE.fullmatch(name)


def test_every_page_is_read(fake: Fake, client: Client) -> None:
    fake.page = 2
    for number in range(5):
        fake.add("Messages", sid("SM", number))
    assert [m["sid"] for m in client.items("Messages", {})] == [sid("SM", n) for n in range(5)]


def test_a_wrong_token_and_an_odd_answer_are_said(fake: Fake, client: Client) -> None:
    with pytest.raises(Mistaken, match="TWILIO_AUTH_TOKEN"):
        list(Client(fake.url, ACCOUNT, "x" * 32).items("Messages", {}))
    fake.faults.append((500, 0))
    with pytest.raises(Unavailable):
        list(client.items("Messages", {}))


@pytest.mark.parametrize("base", ["http://api.twilio.com", "ftp://x", "api.twilio.com", ""])
def test_credentials_never_travel_in_the_open(base: str) -> None:
    with pytest.raises(Mistaken, match="TWILIO_API_BASE"):
        Client(base, ACCOUNT, TOKEN)


def test_the_token_is_in_no_text_of_the_client(client: Client) -> None:
    assert TOKEN not in repr(client)
