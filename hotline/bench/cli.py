"""`hotline bench`: ratios of the real turn to REF, and instructions a turn."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep

import psutil

from hotline import compiled, engine
from hotline.bench import figures, instructions
from hotline.bench.inprocess import TOKEN, URL, environment
from hotline.bench.load import TEXTS, Sent, Target, send
from hotline.demo import SID, free_port
from hotline.intake.errors import Mistaken
from hotline.process import japan_now
from hotline.understanding.message import understand
from hotline.understanding.stations import prepare

CASES = ("ref", "text", "key", "text_always", "key_always")


@dataclass(frozen=True, slots=True)
class Server:
    """One server under test and its process, whose CPU time is counted."""

    target: Target
    process: psutil.Process

    def cpu(self) -> float:
        """CPU seconds of the process and its children."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(t.user + t.system for t in (p.cpu_times() for p in family))


@dataclass(frozen=True, slots=True)
class Burst:
    """One case once: requests a second, CPU microseconds a request, latencies."""

    sent: Sent
    cpu_us: float


def main(argv: list[str]) -> int:
    """Run the benchmark; a table to stderr, JSON to stdout."""
    parser = argparse.ArgumentParser(prog="hotline bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=1_500, help="a case and round")
    parser.add_argument("--instructions", action="store_true", help="count them (needs valgrind)")
    parser.add_argument("--json", action="store_true", help="JSON only")
    parser.add_argument("--chaos", action="store_true", help="kill everything, and account for it")
    parser.add_argument("--conversations", type=int, default=300, help="with --chaos")
    parser.add_argument("--seed", type=int, default=None, help="with --chaos: the same run again")
    parser.add_argument("--hosts", type=int, default=2, help="with --chaos: 1 or 2")
    parser.add_argument("--power-cuts", type=int, default=0, metavar="N", help="with --chaos")
    parser.add_argument("--database", default="", metavar="URL", help="with --chaos: an empty one")
    parser.add_argument("--every", type=float, default=1.4, help="with --chaos: seconds to a blow")
    parser.add_argument("--rate", type=float, default=12.0, help="with --chaos: callers a second")
    _add_extras(parser)
    options = parser.parse_args(argv)
    if options.chaos:
        return _chaos(options)
    if options.extra:
        return figures.run(options.extra)
    if options.rounds < 1 or options.requests < 16:
        parser.error("at least 1 round and 16 requests")
    with tempfile.TemporaryDirectory() as folder:
        bursts = _measure(Path(folder), options.rounds, options.requests)
        result: dict[str, object] = {"rounds": options.rounds, **_summary(bursts)}
        result["understand_ms"], result["compiled"] = _understanding(), compiled.runs()
        if options.instructions:
            result["instructions"] = instructions.count(Path(folder))
    if not options.json:
        print(table(result), file=sys.stderr)
    print(json.dumps(result))
    return 0


def _add_extras(parser: argparse.ArgumentParser) -> None:
    """Figures of their own, each instead of the table."""
    for name, what in figures.EXTRAS.items():
        parser.add_argument(f"--{name}", dest="extra", action="store_const", const=name, help=what)


def _chaos(options: argparse.Namespace) -> int:
    """A run with everything killed meanwhile; 1 when the account has a fault."""
    from hotline.bench.chaos import run as chaos

    if options.conversations < 1 or options.hosts not in (1, 2) or options.power_cuts < 0:
        raise Mistaken("--conversations: at least 1; --hosts: 1 or 2; --power-cuts: 0 or more")
    if options.every <= 0 or options.rate <= 0:
        raise Mistaken("--every and --rate: more than 0")
    made = int.from_bytes(os.urandom(4), "big") if options.seed is None else options.seed
    begin = monotonic()

    def tell(text: str) -> None:
        print(f"{monotonic() - begin:7.1f} s  {text}", file=sys.stderr, flush=True)

    wanted = chaos.Options(
        options.conversations,
        made,
        rate=options.rate,
        every=options.every,
        hosts=options.hosts,
        power_cuts=options.power_cuts,
        database=options.database,
    )
    outcome = chaos.run(wanted, tell)
    print(chaos.report(outcome), file=sys.stderr)
    print(
        json.dumps(
            {
                "seed": made,
                **asdict(outcome.account),
                "kills": outcome.kills,
                "power": outcome.power,
            }
        )
    )
    return 1 if outcome.faults else 0


def table(result: dict[str, object]) -> str:
    """The summary for a person."""
    rows = ["case            req/s   /REF  CPU us   REF/  p50 ms  p99 ms"]
    cases = result["cases"]
    assert isinstance(cases, dict)
    rows += [
        f"{name:12} {c['rate']:8.0f} {c['rate_ratio']:6.2f}"
        f" {c['cpu_us']:7.0f} {c['cpu_ratio']:6.2f} {c['p50_ms']:7.1f} {c['p99_ms']:7.1f}"
        for name, c in cases.items()
    ]
    understood = result["understand_ms"]
    assert isinstance(understood, dict)
    rows.append(
        f"a message understood in {understood['median']:.2f} ms, p99 {understood['p99']:.2f}"
        f" ({'compiled' if result['compiled'] else 'not compiled'})"
    )
    counted = result.get("instructions")
    if isinstance(counted, dict):
        rows += [f"instructions a turn: {name} {n:,.0f}" for name, n in counted.items()]
    return "\n".join(rows)


def _understanding(times: int = 200) -> dict[str, float]:
    """Milliseconds to understand one message, in process: median and 99th percentile."""
    prepare()
    moment = japan_now()
    each: list[float] = []
    for number in range(times * len(TEXTS)):
        begin = perf_counter()
        understand(TEXTS[number % len(TEXTS)], moment)
        each.append(1_000 * (perf_counter() - begin))
    each.sort()
    return {"median": median(each), "p99": each[len(each) * 99 // 100]}


def _summary(bursts: dict[str, list[Burst]]) -> dict[str, object]:
    """Medians over rounds; ratios round by round, so that a slow minute hits both sides."""
    cases = {}
    for name, found in bursts.items():
        pairs = list(zip(found, bursts["ref"], strict=True))
        each = sorted(s for burst in found for s in burst.sent.each)
        cases[name] = {
            "rate": median(b.sent.rate for b in found),
            "rate_ratio": median(b.sent.rate / r.sent.rate for b, r in pairs),
            "cpu_us": median(b.cpu_us for b in found),
            "cpu_ratio": median(r.cpu_us / b.cpu_us for b, r in pairs),
            "p50_ms": 1_000 * each[len(each) // 2],
            "p99_ms": 1_000 * each[len(each) * 99 // 100],
            "bad": sum(b.sent.bad for b in found),
        }
    return {"cases": cases}


def _measure(folder: Path, rounds: int, requests: int) -> dict[str, list[Burst]]:
    found: dict[str, list[Burst]] = {case: [] for case in CASES}
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(_server(folder, name))
            for name in ("ref", "product", "product_always")
        }
        for number in range(rounds):
            for case in CASES[number % len(CASES) :] + CASES[: number % len(CASES)]:
                found[case].append(_burst(servers, case, requests))
    return found


def _burst(servers: dict[str, Server], case: str, requests: int) -> Burst:
    name = "ref" if case == "ref" else "product_always" if "always" in case else "product"
    server = servers[name]
    target = server.target
    if case.startswith("key"):
        made = _keys(target, requests)
    else:
        made = [target.text() for _ in range(requests)]
    before = server.cpu()
    sent = send(target, made)
    return Burst(sent, 1e6 * (server.cpu() - before) / requests)


def _keys(target: Target, requests: int) -> list[bytes]:
    """Two key presses a call: one that leads on, one that is kept. The calls begin unmeasured."""
    sids = [f"CA{os.urandom(16).hex()}" for _ in range(requests // 2)]
    send(target, [target.call(sid, "", "") for sid in sids])
    first = [target.call(sid, "/1", "1") for sid in sids]
    return first + [target.call(sid, "/2", "1") for sid in sids]


@contextmanager
def _server(folder: Path, name: str) -> Iterator[Server]:
    """An application on Granian with Redis servers of its own."""
    home = folder / name
    always = name.endswith("always")
    durable = engine.durable(home) if always else engine.forgetful(home)
    fleeting = engine.fleeting(home)
    port = free_port("127.0.0.1", 0)
    env = {"PATH": os.environ.get("PATH", ""), **environment(durable.url, fleeting.url)}
    factory = "ref" if name == "ref" else "product"
    target = f"hotline.bench.apps:{factory}"
    serve = f"from hotline.serve import serve; serve('{target}', '127.0.0.1', {port})"
    with ExitStack() as stack:
        for each in (durable, fleeting):
            stack.callback(_ended, subprocess.Popen(each.command, stdout=subprocess.DEVNULL))
            engine.wait_for(each)
        process = subprocess.Popen((sys.executable, "-c", serve), env=env)
        stack.callback(_ended, process)
        _until(lambda: _ready(port))
        yield Server(Target("127.0.0.1", port, URL, TOKEN, SID), psutil.Process(process.pid))


def _ended(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(10)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _until(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not happened():
        if monotonic() > end:
            raise Mistaken("a server of the bench does not start")
        sleep(0.05)
