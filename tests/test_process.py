"""What our processes do when those who started them end."""

import subprocess
import sys

import pytest

FORK = """
import os, sys, time
from hotline import process
process.starts_children()
child = os.fork()
if child == 0:
    {wait}
    process.die_with_parent()
    print("lives", flush=True)
    os._exit(0)
{end}
"""
WAITS = "while os.getppid() == process._starter: time.sleep(0.01)"


def ran(wait: str, end: str) -> str:
    program = FORK.format(wait=wait, end=end)
    done = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, text=True, check=False, timeout=20
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells children of their parent's end")
def test_a_child_whose_parent_ended_while_it_started_does_not_live_on() -> None:
    assert ran("pass", "os.waitpid(child, 0)") == "lives\n"
    assert ran(WAITS, "os._exit(0)") == ""
