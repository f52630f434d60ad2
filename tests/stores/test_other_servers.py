"""The same code on the system's own Redis, not only on the wheel's."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hotline import engine
from hotline.intake.messages import HandedOver
from hotline.stores.day_keys import refuse_forgetting, refuse_persistence
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox, RedisSessions
from tests.stores.test_redis_sessions import MINUTE, REPORT, caller, change

SERVER = shutil.which("redis-server")


@pytest.mark.skipif(not SERVER, reason="redis-server: apt install redis-server")
def test_a_report_goes_its_whole_way_on_the_systems_redis(tmp_path: Path) -> None:
    pair = [
        replace(each, command=(str(SERVER), *each.command[1:]))
        for each in (engine.durable(tmp_path), engine.fleeting(tmp_path))
    ]
    running = [subprocess.Popen(each.command, stdout=subprocess.DEVNULL) for each in pair]
    try:
        for each in pair:
            engine.wait_for(each)
        durable, fleeting = Link(pair[0].url, "durable"), Link(pair[1].url, "fleeting")
        refuse_forgetting(durable)
        refuse_persistence(fleeting, durable)
        sessions, outbox = RedisSessions(durable), RedisOutbox(durable)
        first = change(report=REPORT, part=b"1", opens=True)
        sessions.commit(sessions.open(caller("1")), first)
        last = change(report=REPORT, part=b"2", doing="submit")
        sessions.commit(sessions.open(caller("2")), last)
        (due,) = outbox.lease(MINUTE, 10, 5)
        assert due.parts == (b"1", b"2")
        outbox.done(HandedOver(due))
        assert outbox.figures(MINUTE).account.filed == 1
    finally:
        for process in running:
            process.terminate()
            process.wait()
