"""The callers' process, from its first moment on."""

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
