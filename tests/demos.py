"""Starting and stopping a real `hotline demo`, and reading what it says of itself."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

from hotline.intake.openings import FREE, WINDOW
from hotline.stores.link import Link

Public = dict[str, Any]


@contextmanager
def running_demo(folder: Path) -> Iterator[Public]:
    """A demo on free ports with its data in `folder`; stopped by Ctrl-C afterwards."""
    command = (sys.executable, "-m", "hotline", "demo", "--port", "0", "--data", str(folder))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            until(lambda: (folder / "demo.json").exists() or process.poll() is not None, 60)
            if process.poll() is not None:
                raise AssertionError(process.stdout and process.stdout.read().decode())
            yield read(folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def read(folder: str | Path) -> Public:
    """What demo.json says now."""
    public: Public = json.loads((Path(folder) / "demo.json").read_text("utf-8"))
    return public


@contextmanager
def many_write(demo: Public) -> Iterator[None]:
    """Meanwhile the page of a demo has no conversation left that opens at no cost."""
    url = Path(demo["data_dir"], "settings/HOTLINE_FLEETING_REDIS_URL").read_text("utf-8").strip()
    fleeting, window = Link(url, "fleeting"), int(time()) // WINDOW
    names = [f"pg:free:{window}", f"pg:free:{window + 1}"]
    for name in names:
        fleeting.call("SET", name, FREE, "EX", WINDOW)
    yield
    fleeting.call("DEL", *names)


def until(happened: Callable[[], object], seconds: float = 20, why: object = "") -> None:
    """Wait for something to become true, or fail."""
    end = monotonic() + seconds
    while not happened():
        assert monotonic() < end, f"it never happened {why}"
        sleep(0.02)
