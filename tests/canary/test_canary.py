"""One caller through every channel and every failure; then everything that is left is searched.

The number, the sentence, the profile name, the address and the agent may be nowhere; the sentence
lies in the case book, closed, and goes to helpers' systems, which are told it: there, and only
there, it may be read. So it is with what a recogniser wrote down of a recording. Planted leaks
prove that the search can fail.
"""

import base64
import hashlib
import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
from redis import Redis

from hotline.channels.signature import sign
from hotline.conversation import receipt
from hotline.leaks import Canary, hits, in_folder, needles
from hotline.simulator.rest import Remote
from hotline.stores.sealing import pad
from tests.channels.test_envelope import sealed
from tests.conftest import Servers
from tests.demos import Public, many_write, read, until
from tests.sinks.fakes import KEY, WebhookEnd
from tests.sinks.farend import FarEnd, listening
from tests.test_demo import tips
from tests.test_forwarding import TABLE

# Its settings are secrets of its own; demo.json and operator.json hold the demo's operator.
NOT_LOOKED_AT = ("TWILIO_AUTH_TOKEN",)


def made() -> Canary:
    """A caller nobody else can be."""
    word = "".join(secrets.choice("bcdghklmnprstvx") for _ in range(9))
    return Canary(
        f"+8400{secrets.randbelow(10**8):08d}",
        f"Tối qua ở ga Shin-Okubo có ba người bị đưa lên xe, em nghe gọi tên {word}",
        f"Nguyễn Thị Hồ Sơ {word}",
        f"203.0.113.{secrets.randbelow(250) + 1}:4{secrets.randbelow(1000):03d}",
        f"Canary-{word}/1.0",
        spoken=f"Anh ấy cao một mét bảy, bạn bè quen gọi là {word[::-1]}",
    )


def a_recogniser(folder: Path, canary: Canary) -> str:
    """One that hears the sentence of its own in every recording, and the caller's number."""
    path = folder / "recogniser"
    words = f"{canary.spoken}\nsố của em là 0{canary.number[3:]}".encode().hex()
    listens = "import sys\nsys.stdin.buffer.read()"
    tells = f"sys.stdout.buffer.write(bytes.fromhex({words[::-1]!r}[::-1]))"
    path.write_text(f"#!{sys.executable} -I\n{listens}\n{tells}\n")
    path.chmod(0o700)
    return f"program:{path}"


class Door:
    """The provider's side of a demo, with every field it would send."""

    def __init__(self, demo: Public, canary: Canary) -> None:
        self.demo, self.canary = demo, canary

    def send(self, path: str, form: dict[str, str], signature: str = "") -> str:
        """A request, signed unless another signature is given; what came back, "" when nothing."""
        whole = {
            "AccountSid": self.demo["twilio_account_sid"],
            "ProfileName": self.canary.profile,
            "WaId": self.canary.number.lstrip("+"),
            "FromCity": self.canary.profile,
            "CallerName": self.canary.profile,
            "ForwardedFrom": self.canary.number,
            **form,
        }
        given = signature or sign(
            self.demo["public_url"], self.demo["twilio_auth_token"], path, whole
        )
        return self._ask(path, urllib.parse.urlencode(whole), {"X-Twilio-Signature": given})

    def _ask(self, path: str, body: str, headers: dict[str, str]) -> str:
        request = urllib.request.Request(  # noqa: S310
            f"{self.demo['web_url']}{path}",
            body.encode(),
            {
                "User-Agent": self.canary.agent,
                "X-Forwarded-For": self.canary.address,
                "Forwarded": f"for={self.canary.address}",
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return str(answer.read().decode())
        except urllib.error.HTTPError as refused:
            return str(refused.read().decode())
        except (urllib.error.URLError, OSError):
            return ""

    def page(
        self, chat: str, words: str, step: int = 0, content_type: str = "", **more_form: str
    ) -> str:
        """One turn on the page, with everything that a browser tells of itself."""
        form = {"chat": chat, "turn": secrets.token_urlsafe(32), "step": str(step), "words": words}
        form.update(more_form)
        headers = {
            "Cookie": f"name={urllib.parse.quote(self.canary.profile)}",
            "Referer": f"https://example.org/?q={urllib.parse.quote(self.canary.sentence)}",
            "Accept-Language": "vi-VN",
        }
        more = {"Content-Type": content_type} if content_type else {}
        return self._ask("/", urllib.parse.urlencode(form), {**headers, **more})

    def text(self, body: str, scheme: str = "", **more: str) -> str:
        sid = f"SM{secrets.token_hex(16)}"
        sender = f"{scheme}{self.canary.number}"
        return self.send(
            "/twilio/message",
            {"MessageSid": sid, "From": sender, "To": "+81", "Body": body, **more},
        )

    def _provider(self) -> Remote:
        base = Path(self.demo["data_dir"], "settings/TWILIO_API_BASE").read_text("utf-8").strip()
        token = self.demo["twilio_auth_token"]
        return Remote(base, self.demo["twilio_account_sid"], token)

    def call(self) -> None:
        """A call with keys, a recording and a hang-up."""
        sid = f"CA{secrets.token_hex(16)}"
        form = {
            "CallSid": sid,
            "From": self.canary.number,
            "To": "+81",
            "CallStatus": "in-progress",
        }
        self.send("/twilio/voice", form)
        for step, keys in enumerate(("1", "2", "00", "00", "00", "1"), 1):
            self.send(f"/twilio/voice/{step}", {**form, "Digits": keys})
        recording = {"RecordingSid": f"RE{secrets.token_hex(16)}", "RecordingDuration": "9"}
        self._provider().record(recording["RecordingSid"], sid, 9, self.canary.spoken)
        address = {"RecordingUrl": f"https://api.example/{self.canary.number}"}
        self.send("/twilio/voice/7", {**form, **recording, **address})
        self.send("/twilio/call-status", {"CallSid": sid, "CallStatus": "completed"})


@contextmanager
def logged_demo(folder: Path, log: Path) -> Iterator[Public]:
    """A demo whose processes' output goes to a file."""
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", str(folder))
    env = {**os.environ, "PYTHONDEVMODE": "1"}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env) as process,
    ):
        try:
            until((folder / "demo.json").exists, 60)
            yield read(folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def kill(demo: Public, role: str) -> None:
    for pid in read(demo["data_dir"])["pids"][role]:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)


def redis_of(folder: Path, name: str) -> "Redis":
    url = (folder / "settings" / f"HOTLINE_{name}_REDIS_URL").read_text()
    return Redis.from_url(url)


def dumped(server: "Redis") -> bytes:
    """Every key and every value of a server, read as what it is."""
    parts: list[bytes] = []
    for key in server.scan_iter(count=500):
        parts.append(key)
        kind = bytes(server.type(key))  # type: ignore[arg-type]  # never text here
        reads: dict[bytes, Callable[[], object]] = {
            b"string": lambda key=key: server.get(key),  # type: ignore[misc]
            b"hash": lambda key=key: server.hgetall(key),  # type: ignore[misc]
            b"list": lambda key=key: server.lrange(key, 0, -1),  # type: ignore[misc]
            b"set": lambda key=key: server.smembers(key),  # type: ignore[misc]
            b"zset": lambda key=key: server.zrange(key, 0, -1, withscores=True),  # type: ignore[misc]
        }
        parts += _bytes(reads.get(kind, lambda: b"")())
    return b"\n".join(parts)


def _bytes(value: object) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, dict):
        return [part for pair in value.items() for each in pair for part in _bytes(each)]
    if isinstance(value, list | set | tuple):
        return [part for each in value for part in _bytes(each)]
    return [str(value).encode()]


def metrics_and_pages(demo: Public) -> bytes:
    """What the desk shows to somebody who has not signed in."""
    pages = []
    for path in ("/login", "/metrics", "/queue.json", "/tips", "/readyz"):
        try:
            with urllib.request.urlopen(f"{demo['desk_url']}{path}", timeout=5) as answer:  # noqa: S310
                pages.append(answer.read() + str(answer.headers).encode())
        except urllib.error.HTTPError as error:
            pages.append(error.read() + str(error.headers).encode())
    return b"\n".join(pages)


def test_a_caller_is_nowhere_to_be_found(tmp_path: Path) -> None:
    canary, folder, log = made(), tmp_path / "demo", tmp_path / "log"
    (folder / "settings").mkdir(parents=True)
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "secret").chmod(0o600)
    helpers = WebhookEnd()
    with listening(helpers) as near:
        table = TABLE.format(name="ngo", audience="helpers", url=near.url)
        dead = TABLE.format(name="away", audience="helpers", url="http://127.0.0.1:9/")
        (tmp_path / "sinks.toml").write_text(table + dead)
        (folder / "settings" / "HOTLINE_SINKS").write_text(str(tmp_path / "sinks.toml"))
        listens = a_recogniser(tmp_path, canary)
        (folder / "settings" / "HOTLINE_RECOGNISER").write_text(listens)
        with logged_demo(folder, log) as demo:
            spoken = needles(canary)
            code = _live(demo, canary, lambda: "spoken" in hits(told(near, helpers), spoken))
            wanted = needles(Canary(**{**_fields(canary), "code": code}))
            stores = {name: dumped(redis_of(folder, name)) for name in ("DURABLE", "FLEETING")}
            shown = metrics_and_pages(demo)
        assert {name: hits(raw, wanted) for name, raw in stores.items()} == {
            "DURABLE": set(),
            "FLEETING": set(),
        }
    assert hits(shown, wanted) == set()
    assert hits(log.read_bytes(), wanted) == set(), log.read_text()
    assert in_folder(folder, wanted, NOT_LOOKED_AT) == {}
    # Helpers are told the words, and nothing else.
    assert hits(told(near, helpers), wanted) == {"sentence", "spoken"}
    left = in_folder(tmp_path, wanted, (*NOT_LOOKED_AT, "secret"))
    assert left == {}


def told(near: FarEnd, helpers: WebhookEnd) -> bytes:
    """Everything that helpers were asked, and what they hold."""
    asked = (part for each in near.asked for part in (str(each).encode(), each.body))
    return b"\n".join((*asked, str(helpers.held).encode()))


def _fields(canary: Canary) -> dict[str, str]:
    return {name: getattr(canary, name) for name in canary.__slots__}


def _live(demo: Public, canary: Canary, heard: Callable[[], bool]) -> str:
    """Every channel, then every failure; the receipt's code that was told.

    Helpers have `heard` the recording before anything is killed: what a worker was about to send
    when it died is sent again minutes later, when its lease has run out.
    """
    door = Door(demo, canary)
    for scheme in ("", "whatsapp:", "messenger:"):
        assert door.text(canary.sentence, scheme)
    answer = door.text("MA")
    code = receipt.read(answer.partition(": ")[2][:19]) or ""
    assert code, answer
    door.text("XONG")
    door.call()
    _wait(heard, 60)
    chat = secrets.token_urlsafe(32)
    assert "Shin-Ōkubo" in door.page(chat, canary.sentence)
    assert 'class="code"' in door.page(chat, "MA", 1)
    door.page(chat, canary.sentence + " sau", 0)  # from an earlier page
    door.page(secrets.token_urlsafe(32), code)
    door.page(chat, canary.sentence * 200)  # too long
    door.page(chat, canary.sentence, content_type="text/plain")
    door.page(canary.sentence, canary.sentence)  # a name that is none
    key = re.search(r'data-key="([^"]+)"', door.page(secrets.token_urlsafe(32), canary.sentence))
    assert key
    box = sealed(base64.b64decode(key[1]), pad(canary.sentence.encode()))
    assert "110" in door.page(secrets.token_urlsafe(32), "", box=box)
    door.page(secrets.token_urlsafe(32), canary.sentence, box=box[:-4])  # no box of ours
    with many_write(demo):
        assert 'name="note"' in door.page(secrets.token_urlsafe(32), canary.sentence)
    door.text(f"mã của em là {code}")
    door.send("/twilio/message", {"From": canary.number, "Body": canary.sentence}, "bad signature")
    door.text(canary.sentence, MessageSid="")  # malformed: no SID
    door.text("\x00\ud800".encode("utf-8", "replace").decode() + canary.sentence)
    door.send(f"/twilio/voice/{urllib.parse.quote(canary.sentence)}", {"CallSid": "CA1"})
    door.send("/twilio/fallback/message", {"MessageSid": "SM1", "From": canary.number, "Body": "a"})
    kill(demo, "worker")
    door.text(canary.sentence + " nữa")
    door.text("XONG")
    kill(demo, "redis_durable")
    door.text(canary.sentence + " thêm")
    door.page(chat, canary.sentence + " thêm", 2)
    kill(demo, "web")
    _wait(lambda: bool(door.text("LAI")))
    door.text(code)
    door.text("XONG")
    kill(demo, "redis_fleeting")
    door.text(canary.sentence)
    door.page(chat, canary.sentence)
    _wait(lambda: bool(tips(demo)) and bool(door.text("LAI")))
    return code


def _wait(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while monotonic() < end:
        if happened():
            return
        sleep(0.2)
    raise AssertionError("it never happened")


CANARY = Canary(
    "+840012345678",
    "Tối qua ở ga Ueno có ba người",
    "Nguyễn Thị Chim",
    "203.0.113.7:4001",
    "Canary-x/1.0",
    receipt.make(lambda _: 77),
    "Anh ấy cao một mét bảy",
)
NUMBER, SENTENCE = CANARY.number, CANARY.sentence


@pytest.mark.parametrize(
    ("leak", "name"),
    [
        (f'{{"event":"failed","code":"{NUMBER}"}}'.encode(), "number"),
        (b"from 084 0012345678 now" + NUMBER[1:].encode(), "number"),
        (b"call 000-1234-5678", "number"),
        (NUMBER[::-1].encode(), "number"),
        (b"GET /?from=%2B840012345678", "number"),
        (NUMBER.encode().hex().encode(), "number"),
        (b"xx" + base64.b64encode(b"From=" + NUMBER.encode() + b"&To=1"), "number"),
        (hashlib.sha256(NUMBER.encode()).hexdigest().encode(), "number"),
        (hashlib.md5(NUMBER[1:].encode()).digest(), "number"),  # noqa: S324 - what a leak may be
        (b"rq:job" + zlib.compress(b"drain('" + NUMBER.encode() + b"')"), "number"),
        (SENTENCE.encode(), "sentence"),
        (b'{"Body": "T\\u1ed1i qua \\u1edf ga Ueno c\\u00f3 ba ng\\u01b0\\u1eddi"}', "sentence"),
        (b"toi qua o ga ueno co ba nguoi", "sentence"),
        (SENTENCE.encode("utf-16-le"), "sentence"),
        (CANARY.profile.encode(), "profile"),
        (b"203.0.113.7:4001", "address"),
        (b"User-Agent: Canary-x/1.0", "agent"),
        (receipt.grouped(CANARY.code).encode(), "code"),
        (b"/r/" + CANARY.code.encode(), "code"),
        (b'{"transcript": "Anh \\u1ea5y cao m\\u1ed9t m\\u00e9t b\\u1ea3y"}', "spoken"),
        (b"heard: anh ay cao mot met bay", "spoken"),
    ],
)
def test_a_planted_leak_is_found(leak: bytes, name: str) -> None:
    assert name in hits(b"before " + leak + b" after", needles(CANARY))


def test_leaks_are_found_in_files_and_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "book.sqlite3-wal").write_bytes(b"\x00" * 512 + SENTENCE.encode() + b"\x00")
    (tmp_path / NUMBER).write_bytes(b"")
    found = in_folder(tmp_path, needles(CANARY))
    assert set(found) == {"book.sqlite3-wal", NUMBER}


def test_leaks_are_found_in_each_kind_of_redis_value(servers: Servers) -> None:
    server = Redis.from_url(servers.durable_url)
    for act in (
        lambda: server.set("a", NUMBER),
        lambda: server.set(NUMBER, "a"),
        lambda: server.hset("a", "b", NUMBER),
        lambda: server.rpush("a", NUMBER),
        lambda: server.sadd("a", NUMBER),
        lambda: server.zadd("a", {NUMBER: 1}),
        lambda: server.set("a", int(NUMBER)),  # kept as a binary integer: no grep would see it
    ):
        server.flushall()
        act()
        assert "number" in hits(dumped(server), needles(CANARY))


def test_noise_is_no_leak() -> None:
    assert hits(os.urandom(200_000), needles(CANARY)) == set()
