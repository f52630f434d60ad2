"""The durable server's log after a power cut: half an entry, unwritten bytes, real damage."""

import subprocess
from pathlib import Path

import pytest

from hotline import engine
from hotline.intake.errors import Unavailable
from hotline.stores.link import Link

ENTRY = b"*3\r\n$5\r\nRPUSH\r\n$1\r\nl\r\n$100\r\n" + b"y" * 100 + b"\r\n"


def log_of(folder: Path) -> Path:
    (log,) = (folder / "durable").glob("appendonlydir/*.incr.aof")
    return log


def written(folder: Path) -> None:
    """Fifty acknowledged entries, and then the server is killed."""
    server = engine.durable(folder)
    with subprocess.Popen(server.command, stdout=subprocess.DEVNULL) as process:
        engine.wait_for(server)
        for _ in range(50):
            Link(server.url, "durable").call("RPUSH", "l", b"x" * 100)
        process.kill()


def there(folder: Path) -> int:
    """How many entries a new server finds. Raises Unavailable when it does not start."""
    server = engine.durable(folder)
    with subprocess.Popen(server.command, stdout=subprocess.DEVNULL) as process:
        try:
            engine.wait_for(server, 3)
            return int(Link(server.url, "durable").call("LLEN", "l"))
        finally:
            process.kill()


@pytest.mark.parametrize(
    "tail",
    [b"", ENTRY[:3], ENTRY[:40], ENTRY[:-1], b"\0" * 4096, ENTRY[:60] + b"\0" * 200_000],
    ids=["whole", "a little", "half", "almost all", "nothing written", "half written"],
)
def test_what_was_acknowledged_is_there_whatever_was_half_written(
    tmp_path: Path, tail: bytes
) -> None:
    written(tmp_path)
    with log_of(tmp_path).open("ab") as log:
        log.write(tail)
    assert engine.mend(tmp_path) == len(tail) - len(tail.rstrip(b"\0"))
    assert there(tmp_path) == 50


def test_nothing_is_cut_from_a_log_that_is_damaged_elsewhere(tmp_path: Path) -> None:
    written(tmp_path)
    log = log_of(tmp_path)
    damaged = (
        log.read_bytes()
        .replace(b"x" * 100, b"\0" * 60 + b"x" * 40, 1)
        .replace(b"$100", b"\0\0\0\0", 1)
    )
    log.write_bytes(damaged)
    assert engine.mend(tmp_path) == 0
    assert log.read_bytes() == damaged
    with pytest.raises(Unavailable):
        there(tmp_path)


def test_the_newest_log_is_mended_and_no_older_one(tmp_path: Path) -> None:
    (logs := tmp_path / "durable" / "appendonlydir").mkdir(parents=True)
    for number in (2, 9, 10):
        (logs / f"appendonly.aof.{number}.incr.aof").write_bytes(b"x\r\n" + b"\0" * number)
    assert engine.mend(tmp_path) == 10
    sizes = [(logs / f"appendonly.aof.{n}.incr.aof").stat().st_size for n in (2, 9, 10)]
    assert sizes == [5, 12, 3]


def test_a_folder_without_a_log_is_left_alone(tmp_path: Path) -> None:
    assert engine.mend(tmp_path) == 0
