"""A whole hotline in real processes on one or two hosts; each may be killed, and comes back.

Rule 1: our processes reach both Redis servers through their host's fault proxies alone, as users
that have the rights of their role and no other.
Rule 2: one thread starts every process, and lives longest: they end with the thread that made them.
"""

import os
import secrets
import signal
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import IO

from hotline import engine, keys, process
from hotline.bench.chaos.far_end import SECRET
from hotline.bench.chaos.hosts import HERE, Command, Host, Room, real
from hotline.bench.chaos.power import Disk
from hotline.demo import SID
from hotline.intake.errors import HotlineError, Mistaken
from hotline.settings import Settings
from hotline.stores import rights
from hotline.stores.day_keys import HELD, HELD_LIVES
from hotline.stores.link import Link

TOKEN = "0123456789abcdef" * 2
PUBLIC_URL = "https://line.example"
BEAT = 0.05  # seconds between two looks at who died
ENGINES = ("redis_durable", "redis_fleeting")
ROLES = ("web", "worker", "steward", "desk", "command")
SINK = """
[sinks.chaos]
type = "webhook"
audience = "helpers"
release = "auto"
inside = true
url = "{url}"
secret_file = "secret"
payload = "full"
"""


@dataclass
class House:
    """Every host and room. `database` is a case book elsewhere, which no power cut reaches."""

    folder: Path
    sink_url: str
    seed: int
    command: Command = real
    how_many: int = 2
    power: bool = False
    database: str = ""
    rooms: list[Room] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)
    cuts: int = 0
    host_cuts: int = 0
    made_anew: int = 0  # keys of the day, seen where others had been

    def __post_init__(self) -> None:
        self.log = self.folder / "log"
        self._over, self._up = (threading.Event() for _ in range(2))
        self._day_key = b""
        self._struck = 0.0  # when anybody was killed last who may hold the keys of the day
        self._lock = threading.RLock()
        self._passwords = {role: secrets.token_hex(16) for role in ROLES}
        acls = {"durable": rights.DURABLE, "fleeting": rights.FLEETING}
        for name, rules in acls.items():
            (self.folder / f"{name}.acl").write_text(rights.acl(rules, self._passwords))
        self._durable = engine.durable(self.folder, self.folder / "durable.acl")
        self._fleeting = engine.fleeting(self.folder, self.folder / "fleeting.acl")
        servers = {"durable": self._durable.socket, "fleeting": self._fleeting.socket}
        self.hosts = [
            Host(n + 1, self.folder, servers, self.seed + n) for n in range(self.how_many)
        ]
        self.disk = Disk(self.folder / "disk", self._roots()) if self.power else None
        self._thread = threading.Thread(target=self._keep_alive)

    def start(self) -> "House":
        """Everything up and answering. Raises Mistaken when it does not come up."""
        for host in self.hosts:
            host.open()
        self._furnish()
        if self.disk:
            self.disk.build()
        self._thread.start()
        if not self._up.wait(60) or not until(self.ready, 120):
            self.stop()
            raise Mistaken(f"the hotline under test does not start; see {self.log}")
        if self.disk:
            self._stopped(self.rooms, self.disk.sync)  # what a first cut comes back to
        return self

    def settings(self) -> Settings:
        """All settings, as a command on this machine has them; Redis without the proxies."""
        settings = self.folder / "settings"
        env = {path.name: path.read_text("utf-8") for path in settings.iterdir()}
        for name, server in (("DURABLE", self._durable), ("FLEETING", self._fleeting)):
            env[f"HOTLINE_{name}_REDIS_URL"] = self._url("command", server)
        return Settings.from_env(env)

    def kill(self, role: str, chance: Random) -> None:
        """SIGKILL one process of that role: it, or the child in which it works."""
        with self._lock:
            pids = [room.pids() for room in self.rooms if room.role == role]
        family = chance.choice([each for each in pids if each] or [[]])
        if family:
            with suppress(ProcessLookupError):
                self._struck = monotonic() if role != "worker" else self._struck
                os.kill(chance.choice(family), signal.SIGKILL)
                self.kills[role] += 1

    def cut_power(self, chance: Random, host: Host | None = None) -> None:
        """The light goes out: on one host, or everywhere, where nobody holds the day's keys then.

        Every process dies at the same moment, and the disks are put back to what was synced.
        """
        assert self.disk is not None
        disk, roots = self.disk, [host.spool] if host else []

        def dark() -> None:  # counted when nobody answers any more, and nobody yet
            self.cuts += host is None
            self.host_cuts += host is not None
            disk.cut(chance, *roots)

        self._in_the_dark(dark, host.number if host else None)

    def _in_the_dark(self, act: Callable[[], object], host: int | None = None) -> None:
        with self._lock:
            self._struck = monotonic()
            dead = [room for room in self.rooms if host is None or room.host == host]
            family = self._stopped(dead)
            _signal(family, signal.SIGKILL)
            for room in dead:
                if room.process:
                    room.process.wait()
            until(lambda: not any(map(_alive, family)), 10)
            act()

    def _stopped(self, rooms: Sequence[Room], act: Callable[[], object] | None = None) -> list[int]:
        """Stop whoever is in these rooms, all at the same moment; go on when `act` is done."""
        with self._lock:
            family = [pid for room in rooms for pid in room.pids()]
            _signal(family, signal.SIGSTOP)
            if act:
                act()
                _signal(family, signal.SIGCONT)
            return family

    def ready(self) -> bool:
        """Everybody is alive and a turn could be kept on every host."""
        with self._lock:
            alive = bool(self.rooms) and all(room.pids() for room in self.rooms)
        return alive and all(map(answers, self.hosts))

    def held(self) -> bool:
        """Whether a steward that lives has the keys of the day at hand: it said so since anybody
        who may hold them was killed last."""
        since = monotonic() - self._struck
        try:
            link = Link(self._url("command", self._durable), "durable")
            return HELD_LIVES - int(link.call("PTTL", HELD)) / 1_000 < since
        except HotlineError:
            return False

    def given_back(self) -> bool:
        """Whether the keys of the day lie in the fleeting Redis."""
        return bool(self._look_at_the_key())

    def _look_at_the_key(self) -> bytes:
        day = process.japan_now().date().isoformat()
        try:
            link = Link(self._url("command", self._fleeting), "fleeting")
            found = bytes(link.call("GET", f"hl:day:{day}") or b"")
        except HotlineError:
            return b""
        if found:
            self.made_anew += self._day_key not in (b"", found)
            self._day_key = found
        return found

    def dismiss(self, *roles: str) -> None:
        """End the processes of these roles for good."""
        with self._lock:
            for room in [r for r in self.rooms if r.role in roles]:
                self.rooms.remove(room)
                room.end()

    def stop(self) -> None:
        """End everybody, doors first."""
        self._over.set()
        if self._thread.ident:
            self._thread.join(30)
        for room in reversed(self.rooms):
            room.end()
        for host in self.hosts:
            host.close()

    def _roots(self) -> list[Path]:
        """Folders whose disks are cut: all that anybody here relies on."""
        return [self.folder / "durable", self.folder / "book", *(h.spool for h in self.hosts)]

    def _url(self, role: str, server: engine.Engine) -> str:
        return f"unix://{role}:{self._passwords[role]}@{server.socket}"

    def _furnish(self) -> None:
        folder = self.folder / "settings"
        folder.mkdir(parents=True)
        (self.folder / "book").mkdir()
        (self.folder / "secret").write_text(SECRET)
        (self.folder / "secret").chmod(0o600)
        (self.folder / "sinks.toml").write_text(SINK.format(url=self.sink_url))
        book = f"sqlite:///{self.folder / 'book' / 'casebook.sqlite3'}"
        for name, value in {
            **keys.new_keys(),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_API_BASE": "none",
            "HOTLINE_PUBLIC_URL": PUBLIC_URL,
            "HOTLINE_HOST": HERE,
            "HOTLINE_DATABASE_URL": self.database or book,
            "HOTLINE_REPLY_BUDGET": "day=9999999 hour=9999999 country=9999999 sender=9999 same=999",
            "HOTLINE_SINKS": str(self.folder / "sinks.toml"),
        }.items():
            (folder / name).write_text(value, "utf-8")

    def _keep_alive(self) -> None:
        more = self.disk.env if self.disk else {}
        quiet = {"PATH": os.environ.get("PATH", "")} | more
        engines = [self._durable.command, self._fleeting.command]
        with self.log.open("ab") as log:
            self.rooms = [Room(n, 0, c, quiet) for n, c in zip(ENGINES, engines, strict=True)]
            self._revive(log)
            for each in (self._durable, self._fleeting):
                engine.wait_for(each)
            made = [
                host.room(role, self.command, self._passwords)
                for host in self.hosts
                for role in host.roles
            ]
            for room in made:
                room.env |= more
            with self._lock:
                self.rooms += made
            self._up.set()
            while not self._over.is_set():
                self._revive(log)
                self._look_at_the_key()
                sleep(BEAT)

    def _revive(self, log: IO[bytes]) -> None:
        with self._lock:
            for room in self.rooms:
                self.starts[room.role] += room.revive(log)


def until(happened: Callable[[], object], seconds: float) -> bool:
    """Whether it became true in time."""
    end = monotonic() + seconds
    while not happened():
        if monotonic() > end:
            return False
        sleep(0.05)
    return True


def answers(host: Host) -> bool:
    """Somebody answers there, with both Redis servers behind."""
    try:
        with urllib.request.urlopen(f"http://{HERE}:{host.port}/readyz", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _signal(family: Sequence[int], number: int) -> None:
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
