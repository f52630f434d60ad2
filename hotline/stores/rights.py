"""What each role may do in each Redis, as the server itself enforces it (ACL, Redis >= 7).

Rule 1: the public side puts sealed parts in and never takes one out: `%W~` on `hl:p:*`.
Rule 2: nobody lists keys, empties, copies, halts or reconfigures a server, but a command at hand.
Rule 3: a role that is not written here has no right at all; `default` is switched off.
"""

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hotline.intake.errors import Mistaken, Unavailable
from hotline.stores.link import Argument, Link

NOBODY = "0" * 64  # a digest of no password that anybody knows: nobody can log in as yet
_MEET = "+hello +ping +select +client|setname"
_RUN = "+evalsha +script|load"
_LOOK = "+config|get +info"
_RING = "~rq:queue:bell ~rq:queues ~rq:job:* +llen +sadd +rpush +hset +expire +multi +exec"

DURABLE: Mapping[str, str] = MappingProxyType(
    {
        "web": (
            "~hl:e:* ~hl:s:* ~hl:c:* ~hl:r:* ~hl:b:* ~hl:open ~hl:out %W~hl:p:* %W~hl:job:*"
            " %W~hl:dead %W~hl:why ~hl:totals %W~hl:bell %W~hl:rnote %W~hl:tk:* %W~hl:gone:*"
            " %R~hl:held"
            f" %W~hl:purge %W~hl:purge:born {_RING} {_MEET} {_RUN} {_LOOK} +get +set"
            " +exists +time +del +hget +hmget +hdel +hincrby +zscore +zadd +zrem +srem +lrange"
        ),
        "worker": (
            "~hl:p:* ~hl:job:* ~hl:out ~hl:lease ~hl:dead ~hl:why ~hl:totals ~hl:bell ~hl:fetch"
            " ~hl:fetching ~hl:fetched ~hl:purge ~hl:purge:* ~hl:rnote ~hl:rnote:dead %R~hl:open"
            f" %R~hl:spool %R~hl:tk:* ~rq:* &rq:pubsub:* +@read +@write +@transaction"
            f" -@dangerous -scan +subscribe +unsubscribe +time {_MEET} {_RUN} {_LOOK}"
        ),
        "steward": (
            "~hl:open ~hl:out ~hl:lease ~hl:bell ~hl:baton ~hl:spool ~hl:e:* ~hl:r:* %W~hl:p:*"
            " ~hl:held ~hl:totals:letter"
            " %RW~hl:job:* ~hl:b:* ~hl:totals %R~hl:gone:* ~hl:spent* %R~hl:dead %R~hl:fetch"
            " %R~hl:fetching ~hl:purge %W~hl:purge:born ~rq:clean_registries:bell"
            f" {_RING} {_MEET} {_RUN} {_LOOK}"
            " +get +set +exists +del +hdel +hget +hmget +hincrby +zadd +zrem +zcount +zcard +zscore"
            " +scard +ttl +zrange +zrevrange +zrangebyscore +srandmember"
        ),
        "desk": (
            "%R~hl:out %R~hl:lease %W~hl:lease %R~hl:dead %R~hl:open %R~hl:job:*"
            " %R~hl:spool %R~hl:purge %R~hl:purge:born %R~hl:spent* %R~rq:workers"
            " %R~rq:workers:*"
            " %R~rq:worker:* ~hl:typed:* ~hl:totals %W~hl:out %W~hl:p:* %W~hl:job:* %W~hl:r:*"
            f" %W~hl:rnote {_RING} {_MEET} {_RUN} +get +zcard +scard +zrange +hget +hgetall +hvals"
            " +zcount +zremrangebyscore +smembers +hmget +zadd +hincrby"
        ),
        "command": "~* &* +@all -debug -module -shutdown -replicaof -slaveof -failover -migrate",
    }
)
FLEETING: Mapping[str, str] = MappingProxyType(
    {
        "web": (
            f"~hl:day:* ~th:* ~fl:* ~rb:* ~pg:* {_MEET} {_RUN} {_LOOK} +get +set +mget +incr"
            " +incrby"
            " +expire"
        ),
        "steward": f"~hl:day:* %R~rb:* %R~pg:* {_MEET} {_RUN} {_LOOK} +get +set",
        "command": DURABLE["command"],
    }
)

# What each role must be able to do, and must not, tried by the server itself (ACL DRYRUN).
_MAY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "web": ("GET hl:e:x", "HGET hl:s:x v", "RPUSH hl:p:x y", "ZADD hl:open 0 x"),
        "worker": ("LRANGE hl:p:x 0 -1", "DEL hl:p:x", "ZADD hl:lease 0 x", "SADD hl:fetch x"),
        "steward": (
            "RPUSH hl:p:x y",
            "EXISTS hl:e:x",
            "SET hl:baton x",
            "HINCRBY hl:totals x 1",
            "ZADD hl:purge 0 x",
            "ZADD hl:purge:born 0 x",
        ),
        "desk": ("ZCARD hl:out", "HGETALL hl:totals", "SMEMBERS rq:workers", "RPUSH hl:p:x y"),
    }
)
_MAY_NOT: tuple[str, ...] = (
    "FLUSHALL", "KEYS *", "SCAN 0", "CONFIG SET save x", "ACL LIST", "SHUTDOWN", "DEBUG SLEEP 0",
    "MODULE LIST", "REPLICAOF h 1", "MONITOR", "CLIENT LIST", "EVAL x 0", "GET x",
)  # fmt: skip
_MAY_NOT_EITHER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "web": ("LRANGE hl:p:x 0 -1", "HGETALL hl:job:x", "GET hl:tk:x", "ZRANGE hl:out 0 -1"),
        "worker": ("HGET hl:s:x s", "GET hl:e:x", "GET hl:c:x"),
        "steward": ("LRANGE hl:p:x 0 -1", "HGET hl:s:x s", "GET hl:c:x"),
        "desk": (
            *("LRANGE hl:p:x 0 -1", "HGET hl:s:x s", "GET hl:e:x", "SET hl:totals x"),
            *("HGET hl:r:x r", "HGET hl:r:x status"),
        ),
    }
)


def acl(rules: Mapping[str, str], passwords: Mapping[str, str]) -> str:
    """An ACL file for one server. A role without a password is there, and nobody can be it."""
    lines = ["user default off"]
    for role, allowed in rules.items():
        password = passwords.get(role, "")
        digest = hashlib.sha256(password.encode()).hexdigest() if password else NOBODY
        lines.append(f"user {role} on #{digest} resetchannels {allowed}")
    return "\n".join(lines) + "\n"


def faults(link: Link, server: str, local: bool) -> Iterator[str]:
    """What the rights in this server (`durable`, `fleeting`) are too wide or too narrow for.

    A server that only this machine reaches may do without them. Raises Unavailable; Mistaken when
    whoever asks may not look.
    """
    try:
        users = {each.split()[1]: each.split()[2:] for each in map(_text, link.call("ACL", "LIST"))}
    except Unavailable:
        if link.call("PING"):
            raise Mistaken("may not look at the rights; use the user `command`") from None
    if not local and {"on", "nopass"} <= set(users.get("default", [])):
        yield "anybody who reaches it may do anything (user default); give it an ACL file"
    for role in [r for r in _MAY if r in users]:
        may = _MAY[role] if server == "durable" else ()
        may_not = (*_MAY_NOT, *(_MAY_NOT_EITHER[role] if server == "durable" else ("GET hl:x",)))
        for command in (c for c in may if not _allowed(link, role, c)):
            yield f"{role} may not {command}; use the ACL file of this release"
        for command in (c for c in may_not if _allowed(link, role, c)):
            yield f"{role} may {command}, which is too much; use the ACL file of this release"


def _allowed(link: Link, role: str, command: str) -> bool:
    words: list[Argument] = [*command.split()]
    return bytes(link.call("ACL", "DRYRUN", role, *words)) == b"OK"


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
