"""A hotline in one process on real stores, killed at a chosen step, and the account of it.

A step is the moment before or after a call of a port. `sweep` kills at every step there is, one run
each: whoever was killed begins anew, the provider sends again, the worker comes back. What
`hotline bench --chaos` does by chance and with real processes, this does one by one and in order.
"""

import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import inspect, text

from hotline import wiring, wiring_book, wiring_stores
from hotline.bench.chaos.account import Account, Arrived, Filed, Saying, balance
from hotline.bench.chaos.far_end import SECRET, FarEnd
from hotline.channels.doors import in_front_of
from hotline.channels.signature import sign
from hotline.intake.deliver import Post, deliver_due
from hotline.intake.handover import Desk, drain
from hotline.intake.hear import Ear, hear
from hotline.intake.messages import CallerKey
from hotline.intake.ports import Change, Held, Result, Sessions
from hotline.process import japan_now, seconds_now
from hotline.records.tip import to_json
from hotline.settings import Settings
from hotline.simulator.transport import Wsgi
from hotline.sinks import signing
from hotline.sinks.http import Answer, Client
from hotline.sinks.webhook import Webhook
from hotline.stores.database import open_engine
from hotline.stores.day_keys import DayKeys
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox, RedisSessions
from hotline.stores.spool import FileSpool

CALLER = "+840000000777"
DAYS = 3 * 86_400
SINKS = """
[sinks.chaos]
type = "webhook"
audience = "helpers"
release = "auto"
inside = true
url = "http://127.0.0.1:9/"
secret_file = "secret"
payload = "full"
"""


class Killed(BaseException):
    """The process is gone, at this very point: nothing that it would have done happens."""


@dataclass
class Fuse:
    """Blows once, at step `at`; counts steps."""

    at: int = 0
    steps: int = 0

    def step(self) -> None:
        """A moment at which a process may die."""
        self.steps += 1
        if self.steps == self.at:
            raise Killed


class Port:
    """Somebody behind a port, with a step before and after each call."""

    def __init__(self, real: object, fuse: Fuse) -> None:
        self._real, self._fuse = real, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def call(*given: Any, **more: Any) -> Any:
            self._fuse.step()
            result = found(*given, **more)
            self._fuse.step()
            return result

        return call


@dataclass(frozen=True)
class Parts:
    """What a rehearsal is built of: as the product is, unless a defect changes something."""

    link: Callable[[str], Link] = lambda url: Link(url, "durable")
    sessions: Callable[[Link, Fuse], Any] = lambda link, fuse: RedisSessions(link)
    spool: Callable[[Path, Fuse], FileSpool] = lambda folder, fuse: FileSpool(folder)
    desk: Callable[[Desk, Fuse], Desk] = lambda desk, fuse: desk
    webhook: Callable[[Webhook], Any] = lambda sink: sink
    keys: Callable[[Link], DayKeys] = DayKeys
    idle: bool = True


@dataclass
class InPlace:
    """The way to the far end without a network: it answers 503 after all, or cuts what it keeps."""

    end: FarEnd
    cuts: bool = False
    fails_after: int = 0

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """As `Client.call`."""
        head = {name.lower(): value for name, value in (headers or {}).items()}
        if self.cuts:
            return self._cut(head, body)
        status = self.end.take(head, body)
        if self.fails_after:
            self.fails_after -= 1
            return Answer(503, {}, b"")
        return Answer(status, {}, b"")

    def _cut(self, head: dict[str, str], body: bytes) -> Answer:
        """Half of it arrives and is kept; the answer says of which bytes."""
        self.cuts = False
        return Answer(200, {"content-digest": "sha-256=:AAAA:"}, b"")


class Rehearsal:
    """One run: callers, provider, worker, steward and case system, all of them here."""

    def __init__(self, stage: "Stage", folder: Path, parts: Parts, at: int = 0) -> None:
        self.fuse, self.parts, self.doors = Fuse(at), parts, stage.doors
        settings = stage.settings
        self.settings = _own(settings, folder, stage.empty)
        self.end = FarEnd(0, healthy=True)
        self.way = InPlace(self.end)
        self.sayings: list[Saying] = []
        self.away = False
        # Held by a process that lives on when another is killed.
        self.keys = parts.keys(Link(settings.fleeting_redis_url, "fleeting"))
        self.meeting: threading.Barrier | None = None
        self._sids = 0
        self._serve()

    # Callers and provider

    def tell(self, body: str, word: str) -> None:
        """Say something that holds `word`."""
        text = f"{body} {word}"
        self.sayings.append(Saying(word, text, 1, self.text(text), order=len(self.sayings)))

    def text(self, body: str, sid: str = "") -> bool:
        """A message, sent again as long as nobody answers; whether it was thanked for."""
        sid = sid or self.sid()
        for _ in range(3):
            with suppress(Killed):
                return self.once(sid, body)
            self._serve()  # the process that was killed is started again
        return False

    def text_once(self, body: str, sid: str) -> None:
        """A message that nobody sends again at once, whatever becomes of it."""
        with suppress(Killed):
            self.once(sid, body)
            return
        self._serve()

    def sid(self) -> str:
        """A new SID."""
        self._sids += 1
        return f"SM{self._sids:032x}"

    def once(self, sid: str, body: str) -> bool:
        """One request. Raises Killed."""
        form = {
            "AccountSid": self.settings.twilio_account_sid,
            "MessageSid": sid,
            "From": CALLER,
            "To": "+815000000200",
            "Body": body,
        }
        url, token = self.settings.public_url, self.settings.twilio_auth_token
        given = sign(url, token, "/twilio/message", form)
        _, _, answer = self._web("/twilio/message", form, {"X-Twilio-Signature": given})
        return "chua ghi lai duoc" not in answer.decode() and "chưa ghi lại được" not in (
            answer.decode()
        )

    def erased(self) -> None:
        """Everything so far was taken back, and that was confirmed."""
        self.sayings = [replace(s, erased=True) for s in self.sayings]

    # What goes on behind

    def outage(self) -> None:
        """The durable Redis cannot be reached."""
        self.away = True
        self._serve()

    def mended(self) -> None:
        """It can again."""
        self.away = False
        self._serve()

    def bring_in(self) -> None:
        """A steward empties the spool, again when it was killed."""
        link = cast(Link, Port(self.link(), self.fuse))
        self._surely(lambda: self.spool().bring_in(link))

    def hour(self) -> None:
        """An hour later a steward looks."""
        outbox = RedisOutbox(self.link())
        if self.parts.idle:
            self._surely(lambda: Port(outbox, self.fuse).idle(seconds_now() // 60 * 60 + 3_600))

    def work(self) -> None:
        """A worker files what is due; another comes after one that was killed, later."""
        ahead = 0

        desk = self._desk()

        def act() -> None:
            nonlocal ahead
            ahead += 60
            drain(desk, lambda: seconds_now() + ahead)

        self._surely(act)

    def deliver(self) -> None:
        """Then what is due to the case system, a few days on at each try."""
        ahead = 0

        post = self._post()

        def clock() -> int:
            return seconds_now() + ahead

        def act() -> None:
            nonlocal ahead
            for _ in range(3):
                ahead += DAYS
                deliver_due(post, clock)

        self._surely(act)

    def finish(self) -> Account:
        """All of it, then the sums."""
        self.mended()
        self.bring_in()
        self.work()
        self.hour()
        self.work()
        self.deliver()
        return self.account()

    def account(self) -> Account:
        """The sums."""
        book = wiring_book.database(self.settings).casebook
        tips = [_filed(to_json(tip)) for tip in book.every()]
        held = self.end.holds()
        there = {n: Arrived(_filed(tip), self.end.made[n]) for n, tip in held.items()}
        figures = RedisOutbox(Link(self.settings.durable_redis_url, "durable")).figures(
            seconds_now()
        )
        return Account(
            **balance(self.sayings, tips, there),
            adrift=abs(figures.account.adrift),
            dead=figures.failed,
            waiting=figures.waiting + figures.open,
            spooled=FileSpool(Path(self.settings.spool_dir)).waiting(),
        )

    def link(self) -> Link:
        """A connection to the durable Redis."""
        return self.parts.link(self.settings.durable_redis_url)

    def spool(self) -> FileSpool:
        """The spool of this host."""
        return self.parts.spool(Path(self.settings.spool_dir), self.fuse).open()

    def _surely(self, act: Callable[[], object]) -> None:
        for _ in range(3):
            with suppress(Killed):
                act()
                return

    def _serve(self) -> None:
        assert isinstance(self.doors.hear, partial)
        (ear,) = self.doors.hear.args
        assert isinstance(ear, Ear)
        link = Link("unix:///nowhere.sock", "durable") if self.away else self.link()
        store = Meets(self.parts.sessions(link, self.fuse), self)
        sessions = cast(Sessions, Port(store, self.fuse))
        spool = cast(FileSpool, Port(self.spool(), self.fuse))
        mine = replace(ear, sessions=sessions, spool=spool)
        served = replace(self.doors, hear=partial(hear, mine), keys=self.keys.caller)
        self._web = Wsgi(in_front_of(served, _nobody))

    def _desk(self) -> Desk:
        desk = wiring_book.handover_desk(self.settings)
        desk = replace(desk, outbox=RedisOutbox(self.link()))
        ported = replace(
            desk,
            outbox=cast(Any, Port(desk.outbox, self.fuse)),
            casebook=cast(Any, Port(desk.casebook, self.fuse)),
        )
        return self.parts.desk(ported, self.fuse)

    def _post(self) -> Post:
        post = wiring_book.post(self.settings)
        sink = Webhook(cast(Client, Port(self.way, self.fuse)), signing.keys(SECRET), False, False)
        return replace(
            post,
            deliveries=cast(Any, Port(post.deliveries, self.fuse)),
            sinks={"chaos": self.parts.webhook(sink)},
        )


class Meets:
    """Sessions of two processes that both look before either of them commits."""

    def __init__(self, real: Sessions, run: Rehearsal) -> None:
        self._real, self._run = real, run

    def open(self, caller: CallerKey) -> Held:
        """See `Sessions.open`."""
        held = self._real.open(caller)
        if self._run.meeting is not None:
            with suppress(threading.BrokenBarrierError):
                self._run.meeting.wait(0.2)
        return held

    def commit(self, held: Held, change: Change) -> Result:
        """See `Sessions.commit`."""
        return self._real.commit(held, change)


Script = Callable[[Rehearsal], None]


@dataclass
class Stage:
    """Where rehearsals are held."""

    settings: Settings
    folder: Path
    runs: int = 0

    def __post_init__(self) -> None:
        self.doors = wiring.at(wiring.doors(self.settings, _silent), japan_now)
        self.empty = self.folder / "empty.sqlite3"
        file = replace(self.settings, database_url=f"sqlite:///{self.empty}")
        wiring_book.database(self.settings if _elsewhere(self.settings) else file)

    def run(self, script: Script, parts: Parts, at: int = 0) -> tuple[Account, int]:
        """One run of a script; the account and how many steps there were."""
        self.runs += 1
        for link in wiring_stores.links(self.settings):
            link.call("FLUSHALL")
        rehearsal = Rehearsal(self, self.folder / str(self.runs), parts, at)
        script(rehearsal)
        return rehearsal.finish(), rehearsal.fuse.steps

    def sweep(self, script: Script, parts: Parts, stride: int = 1) -> dict[str, int]:
        """The faults of the first run that has any: nobody killed, then killed at each step."""
        account, steps = self.run(script, parts)
        for at in range(1, steps + 1, stride):
            if account.faults:
                break
            account, _ = self.run(script, parts, at)
        return account.faults


def _silent(event: str, **more: object) -> None:
    """Nobody reads it."""


def _nobody(environ: Any, start: Any) -> list[bytes]:
    """Behind the provider's door there is nothing in a rehearsal."""
    start("404 Not Found", [])
    return [b""]


def _own(settings: Settings, folder: Path, empty: Path) -> Settings:
    """The same settings with a case book and a spool of this run's own."""
    folder.mkdir()
    (folder / "secret").write_text(SECRET)
    (folder / "secret").chmod(0o600)
    (folder / "sinks.toml").write_text(SINKS)
    if _elsewhere(settings):
        _emptied(settings.database_url)
    else:
        shutil.copy(empty, folder / "book.sqlite3")  # making the tables takes longer than a run
    return replace(
        settings,
        database_url=settings.database_url
        if _elsewhere(settings)
        else f"sqlite:///{folder / 'book.sqlite3'}",
        spool_dir=str(folder / "spool"),
        sinks=str(folder / "sinks.toml"),
    )


def _elsewhere(settings: Settings) -> bool:
    return settings.database_url.startswith("postgresql")


def _emptied(url: str) -> None:
    """No row in any table but the one that tells their form, and the audit, which only grows."""
    engine = open_engine(url)
    stay = {"alembic_version", "audit", "audit_head"}
    names = [name for name in inspect(engine).get_table_names() if name not in stay]
    with engine.begin() as held:
        held.execute(text("SET LOCAL session_replication_role = replica"))  # in any order
        for name in names:
            held.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - our own tables
    engine.dispose()


def _filed(tip: Any) -> Filed:
    return Filed(tip["id"], tuple(line for line in tip["narrative"].split("\n") if line))
