"""The one way out: which addresses may be called, and what TLS must prove."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.intake.sinks import Later, Parked, Trouble
from hotline.sinks.http import Client, is_public
from tests.sinks import farend
from tests.sinks.farend import Asked, FarEnd, Reply, listening


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",  # noqa: S104
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:7f00:1::", "ff02::1", "192.0.2.1", "2001:db8::1", "nonsense", "",
    ],
)  # fmt: skip
def test_addresses_of_our_own_network_are_known_in_every_disguise(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_world_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"]])
def test_one_inside_address_among_many_is_enough_to_refuse(found: list[str]) -> None:
    client = Client("https://case.example", {}, resolve=lambda host, port: found)
    with pytest.raises(Trouble) as raised:
        client.call("GET", "/")
    assert raised.value.what == Parked("inside_address")


def test_the_address_that_was_looked_at_is_the_one_that_is_called() -> None:
    """A name that says something else at the second look-up gets no second look-up."""
    with listening(lambda asked: Reply(200, b"here")) as end:
        port = end.url.rpartition(":")[2]
        looked: list[str] = []

        def resolve(host: str, port: int) -> list[str]:
            looked.append(host)
            return ["127.0.0.1"] if len(looked) == 1 else ["203.0.113.9"]

        client = Client(f"http://case.example:{port}", {}, True, resolve=resolve)
        assert client.call("GET", "/x").body == b"here"
        assert looked == ["case.example"]
        assert end.asked[0].headers["host"] == f"case.example:{port}"


def test_when_one_address_takes_no_connection_the_next_is_called() -> None:
    with listening(lambda asked: Reply(200, b"here")) as end:
        port = end.url.rpartition(":")[2]
        both = Client(f"http://case.example:{port}", {}, True, "", lambda *_: ["::1", "127.0.0.1"])
        assert both.call("GET", "/").body == b"here"
        none = Client(f"http://case.example:{port}", {}, True, "", lambda *_: ["::1", "127.0.0.9"])
        with pytest.raises(Trouble) as raised:
            none.call("GET", "/")
        assert raised.value.what == Later("away")


def test_what_was_sent_is_never_sent_to_another_address() -> None:
    with listening(lambda asked: Reply(200)) as end:
        end.fault = farend.hangs_up
        url = f"http://case.example:{end.url.rpartition(':')[2]}"
        twice = Client(url, {}, True, "", lambda *_: ["127.0.0.1", "::ffff:127.0.0.1"])
        with pytest.raises(Trouble):
            twice.call("POST", "/", b"words")
        assert len(end.asked) == 1


def test_a_name_that_nobody_knows_is_tried_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    def nobody(host: str, port: int) -> list[str]:
        return []

    for resolve in (unknown, nobody):
        with pytest.raises(Trouble) as raised:
            Client("https://case.example", {}, resolve=resolve).call("GET", "/")
        assert raised.value.what == Later("unknown_host")


def test_a_redirect_is_an_answer_and_never_followed() -> None:
    def away(asked: Asked) -> Reply:
        return Reply(307, b"", {"Location": "/elsewhere"})

    with listening(away) as end:
        assert Client(end.url, {}, True).call("POST", "/in", b"words").status == 307
        assert [asked.path for asked in end.asked] == ["/in"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for case.example that no public authority knows; the key beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here: apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    words = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 "
        "-subj /CN=case.example -addext subjectAltName=DNS:case.example "
        f"-keyout {folder}/key.pem -out {folder}/cert.pem"
    )
    subprocess.run(words.split(), check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> Iterator[FarEnd]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def wrap(plain: socket.socket) -> ssl.SSLSocket:
        return context.wrap_socket(plain, server_side=True)

    with listening(lambda asked: Reply(200, b"here"), wrap) as end:
        yield end


def client(end: FarEnd, host: str, ca: str = "") -> Client:
    port = end.url.rpartition(":")[2]
    return Client(f"https://{host}:{port}", {}, True, ca, lambda host, port: ["127.0.0.1"])


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: FarEnd) -> None:
    with pytest.raises(Trouble) as raised:
        client(tls, "case.example").call("POST", "/", b"words")
    assert raised.value.what == Parked("certificate")
    assert tls.asked == []


def test_a_certificate_for_another_name_is_refused(
    tls: FarEnd, certificate: tuple[Path, Path]
) -> None:
    with pytest.raises(Trouble) as raised:
        client(tls, "other.example", str(certificate[0])).call("POST", "/", b"words")
    assert raised.value.what == Parked("certificate")
    assert tls.asked == []


def test_an_authority_of_ones_own_can_be_named(tls: FarEnd, certificate: tuple[Path, Path]) -> None:
    assert client(tls, "case.example", str(certificate[0])).call("GET", "/").body == b"here"


def test_an_authority_file_that_is_not_there_parks() -> None:
    broken = Client("https://case.example", {}, True, "/no/such", lambda host, port: ["127.0.0.1"])
    with pytest.raises(Trouble) as raised:
        broken.call("GET", "/")
    assert raised.value.what == Parked("certificate_file")
