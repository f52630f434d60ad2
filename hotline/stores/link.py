"""One Redis, one connection a thread, no command ever sent twice by itself.

redis-py's client repeats a command whose reply was lost (measured: two entries in the list), so the
connection below it is used directly. Rule 1: `run` may repeat a script once, on a fresh connection;
every script that comes here is therefore safe to run twice, and says why.
Rule 2: a name is looked up at every new connection, and a connection on which a server refuses is
given up: where a name moves to another machine, everybody follows it.
Rule 3: a server that is away is asked by one thread a second; the others are told at once, so that
four threads never wait for it one after the other while callers wait for them.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from hiredis import pack_command
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    NoScriptError,
    RedisError,
    ResponseError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)
from redis.retry import Retry

from hotline.intake.errors import Mistaken, Unavailable

WAIT = 0.8  # seconds for connecting and for each reply: three waits a turn are still under 3 s
RESTS = 1.0  # seconds for which a server that did not answer is taken to be away
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

    def __init__(self, url: str, name: str, clock: Callable[[], float] = monotonic) -> None:
        self.name = name
        self._pool = _pool(url, f"HOTLINE_{name.upper()}_REDIS_URL")
        self._local = threading.local()
        self._clock = clock
        self._away_until = 0.0

    def run(self, script: Script, keys: list[Argument], arguments: list[Argument]) -> Any:
        """The script's reply, as bytes, integers and lists."""
        command = ("EVALSHA", script.sha, len(keys), *keys, *arguments)
        try:
            return self._reply(*command)
        except NoScriptError:
            self.call("SCRIPT", "LOAD", script.text)
        except RedisTimeoutError:
            raise self._away() from None  # it hangs: asking again would only wait once more
        except (RedisConnectionError, OSError):
            self._drop()  # a connection that grew stale; the script is safe to run twice
        except RedisError:
            self._drop()  # it may be the name's old server, which only reads by now
            raise Unavailable(self.name) from None
        return self._again(script, command)

    def run_all(self, script: Script, many: Sequence[list[Argument]]) -> None:
        """A script that names no keys, once with each of these arguments, in one round trip. When
        it breaks off on the way, once more, one by one."""
        if not many:
            return
        try:
            self._together([("EVALSHA", script.sha, 0, *each) for each in many])
        except (RedisError, OSError):
            self._drop()  # replies may still be on their way to it
            for each in many:
                self.run(script, [], each)

    def call(self, *command: Argument) -> Any:
        """One command, sent once. Its effect is unknown when this raises."""
        try:
            return self._reply(*command)
        except (RedisConnectionError, RedisTimeoutError, OSError):
            raise self._away() from None
        except RedisError:
            self._drop()
            raise Unavailable(self.name) from None

    def _again(self, script: Script, command: tuple[Argument, ...]) -> Any:
        try:
            return self._reply(*command)
        except NoScriptError:  # a server that started anew while we lost our connection to it
            self.call("SCRIPT", "LOAD", script.text)
            return self.call(*command)
        except (RedisConnectionError, RedisTimeoutError, OSError):
            raise self._away() from None
        except RedisError:
            self._drop()
            raise Unavailable(self.name) from None

    def _reply(self, *command: Argument) -> Any:
        if self._away_until:
            self._ask_or_rest()
        connection = self._connection()
        packed = pack_command(command)  # type: ignore[arg-type]  # of any length
        connection.send_packed_command((packed,), check_health=False)
        try:
            reply = connection.read_response()
        except ResponseError:  # an answer too: the server is there
            self._away_until = 0.0
            raise
        self._away_until = 0.0
        return reply

    def _together(self, commands: Sequence[tuple[Argument, ...]]) -> None:
        if self._away_until:
            self._ask_or_rest()
        connection = self._connection()
        packed = [pack_command(command) for command in commands]  # type: ignore[arg-type]
        connection.send_packed_command(packed, check_health=False)
        for _ in commands:
            connection.read_response()
        self._away_until = 0.0

    def _ask_or_rest(self) -> None:
        """One thread goes on and asks; the others are told at once. Raises Unavailable."""
        now = self._clock()
        if now < self._away_until:
            raise Unavailable(self.name)
        self._away_until = now + RESTS

    def _away(self) -> Unavailable:
        self._drop()
        self._away_until = self._clock() + RESTS
        return Unavailable(self.name)

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


def _pool(url: str, setting: str) -> ConnectionPool:
    try:
        return ConnectionPool.from_url(
            url,
            socket_timeout=WAIT,
            socket_connect_timeout=WAIT,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
    except ValueError:  # its text would quote the address, and a password in it
        raise Mistaken(
            f"{setting}: wants unix:///path, redis://host:port or rediss://USER:PASSWORD@host:port;"
            " neither Sentinel nor Cluster (docs/deploy/hosts.md)"
        ) from None


def client(url: str, reply_within: float | None = None) -> "Redis":
    """A redis-py client for RQ, which brings its own; no retries, no endless waits to connect.

    `reply_within` (seconds) is for whoever never waits on purpose; a worker waits for its bell.
    """
    return Redis.from_url(
        url,
        socket_connect_timeout=WAIT,
        socket_timeout=reply_within,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
