"""400 requests a second against a whole demo for a while: how late are they answered?

Half are first texts of new callers, half are key presses in calls that have begun. The demo runs as
it is shipped: two web processes, worker, steward and desk, and its durable Redis syncs every write.
"""

import secrets
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hotline.bench.flood import started
from hotline.bench.load import Target, send, send_at

RATE = 400.0  # requests a second
SECONDS = 20.0


def measure(folder: Path, rate: float = RATE, seconds: float = SECONDS) -> dict[str, object]:
    """Milliseconds from when a request was due to its answer, and answers that were not 200.
    Raises Mistaken when the demo does not start."""
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", str(folder))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as demo:
        try:
            public = started(demo, folder)
            port = int(public["web_url"].rpartition(":")[2])
            token, account = public["twilio_auth_token"], public["twilio_account_sid"]
            target = Target("127.0.0.1", port, public["public_url"], token, account)
            return _measure(target, rate, int(rate * seconds / 2))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def _measure(target: Target, rate: float, each: int) -> dict[str, object]:
    calls = [f"CA{secrets.token_hex(16)}" for _ in range(each)]
    send(target, [target.call(sid, "", "") for sid in calls])
    keys = [target.call(sid, "/1", "1") for sid in calls]
    texts = [target.text() for _ in calls]
    sent = send_at(target, [one for pair in zip(texts, keys, strict=True) for one in pair], rate)
    return {
        "rate": sent.rate,
        "bad": sent.bad,
        "text": _milliseconds(sent.each[::2]),
        "key": _milliseconds(sent.each[1::2]),
        "all": _milliseconds(sent.each),
    }


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(1_000 * s for s in seconds)
    return {
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[len(ordered) * 99 // 100],
        "slowest": ordered[-1],
    }
