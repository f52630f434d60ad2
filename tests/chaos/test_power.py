"""The simulated disk keeps what was synced and nothing that is certain beyond it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from hotline import engine
from hotline.bench.chaos import power
from hotline.bench.chaos.house import House
from hotline.bench.chaos.plan import plan
from hotline.bench.chaos.power import Disk, torn
from hotline.intake.errors import Mistaken
from hotline.stores.link import Link

needs_cc = pytest.mark.skipif(
    not shutil.which("cc") or not sys.platform.startswith("linux"), reason="cc: apt install gcc"
)

# A web process that keeps what comes in while Redis is away, and tells what it thanked for.
KEEPS = """
import os, sys
from pathlib import Path
from hotline.conversation.flow import Nothing
from hotline.intake.messages import Answer, CallerKey, DayKey, ReportId, Secret, Tag
from hotline.intake.ports import SealedPart
from hotline.stores import spool
{defect}
kept = spool.FileSpool(Path(sys.argv[1])).open()
for number in range(8):
    event = bytes([number]) * 16
    key = DayKey(Tag(b"c" * 16), Tag(event), Secret(b"s" * 32))
    part = SealedPart(ReportId(f"{{number:032x}}"), b"sealed", 0)
    kept.keep(CallerKey(key, None), Answer((), Nothing()), part)
    print(event.hex(), flush=True)
"""
NO_FSYNC = "os.fsync = lambda handle: None"
NO_NAMES = "spool.FileSpool._sync_folder = lambda self: None"


def left_of_a_spool(folder: Path, defect: str, seed: int) -> tuple[set[str], set[str]]:
    """What was thanked for, and what can be read after the power was cut."""
    (spool := folder / "spool").mkdir()
    disk = Disk(folder / "disk", [spool]).build()
    disk.sync()
    command = (sys.executable, "-c", KEEPS.format(defect=defect), str(spool))
    env = {**os.environ, **disk.env}
    told = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    disk.cut(Random(seed))  # noqa: S311 - no secret
    whole = {p.stem for p in spool.iterdir() if p.suffix == ".part" and p.stat().st_size > 200}
    return set(told.split()), whole


@needs_cc
@pytest.mark.parametrize("seed", [1, 7])  # new names undone, and not
def test_what_the_spool_thanked_for_is_there_after_a_power_cut(tmp_path: Path, seed: int) -> None:
    thanked, there = left_of_a_spool(tmp_path, "", seed)
    assert len(thanked) == 8
    assert thanked <= there


@needs_cc
@pytest.mark.parametrize(("defect", "seed"), [(NO_FSYNC, 7), (NO_NAMES, 1)])
def test_a_spool_that_does_not_fsync_is_found(tmp_path: Path, defect: str, seed: int) -> None:
    thanked, there = left_of_a_spool(tmp_path, defect, seed)
    assert thanked - there


# The first writes in place and is killed; the second did not write, and syncs.
WRITES = """
import os, signal, sys
handle = os.open(sys.argv[1], os.O_RDWR)
os.pwrite(handle, b"written", 100)
os.kill(os.getpid(), signal.SIGKILL)
"""
SYNCS = "import os, sys; os.fsync(os.open(sys.argv[1], os.O_RDWR))"


@needs_cc
@pytest.mark.parametrize(("then", "kept"), [(SYNCS, True), ("", False)])
def test_a_sync_brings_what_others_wrote_too(tmp_path: Path, then: str, kept: bool) -> None:
    (folder := tmp_path / "under").mkdir()
    (file := folder / "file").write_bytes(b"-" * 1000)
    disk = Disk(tmp_path / "disk", [folder]).build()
    disk.sync()
    env = {**os.environ, **disk.env}
    for script in (WRITES, then):
        subprocess.run([sys.executable, "-c", script, str(file)], env=env, check=False)
    assert file.read_bytes()[100:107] == b"written"
    disk.cut(Random(2), folder)  # noqa: S311 - no secret
    assert (file.read_bytes()[100:107] == b"written") is kept


# A server cuts a torn end off its log, and goes on writing where it cut.
CUTS_OFF = """
import os, sys
{cuts}
handle = os.open(sys.argv[1], os.O_RDWR | os.O_APPEND)
os.write(handle, b"n" * 200)
os.fsync(handle)
"""


@needs_cc
@pytest.mark.parametrize(
    "cuts", ["os.truncate(sys.argv[1], 900)", "os.truncate(os.open(sys.argv[1], os.O_RDWR), 900)"]
)
def test_what_grows_again_where_it_was_cut_off_is_synced(tmp_path: Path, cuts: str) -> None:
    (folder := tmp_path / "under").mkdir()
    (file := folder / "file").write_bytes(b"-" * 1000)
    disk = Disk(tmp_path / "disk", [folder]).build()
    disk.sync()
    command = (sys.executable, "-c", CUTS_OFF.format(cuts=cuts), str(file))
    subprocess.run(command, env={**os.environ, **disk.env}, check=True)
    disk.cut(Random(2), folder)  # noqa: S311 - no secret
    assert file.read_bytes() == b"-" * 900 + b"n" * 200


# Whether a lock of SQLite's kind outlives a sync: to close another handle on the file drops it.
LOCKS = """
import fcntl, os, subprocess, sys
handle = os.open(sys.argv[1], os.O_RDWR)
fcntl.lockf(handle, fcntl.LOCK_EX)
os.fsync(handle)
tries = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
done = subprocess.run([sys.executable, "-c", tries, sys.argv[1]], stderr=subprocess.DEVNULL)
print(done.returncode)
"""


@needs_cc
def test_a_sync_keeps_the_locks_on_a_file(tmp_path: Path) -> None:
    (folder := tmp_path / "under").mkdir()
    (file := folder / "file").write_bytes(b"-")
    disk = Disk(tmp_path / "disk", [folder]).build()
    command = (sys.executable, "-c", LOCKS, str(file))
    done = subprocess.run(command, env={**os.environ, **disk.env}, check=True, capture_output=True)
    assert done.stdout.strip() == b"1"


def left_of_a_redis(folder: Path, fsync: str) -> tuple[int, int]:
    """How many entries were acknowledged, and how many are there after the power was cut."""
    server = engine.durable(folder)
    command = tuple(fsync if word == "always" else word for word in server.command)
    disk = Disk(folder / "disk", [folder / "durable"]).build()

    def started(command: Sequence[str]) -> "subprocess.Popen[bytes]":
        env = {**os.environ, **disk.env}
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        engine.wait_for(server)
        return process

    first = started(command)
    disk.sync()
    link, told = Link(server.url, "durable"), 0
    for _ in range(300):
        told = int(link.call("RPUSH", "l", b"x" * 100))
    first.kill()
    first.wait()
    disk.cut(Random(1))  # noqa: S311 - no secret
    second = started(server.command)
    there = int(Link(server.url, "durable").call("LLEN", "l"))
    second.kill()
    second.wait()
    return told, there


@needs_cc
def test_what_redis_acknowledged_is_there_after_a_power_cut(tmp_path: Path) -> None:
    assert left_of_a_redis(tmp_path, "always") == (300, 300)


@needs_cc
def test_a_redis_that_syncs_every_second_is_found(tmp_path: Path) -> None:
    told, there = left_of_a_redis(tmp_path, "everysec")
    assert there < told


def test_what_was_not_synced_may_be_there_in_part_and_what_was_always_is() -> None:
    synced, now = b"a" * 9000, b"b" * 4096 + b"a" * 4904 + b"c" * 1000
    found = {torn(synced, now, Random(seed)) for seed in range(200)}  # noqa: S311 - no secret
    assert {each[:1] for each in found} == {b"a", b"b"}
    assert {each[4096:9000] for each in found} == {b"a" * 4904}
    assert len({len(each) for each in found}) > 20
    assert all(9000 <= len(each) <= 10_000 for each in found)
    assert torn(b"long", b"lo", Random(1)) == b"long"  # noqa: S311 - no secret


def test_without_a_compiler_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "SOURCE", tmp_path / "nothing.c")  # as a missing compiler fails
    with pytest.raises(Mistaken, match="apt install gcc"):
        Disk(tmp_path, []).build()


def test_power_is_cut_in_turns_on_one_host_and_everywhere() -> None:
    cuts = [blow for blow in plan(1, 60.0, 1.0, 4) if "power" in blow.what]
    assert [blow.what for blow in cuts] == ["power of a host", "power"] * 2
    assert [blow.at for blow in cuts] == [12.0, 24.0, 36.0, 48.0]


def test_a_power_cut_is_counted_when_nobody_answers_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept a moment before is otherwise taken for what was kept after it."""
    seen: list[int] = []

    def in_the_dark(house: House, act: Callable[[], object], host: int | None = None) -> None:
        seen.append(house.cuts)
        act()
        seen.append(house.cuts)

    monkeypatch.setattr(House, "_in_the_dark", in_the_dark)
    monkeypatch.setattr(Disk, "cut", lambda *_: None)
    house = House(tmp_path, "http://127.0.0.1:9/", 1, how_many=0, power=True)
    house.cut_power(Random(1))  # noqa: S311 - no secret
    assert seen == [0, 1]
