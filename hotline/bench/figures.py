"""Figures that stand beside the table: each is a switch of `hotline bench` and prints JSON."""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hotline.bench import instructions

EXTRAS = {
    "gate": "fail when a turn takes 3 %% more instructions than its baseline (needs valgrind)",
    "baseline": "count the instructions, and make them the baseline (needs valgrind)",
    "growth": "a turn while 10^3 to 10^6 conversations stand open",
    "filing": "from accepted to the case book, and a worker's drain beside one by hand",
    "posting": "on to a case system that takes 5 ms, beside a consumer by hand",
    "flood": "ten times the normal rate for a minute: who gets through, how late, what is lost",
    "steady": "400 requests a second for a while: how late they are answered",
    "demo": "a whole demo: seconds until it stands, and its memory",
}


def run(extra: str) -> int:
    """One of `EXTRAS`. Exit code 1 where the gate is shut."""
    with tempfile.TemporaryDirectory() as folder:
        return _RUNS[extra](Path(folder))


def _gate(folder: Path) -> int:
    counted = instructions.count(folder)
    faults = instructions.gate(counted, instructions.read_baseline())
    for fault in faults:
        print(f"hotline bench: {fault}", file=sys.stderr)
    if not instructions.has_baseline():
        print("hotline bench: no baseline for this Python; nothing is compared", file=sys.stderr)
    print(json.dumps({"instructions": counted, "ratios": instructions.ratios(counted)}))
    return 1 if faults else 0


def _baseline(folder: Path) -> int:
    counted = instructions.count(folder)
    instructions.write_baseline(counted)
    print(json.dumps({"instructions": counted, "ratios": instructions.ratios(counted)}))
    return 0


def _growth(folder: Path) -> int:
    from hotline.bench import growth

    print(json.dumps(growth.measure(folder), indent=2))
    return 0


def _filing(folder: Path) -> int:
    from hotline.bench import filing

    print(json.dumps(filing.measure(folder), indent=2))
    return 0


def _posting(folder: Path) -> int:
    from hotline.bench import posting

    print(json.dumps(posting.measure(folder), indent=2))
    return 0


def _demo(folder: Path) -> int:
    from hotline.bench import starting

    print(json.dumps(starting.measure(folder), indent=2))
    return 0


def _flood(folder: Path) -> int:
    from hotline.bench import flood

    told = flood.measure(folder)
    found = flood.faults(told)
    print(json.dumps({**told, "faults": found}, indent=2))
    return 1 if found else 0


def _steady(folder: Path) -> int:
    from hotline.bench import steady

    told = steady.measure(folder)
    print(json.dumps(told, indent=2))
    return 1 if told["bad"] else 0


_RUNS: Mapping[str, Callable[[Path], int]] = {
    "gate": _gate,
    "baseline": _baseline,
    "growth": _growth,
    "filing": _filing,
    "posting": _posting,
    "flood": _flood,
    "steady": _steady,
    "demo": _demo,
}
