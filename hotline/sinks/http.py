"""The one way out to case systems.

Rule 1: an address inside our own network is refused unless the settings allow it by name, and the
        address that was looked at is the address that is called: no second look-up in between.
Rule 2: TLS is verified, redirects are answers, answers are cut at 1 MiB, every wait has an end.
Rule 3: nothing that a far end answered is ever logged or put into an exception.
"""

import ipaddress
import json
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
)

from hotline.intake.sinks import Dead, Later, Parked, Trouble

CONNECT, READ = 10.0, 30.0  # seconds; a create in a busy case system takes some
MOST = 3  # addresses that are tried, so that the waits together stay below a lease
LARGEST = 1024 * 1024  # bytes of an answer
AGENT = "hotline"

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. Raises Trouble(Later("not_json")): a page of a proxy is no success."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Trouble(Later("not_json")) from None


def addresses(host: str, port: int) -> list[str]:
    """Every address of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


@dataclass(frozen=True, slots=True)
class Client:
    """Calls one case system at `url`; `inside` allows addresses of our own network.

    `ca` is a file with the certificate authority of the far end, where it is not a public one.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)  # credentials
    inside: bool = False
    ca: str = ""
    resolve: Resolve = addresses
    read_seconds: float = READ

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, sent once. Raises Trouble when there is no whole answer.

        After Trouble(Later) the far end may have done it all the same.
        """
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host, whole = parts.hostname or "", parts.path.rstrip("/") + path
        for address in self._addresses(host, port):
            with self._pool(parts.scheme, host, address, port) as pool:
                try:
                    return self._answer(pool, method, whole, body, headers)
                except (NewConnectionError, ConnectTimeoutError):
                    continue  # nothing was sent: another of its addresses may answer
                except SSLError:
                    raise Trouble(Parked("certificate")) from None
                except HTTPError:
                    raise Trouble(Later("away")) from None
        raise Trouble(Later("away"))

    def _answer(
        self,
        pool: urllib3.HTTPConnectionPool,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        host = urlsplit(self.url).netloc.rpartition("@")[2]
        sent = {"Host": host, "User-Agent": AGENT, **self.headers, **(headers or {})}
        reply = pool.request(
            method, path or "/", body=body, headers=sent, preload_content=False, redirect=False,
            retries=False, assert_same_host=False,
        )  # fmt: skip
        try:
            content = reply.read(LARGEST + 1, decode_content=True)
        finally:
            reply.close()
        if len(content) > LARGEST:
            raise Trouble(Later("answer_too_large"))
        return Answer(reply.status, {k.lower(): v for k, v in reply.headers.items()}, content)

    def _pool(self, scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
        timeout = urllib3.Timeout(connect=CONNECT, read=self.read_seconds)
        if scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        return urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, ssl_context=self._tls(),
            server_hostname=host, assert_hostname=host,
        )  # fmt: skip

    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca or None)
        except OSError:
            raise Trouble(Parked("certificate_file")) from None

    def _addresses(self, host: str, port: int) -> list[str]:
        """A few addresses of the host, when every one may be called."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise Trouble(Later("unknown_host")) from None
        if not found:
            raise Trouble(Later("unknown_host"))
        if not self.inside and not all(map(is_public, found)):
            raise Trouble(Parked("inside_address"))
        return list(dict.fromkeys(found))[:MOST]


def is_public(address: str) -> bool:
    """Whether an address belongs to the world, also in disguise (IPv4 in IPv6, NAT64, 6to4)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64 or ip.sixtofour or ip.teredo:
            return False
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def judged(answer: Answer, *, conflict: str = "conflict") -> Answer:
    """The answer when it is a success. Raises Trouble saying what shall happen instead.

    What a far end finds wrong with our settings or fields is parked, never hammered.
    """
    status = answer.status
    if 200 <= status < 300:
        return answer
    if status == 409:
        raise Trouble(Dead(conflict))
    if status == 413:
        raise Trouble(Dead("too_large"))
    if status in (408, 423, 425, 429) or status >= 500:
        raise Trouble(Later(f"http_{status}", _retry_after(answer)))
    if 300 <= status < 400:
        raise Trouble(Parked("redirect"))
    raise Trouble(Parked(f"http_{status}"))


def _retry_after(answer: Answer) -> int:
    text = answer.headers.get("retry-after", "")
    return min(int(text), 86_400) if text.isascii() and text.isdigit() else 0
