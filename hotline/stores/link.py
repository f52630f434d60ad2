"""One Redis, one connection a thread, no command ever sent twice by itself.

redis-py's client repeats a command whose reply was lost (measured: two entries in the list), so the
connection below it is used directly. Rule: `run` may repeat a script once, on a fresh connection;
every script that comes here is therefore safe to run twice, and says why.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    NoScriptError,
    RedisError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)
from redis.retry import Retry

from hotline.intake.errors import Unavailable

WAIT = 1.0  # seconds for connecting and for each reply; Twilio gives up at 15
Argument = bytes | str | int


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and its SHA-1, as EVALSHA wants it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", digest)


class Link:
    """Connections to one Redis server. Every method raises Unavailable when it is away."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=WAIT,
            socket_connect_timeout=WAIT,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
        self._local = threading.local()

    def run(self, script: Script, keys: list[Argument], arguments: list[Argument]) -> Any:
        """The script's reply, as bytes, integers and lists."""
        command = ("EVALSHA", script.sha, len(keys), *keys, *arguments)
        for last in (False, True):
            try:
                return self._once(*command)
            except NoScriptError:
                self.call("SCRIPT", "LOAD", script.text)
            except (RedisConnectionError, RedisTimeoutError, OSError):
                self._drop()
                if last:
                    raise Unavailable(self.name) from None
            except RedisError:
                raise Unavailable(self.name) from None
        return self._run_loaded(command)

    def call(self, *command: Argument) -> Any:
        """One command, sent once. Its effect is unknown when this raises."""
        try:
            return self._once(*command)
        except (RedisError, OSError):
            self._drop()
            raise Unavailable(self.name) from None

    def _run_loaded(self, command: tuple[Argument, ...]) -> Any:
        try:
            return self._once(*command)
        except (RedisError, OSError):
            self._drop()
            raise Unavailable(self.name) from None

    def _once(self, *command: Argument) -> Any:
        connection = self._connection()
        connection.send_command(*command)
        return connection.read_response()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._pool.make_connection()
            connection.connect()  # type: ignore[no-untyped-call]  # redis-py
            self._local.connection = connection
        return connection

    def _drop(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.disconnect()
            self._local.connection = None


def client(url: str) -> "Redis":
    """A redis-py client for RQ, which brings its own; no retries, no endless waits to connect."""
    return Redis.from_url(
        url, socket_connect_timeout=WAIT, retry=Retry(NoBackoff(), 0), health_check_interval=0
    )
