"""The provider's side: signed requests over HTTP, repeated as Twilio repeats them, and worse.

What it does on purpose: the same request again at once and much later, at another host as often as
not, a sender that hangs up before the answer, a body that breaks off half-way, and up to `TRIES`
attempts at one request.
"""

import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random, choice
from time import monotonic, sleep
from urllib.parse import urlencode
from xml.etree import ElementTree

from hotline.channels.doors import SORRY
from hotline.channels.signature import sign
from hotline.conversation.hearing import Line, plain
from hotline.places import by_code, prefecture_name
from hotline.wording.catalogue import load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import load_flows

TRIES = 8  # attempts at one request, a while apart
PAUSE = 0.4  # seconds between two attempts
SECONDS = 15.0  # what Twilio waits for an answer
AGAIN, LATER, HANG_UP, HALF = 0.10, 0.05, 0.06, 0.03  # how often each of these is done

ACTION = re.compile(r'action="/twilio/voice/(\d+)"')


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, body and how long it took, in seconds."""

    status: int
    body: str
    seconds: float
    cuts: int = 0  # power cuts before it came; -1 where one came in between

    @property
    def words(self) -> str:
        """Everything that is said, without accents."""
        return plain(" ".join(ElementTree.fromstring(self.body).itertext())) if self.body else ""  # noqa: S314 - our own answer

    @property
    def step(self) -> int:
        """The step that the answer leads to; 0 when it hangs up."""
        found = ACTION.search(self.body)
        return int(found[1]) if found else 0


@dataclass(slots=True)
class Seen:
    """What the provider saw in all, kept under one lock."""

    requests: int = 0
    failed: int = 0
    turned_away: int = 0
    sorry: int = 0
    refused: int = 0
    repeated: int = 0
    broken_off: int = 0
    answered_otherwise: int = 0
    slowest: float = 0.0
    late: list["Late"] = field(default_factory=list)
    across: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Late:
    """A request that is sent again much later; `cuts` power cuts had been when it was new."""

    path: str
    form: dict[str, str]
    reply: Reply
    cuts: int


class Words:
    """What the hotline says when it did not keep something, and when it erased."""

    def __init__(self) -> None:
        wording = Wording(load_catalogue(load_flows()), by_code, prefecture_name)
        # What stands in both, written and spoken, is enough to know them by.
        self._sorry = [_start(wording, line) for line in SORRY.says]
        self._aside = _start(wording, Line("common.aside", {}))
        self._erased = _start(wording, Line("common.erased", {}))

    def sorry(self, reply: Reply) -> bool:
        """It was not kept, and it was said so."""
        return any(start in reply.words for start in self._sorry)

    def aside(self, reply: Reply) -> bool:
        """It was kept in the spool."""
        return self._aside in reply.words

    def erased(self, reply: Reply) -> bool:
        """It is gone, they say."""
        return self._erased in reply.words


def _start(wording: Wording, line: Line) -> str:
    return plain(wording.written((line,)))[:30]


@dataclass(frozen=True)
class Provider:
    """Signs and sends; any thread may use it."""

    host: str
    ports: tuple[int, ...]
    public_url: str
    token: str
    account: str
    words: Words
    cuts: Callable[[], int] = lambda: 0  # power cuts so far, in which nobody kept the day's keys
    seen: Seen = field(default_factory=Seen)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, path: str, form: dict[str, str], chance: Random) -> Reply | None:
        """The first whole answer; None when there was none in all attempts."""
        form = {"AccountSid": self.account, **form}
        if chance.random() < HALF:
            self._cut_off(path, form)
        if chance.random() < HANG_UP:
            self._once(path, form, 0.002 + 0.03 * chance.random())
        cuts = self.cuts()
        reply = self._until_answered(path, form, chance)
        if self.cuts() != cuts:
            self._across(form)
        if reply is None:
            return None
        cuts = self.cuts()
        if chance.random() < AGAIN:
            self._compare(Late(path, form, reply, cuts), self._once(path, form))
        # What only a spool knows is new at another host: nobody repeats it after the next turn.
        if chance.random() < LATER and not self.words.aside(reply):
            with self.lock:
                self.seen.late.append(Late(path, form, reply, cuts))
        return reply

    def send_late(self, first: int | None = None) -> None:
        """Callbacks that come long after: repeat what was put off."""
        with self.lock:
            late, self.seen.late = self.seen.late[:first], self.seen.late[first or 1_000_000_000 :]
        for each in late:
            self._compare(each, self._once(each.path, each.form))

    def _across(self, form: Mapping[str, str]) -> None:
        """It was sent before a power cut and again after it: nobody can know it for the same."""
        with self.lock:
            self.seen.across |= {form[name] for name in ("Body", "RecordingSid") if name in form}

    def _until_answered(self, path: str, form: dict[str, str], chance: Random) -> Reply | None:
        first = chance.randrange(len(self.ports))
        for attempt in range(TRIES):
            reply = self._once(path, form, port=self.ports[(first + attempt) % len(self.ports)])
            if reply is not None and reply.status in (200, 204):
                return reply
            sleep(PAUSE * min(attempt + 1, 4))
        with self.lock:
            self.seen.turned_away += 1
        return None

    def _compare(self, first: Late, again: Reply | None) -> None:
        """A repeat gets the same answer, unless we were told that it could not be looked up."""
        if self.cuts() != first.cuts:
            self._across(first.form)
            return
        with self.lock:
            self.seen.repeated += 1
            if again is None or any(map(self._excused, (first.reply, again))):
                return
            self.seen.answered_otherwise += first.reply.body != again.body

    def _excused(self, reply: Reply) -> bool:
        return self.words.sorry(reply) or self.words.aside(reply)

    def _once(
        self, path: str, form: dict[str, str], patience: float = SECONDS, port: int = 0
    ) -> Reply | None:
        begin, before = monotonic(), self.cuts()
        try:
            raw = self._exchange(self._request(path, form), patience, port or self._any())
        except OSError:
            raw = b""
        taken = monotonic() - begin
        head, _, body = raw.partition(b"\r\n\r\n")
        status = int(head[9:12]) if head[:9] in (b"HTTP/1.1 ", b"HTTP/1.0 ") else 0
        cuts = before if before == self.cuts() else -1
        reply = Reply(status, body.decode("utf-8", "replace"), taken, cuts) if status else None
        if patience == SECONDS:
            self._count(reply)
        return reply

    def _count(self, reply: Reply | None) -> None:
        with self.lock:
            self.seen.requests += 1
            if reply is None:
                self.seen.failed += 1
                return
            self.seen.refused += reply.status not in (200, 204)
            self.seen.slowest = max(self.seen.slowest, reply.seconds)
            self.seen.sorry += reply.status == 200 and self.words.sorry(reply)

    def _cut_off(self, path: str, form: dict[str, str]) -> None:
        """A sender that dies half-way through its request."""
        raw = self._request(path, form)
        with self.lock:
            self.seen.broken_off += 1
        with suppress(OSError):
            self._exchange(raw[: len(raw) - 20], 0.0, self._any())

    def _any(self) -> int:
        return choice(self.ports)  # noqa: S311 - a host, no secret

    def _exchange(self, raw: bytes, patience: float, port: int) -> bytes:
        with socket.create_connection((self.host, port), timeout=SECONDS) as connection:
            connection.sendall(raw)
            if not patience:
                return b""
            end, data = monotonic() + patience, b""
            while not _whole(data):
                connection.settimeout(max(end - monotonic(), 0.001))
                more = connection.recv(65_536)
                if not more:
                    return b""
                data += more
            return data

    def _request(self, path: str, form: dict[str, str]) -> bytes:
        body = urlencode(form).encode()
        signature = sign(self.public_url, self.token, path, form)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nX-Twilio-Signature: {signature}\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _whole(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    lengths = [h[15:] for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")]
    return len(body) >= int(lengths[0]) if lengths else True


Send = Callable[[str, dict[str, str], Random], Reply | None]
