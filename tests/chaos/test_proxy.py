"""The fault proxy breaks what it says, and nothing else."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hotline.bench.chaos.proxy import FaultProxy
from hotline.intake.errors import Unavailable
from hotline.stores.link import Link
from tests.conftest import Servers
from tests.demos import until


class Always(Random):
    """Chance that always strikes."""

    def random(self) -> float:
        return 0.0


@pytest.fixture
def proxy(servers: Servers) -> Iterator[FaultProxy]:
    with tempfile.TemporaryDirectory(prefix="hl") as folder:  # a socket's path is short
        behind = Path(servers.durable_url.removeprefix("unix://"))
        made = FaultProxy(Path(folder) / "proxy.sock", behind, 1).start()
        yield made
        made.stop()


def asked(proxy: FaultProxy) -> bool:
    """Whether a new connection gets through."""
    try:
        return bool(Link(proxy.url, "proxied").call("PING"))
    except Unavailable:
        return False


def test_an_open_network_passes_everything(proxy: FaultProxy, servers: Servers) -> None:
    link = Link(proxy.url, "proxied")
    link.call("SET", "big", b"x" * 300_000)
    assert len(link.call("GET", "big")) == 300_000
    assert servers.durable.call("STRLEN", "big") == 300_000


def test_a_cut_closes_what_was_open_and_takes_nothing_new(proxy: FaultProxy) -> None:
    link = Link(proxy.url, "proxied")
    assert link.call("PING")
    proxy.be("cut")
    until(lambda: not asked(proxy))
    with pytest.raises(Unavailable):
        link.call("PING")
    proxy.be("open")
    until(lambda: asked(proxy))


def test_what_was_sent_into_a_silence_is_done_after_its_sender_gave_up(
    proxy: FaultProxy, servers: Servers
) -> None:
    link = Link(proxy.url, "proxied")
    assert link.call("PING")
    proxy.be("silent")
    until(lambda: not asked(proxy))
    with pytest.raises(Unavailable):
        link.call("INCR", "counted")
    assert servers.durable.call("GET", "counted") is None
    proxy.be("open")
    until(lambda: servers.durable.call("GET", "counted") == b"1")


def test_a_lossy_network_does_it_and_loses_the_reply(proxy: FaultProxy, servers: Servers) -> None:
    proxy._chance = Always()
    link = Link(proxy.url, "proxied")
    assert link.call("PING")
    proxy.be("lossy")
    until(lambda: not asked(proxy))
    with pytest.raises(Unavailable):
        link.call("INCR", "counted")
    assert servers.durable.call("GET", "counted") == b"1"
    assert proxy.lost_replies >= 1
