"""Ten times the normal rate for a minute against a whole demo: who gets through, how late, and
whether every word that was taken is in the case book at the end.

The crowd of the minute, by ten: one ordinary caller, one in danger, six from a few numbers that say
the same again and again, two from ever new numbers that say nothing. Time counts from the moment at
which a message was due, not from the one at which we came to send it.
"""

import http.client
import json
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

from hotline import process, wiring_book
from hotline.bench.chaos.run import hour_passes
from hotline.bench.load import FIELDS
from hotline.channels.signature import sign
from hotline.intake.errors import Mistaken
from hotline.records.listing import TipFilter
from hotline.settings import Settings
from hotline.simulator.transport import FORM
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox

NORMAL = 25.0  # messages a second
TIMES = 10  # as many in the flood
BEFORE, FLOOD = 10.0, 60.0  # seconds
SENDERS = 48  # connections, and messages on their way at most
FEW = 30  # numbers that repeat themselves
LATE = 2.0  # seconds within which 99 of 100 are answered
_STORIES = (
    "hom qua bat 3 nguoi o ga shin okubo",
    "em trai e mat lien lac tu chieu t6, lan cuoi o ga kamata, que nghe an",
    "cty k tra luong 3 thang nay, tui em o gunma, 5 nguoi",
)
_DANGER = "cuu em voi, em dang bi danh o ga ueno"
_EVERYBODY = ("caller", "danger", *("again",) * 6, *("noise",) * 2)


@dataclass(slots=True)
class Message:
    """One message: who sends it, when it is due (seconds from the start), what became of it."""

    kind: str
    due: float
    sender: str
    mark: str
    text: str
    status: int = 0
    late: float = 0.0
    answer: str = ""


def messages(seconds: float, rate: float, kinds: Sequence[str], start: float) -> Iterator[Message]:
    """Every message of a phase, each with a mark of its own."""
    for number in range(int(seconds * rate)):
        kind, mark = kinds[number % len(kinds)], "zq" + _letters(8)
        few = kind == "again"
        sender = number % FEW if few else FEW + secrets.randbelow(10**8)
        words = {"danger": _DANGER, "noise": "alo"}.get(kind, _STORIES[number % len(_STORIES)])
        text = f"{words} {mark}"
        yield Message(kind, start + number / rate, f"+8400{sender:09d}", mark, text)


def measure(folder: Path) -> dict[str, Any]:
    """The minute, and the account of it. Raises Mistaken when the demo does not start."""
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", str(folder))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as demo:
        try:
            public = started(demo, folder)
            calm = list(messages(BEFORE, NORMAL, ("caller",), 0.0))
            rush = list(messages(FLOOD, NORMAL * TIMES, _EVERYBODY, BEFORE))
            _send(public, [*calm, *rush])
            _until_filed(settings := _settings(folder))
            apart, where = _book(settings)
            return {
                "before": _told(calm),
                "flood": _told(rush),
                "by_kind": {
                    kind: _kind([m for m in rush if m.kind == kind], where, apart)
                    for kind in dict.fromkeys(_EVERYBODY)
                },
                "lost": sum(m.status == 200 and m.mark not in where for m in (*calm, *rush)),
            }
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def faults(told: dict[str, Any]) -> list[str]:
    """What must not be."""
    found = [f"{told['lost']} lost"] if told["lost"] else []
    flood = told["flood"]
    found += [f"{flood['refused']} answered with an error"] if flood["refused"] else []
    found += [f"p99 {flood['p99_s']:.2f} s"] if flood["p99_s"] > LATE else []
    kinds = told["by_kind"]
    if kinds["danger"]["answered"] < kinds["danger"]["sent"]:
        found.append("somebody in danger was not answered")
    if kinds["caller"]["apart"]:
        found.append(f"{kinds['caller']['apart']} ordinary callers were set apart")
    return found


def started(demo: "subprocess.Popen[bytes]", folder: Path) -> dict[str, Any]:
    """What a demo says of itself, once it stands. Raises Mistaken when it does not."""
    end = monotonic() + 120
    while not (folder / "demo.json").exists():
        if demo.poll() is not None or monotonic() > end:
            raise Mistaken("the demo does not start")
        sleep(0.05)
    public: dict[str, Any] = json.loads((folder / "demo.json").read_text("utf-8"))
    return public


def _settings(folder: Path) -> Settings:
    return Settings.from_env({"HOTLINE_DATA_DIR": str(folder)}, "command")


def _send(public: dict[str, Any], wanted: Sequence[Message]) -> None:
    turn, begin = count(), monotonic()
    lock = threading.Lock()

    def work() -> None:
        host, _, port = public["web_url"].removeprefix("http://").partition(":")
        way = http.client.HTTPConnection(host, int(port), timeout=15)
        while True:
            with lock:
                number = next(turn)
            if number >= len(wanted):
                way.close()
                return
            message = wanted[number]
            sleep(max(0.0, begin + message.due - monotonic()))
            _post(way, public, message)
            message.late = monotonic() - begin - message.due

    senders = [threading.Thread(target=work) for _ in range(SENDERS)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()


def _post(way: http.client.HTTPConnection, public: dict[str, Any], message: Message) -> None:
    sid = f"SM{secrets.token_hex(16)}"
    form = {
        **FIELDS,
        "AccountSid": public["twilio_account_sid"],
        "MessageSid": sid,
        "SmsSid": sid,
        "From": message.sender,
        "To": public["number_sms"],
        "Body": message.text,
    }
    path = "/twilio/message"
    given = sign(public["public_url"], public["twilio_auth_token"], path, form)
    try:
        headers = {"Content-Type": FORM, "X-Twilio-Signature": given}
        way.request("POST", path, urlencode(form), headers)
        answer = way.getresponse()
        message.answer = answer.read().decode("utf-8", "replace")
        message.status = answer.status
    except (OSError, http.client.HTTPException):
        way.close()


def _until_filed(settings: Settings) -> None:
    """Until nothing waits any more; then who is still telling is handed over, and filed."""
    outbox, begin = RedisOutbox(Link(settings.durable_redis_url, "durable")), monotonic()
    while outbox.figures(process.seconds_now()).waiting and monotonic() - begin < 300:
        sleep(0.2)
    hour_passes(settings, outbox)


def _book(settings: Settings) -> tuple[set[str], set[str]]:
    """Marks in tips that stand apart, and all marks."""
    book = wiring_book.database(settings).casebook
    apart, found = (
        {word for tip in book.every(wanted) for word in tip.narrative.split() if word[:2] == "zq"}
        for wanted in (TipFilter(apart=True), TipFilter())
    )
    return apart, found


def _letters(number: int) -> str:
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(number))


def _told(sent: Sequence[Message]) -> dict[str, object]:
    late = sorted(m.late for m in sent)
    return {
        "sent": len(sent),
        "refused": sum(m.status != 200 for m in sent),
        "p50_s": late[len(late) // 2],
        "p99_s": late[len(late) * 99 // 100],
        "slowest_s": late[-1],
    }


def _kind(sent: Sequence[Message], where: set[str], apart: set[str]) -> dict[str, int]:
    return {
        "sent": len(sent),
        "answered": sum("<Message>" in m.answer for m in sent),
        "filed": sum(m.mark in where for m in sent),
        "apart": sum(m.mark in apart for m in sent),
    }
