"""A whole demo: how long it takes to stand, and how much memory it holds."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil

from hotline.bench.load import Target, send
from hotline.intake.errors import Mistaken

PATIENCE = 120.0  # seconds
TEXTS = 200


def measure(folder: Path) -> dict[str, object]:
    """Seconds until the callers' side is ready and until every process is, from nothing and once
    more with what the first start left; megabytes (PSS) by role after some texts."""
    first, again = _start(folder), _start(folder)
    return {"first": first, "again": again}


def _start(folder: Path) -> dict[str, object]:
    (folder / "demo.json").unlink(missing_ok=True)
    (folder / "settings" / "HOTLINE_PORT").unlink(missing_ok=True)
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", str(folder))
    begin = monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as demo:
        try:
            answers = _wait(demo, begin, lambda: _ready(folder))
            stands = _wait(demo, begin, (folder / "demo.json").exists)
            public = json.loads((folder / "demo.json").read_text("utf-8"))
            _texts(public)
            return {
                "first_answer_s": answers,
                "all_s": stands,
                "memory_mb": memory(public["pids"]),
            }
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def memory(pids: dict[str, list[int]]) -> dict[str, float]:
    """Megabytes (PSS) by role, and of all together."""
    found = {
        role: sum(psutil.Process(pid).memory_full_info().pss for pid in each) / 1e6
        for role, each in pids.items()
    }
    return {**found, "all": sum(found.values())}


def _wait(demo: "subprocess.Popen[bytes]", begin: float, happened: Any) -> float:
    while not happened():
        if demo.poll() is not None or monotonic() - begin > PATIENCE:
            raise Mistaken("the demo does not start")
        sleep(0.005)
    return monotonic() - begin


def _ready(folder: Path) -> bool:
    kept = folder / "settings" / "HOTLINE_PORT"
    try:
        url = f"http://127.0.0.1:{int(kept.read_text('utf-8'))}/readyz"
        with urllib.request.urlopen(url, timeout=1):
            return True
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _texts(public: dict[str, Any]) -> None:
    """Some texts, so that every process of the callers' side holds what it works with."""
    port = int(public["web_url"].rpartition(":")[2])
    token, account = public["twilio_auth_token"], public["twilio_account_sid"]
    target = Target("127.0.0.1", port, public["public_url"], token, account)
    send(target, [target.text() for _ in range(TEXTS)])
