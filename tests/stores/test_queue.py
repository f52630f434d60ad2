"""The bell: one kind of job, nothing in it, nothing else ever run."""

import json
import zlib
from typing import Any

import pytest
from rq.job import Job
from rq.serializers import JSONSerializer

from hotline.intake.errors import Untrusted
from hotline.stores.link import client
from hotline.stores.queue import BELL, MOST_WAITING, RqBell, SafeJob, clear_stale_locks, queue
from tests.conftest import Servers


def test_a_bell_carries_nothing(servers: Servers) -> None:
    RqBell(servers.durable_url).ring()
    (job,) = queue(client(servers.durable_url)).jobs
    assert (job.func_name, job.args, job.kwargs, job.description) == (BELL, [], {}, "drain")
    stored: Any = client(servers.durable_url).hgetall(f"rq:job:{job.id}")
    assert json.loads(zlib.decompress(stored[b"data"])) == [BELL, None, [], {}]


def test_bells_are_coalesced(servers: Servers) -> None:
    for _ in range(10):
        RqBell(servers.durable_url).ring()
    assert queue(client(servers.durable_url)).count == MOST_WAITING


def test_a_bell_that_cannot_ring_harms_nobody() -> None:
    RqBell("unix:///nowhere.sock").ring()


@pytest.mark.parametrize(
    ("name", "args"),
    [("os.system", ["true"]), ("hotline.worker.run", ["x"]), (BELL, ["argument"])],
)
def test_only_the_drain_without_arguments_is_run(
    servers: Servers, name: str, args: list[str]
) -> None:
    planted = Job.create(
        name, args=args, connection=client(servers.durable_url), serializer=JSONSerializer
    )
    planted.save()
    found = SafeJob.fetch(
        planted.id, connection=client(servers.durable_url), serializer=JSONSerializer
    )
    with pytest.raises(Untrusted):
        _ = found.func
    assert found.success_callback is None
    assert found.failure_callback is None


def test_stale_maintenance_locks_go_and_fresh_ones_stay(servers: Servers) -> None:
    redis = client(servers.durable_url)
    for left, there in ((899, 1), (800, 0)):
        redis.set(queue(redis).registry_cleaning_key, 1, ex=left)
        clear_stale_locks(redis)
        assert redis.exists("rq:clean_registries:bell") == there
