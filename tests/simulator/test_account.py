"""The demo's provider: what the telephone leaves there, and what the line fetches and deletes."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline import wiring_book
from hotline.provider.client import Client
from hotline.simulator import phone
from hotline.simulator.account import UNCLAIMED, Account, basic, seconds_of
from hotline.simulator.people import sid
from hotline.simulator.phone import Told
from hotline.simulator.provider import Provider
from hotline.simulator.rest import Remote, serving, whole
from hotline.simulator.transport import Wsgi
from hotline.simulator.voice import made_up
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.line import TestLine

CALLER, VOICE, SMS = "+819000000101", "+815000000100", "+815000000200"
CALL = sid("CA")


class Kept(Account):
    """An account whose clock a test sets, and where it is reached."""

    now = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    url = ""


@pytest.fixture
def kept() -> Iterator[Kept]:
    account = Kept(ACCOUNT, TOKEN, lambda: account.now, delay=1.5)
    server = serving(whole(account))
    account.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield account
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def remote(kept: Kept) -> Remote:
    return Remote(kept.url, ACCOUNT, TOKEN)


@pytest.fixture
def client(kept: Kept) -> Client:
    return Client(kept.url, ACCOUNT, TOKEN, 2.0)


def test_a_sound_is_there_a_moment_after_its_call_and_gone_once_deleted(
    kept: Kept, remote: Remote, client: Client
) -> None:
    name, sound = sid("RE"), made_up(3)
    assert remote.hear(name, sound) == 3
    assert client.sound(name)[0] == 404  # nobody told of a recording yet
    remote.record(name, CALL, 3)
    assert client.sound(name)[0] == 404
    kept.now += timedelta(seconds=2)
    assert client.sound(name) == (200, sound)
    assert [item["duration"] for item in client.items("Recordings", {})] == ["3"]
    assert client.delete("recording", name) == "gone"
    assert client.sound(name)[0] == 404
    assert not kept.sounds


def test_without_a_sound_a_voice_is_made_up(kept: Kept, remote: Remote, client: Client) -> None:
    name = sid("RE")
    remote.record(name, CALL, 7, "Em thấy ba người.")
    kept.now += timedelta(seconds=2)
    status, sound = client.sound(name)
    assert (status, seconds_of(sound)) == (200, 7)


def test_a_call_that_goes_on_cannot_be_deleted(kept: Kept, remote: Remote, client: Client) -> None:
    remote.add("Calls", CALL, status="in-progress")
    assert client.delete("call", CALL) == "not_yet"
    remote.add("Calls", CALL, status="completed")
    assert client.delete("call", CALL) == "gone"
    assert not kept.items["Calls"]


@pytest.mark.parametrize(
    ("path", "body", "token", "status"),
    [
        ("sound/RE1", b"x", "other", 401),
        ("Letters/RE1", b"{}", TOKEN, 404),
        ("recorded/RE1", b'{"call": "CA1"}', TOKEN, 400),
        ("Calls/CA1", b"[1, 2]", TOKEN, 400),
        ("Calls/CA1", b"\xff", TOKEN, 400),
    ],
)
def test_what_is_not_kept_here_is_refused(
    kept: Kept, path: str, body: bytes, token: str, status: int
) -> None:
    headers = {"Authorization": basic(ACCOUNT, token)}
    request = urllib.request.Request(f"{kept.url}/kept/{path}", body, headers)  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)  # noqa: S310
    error.value.close()
    assert error.value.code == status
    assert not any(kept.items.values())


def test_sounds_that_nobody_claims_do_not_pile_up(kept: Kept) -> None:
    names = [sid("RE") for _ in range(UNCLAIMED + 2)]
    for name in names:
        assert kept.hear(name, b"no sound") == 0
    assert list(kept.sounds) == names[2:]


def test_a_provider_that_is_away_keeps_nothing_and_the_call_goes_on(line: TestLine) -> None:
    away = Remote("http://127.0.0.1:9", ACCOUNT, TOKEN)
    assert away.hear("RE1", made_up(1)) == 0
    real = Provider(URL, TOKEN, ACCOUNT, Wsgi(line.client.application), keep=away)
    assert "Shin-Okubo" in real.text(CALLER, SMS, "2 nguoi bi bat o ga shin okubo")[0]["message"]


def test_what_the_telephone_leaves_is_fetched_and_deleted_by_the_line(
    line: TestLine, kept: Kept, remote: Remote
) -> None:
    real = Provider(URL, TOKEN, ACCOUNT, Wsgi(line.client.application), keep=remote)
    for body in ("hom qua bat 3 nguoi o ga shin okubo", "XONG"):
        real.text(CALLER, SMS, body)
    call = phone.dial(real, CALLER, VOICE)
    for keys in ("1", "2", "00#", "1#", "2#", "1"):
        call = phone.press(real, call, keys)
    sound, name = made_up(2), sid("RE")
    remote.hear(name, sound)
    call = phone.press(real, phone.record(real, call, 2, "#", Told(name)), "2")
    assert call.over
    kept.now += timedelta(seconds=2)
    assert len(line.tips()) == 2
    there = replace(line.settings, twilio_api_base=kept.url)
    (fetch,), (purge,) = wiring_book.fetching(there), wiring_book.purging(there)
    assert fetch() == {"disguised": 1}
    purged = dict(purge())
    assert purged == {"purged": 3, "purge_fetched": 1}
    assert {item["direction"] for item in kept.items["Messages"].values()} == {"outbound-reply"}
    assert not kept.items["Calls"]
    assert not kept.items["Recordings"]
    assert line.figures().purge_debt == 0
    (voice,) = (tip for tip in line.tips() if tip.channel == "voice")
    assert (voice.attachments[0].held, voice.attachments[0].disguised) == ("here", True)
