"""Instructions a turn, counted by valgrind's callgrind: a figure that noise cannot move.

The application is called in process with requests that were made before; what start-up costs is
left out by counting two runs of different length.
"""

import gc
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from hotline import engine, keys
from hotline.bench.load import Target
from hotline.demo import SID
from hotline.intake.errors import Mistaken

TOKEN = "0123456789abcdef" * 2
URL = "https://bench.example"
FEW, MANY = 20, 220
CASES = ("ref", "text", "begin", "call")
TARGET = Target("127.0.0.1", 1, URL, TOKEN, SID)


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


def play(case: str, path: str) -> None:
    """Call the application in process with the requests in a file: what callgrind watches."""
    from hotline.bench import apps

    app = apps.ref() if case == "ref" else apps.product()
    gc.collect()
    gc.freeze()
    for raw in Path(path).read_bytes().split(b"\0\0")[:-1]:
        answered: list[str] = []
        list(app(_environ(raw), lambda status, _, seen=answered: seen.append(status)))
        assert answered[0].startswith("200")


def _environ(raw: bytes) -> dict[str, Any]:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": first.split(" ")[1],
        "QUERY_STRING": "",
        "SERVER_NAME": "bench",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": headers["Content-Length"],
        "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
    }


def _requests(case: str, turns: int) -> list[bytes]:
    if case in ("begin", "call"):
        sids = [f"CA{os.urandom(16).hex()}" for _ in range(turns)]
        steps = [("", "")] if case == "begin" else [("", ""), ("/1", "1")]
        return [TARGET.call(sid, step, digits) for sid in sids for step, digits in steps]
    return [TARGET.text(number % 4) for number in range(turns)]


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
    made = folder / "requests"
    made.write_bytes(b"".join(raw + b"\0\0" for raw in _requests(case, turns)))
    code = f"from hotline.bench.instructions import play; play('{case}', '{made}')"
    command = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder / 'out'}")
    done = subprocess.run(
        (*command, sys.executable, "-c", code), env=env, capture_output=True, text=True, check=False
    )
    found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode or not found:
        raise Mistaken(f"callgrind failed on {case}")
    return int(found[1])
