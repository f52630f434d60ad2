"""A provider over real HTTP: the operations of Twilio's interfaces that we use.

The account itself is the demo's (`hotline.simulator.account`). Twilio's own description
(`description.py`) stands before and behind it: what it does not know is refused and written down in
`wrong`, and answers leave with every property that it names. Here come faults as well, and a memory
of what was asked. Faults are queued: each request takes the next one, (status, error code) or
seconds of silence. `test_fake.py` lets Twilio's generated client use all of it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from hotline.simulator.account import Account, Answer, problem
from hotline.simulator.rest import serving
from tests.provider.description import answer_faults, completed, request_faults

ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "0123456789abcdef0123456789abcdef"
MADE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Fake(Account):
    """What lies at the provider, the faults to come, and what was asked."""

    url: str = ""
    faults: list[tuple[int, int] | float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # what is not as Twilio describes it
    kind: str = "audio/x-wav"  # what it calls a sound

    def add(self, family: str, sid: str, **more: Any) -> str:
        """Put something there, a recording with its `sound`; its SID."""
        if "sound" in more:
            self.hear(sid, more.pop("sound"))
        return super().add(family, sid, **more)

    def respond(self, method: str, target: str, body: bytes, given: str | None) -> Answer | None:
        """The next fault, or what is right."""
        parts = urlsplit(target)
        self.asked.append(f"{method} {parts.path}")
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, float):
                sleep(fault)
                return None
            return problem(*fault, "no")
        text = body.decode()
        if faults := request_faults(method, parts.path, parts.query, text):
            self.wrong += faults
            return problem(400, 20001, "not described")
        status, kind, answer = self._right(method, target, text, given)
        if status < 300 and kind == "application/json":
            answer = completed(method, parts.path, answer)
            self.wrong += answer_faults(method, parts.path, answer)
        return status, kind, answer

    def _right(self, method: str, target: str, text: str, given: str | None) -> Answer:
        parts = urlsplit(target)
        status, kind, answer = self.answer(method, parts.path, parts.query, text, given)
        return status, self.kind if kind.startswith("audio/") else kind, answer


@contextmanager
def running() -> Iterator[Fake]:
    """A provider on a free port."""
    fake = Fake(ACCOUNT, TOKEN, lambda: MADE)
    server = serving(fake.respond)
    fake.url = fake.countries.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
