"""Signed requests, made before the clock starts, and a closed loop that sends them."""

import secrets
import selectors
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

from hotline.channels.signature import sign

TEXTS = (
    "hom qua bat 3 nguoi o ga shin okubo",
    "em trai e mat lien lac tu chieu t6, lan cuoi o ga kamata, que nghe an",
    "Chồng em bị cảnh sát giữ ở ga Nishi-Kawaguchi tối qua, anh ấy tên Nguyễn Văn Bình",
    "cty k tra luong 3 thang nay, tui em o gunma, 5 nguoi, so 090-0000-0000",
)
FIELDS = {
    "ToCountry": "JP",
    "ToState": "",
    "SmsMessageSid": "SM0",
    "NumMedia": "0",
    "ToCity": "",
    "FromZip": "",
    "FromState": "Tokyo",
    "SmsStatus": "received",
    "FromCity": "",
    "FromCountry": "VN",
    "ToZip": "",
    "NumSegments": "1",
    "ApiVersion": "2010-04-01",
}
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Target:
    """One server under load: where it listens and how requests to it are signed."""

    host: str
    port: int
    public_url: str
    token: str
    account: str

    def request(self, path: str, form: dict[str, str]) -> bytes:
        """One signed POST, as bytes."""
        form = {"AccountSid": self.account, **form}
        body = urlencode(form).encode()
        signature = sign(self.public_url, self.token, path, form)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nX-Twilio-Signature: {signature}\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"User-Agent: TwilioProxy/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def text(self, wording: int | None = None) -> bytes:
        """A first message of a new caller, in one of several wordings."""
        number = secrets.randbelow(10**9)
        body = TEXTS[number % len(TEXTS) if wording is None else wording]
        return self.said(f"+8400{number:09d}", body)

    def said(self, sender: str, body: str) -> bytes:
        """A message of one caller."""
        sid = f"SM{secrets.token_hex(16)}"
        form = {
            **FIELDS,
            "MessageSid": sid,
            "SmsSid": sid,
            "From": sender,
            "To": "+815000000200",
            "Body": body,
        }
        return self.request("/twilio/message", form)

    def call(self, sid: str, step: str, digits: str) -> bytes:
        """A step of a call; `step` is empty for its beginning."""
        form = {
            **FIELDS,
            "CallSid": sid,
            "From": "+840000000000",
            "To": "+815000000100",
            "CallStatus": "in-progress",
            "Direction": "inbound",
        }
        if digits:
            form |= {"Digits": digits, "msg": "Gather"}
        return self.request(f"/twilio/voice{step}", form)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one burst took: seconds in all, seconds of each request, answers that were not 200."""

    seconds: float
    each: tuple[float, ...]
    bad: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.seconds


def send(target: Target, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Sent:
    """Send all of them, each connection one after the other, and time them."""
    waiting = iter(requests)
    selector = selectors.DefaultSelector()
    started: dict[socket.socket, float] = {}
    each: list[float] = []
    bad = 0
    begin = perf_counter()
    for request in (r for _, r in zip(range(connections), waiting, strict=False)):
        connection = socket.create_connection((target.host, target.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        started[connection] = perf_counter()
        connection.sendall(request)
    while started:
        for key, _ in selector.select(10):
            connection = key.fileobj  # type: ignore[assignment]
            bad += not _answer(connection).startswith(b"HTTP/1.1 200")
            now = perf_counter()
            each.append(now - started.pop(connection))
            following = next(waiting, None)
            if following is None:
                selector.unregister(connection)
                connection.close()
            else:
                started[connection] = now
                connection.sendall(following)
    return Sent(perf_counter() - begin, tuple(each), bad)


def send_at(target: Target, requests: Sequence[bytes], rate: float, connections: int = 64) -> Sent:
    """Send each when it is due, `rate` a second, whatever became of the others. Seconds count from
    then, not from when a connection was free."""
    selector = selectors.DefaultSelector()
    free: deque[socket.socket] = deque()
    for _ in range(connections):
        connection = socket.create_connection((target.host, target.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        free.append(connection)
    due: dict[socket.socket, int] = {}
    late = [0.0] * len(requests)
    bad = following = 0
    begin = perf_counter()
    while following < len(requests) or due:
        while free and following < len(requests) and begin + following / rate <= perf_counter():
            connection = free.popleft()
            due[connection] = following
            connection.sendall(requests[following])
            following += 1
        wait = begin + following / rate - perf_counter() if following < len(requests) else 10
        for key, _ in selector.select(max(0.0, wait) if free else 10):
            connection = key.fileobj  # type: ignore[assignment]
            bad += not _answer(connection).startswith(b"HTTP/1.1 200")
            number = due.pop(connection)
            late[number] = perf_counter() - begin - number / rate
            free.append(connection)
    for connection in free:
        connection.close()
    return Sent(perf_counter() - begin, tuple(late), bad)


def _answer(connection: socket.socket) -> bytes:
    """One whole answer; Granian sends Content-Length with every body."""
    data = connection.recv(65_536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536) or _closed()
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65_536) or _closed()
    return head


def _closed() -> bytes:
    raise ConnectionError("the server closed the connection")
