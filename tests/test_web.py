"""The callers' process, from its first moment on."""

import os
import subprocess
import sys

from hotline import wiring
from hotline.process import japan_now
from hotline.settings import Settings
from hotline.web import with_keys
from tests.conftest import Servers


def test_a_web_process_can_give_the_keys_back_before_anybody_called(
    settings: Settings, servers: Servers
) -> None:
    doors = with_keys(wiring.doors(settings, lambda *_, **__: None))
    before = {n: servers.fleeting.call("GET", n) for n in servers.fleeting.call("KEYS", "hl:day:*")}
    assert before
    servers.fleeting.call("FLUSHALL")
    doors.keys.__self__._looked = -1e9  # type: ignore[attr-defined]  # a second passes
    doors.keys("sms\0+1", "e", japan_now())
    assert {n: servers.fleeting.call("GET", n) for n in before} == before


BROKEN = """
import sys
from hotline import cli, wiring
from hotline.conversation.reading import BadFlow

def broken():
    raise BadFlow("report.toml: line 3: no such node")

wiring.load_flows = broken
sys.exit(cli.main(["web"]))
"""


def test_a_broken_flow_is_told_in_one_line_and_nobody_is_served() -> None:
    env = {**os.environ, "HOTLINE_PORT": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN], env=env, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "hotline: report.toml: line 3: no such node\n"
