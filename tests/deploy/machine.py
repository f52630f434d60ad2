"""A machine that runs the kit: the system's Redis with the kit's settings, the four processes with
what the compose file gives each."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline import engine

KIT = Path(__file__).parents[2] / "docs" / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((KIT / "compose.yaml").read_text("utf-8"))
OURS = {name: each for name, each in COMPOSE["services"].items() if "build" in each}
REDIS = shutil.which("redis-server")

needs_redis = pytest.mark.skipif(not REDIS, reason="redis-server: apt install redis-server")

Process = subprocess.Popen[bytes]


@contextmanager
def redis(data: Path, path: Path, name: str) -> Iterator[str]:
    """The system's Redis with the kit's own settings for `name`; its address."""
    data.mkdir(exist_ok=True)
    command = (str(REDIS), str(KIT / "redis" / f"{name}.conf"))
    here = ("--unixsocket", str(path), "--dir", str(data))
    with subprocess.Popen((*command, *here), stdout=subprocess.DEVNULL) as process:
        try:
            engine.wait_for(engine.Engine((), path))
            yield f"unix://{path}"
        finally:
            process.terminate()


@contextmanager
def processes(
    secrets: Path, stores: Mapping[str, str], ports: Mapping[str, int], **more: str
) -> Iterator[dict[str, Process]]:
    """The four processes with the compose file's environment, its places replaced by `stores`."""
    places = {
        "/run/secrets": str(secrets),
        "0.0.0.0": "127.0.0.1",  # noqa: S104 - the compose file's, put back to this machine
        **stores,
    }
    running = {name: _start(name, places, ports.get(name, 0), more) for name in OURS}
    try:
        yield running
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        for process in running.values():
            process.wait(60)


def _start(service: str, places: Mapping[str, str], port: int, more: Mapping[str, str]) -> Process:
    env = {"PATH": os.environ["PATH"], "HOTLINE_PORT": str(port or 8080)}
    env |= {"TWILIO_API_BASE": "none", **more}
    for name, value in OURS[service]["environment"].items():
        for far, near in places.items():
            value = value.replace(far, near)
        env[name] = value
    command = (sys.executable, "-m", "hotline", *OURS[service]["command"])
    return subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)


def answers(port: int) -> bool:
    """Whether what listens there says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
