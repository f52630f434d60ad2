"""`hotline demo`: every process on one machine, kept alive; Ctrl-C ends all of them.

Rule 1: each child gets its settings by name and no more: the web process never sees a private key.
Rule 2: a child that dies is started again at once, and `demo.json` says who lives now.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil

from hotline import engine, keys
from hotline.intake.errors import Mistaken
from hotline.settings import Role, Settings, names
from hotline.simulator.rest import HERE
from hotline.stores.day_keys import HELD
from hotline.stores.link import Link

BEAT = 0.3  # seconds between two looks at the children; each goes through the machine's processes
CALM = 0.3  # seconds before a child that died is started again, so that a bad one does not spin
STOP = 8.0  # seconds a child has to end
ROLES = ("web", "worker", "desk", "steward", "provider", "redis_durable", "redis_fleeting")
SID = "AC" + "0" * 31 + "1"
NUMBER_VOICE = "+815000000100"  # not assigned to anybody
NUMBER_SMS = "+815000000200"
NUMBER_HUMAN = "+815000000300"  # rung by nobody: the telephone of the demo plays both ends


@dataclass(slots=True)
class Child:
    """One process to keep alive, and when it was started last."""

    role: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    before: Callable[[], object] = lambda: None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone."""
        self.before()
        self.started = monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # messages come by stderr; the engines' chatter stays out
            start_new_session=True,
        )

    def revive(self) -> None:
        """Start it again when it died."""
        if self.process and self.process.poll() is None:
            return
        if monotonic() - self.started >= CALM:
            self.start()

    def pids(self) -> list[int]:
        """It and its own children, as long as they live."""
        if not self.process or self.process.poll() is not None:
            return []
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return [self.process.pid, *(p.pid for p in family)]

    def stop(self) -> None:
        """Ask it to end, wait, insist."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Demo:
    """Where everything is, and who runs."""

    folder: Path
    host: str
    port: int
    desk_port: int
    provider_port: int
    public: dict[str, Any] = field(default_factory=dict)
    engines: list[Child] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    @property
    def everybody(self) -> list[Child]:
        """Servers first, as they must start first and end last."""
        return [*self.engines, *self.children]


def run(host: str, port: int, folder: Path) -> int:
    """Start everything, keep it alive, stop everything. Raises Mistaken when it cannot start."""
    os.umask(0o077)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        ports = free_port(host, port), free_port(host, port + 1 if port else 0), free_port(HERE, 0)
        demo = Demo(folder, host, *ports)
        for each in (signal.SIGINT, signal.SIGTERM):  # a shell may have us ignore the first
            signal.signal(each, _interrupt)
        try:
            _start(demo)
            _tell(demo)
            _watch(demo)
        except KeyboardInterrupt:
            print("\nStopping.", file=sys.stderr)
        finally:
            _stop(demo)
    return 0


def settings_of(folder: Path, role: Role) -> dict[str, str]:
    """The environment a child of this role needs: files, each with one setting it may read."""
    env = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TZ") if key in os.environ}
    env["PYTHONUNBUFFERED"] = "1"
    for name, roles in names().items():
        path = folder / "settings" / name
        if role in roles and path.exists() and name != "HOTLINE_DATA_DIR":
            env[f"{name}_FILE"] = str(path)
    return env


def _start(demo: Demo) -> None:
    durable, fleeting = engine.durable(demo.folder), engine.fleeting(demo.folder)
    quiet = {"PATH": os.environ.get("PATH", "")}
    demo.engines = [
        Child("redis_durable", durable.command, quiet, before=partial(engine.mend, demo.folder)),
        Child("redis_fleeting", fleeting.command, quiet),
    ]
    for child in demo.engines:
        child.start()
    _write_settings(demo, durable.url, fleeting.url)
    for each in (durable, fleeting):
        engine.wait_for(each)
    Link(durable.url, "durable").call("DEL", HELD)  # nobody of this demo lives to give keys back
    me = (sys.executable, "-m", "hotline")
    web, desk, worker, steward = (
        settings_of(demo.folder, role) for role in ("web", "desk", "worker", "steward")
    )
    desk["HOTLINE_PORT"] = str(demo.desk_port)
    account = {name: value for name, value in web.items() if not name.startswith("HOTLINE_")}
    numbers = (NUMBER_VOICE, NUMBER_SMS)
    provider = (sys.executable, "-m", "hotline.demo_provider", str(demo.provider_port), *numbers)
    _add(demo, Child("provider", provider, account))
    web["HOTLINE_WEB_PROCESSES"] = "2"
    _add(demo, Child("web", (*me, "web"), web))
    demo.public = _public(demo)  # makes the case book, while the callers' side starts
    _add(
        demo,
        Child("desk", (*me, "desk"), desk),
        Child("worker", (*me, "worker"), worker),
        Child("steward", (*me, "steward"), steward),
    )
    _wait(demo, f"{demo.public['web_url']}/readyz")
    _wait(demo, f"{demo.public['desk_url']}/readyz")


def _add(demo: Demo, *children: Child) -> None:
    for child in children:
        demo.children.append(child)
        child.start()


def _write_settings(demo: Demo, durable_url: str, fleeting_url: str) -> None:
    """Keys are made once and kept; addresses are written anew at every start."""
    folder = demo.folder / "settings"
    folder.mkdir(mode=0o700, exist_ok=True)
    fresh = {**keys.new_keys(), "TWILIO_AUTH_TOKEN": secrets.token_hex(16)}
    for name, value in fresh.items():
        if not (folder / name).exists() and not (name.endswith("C_KEY") and _has_private(folder)):
            _write(folder / name, value)
    url, provider = f"http://{demo.host}:{demo.port}", f"http://{HERE}:{demo.provider_port}"
    for name, value in {
        "HOTLINE_PUBLIC_URL": url,
        "HOTLINE_HOST": demo.host,
        "HOTLINE_PORT": str(demo.port),
        "HOTLINE_DURABLE_REDIS_URL": durable_url,
        "HOTLINE_FLEETING_REDIS_URL": fleeting_url,
        "HOTLINE_DATABASE_URL": f"sqlite:///{demo.folder / 'casebook.sqlite3'}",
        "HOTLINE_SPOOL_DIR": str(demo.folder / "spool"),
        "HOTLINE_SIMULATOR": f"{NUMBER_VOICE},{NUMBER_SMS},{provider}",
        "HOTLINE_NUMBER": NUMBER_VOICE,
        "HOTLINE_HUMAN_NUMBER": NUMBER_HUMAN,
        "HOTLINE_HUMAN_HOURS": "mon-sun 00:00-24:00",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_API_BASE": provider,
    }.items():
        _write(folder / name, value)


def _has_private(folder: Path) -> bool:
    """Whether a key pair was begun: half of another pair would seal for nobody."""
    return (folder / "HOTLINE_RECIPIENT_PRIVATE_KEY").exists()


def _public(demo: Demo) -> dict[str, Any]:
    """What demo.json says, without the process ids."""
    read = {n: (demo.folder / "settings" / n).read_text("utf-8") for n in ("TWILIO_AUTH_TOKEN",)}
    url = f"http://{demo.host}:{demo.port}"
    return {
        "public_url": url,
        "web_url": url,
        "desk_url": f"http://{demo.host}:{demo.desk_port}",
        "twilio_auth_token": read["TWILIO_AUTH_TOKEN"],
        "twilio_account_sid": SID,
        "number_voice": NUMBER_VOICE,
        "number_sms": NUMBER_SMS,
        "operator": _operator(demo.folder),
        "data_dir": str(demo.folder),
    }


def _operator(folder: Path) -> dict[str, str]:
    """The demo's operator: made with the case book, kept in a file that only we can read."""
    from hotline import wiring_book  # slow to read in: the callers' side starts meanwhile

    kept = folder / "operator.json"
    env = {"HOTLINE_DATA_DIR": str(folder)}
    book = wiring_book.database(Settings.from_env(env, "desk"))
    if not kept.exists():
        name = "demo"
        known = any(operator.name == name for operator in book.operators.list())
        made = book.operators.reset(name) if known else book.operators.add(name, "admin")
        operator = {"name": name, "password": made.password, "totp_secret": made.totp_secret}
        _write(kept, json.dumps(operator))
    read: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return read


def _watch(demo: Demo) -> None:
    pids: dict[str, list[int]] = {}
    while True:
        for child in demo.everybody:
            child.revive()
        now = _pids(demo)
        if now != pids:
            pids = now
            document = json.dumps({**demo.public, "pids": pids}, indent=2, ensure_ascii=False)
            _write(demo.folder / "demo.json", document + "\n")
        sleep(BEAT)


def _pids(demo: Demo) -> dict[str, list[int]]:
    roles: dict[str, list[int]] = {role: [] for role in ROLES}
    for child in demo.everybody:
        roles[child.role] += child.pids()
    return roles


def _tell(demo: Demo) -> None:
    public = demo.public
    operator = public["operator"]
    print(
        f"""
hotline is up.

  Phone (simulator)  {public["web_url"]}/simulator
  Page for callers   {public["web_url"]}/
  Desk               {public["desk_url"]}
    name             {operator["name"]}
    password         {operator["password"]}
    one-time code    secret {operator["totp_secret"]}, now {_code(operator["totp_secret"])}

  Details            {demo.folder / "demo.json"}
  Stop with Ctrl-C; the data stays.
""",
        flush=True,
    )


def _code(secret: str) -> str:
    import pyotp

    return pyotp.TOTP(secret).now()


def _stop(demo: Demo) -> None:
    """Doors first, stores last."""
    for child in reversed(demo.everybody):
        child.stop()
    (demo.folder / "demo.json").unlink(missing_ok=True)


def _wait(demo: Demo, url: str, seconds: float = 30.0) -> None:
    end = monotonic() + seconds
    while monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            sleep(0.02)
        dead = [c.role for c in demo.children if c.process and c.process.poll() is not None]
        if dead:
            raise Mistaken(f"{dead[0]} does not start; its message stands above")
    raise Mistaken(f"no answer at {url}")


def free_port(host: str, port: int) -> int:
    """The port itself when it can be had, or any when it is 0. Raises Mistaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Mistaken(f"port {port} is taken; choose another with --port") from None
        return int(probe.getsockname()[1])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else runs a demo on this folder. Raises Mistaken."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Mistaken(f"a demo already runs on {folder}") from None
        yield


def _write(path: Path, text: str) -> None:
    """Whole or not at all, readable by us alone."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, "utf-8")
    draft.chmod(0o600)
    draft.replace(path)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
