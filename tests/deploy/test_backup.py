"""The drill of docs/deploy/backup.md, with its own commands: a backup while reports come in, the
machine lost, another one made of the backup and the keys."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from redis import Redis

from hotline import keys
from hotline.conversation import receipt
from hotline.demo import free_port
from hotline.leaks import Canary, in_folder, needles
from hotline.records.tip import Tip
from hotline.settings import Settings
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.database import open_engine
from hotline.stores.link import RESTS
from tests.canary.test_canary import made
from tests.demos import Public, until
from tests.deploy.machine import KIT, Process, answers, needs_redis, processes, redis
from tests.sinks.fakes import KEY, WebhookEnd
from tests.sinks.farend import FarEnd, listening
from tests.test_demo import text
from tests.test_forwarding import TABLE

FIGURES: list[str] = []  # printed at the end of a run

TOOLS = ("sqlite3", "redis-cli", "pg_dump")
needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)),
    reason="sqlite3, redis-cli, pg_dump: apt install sqlite3 redis-tools postgresql-client",
)
BLOCK = re.compile(r"^```sh ([a-z-]+)\n(.*?)^```$", re.M | re.S)
WAITING = 12  # reports that are accepted and not filed when the backup begins
PATIENCE = 100  # seconds; the machine may have other things to do


@dataclass
class Machine:
    """Everything under one root, as the commands name it."""

    root: Path
    database_url: str
    postgresql: dict[str, str]
    running: dict[str, Process] = field(default_factory=dict)
    public: Public = field(default_factory=dict)

    def at(self, path: str) -> Path:
        """Where `path` of the commands is here."""
        return self.root / path.lstrip("/")

    def shell(self, *blocks: str) -> None:
        """Run blocks of the page, in its order."""
        page = (KIT / "backup.md").read_text("utf-8")
        found = [body for name, body in BLOCK.findall(page) if name in blocks]
        assert found, blocks
        owner = f"{os.getuid()}:{os.getgid()}"
        script = "\n".join(found).replace("runuser -u postgres -- ", "")
        script = script.replace("hotline:hotline", owner)
        script = re.sub(r"(?<![\w.])/(?=(?:var|etc|run|media)/)", f"{self.root}/", script)
        env = {"PATH": os.environ["PATH"], **self.postgresql}
        command = ("bash", "-euo", "pipefail", "-c", script)
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def settings(self, **other: str) -> Settings:
        """What a command on this machine reads."""
        folder = self.at("/etc/hotline/secrets")
        files = {f"{path.name}_FILE": str(path) for path in folder.iterdir()}
        return Settings.from_env({**files, **other})

    def tips(self, **other: str) -> list[Tip]:
        """Every tip of the case book."""
        settings = self.settings(**other)
        engine = open_engine(settings.database_url)
        try:
            return list(SqlCaseBook(engine, key_ring(settings.casebook_key)).every())
        finally:
            engine.dispose()

    def signal(self, name: str, number: signal.Signals) -> None:
        """To a process and its children."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.running[name].pid)
            for each in (*process.children(recursive=True), process):
                each.send_signal(number)


@contextmanager
def machine(root: Path, database_url: str, postgresql: dict[str, str]) -> Iterator[Machine]:
    """A root with the kit's folders, gone afterwards."""
    here = Machine(root, database_url, postgresql)
    for path in ("/var/lib/hotline/spool", "/var/backups/hotline", "/media/keys", "/etc/hotline"):
        here.at(path).mkdir(parents=True)
    for name in ("durable", "fleeting"):
        here.at(f"/run/hotline-redis-{name}").mkdir(parents=True)
        here.at(f"/var/lib/hotline-redis-{name}").mkdir()
    try:
        yield here
    finally:
        shutil.rmtree(root)


@contextmanager
def started(here: Machine, sinks: Path) -> Iterator[None]:
    """`systemctl start hotline.target`."""
    ports = {name: free_port("127.0.0.1", 0) for name in ("web", "desk")}
    folder = here.at("/etc/hotline/secrets")
    with ExitStack() as stack:
        stores = {"/var/lib/hotline/spool": str(here.at("/var/lib/hotline/spool"))}
        for name in ("durable", "fleeting"):
            data = here.at(f"/var/lib/hotline-redis-{name}")
            path = here.at(f"/run/hotline-redis-{name}/redis.sock")
            url = stack.enter_context(redis(data, path, name))
            stores[f"redis://redis-{name}:6379/0"] = url
        given = processes(folder, stores, ports, HOTLINE_SINKS=str(sinks))
        here.running = stack.enter_context(given)
        until(lambda: answers(ports["web"]), PATIENCE)
        here.public = {
            "twilio_account_sid": (folder / "TWILIO_ACCOUNT_SID").read_text(),
            "twilio_auth_token": (folder / "TWILIO_AUTH_TOKEN").read_text(),
            "number_sms": "+815000000200",
            "public_url": "https://hotline.example",
            "web_url": f"http://127.0.0.1:{ports['web']}",
        }
        try:
            yield
        finally:
            for name in here.running:  # whoever still stands could not end
                here.signal(name, signal.SIGCONT)


def make_secrets(here: Machine) -> None:
    """The key ceremony."""
    folder = here.at("/etc/hotline/secrets")
    folder.mkdir(mode=0o700)
    given = {
        **keys.new_keys(),
        "HOTLINE_DATABASE_URL": here.database_url,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }
    for name, value in given.items():
        (folder / name).write_text(value)
    shutil.copy(KIT / "hotline.env", here.at("/etc/hotline"))


def report(here: Machine) -> str:
    """One report, acknowledged; the word by which it is known."""
    word = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
    sender = f"+8400{secrets.randbelow(10**8):08d}"
    text(here.public, f"thay 2 nguoi bi bat o ga ueno, ao {word}", sender)
    assert " 110" not in text(here.public, "XONG", sender)
    return word


@contextmanager
def coming_in(here: Machine) -> Iterator[list[str]]:
    """Reports that keep coming in; those that were acknowledged so far."""
    done, over = list[str](), threading.Event()

    def callers() -> None:
        while not over.wait(0.1):
            done.append(report(here))

    thread = threading.Thread(target=callers)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def spooled(here: Machine, sender: str) -> str:
    """Something said while the durable Redis was away and no steward looked; its word."""
    word = "".join(secrets.choice("bcdfghjk") for _ in range(12))
    path = here.at("/run/hotline-redis-durable/redis.sock")
    pid = int(Redis.from_url(f"unix://{path}").info("server")["process_id"])
    here.signal("steward", signal.SIGSTOP)
    os.kill(pid, signal.SIGSTOP)
    try:
        text(here.public, f"em thay {word} bi danh o ga ueno", sender)
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: list(here.at("/var/lib/hotline/spool").glob("*.part")))
    sleep(RESTS + 0.1)  # the door looks again
    return word


def day_keys(here: Machine) -> list[bytes]:
    """The keys of the day, as the fleeting Redis has them."""
    server = Redis.from_url(f"unix://{here.at('/run/hotline-redis-fleeting/redis.sock')}")
    found = [server.get(name) for name in server.scan_iter("hl:day:*")]
    return [bytes(value) for value in found if isinstance(value, bytes)]


def coded(here: Machine, canary: Canary) -> str:
    """The canary tells, asks for a code, and is done; the code."""
    text(here.public, canary.sentence, canary.number)
    answer = text(here.public, "MA", canary.number)
    code = receipt.read(answer.partition(": ")[2][:19]) or ""
    assert code, answer
    text(here.public, "XONG", canary.number)
    return code


def words(tips: list[Tip], known: set[str]) -> list[str]:
    """Which of the known words are in which tips: one a tip and word."""
    return [word for tip in tips for word in known if word in tip.narrative]


@needs_redis
@needs_tools
@pytest.mark.timeout(600)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_was_acknowledged_before_the_backup_outlives_the_machine(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    roots = [Path(tempfile.mkdtemp(prefix=f"hl{n}-")) for n in (1, 2)]
    canary, helpers, began = made(), WebhookEnd(), monotonic()
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "secret").chmod(0o600)
    with listening(helpers) as far, ExitStack() as stack:
        table = TABLE.format(name="ngo", audience="helpers", url=far.url)
        (tmp_path / "sinks.toml").write_text(table)
        url, postgresql = _database(backend, roots[0], request)
        first = stack.enter_context(machine(roots[0], url, postgresql))
        make_secrets(first)
        with started(first, tmp_path / "sinks.toml"):
            code = coded(first, canary)
            before = {report(first) for _ in range(3)}
            until(lambda: len(helpers.held) == 4, PATIENCE)
            stopped = spooled(first, "+840000000901")
            before.add(stopped)
            before |= _waiting(first)
            _back_up(first, backend, helpers, before - {stopped})
            _reveals_nothing(first, Canary(**{**_fields(canary), "code": code}))
            sent = len(far.asked)
            for process in first.running.values():
                process.kill()
        second = _carried(stack, first, roots[1], backend, url)
        with started(second, tmp_path / "sinks.toml"):
            until(lambda: sorted(words(second.tips(), before)) == sorted(before), PATIENCE)
            until(lambda: len(helpers.held) >= len(second.tips()), PATIENCE)
            wrong = text(second.public, receipt.make(secrets.randbelow), "+840000000902")
            assert text(second.public, code, "+840000000903") != wrong
            _account(second)
            tips = second.tips()
    assert len({tip.id for tip in tips}) == len(tips)
    _taken_once(helpers, far, tips)
    again = len(far.asked) - sent
    FIGURES.append(
        f"{backend}: {len(before)} acknowledged before, all there; {len(tips)} tips after, "
        f"{again} requests to the case system afterwards; {monotonic() - began:.0f} s in all"
    )


def _database(
    backend: str, root: Path, request: pytest.FixtureRequest
) -> tuple[str, dict[str, str]]:
    if backend == "sqlite":
        return f"sqlite:///{root}/var/lib/hotline/casebook.db", {}
    url: str = request.getfixturevalue("postgresql_url")
    query = parse_qs(urlsplit(url).query)
    env = {"PGHOST": query["host"][0], "PGPORT": query["port"][0], "PGUSER": "hotline"}
    subprocess.run(("createdb", "hotline"), env={**os.environ, **env}, check=True)
    return url.replace("/postgres?", "/hotline?"), env


def _waiting(here: Machine) -> set[str]:
    """Reports that are accepted while no worker files."""
    here.signal("worker", signal.SIGSTOP)
    return {report(here) for _ in range(WAITING)}


def _back_up(here: Machine, backend: str, helpers: WebhookEnd, before: set[str]) -> None:
    """Redis and spool, then the case book; what waits is filed and sent in between, or after."""

    def go_on() -> None:
        here.signal("worker", signal.SIGCONT)
        held = helpers.held
        until(lambda: all(any(w in h for h in [*held.values()]) for w in before), PATIENCE)

    with coming_in(here) as more:
        until(lambda: len(more) > 1)
        here.shell("take")
        if backend == "sqlite":
            go_on()  # had the case book been copied first, these would be in neither copy
        here.shell(f"take-{backend}")
        if backend == "postgresql":
            go_on()  # sent by this machine; the next one has to send them again
        count = len(more)
        until(lambda: len(more) > count + 1)
    here.shell("take-keys")
    (taken,) = here.at("/var/backups/hotline").iterdir()
    sizes = {path.name: path.stat().st_size for path in sorted(taken.iterdir())}
    FIGURES.append(f"{backend}: {len(more)} reports came in meanwhile; bytes: {sizes}")


def _reveals_nothing(here: Machine, canary: Canary) -> None:
    """Neither the caller nor a key is in what was taken; what the search does find, it finds."""
    (taken,) = here.at("/var/backups/hotline").iterdir()
    for name in ("durable", "spool"):
        (taken / name).mkdir()
        subprocess.run(("tar", "-C", taken / name, "-xf", taken / f"{name}.tar"), check=True)
    if (dump := taken / "casebook.dump").exists():
        plain = ("pg_restore", "--file", str(taken / "casebook.sql"), str(dump))
        subprocess.run(plain, check=True)
    assert in_folder(taken, needles(canary)) == {}
    raw = b"".join(path.read_bytes() for path in taken.rglob("*") if path.is_file())
    assert b"arrest" in raw  # the kind stands open: the search does read what is there
    day = day_keys(here)
    assert day
    for path in here.at("/etc/hotline/secrets").iterdir():
        if path.name not in ("TWILIO_ACCOUNT_SID", "HOTLINE_RECIPIENT_PUBLIC_KEY"):
            assert path.read_bytes() not in raw, path.name
    for key in day:
        assert key not in raw
        assert key.hex().encode() not in raw
    for name in ("durable", "spool"):
        shutil.rmtree(taken / name)
    (taken / "casebook.sql").unlink(missing_ok=True)


def _carried(stack: ExitStack, first: Machine, root: Path, backend: str, url: str) -> Machine:
    """Another machine, of the backup and the keys alone; the first one is gone."""
    second = stack.enter_context(machine(root, url, first.postgresql))
    shutil.rmtree(second.at("/var/lib/hotline"))
    for path in ("/var/backups/hotline", "/media/keys"):
        shutil.copytree(first.at(path), second.at(path), dirs_exist_ok=True)
    for each in first.root.iterdir():
        shutil.rmtree(each)
    if backend == "postgresql":
        env = {**os.environ, **first.postgresql}
        subprocess.run(("dropdb", "--force", "hotline"), env=env, check=True)
    second.shell("restore", f"restore-{backend}")
    if backend == "sqlite":  # the one thing that names a place: here both machines are one
        place = second.at("/etc/hotline/secrets/HOTLINE_DATABASE_URL")
        place.write_text(f"sqlite:///{root}/var/lib/hotline/casebook.db")
    assert second.tips()
    assert second.tips(HOTLINE_CASEBOOK_KEY=new_key()) == []  # no row opens with another key
    return second


def _account(here: Machine) -> None:
    """`hotline reports account` finds every report."""
    url = f"unix://{here.at('/run/hotline-redis-durable/redis.sock')}"
    env = {"PATH": os.environ["PATH"], "HOTLINE_DURABLE_REDIS_URL": url}
    command = (sys.executable, "-m", "hotline", "reports", "account")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _taken_once(helpers: WebhookEnd, far: FarEnd, tips: list[Tip]) -> None:
    """Nothing was sent under another key or with other bytes than the first time."""
    posts = [each for each in far.asked if each.method == "POST"]
    keyed = {(each.headers["webhook-id"], each.body) for each in posts}
    assert len(keyed) == len(helpers.seen)
    assert {tip.id for tip in tips} <= set(helpers.held)


def _fields(canary: Canary) -> dict[str, str]:
    return {name: getattr(canary, name) for name in canary.__slots__}
