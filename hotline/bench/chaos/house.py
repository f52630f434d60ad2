"""A whole hotline in real processes, each of which may be killed and comes back.

Rule 1: our processes reach the durable Redis through the fault proxy alone.
Rule 2: one thread starts every process, and lives longest: they end with the thread that made them.
"""

import os
import signal
import subprocess
import sys
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

import psutil

from hotline import engine, keys
from hotline.bench.chaos.far_end import SECRET
from hotline.bench.chaos.proxy import FaultProxy
from hotline.demo import SID, free_port, settings_of
from hotline.intake.errors import Mistaken
from hotline.settings import Role, Settings

HOST = "127.0.0.1"
TOKEN = "0123456789abcdef" * 2
BEAT = 0.05  # seconds between two looks at who died
SETTLES = 4.0  # seconds after which a process that was started holds what it needs
REST = 0.3  # seconds before somebody is started again
SPOOL_BYTES = 4 * 1024 * 1024  # of the small disk
ROLES: tuple[Role, ...] = ("web", "web", "worker", "worker", "steward")
ENGINES = ("redis_durable", "redis_fleeting")
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

Command = Callable[[str], tuple[str, ...]]


def real(role: str) -> tuple[str, ...]:
    """The command of one of our processes."""
    return (sys.executable, "-m", "hotline", role)


@dataclass(slots=True)
class Room:
    """One process and how it is started."""

    role: str
    command: tuple[str, ...]
    env: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    began: float = 0.0

    def revive(self, log: IO[bytes]) -> bool:
        """Start it when it is not there; whether that was so."""
        if self.process and self.process.poll() is None:
            return False
        if monotonic() - self.began < REST:
            return False
        self.began = monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        return True

    def pids(self) -> list[int]:
        """It and its children."""
        if not self.process or self.process.poll() is not None:
            return []
        with suppress(psutil.Error):
            family = psutil.Process(self.process.pid).children(recursive=True)
            return [self.process.pid, *(p.pid for p in family)]
        return []


@dataclass
class House:
    """Every room, the proxy between them and the durable Redis, and the small disk."""

    folder: Path
    sink_url: str
    seed: int
    command: Command = real
    rooms: list[Room] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)
    small_disk: bool = False

    def __post_init__(self) -> None:
        self.port = free_port(HOST, 0)
        self.log = self.folder / "log"
        self.spool = self.folder / "spool"
        self._over, self._up = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._durable = engine.durable(self.folder)
        self._fleeting = engine.fleeting(self.folder)
        behind = self._durable.socket
        self.proxy = FaultProxy(behind.with_name("proxy.sock"), behind, self.seed)
        self._thread = threading.Thread(target=self._keep_alive)

    @property
    def url(self) -> str:
        """Where the provider calls."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> "House":
        """Everything up and answering. Raises Mistaken when it does not come up."""
        self._furnish()
        self.proxy.start()
        self._thread.start()
        if not self._up.wait(60) or not until(self.ready, 60):
            self.stop()
            raise Mistaken(f"the hotline under test does not start; see {self.log}")
        return self

    def settings(self) -> Settings:
        """All settings, as a command on this machine has them; Redis without the proxy."""
        settings = self.folder / "settings"
        env = {path.name: path.read_text("utf-8") for path in settings.iterdir()}
        return Settings.from_env({**env, "HOTLINE_DURABLE_REDIS_URL": self._durable.url})

    def kill(self, role: str, chance: Random) -> None:
        """SIGKILL one process of that role: it, or the child in which it works."""
        with self._lock:
            pids = [room.pids() for room in self.rooms if room.role == role]
        family = chance.choice([each for each in pids if each] or [[]])
        if family:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(family), signal.SIGKILL)
                self.kills[role] += 1

    def fill_disk(self) -> None:
        """No byte fits on the spool's disk any more."""
        if not self.small_disk:
            return
        with suppress(OSError), (self.spool / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)

    def empty_disk(self) -> None:
        """There is room again."""
        (self.spool / "filler").unlink(missing_ok=True)

    def ready(self) -> bool:
        """Everybody is alive and a turn could be kept."""
        with self._lock:
            alive = bool(self.rooms) and all(room.pids() for room in self.rooms)
        return alive and self.answers()

    def settled(self) -> bool:
        """Whoever holds the keys of the day has done so for a while."""
        with self._lock:
            holders = [r for r in self.rooms if r.role in ("web", "steward")]
            old = all(r.pids() and monotonic() - r.began > SETTLES for r in holders)
        return old and self.answers()

    def answers(self) -> bool:
        """Somebody answers, with both Redis servers behind."""
        return _ready(f"{self.url}/readyz")

    def dismiss(self, *roles: str) -> None:
        """End the processes of these roles for good."""
        with self._lock:
            for room in [r for r in self.rooms if r.role in roles]:
                self.rooms.remove(room)
                _end(room)

    def stop(self) -> None:
        """End everybody, doors first."""
        self._over.set()
        self._thread.join(30)
        for room in reversed(self.rooms):
            _end(room)
        self.proxy.stop()
        if self.small_disk:
            subprocess.run(("umount", "-l", str(self.spool)), check=False)

    def _furnish(self) -> None:
        folder = self.folder / "settings"
        folder.mkdir(parents=True)
        self.spool.mkdir()
        self.small_disk = _mounted(self.spool)
        (self.folder / "secret").write_text(SECRET)
        (self.folder / "secret").chmod(0o600)
        (self.folder / "sinks.toml").write_text(SINK.format(url=self.sink_url))
        for name, value in {
            **keys.new_keys(),
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_API_BASE": "none",
            "HOTLINE_PUBLIC_URL": self.url,
            "HOTLINE_HOST": HOST,
            "HOTLINE_PORT": str(self.port),
            "HOTLINE_DURABLE_REDIS_URL": self.proxy.url,
            "HOTLINE_FLEETING_REDIS_URL": self._fleeting.url,
            "HOTLINE_DATABASE_URL": f"sqlite:///{self.folder / 'casebook.sqlite3'}",
            "HOTLINE_SPOOL_DIR": str(self.spool),
            "HOTLINE_REPLY_BUDGET": "day=9999999 country=9999999 sender=9999 same=999",
            "HOTLINE_SINKS": str(self.folder / "sinks.toml"),
        }.items():
            (folder / name).write_text(value, "utf-8")

    def _keep_alive(self) -> None:
        quiet = {"PATH": os.environ.get("PATH", "")}
        engines = [self._durable.command, self._fleeting.command]
        with self.log.open("ab") as log:
            self.rooms = [Room(n, c, quiet) for n, c in zip(ENGINES, engines, strict=True)]
            self._revive(log)
            for each in (self._durable, self._fleeting):
                engine.wait_for(each)
            with self._lock:
                self.rooms += [Room(r, self.command(r), self._env(r)) for r in ROLES]
            self._up.set()
            while not self._over.is_set():
                self._revive(log)
                sleep(BEAT)

    def _env(self, role: Role) -> dict[str, str]:
        return settings_of(self.folder, role)

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


def _mounted(folder: Path) -> bool:
    """A small disk of its own for the spool, where we may mount one."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    command: Sequence[str] = ("mount", "-t", "tmpfs", "-o", f"size={SPOOL_BYTES}", "tmpfs")
    try:
        done = subprocess.run((*command, str(folder)), check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False


def _end(room: Room) -> None:
    if room.process and room.process.poll() is None:
        room.process.terminate()
        try:
            room.process.wait(8)
        except subprocess.TimeoutExpired:
            room.process.kill()
            room.process.wait()
