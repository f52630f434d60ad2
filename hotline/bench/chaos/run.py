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
from hotline.bench.chaos.account import Account, Arrived, Filed, Saying, balance, evidence
from hotline.bench.chaos.far_end import FarEnd, Server
from hotline.bench.chaos.hosts import HERE, Command, Host, real
from hotline.bench.chaos.house import PUBLIC_URL, TOKEN, House, until
from hotline.bench.chaos.people import converse
from hotline.bench.chaos.plan import Blow, plan
from hotline.bench.chaos.provider import Provider, Seen, Words
from hotline.bench.chaos.proxy import Mode
from hotline.demo import SID
from hotline.intake.deliver import deliver_due
from hotline.intake.errors import Mistaken
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
    hosts: int = 2
    power_cuts: int = 0  # of one host and of everything, in turns
    database: str = ""  # an empty one; without it a file of the run's own
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
    power: dict[str, int]
    seconds: float
    crashes: tuple[str, ...]  # what the log says of each
    evidence: tuple[str, ...]  # of each conversation with something wrong in it

    @property
    def faults(self) -> dict[str, int]:
        """Whatever the account finds, and processes that ended with an error of their own."""
        return self.account.faults | ({"crashes": len(self.crashes)} if self.crashes else {})


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
        "power": outcome.power,
    }
    lines = [
        f"{name}: " + ", ".join(f"{what} {n}" for what, n in row.items() if what)
        for name, row in rows.items()
    ]
    disk = "a small disk of its own" if outcome.small_disk else "no disk of its own: never full"
    faults = ", ".join(f"{name} {n}" for name, n in outcome.faults.items()) or "none"
    return "\n".join(
        [*lines, *outcome.crashes, *outcome.evidence, f"spool: {disk}", f"{outcome.seconds:.0f} s",
         f"faults: {faults}", outcome.account.line()]
    )  # fmt: skip


def run(options: Options, tell: Told = lambda _: None) -> Outcome:
    """Do it. Raises Mistaken when the hotline does not even start."""
    tell(f"seed={options.seed} conversations={options.conversations}")
    begin = monotonic()
    end = FarEnd(options.seed, options.knows_repeats)
    server = Server(end)
    with tempfile.TemporaryDirectory(prefix="hotline-chaos-") as folder:
        house = House(
            Path(folder),
            server.url,
            options.seed,
            options.command,
            options.hosts,
            bool(options.power_cuts),
            options.database,
        )
        try:
            house.start()
            _refuse_a_book_in_use(house.settings())
            tell("up")
            return _run(options, house, end, begin, tell)
        finally:
            house.stop()
            server.stop()


def _run(options: Options, house: House, end: FarEnd, begin: float, tell: Told) -> Outcome:
    ports = tuple(host.port for host in house.hosts)
    provider = Provider(HERE, ports, PUBLIC_URL, TOKEN, SID, Words(), lambda: house.cuts)
    seconds = options.conversations / options.rate
    blows = plan(options.seed, seconds, options.every, options.power_cuts)
    over = threading.Event()
    beater = threading.Thread(target=_beat, args=(house, blows, options.seed, over, tell))
    beater.start()
    started = monotonic()
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
        lost_replies=sum(way.lost_replies for h in house.hosts for way in h.ways.values()),
        small_disk=all(host.small_disk for host in house.hosts),
        power=_power(house),
        seconds=monotonic() - begin,
        crashes=tuple(_crashes(log.splitlines())),
        evidence=tuple(_evidence(house, provider, sayings, started)),
    )


def _crashes(log: list[str]) -> Iterator[str]:
    """Each end that we did not give: the word of our own log, or a trace as Python leaves it."""
    for at, line in enumerate(log):
        if '"event": "crash"' in line:
            yield line
        elif "Traceback" in line:
            yield "\n".join(log[at : at + 40])


def _power(house: House) -> dict[str, int]:
    told = house.disk.told if house.disk else {}
    own = {"everywhere": house.cuts, "of one host": house.host_cuts}
    return own | {"keys of the day made anew": house.made_anew} | told


def _refuse_a_book_in_use(settings: Settings) -> None:
    """Raises Mistaken: a case book with tips of others cannot be accounted for."""
    if next(iter(wiring_book.database(settings).casebook.every()), None):
        raise Mistaken("--database: wants an empty one")


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
    for host in house.hosts:
        host.empty_disk()
        host.be("open")


def strike(house: House, blow: Blow, chance: Random) -> None:
    """One blow, from its beginning to its end."""
    match blow.what:
        case "kill redis_fleeting":  # docs/reliability.md, What is not covered
            if until(house.held, 15):
                house.kill("redis_fleeting", chance)
                until(house.given_back, 15)  # before the next blow takes who holds them
        case "power":
            house.cut_power(chance)
            until(house.ready, 60)
        case "power of a host":
            house.cut_power(chance, chance.choice(house.hosts))
        case "apart":
            _broken([chance.choice(house.hosts)], "cut", blow.lasts)
        case "full":
            _broken(house.hosts, "cut", blow.lasts, "durable", full=True)
        case "cut" | "silent" | "lossy":
            _broken(house.hosts, blow.what, blow.lasts, "durable")
        case _:
            house.kill(blow.what.removeprefix("kill "), chance)


def _broken(
    hosts: Sequence[Host], mode: Mode, seconds: float, *servers: str, full: bool = False
) -> None:
    """These hosts' ways to these servers (both by default) break, and are mended."""
    for host in hosts:
        host.be(mode, *servers)
        if full:
            host.fill_disk()
    sleep(seconds)
    for host in hosts:
        host.empty_disk()
        host.be("open", *servers)


def close(
    house: House, end: FarEnd, provider: Provider, sayings: Sequence[Saying], tell: Told
) -> Account:
    """Peace, all late callbacks, time for everything that waits; then the sums."""
    until(house.ready, 60)
    provider.send_late()
    settings = house.settings()
    outbox = RedisOutbox(Link(settings.durable_redis_url, "durable"))
    spools = [FileSpool(host.spool) for host in house.hosts]
    until(lambda: not any(spool.waiting() for spool in spools), 60)
    until(lambda: not outbox.figures(process.seconds_now()).waiting, 90)
    house.dismiss("worker", "steward")
    tell("quiet; an hour passes for the steward, days for the deliveries")
    hour_passes(settings, outbox)
    _days_pass(settings, end)
    spooled = sum(spool.waiting() for spool in spools)
    return _sums(settings, end, provider, sayings, outbox.figures(process.seconds_now()), spooled)


def hour_passes(settings: Settings, outbox: RedisOutbox) -> None:
    """A steward whose clock is an hour ahead looks: what is idle is handed over, and filed.

    So is what a slow or killed worker left: an hour is longer than any lease and any pause.
    """
    looks = [duty for duty in steward.duties(settings) if duty.name == "look"]
    for duty in looks * 100:  # each hands over a hundred
        if not duty.act(process.seconds_now() + HOUR):
            break
    desk = wiring_book.handover_desk(settings)
    for ahead in range(HOUR, 200 * HOUR, HOUR):
        if not outbox.figures(process.seconds_now()).waiting:
            break
        drain(desk, lambda: process.seconds_now() + ahead)  # noqa: B023 - called here


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
    spooled: int,
) -> Account:
    tips = _tips(settings, sayings)
    held = end.holds()
    there = {tip.id: Arrived(tip, end.made[tip.id]) for tip in _filed(held.values(), sayings)}
    return Account(
        **balance(sayings, tips, there, provider.seen.across),
        answered_otherwise=provider.seen.answered_otherwise,
        adrift=abs(figures.account.adrift),
        dead=figures.failed,
        waiting=figures.waiting + figures.open,
        spooled=spooled,
    )


def _evidence(
    house: House, provider: Provider, sayings: Sequence[Saying], started: float
) -> Iterator[str]:
    tips = _tips(house.settings(), sayings)
    return evidence(sayings, tips, started, provider.seen.across)


def _tips(settings: Settings, sayings: Sequence[Saying]) -> list[Filed]:
    book = wiring_book.database(settings).casebook
    return list(_filed(map(to_json, book.every()), sayings))


def _filed(tips: Iterable[Mapping[str, Any]], sayings: Sequence[Saying]) -> Iterator[Filed]:
    """Tips with their lines; a recording is told by its reference, which the tip's id hides."""
    recordings = [s.mark for s in sayings if s.text.startswith("recording ")]
    for tip in tips:
        name, there = tip["id"], {each["id"] for each in tip["attachments"]}
        lines = [line for line in tip["narrative"].split("\n") if line]
        if there:
            lines += [f"recording {r}" for r in recordings if attachment_id(name, r) in there]
        yield Filed(name, tuple(lines))
