"""The real processes: started, killed one by one, stopped, started again on the same data."""

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import pytest

from hotline.channels.signature import sign
from tests.demos import Public, read, running_demo, until


def text(demo: Public, body: str, sender: str, sid: str = "") -> str:
    """One signed text over HTTP, as the provider sends it; asked again while a process is away."""
    form = {
        "AccountSid": demo["twilio_account_sid"],
        "MessageSid": sid or f"SM{secrets.token_hex(16)}",
        "From": sender,
        "To": demo["number_sms"],
        "Body": body,
    }
    given = sign(demo["public_url"], demo["twilio_auth_token"], "/twilio/message", form)
    request = urllib.request.Request(  # noqa: S310
        f"{demo['web_url']}/twilio/message",
        urllib.parse.urlencode(form).encode(),
        {"X-Twilio-Signature": given},
    )
    answers: list[str] = []

    def sent() -> bool:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                answers.append(answer.read().decode())
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    until(sent)
    return answers[-1]


def tips(demo: Public) -> list[dict[str, object]]:
    """Every tip, as an operator's script reads them."""
    done = subprocess.run(
        (sys.executable, "-m", "hotline", "tips", "export", "--format", "jsonl"),
        env={**os.environ, "HOTLINE_DATA_DIR": demo["data_dir"]},
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def filed(demo: Public, words: str) -> bool:
    return any(words in str(tip["narrative"]) for tip in tips(demo))


def test_a_text_becomes_a_tip_in_the_real_processes(demo: Public) -> None:
    assert "Shin-Okubo" in text(demo, "hom qua bat 3 nguoi o ga shin okubo", "+840000000101")
    text(demo, "XONG", "+840000000101")
    until(lambda: filed(demo, "bat 3 nguoi o ga shin okubo"))


@pytest.mark.parametrize(
    "role", ["web", "worker", "steward", "desk", "redis_durable", "redis_fleeting"]
)
def test_a_process_that_is_killed_comes_back_and_nothing_is_lost(demo: Public, role: str) -> None:
    sender = f"+8400000{secrets.randbelow(10**5):05d}"
    word = "".join(secrets.choice("bcdfghjk") for _ in range(8))  # digits might be redacted
    text(demo, f"thay 2 nguoi bi bat o ga ueno, ao {word}", sender)
    before = read(demo["data_dir"])["pids"]
    for pid in before[role]:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)

    def back() -> bool:
        now = read(demo["data_dir"])["pids"]
        return len(now[role]) >= len(before[role]) and not set(now[role]) & set(before[role])

    until(back)
    # Redis may be away for a moment: that is said, and we ask again until it is taken.
    heard: list[str] = []

    def taken() -> bool:
        heard.append(text(demo, "XONG", sender))
        return "<Message>" in heard[-1] and "110" not in heard[-1]

    until(taken, why=heard)
    until(lambda: filed(demo, word), 30)


def test_the_web_process_holds_no_key_that_opens(demo: Public) -> None:
    private = (Path(demo["data_dir"]) / "settings" / "HOTLINE_RECIPIENT_PRIVATE_KEY").read_text()
    casebook = (Path(demo["data_dir"]) / "settings" / "HOTLINE_CASEBOOK_KEY").read_text()
    for pid in read(demo["data_dir"])["pids"]["web"]:
        environ = " ".join(f"{k}={v}" for k, v in psutil.Process(pid).environ().items())
        assert "PRIVATE_KEY" not in environ
        assert "CASEBOOK" not in environ
        assert private not in environ
        assert casebook not in environ


def test_the_demos_numbers_are_connected_and_read_back(demo: Public) -> None:
    def twilio(*words: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            (sys.executable, "-m", "hotline", "twilio", *words, "--json"),
            env={**os.environ, "HOTLINE_DATA_DIR": demo["data_dir"]},
            capture_output=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    number = demo["number_sms"]
    before, told = twilio("status", "--number", number, "--countries", "JP,VN")
    assert before == 1
    assert told["countries"]["texts"] == ["JP", "US", "VN"]
    connected, told = twilio("connect", "--number", number, "--countries", "JP,VN")
    assert (connected, told["countries"]["differs"]) == (0, [])
    assert told["countries"]["calls"] == ["JP", "VN"]
    assert [each["differs"] for each in told["numbers"]] == [[]]


def test_a_second_start_keeps_the_data_and_ctrl_c_leaves_nobody(tmp_path: Path) -> None:
    folder = (
        tmp_path / "a folder with a rather long name, so that no socket would fit into it " / "x"
    )
    with running_demo(folder) as first:
        text(first, "thay 4 nguoi bi bat o ga shin okubo", "+840000000102")
        text(first, "XONG", "+840000000102")
        until(lambda: filed(first, "4 nguoi"))
        pids = [pid for group in read(folder)["pids"].values() for pid in group]
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    (log,) = (folder / "durable" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(log.read_bytes() + b"\0" * 4096)  # as a power cut may leave it
    with running_demo(folder) as second:
        assert second["operator"] == first["operator"]
        assert second["twilio_auth_token"] == first["twilio_auth_token"]
        assert filed(second, "4 nguoi")


def test_two_demos_on_one_folder_are_refused(demo: Public) -> None:
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", demo["data_dir"])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "already runs" in done.stderr
