"""The receiver that others begin from takes what our webhook sends, and nothing else."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.intake.sinks import Dead, Order, Parked, Trouble
from hotline.sinks import signing
from hotline.sinks.http import Client
from hotline.sinks.webhook import Webhook
from tests.sinks.fakes import KEY
from tests.tips import a_tip
from tools.webhook_receiver import server

NEXT = "whsec_" + "bmV4dC1zeW50aGV0aWMtc2VjcmV0LTAwMDAx"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "kept").mkdir()
    running = server(tmp_path / "secret", tmp_path / "kept", 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


def hook(url: str, keys: str) -> Webhook:
    return Webhook(Client(url, {}, True), signing.keys(keys), False, True)


def test_what_we_send_is_verified_kept_once_and_withdrawn(url: str, tmp_path: Path) -> None:
    tip, sink = a_tip(), hook(url, KEY)
    sent = Order(tip.id, sink.compose(tip), int(time.time()))
    for _ in range(2):
        sink.deliver(sent)
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_bytes() == sent.body
    with pytest.raises(Trouble) as raised:
        sink.deliver(Order(tip.id, sent.body + b" ", sent.now))
    assert raised.value.what == Dead("conflict")
    sink.withdraw(tip.id, tip.id, int(time.time()))
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("keys", [f"{NEXT}\n{KEY}", f"{KEY}\n{NEXT}"])
def test_while_keys_change_either_will_do(url: str, keys: str) -> None:
    tip, sink = a_tip(), hook(url, keys)
    sink.deliver(Order(tip.id, sink.compose(tip), int(time.time())))


@pytest.mark.parametrize(("keys", "late"), [(NEXT, 0), (KEY, 400), (KEY, -400)])
def test_another_key_or_an_old_message_is_refused(url: str, keys: str, late: int) -> None:
    tip, sink = a_tip(), hook(url, keys)
    with pytest.raises(Trouble) as raised:
        sink.deliver(Order(tip.id, sink.compose(tip), int(time.time()) - late))
    assert raised.value.what == Parked("http_401")


def test_our_signature_is_the_standards_own() -> None:
    """The example of the Standard Webhooks specification's own test data."""
    key = signing.keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    head = signing.headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert head["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
