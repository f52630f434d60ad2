"""Instructions a turn, counted by valgrind's callgrind: a figure that noise cannot move.

The application is called in process; what start-up costs is left out by counting two runs of
different length.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from hotline import engine, keys
from hotline.bench.load import Target
from hotline.demo import SID
from hotline.intake.errors import Mistaken

TOKEN = "0123456789abcdef" * 2
URL = "https://bench.example"
FEW, MANY = 20, 120
CASES = ("ref", "text", "begin", "call")


def count(folder: Path) -> dict[str, float]:
    """User-space instructions a turn for each case. Raises Mistaken without valgrind."""
    if not shutil.which("valgrind"):
        raise Mistaken("valgrind is not here: apt install valgrind")
    home = folder / "instructions"
    pair = (engine.forgetful(home), engine.fleeting(home))
    running = [subprocess.Popen(e.command, stdout=subprocess.DEVNULL) for e in pair]
    try:
        for each in pair:
            engine.wait_for(each)
        env = _env(pair[0].url, pair[1].url)
        found = {
            case: (_run(env, case, MANY, home) - _run(env, case, FEW, home)) / (MANY - FEW)
            for case in CASES
        }
        return {
            "ref": found["ref"],
            "text": found["text"],
            "key": found["call"] - found["begin"],  # a call of one key press, less its beginning
        }
    finally:
        for process in running:
            process.terminate()
            process.wait(10)


def play(case: str, turns: int) -> None:
    """Call the application in process: what callgrind watches."""
    from hotline.bench import apps

    app = apps.ref() if case == "ref" else apps.product()
    client = app.test_client()
    target = Target("127.0.0.1", 1, URL, TOKEN, SID)
    for number in range(turns):
        raws = [target.text()]
        if case in ("begin", "call"):
            sid = f"CA{number:032x}"
            raws = [target.call(sid, "", ""), target.call(sid, "/1", "1")][: 1 + (case == "call")]
        for raw in raws:
            _post(client.open, raw)


def _post(open_: object, raw: bytes) -> None:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    path = lines[0].split(" ")[1]
    assert callable(open_)
    answer = open_(path, method="POST", data=body, headers=headers)
    assert answer.status_code == 200


def _env(durable: str, fleeting: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONHASHSEED": "0",
        **keys.new_keys(),
        "HOTLINE_PUBLIC_URL": URL,
        "HOTLINE_DURABLE_REDIS_URL": durable,
        "HOTLINE_FLEETING_REDIS_URL": fleeting,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_ACCOUNT_SID": SID,
    }


def _run(env: dict[str, str], case: str, turns: int, folder: Path) -> int:
    code = f"from hotline.bench.instructions import play; play('{case}', {turns})"
    command = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder / 'out'}")
    done = subprocess.run(
        (*command, sys.executable, "-c", code), env=env, capture_output=True, text=True, check=False
    )
    found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode or not found:
        raise Mistaken(f"callgrind failed on {case}")
    return int(found[1])
