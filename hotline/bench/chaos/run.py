"""One run: callers on one side, blows on the other, the closing account at the end."""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

from hotline import process, steward, wiring_book
from hotline.bench.chaos.account import Account, Arrived, Filed, Saying, balance
from hotline.bench.chaos.far_end import FarEnd, Server
from hotline.bench.chaos.house import TOKEN, Command, House, real, until
from hotline.bench.chaos.people import converse
from hotline.bench.chaos.plan import Blow, plan
from hotline.bench.chaos.provider import Provider, Seen, Words
from hotline.demo import SID
from hotline.intake.deliver import deliver_due
from hotline.intake.handover import drain
from hotline.intake.messages import Figures
from hotline.records.merge import attachment_id
from hotline.records.tip import to_json
from hotline.settings import Settings
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox
from hotline.stores.spool import FileSpool

THREADS = 12  # conversations at the same moment
HOUR = 3_600
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is made of: the same options give the same callers and the same blows."""

    conversations: int = 300
    seed: int = 1
    rate: float = 12.0  # conversations begun a second
    every: float = 1.4  # seconds between two blows
    command: Command = real
    knows_repeats: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The account of a run, and how rough it was."""

    account: Account
    seen: Seen
    kills: dict[str, int]
    blows: dict[str, int]
    sink_faults: dict[str, int]
    absorbed: int
    lost_replies: int
    small_disk: bool
    seconds: float
    crashes: int

    @property
    def faults(self) -> dict[str, int]:
        """Whatever the account finds, and processes that ended with an error of their own."""
        return self.account.faults | ({"crashes": self.crashes} if self.crashes else {})


def report(outcome: Outcome) -> str:
    """What happened, for a person; the account alone in the last line."""
    seen = outcome.seen
    rows = {
        "kill -9": outcome.kills,
        "blows": outcome.blows,
        "case system": {**outcome.sink_faults, "repeats absorbed": outcome.absorbed},
        "provider": {
            "requests": seen.requests,
            "without an answer": seen.failed,
            "given up": seen.turned_away,
            "told that it was not kept": seen.sorry,
            "repeated": seen.repeated,
            "broken off": seen.broken_off,
            "slowest answer in ms": round(1_000 * seen.slowest),
        },
        "network": {"replies lost": outcome.lost_replies},
    }
    lines = [
        f"{name}: " + ", ".join(f"{what} {n}" for what, n in row.items() if what)
        for name, row in rows.items()
    ]
    disk = "a small disk of its own" if outcome.small_disk else "no disk of its own: never full"
    faults = ", ".join(f"{name} {n}" for name, n in outcome.faults.items()) or "none"
    return "\n".join(
        [*lines, f"spool: {disk}", f"{outcome.seconds:.0f} s", f"faults: {faults}",
         outcome.account.line()]
    )  # fmt: skip


def run(options: Options, tell: Told = lambda _: None) -> Outcome:
    """Do it. Raises Mistaken when the hotline does not even start."""
    tell(f"seed={options.seed} conversations={options.conversations}")
    begin = monotonic()
    end = FarEnd(options.seed, options.knows_repeats)
    server = Server(end)
    with tempfile.TemporaryDirectory(prefix="hotline-chaos-") as folder:
        house = House(Path(folder), server.url, options.seed, options.command)
        try:
            house.start()
            tell("up")
            return _run(options, house, end, begin, tell)
        finally:
            house.stop()
            server.stop()


def _run(options: Options, house: House, end: FarEnd, begin: float, tell: Told) -> Outcome:
    provider = Provider("127.0.0.1", house.port, house.url, TOKEN, SID, Words())
    seconds = options.conversations / options.rate
    blows = plan(options.seed, seconds, options.every)
    over = threading.Event()
    beater = threading.Thread(target=_beat, args=(house, blows, options.seed, over, tell))
    beater.start()
    sayings = _traffic(options, provider, tell)
    over.set()
    beater.join()
    account = close(house, end, provider, sayings, tell)
    log = house.log.read_text("utf-8", "replace")
    return Outcome(
        account=account,
        seen=provider.seen,
        kills=dict(house.kills),
        blows=_counted(blows),
        sink_faults=dict(end.faults),
        absorbed=end.absorbed,
        lost_replies=house.proxy.lost_replies,
        small_disk=house.small_disk,
        seconds=monotonic() - begin,
        crashes=log.count('"event": "crash"') + log.count("Traceback"),
    )


def _counted(blows: Sequence[Blow]) -> dict[str, int]:
    found: dict[str, int] = {}
    for blow in blows:
        found[blow.what] = found.get(blow.what, 0) + 1
    return found


def _traffic(options: Options, provider: Provider, tell: Told) -> list[Saying]:
    """Every conversation, begun one after the other at the rate that was asked for."""
    begin = monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        futures = []
        for number in range(options.conversations):
            sleep(max(0.0, begin + number / options.rate - monotonic()))
            futures.append(
                pool.submit(converse, options.seed, number, provider.send, provider.words)
            )
            if number and number % 500 == 0:
                provider.send_late(100)
                tell(f"{number} conversations, {provider.seen.requests} requests")
        return [saying for future in futures for saying in future.result()]


def _beat(
    house: House, blows: Sequence[Blow], seed: int, over: threading.Event, tell: Told
) -> None:
    """Blow after blow, each when it is due, until the callers are through."""
    chance, begin = Random(f"beat/{seed}"), monotonic()  # noqa: S311 - no secret
    for blow in blows:
        if over.wait(max(0.0, begin + blow.at - monotonic())):
            break
        tell(f"  {blow.at:8.2f} s  {blow.what} {blow.lasts or ''}")
        strike(house, blow, chance)
    house.empty_disk()
    house.proxy.be("open")


def strike(house: House, blow: Blow, chance: Random) -> None:
    """One blow, from its beginning to its end."""
    act, _, role = blow.what.partition(" ")
    match act:
        case "kill":
            if role == "redis_fleeting":  # docs/reliability.md, What is not covered
                until(house.settled, 15)
            house.kill(role, chance)
        case "full":
            house.proxy.be("cut")
            house.fill_disk()
            sleep(blow.lasts)
            house.empty_disk()
            house.proxy.be("open")
        case "cut" | "silent" | "lossy":
            house.proxy.be(act)
            sleep(blow.lasts)
            house.proxy.be("open")


def close(
    house: House, end: FarEnd, provider: Provider, sayings: Sequence[Saying], tell: Told
) -> Account:
    """Peace, all late callbacks, time for everything that waits; then the sums."""
    until(house.ready, 60)
    provider.send_late()
    settings = house.settings()
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    spool = FileSpool(house.spool)
    until(lambda: not spool.waiting(), 60)
    until(lambda: not outbox.figures(process.seconds_now()).waiting, 90)
    house.dismiss("worker", "steward")
    tell("quiet; an hour passes for the steward, days for the deliveries")
    _hour_passes(settings)
    _days_pass(settings, end)
    return _sums(settings, end, provider, sayings, outbox.figures(process.seconds_now()), spool)


def _hour_passes(settings: Settings) -> None:
    """A steward whose clock is an hour ahead looks: what is idle is handed over, and filed."""
    looks = [duty for duty in steward.duties(settings) if duty.name == "look"]
    for duty in looks * 100:  # each hands over a hundred
        if not duty.act(process.seconds_now() + HOUR):
            break
    drain(wiring_book.handover_desk(settings), process.seconds_now)


def _days_pass(settings: Settings, end: FarEnd) -> None:
    """Deliver what waits, by a clock that goes on by two days a round; at last nothing fails."""
    post, ahead = wiring_book.post(settings), 0
    for number in range(20):
        end.healthy = number > 2
        ahead += 2 * 86_400
        if not deliver_due(post, lambda: process.seconds_now() + ahead) and end.healthy:  # noqa: B023 - called here
            return


def _sums(
    settings: Settings,
    end: FarEnd,
    provider: Provider,
    sayings: Sequence[Saying],
    figures: Figures,
    spool: FileSpool,
) -> Account:
    book = wiring_book.database(settings).casebook
    tips = list(_filed(map(to_json, book.every()), sayings))
    held = end.holds()
    there = {tip.id: Arrived(tip, end.made[tip.id]) for tip in _filed(held.values(), sayings)}
    return Account(
        **balance(sayings, tips, there),
        answered_otherwise=provider.seen.answered_otherwise,
        adrift=abs(figures.account.adrift),
        dead=figures.failed,
        waiting=figures.waiting + figures.open,
        spooled=spool.waiting(),
    )


def _filed(tips: Iterable[Mapping[str, Any]], sayings: Sequence[Saying]) -> Iterator[Filed]:
    """Tips with their lines; a recording is told by its reference, which the tip's id hides."""
    recordings = [s.mark for s in sayings if s.text.startswith("recording ")]
    for tip in tips:
        name, there = tip["id"], {each["id"] for each in tip["attachments"]}
        lines = [line for line in tip["narrative"].split("\n") if line]
        if there:
            lines += [f"recording {r}" for r in recordings if attachment_id(name, r) in there]
        yield Filed(name, tuple(lines))
