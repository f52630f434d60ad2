"""Instructions a turn, counted by valgrind's callgrind: a figure that noise cannot move.

One process holds both applications and is called with requests that were made before. It starts
uncounted, plays each case once for the caches, and then once more for the count.
"""

import gc
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from hotline import compiled
from hotline.bench import inprocess
from hotline.bench.inprocess import TARGET
from hotline.intake.errors import Mistaken

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TURNS = 24  # of a case; a multiple of the wordings of a text
CASES = ("ref", "text", "begin", "call")
BASELINE = Path(__file__).with_name("baseline.json")
MOST = 1.03  # of the baseline


def count(folder: Path) -> dict[str, float]:
    """User-space instructions a turn for each case. Raises Mistaken without valgrind."""
    if not (shutil.which("valgrind") and shutil.which("callgrind_control")):
        raise Mistaken("valgrind is not here: apt install valgrind")
    home = folder / "instructions"
    with inprocess.servers(home) as env:
        passed = {name: os.environ.get(name, "") for name in ("PATH", compiled.SWITCH)}
        found = _count({**passed, "PYTHONHASHSEED": "0", **env}, home)
    return {
        "ref": found["ref"],
        "text": found["text"],
        "key": found["call"] - found["begin"],  # a call of one key press, less its beginning
    }


def gate(counted: dict[str, float], baseline: dict[str, dict[str, float]]) -> list[str]:
    """What is wrong: a turn that costs more than 3 % above the baseline, as a ratio to REF.

    An interpreter of another version counts otherwise, and so does what was compiled: each needs a
    baseline of its own, and is not judged by another's.
    """
    allowed = baseline.get(kind(), {})
    return [
        f"{name}: {ratio:.2f} x REF, the baseline is {allowed[name]:.2f}"
        for name, ratio in ratios(counted).items()
        if name in allowed and ratio > allowed[name] * MOST
    ]


def ratios(counted: dict[str, float]) -> dict[str, float]:
    """Instructions of each case in those of REF."""
    return {name: n / counted["ref"] for name, n in counted.items() if name != "ref"}


def read_baseline() -> dict[str, dict[str, float]]:
    """The committed ratios, by what was counted (`kind`)."""
    read: dict[str, dict[str, float]] = json.loads(BASELINE.read_text("utf-8"))
    return read


def write_baseline(counted: dict[str, float]) -> None:
    """These ratios are the baseline from now on."""
    kept = {name: round(ratio, 3) for name, ratio in ratios(counted).items()}
    shown = json.dumps({**read_baseline(), kind(): kept}, indent=2)
    BASELINE.write_text(shown + "\n", "utf-8")


def has_baseline() -> bool:
    """Whether there is one for this interpreter, and for how it understands."""
    return kind() in read_baseline()


def kind() -> str:
    """What is counted: the interpreter's version, and whether understanding is compiled."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{version} compiled" if compiled.runs() else version


def play(folder: str) -> None:
    """Call the applications in process, case by case as we are told: what callgrind watches."""
    from hotline.bench import apps

    product, ref = apps.product(), apps.ref()
    made = {case: _played(Path(folder) / case) for case in CASES}
    half = {case: requests[: len(requests) // 2] for case, requests in made.items()}
    for case in CASES:
        _call(ref if case == "ref" else product, half[case])
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        case = line.strip()
        _call(ref if case == "ref" else product, made[case][len(half[case]) :])
        print("done", flush=True)


def _call(app: "WSGIApplication", environs: list[dict[str, Any]]) -> None:
    for environ in environs:
        inprocess.call(app, environ)


def _played(path: Path) -> list[dict[str, Any]]:
    return [inprocess.environ(raw) for raw in path.read_bytes().split(b"\0\0")[:-1]]


def _requests(case: str, turns: int) -> list[bytes]:
    if case in ("begin", "call"):
        sids = [f"CA{os.urandom(16).hex()}" for _ in range(turns)]
        steps = [("", "")] if case == "begin" else [("", ""), ("/1", "1")]
        return [TARGET.call(sid, step, digits) for sid in sids for step, digits in steps]
    return [TARGET.text(number % 4) for number in range(turns)]


def _count(env: dict[str, str], folder: Path) -> dict[str, float]:
    for case in CASES:
        made = _requests(case, 2 * TURNS)
        (folder / case).write_bytes(b"".join(raw + b"\0\0" for raw in made))
    with _watched(env, folder) as process:
        _control(process, "--instr=on")
        for case in CASES:
            assert process.stdin
            print(case, file=process.stdin, flush=True)
            _expect(process, "done")
            _control(process, f"--dump={case}")
    return {case: total / TURNS for case, total in zip(CASES, _totals(folder), strict=True)}


@contextmanager
def _watched(env: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    code = f"from hotline.bench.instructions import play; play({str(folder)!r})"
    tool = ("--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder / 'out'}")
    process = subprocess.Popen(
        ("valgrind", "--quiet", *tool, sys.executable, "-c", code),
        env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _expect(process, "ready")
        yield process
    finally:
        process.kill()
        process.wait()


def _expect(process: "subprocess.Popen[str]", word: str) -> None:
    out: IO[str] | None = process.stdout
    if out is None or out.readline().strip() != word:
        raise Mistaken(f"callgrind: the turns were not played ({word})")


def _control(process: "subprocess.Popen[str]", order: str) -> None:
    done = subprocess.run(
        ("callgrind_control", order, str(process.pid)), capture_output=True, text=True, check=False
    )
    if done.returncode or "OK" not in done.stdout:
        raise Mistaken(f"callgrind_control {order}: {done.stdout}{done.stderr}")


def _totals(folder: Path) -> list[int]:
    """What was counted in each part, in order."""
    parts = sorted(folder.glob("out.*"), key=lambda path: int(path.suffix[1:]))
    found = [re.search(r"^(?:totals|summary): (\d+)", p.read_text("utf-8"), re.M) for p in parts]
    if len(found) != len(CASES) or None in found:
        raise Mistaken("callgrind left no count")
    return [int(match[1]) for match in found if match]
