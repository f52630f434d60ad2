"""Seeded defects: the product with one thing wrong, each by a part of its own, none in its code.

A defect in a script of the store is made by a link that runs another text in its place; a text that
no longer has the line to be left out is an error here, not a defect that nobody finds.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from hotline.intake.handover import Desk
from hotline.intake.messages import Answer, CallerKey
from hotline.intake.ports import Change, Committed, Filing, Held, Result, SealedPart
from hotline.intake.sinks import Done, Order
from hotline.sinks.webhook import Webhook
from hotline.stores import redis_sessions, spool
from hotline.stores.day_keys import DayKeys
from hotline.stores.link import Argument, Link, Script
from hotline.stores.redis_sessions import RedisSessions
from hotline.stores.spool import FileSpool
from tests.chaos import scripts
from tests.chaos.rehearsal import Fuse, Parts, Rehearsal


@dataclass(frozen=True)
class Defect:
    """What is wrong, in which rehearsal it shows, and as which fault of the account."""

    wrong: str
    parts: Parts
    script: Callable[[Rehearsal], None]
    shows: str


def without(script: Script, *lines: tuple[str, str]) -> Script:
    """The script with each text replaced by another."""
    text = script.text
    for old, new in lines:
        assert old in text, old
        text = text.replace(old, new)
    return Script(text)


def linked(*swaps: tuple[Script, Script], loses_replies: bool = False) -> Parts:
    """Parts whose durable Redis is asked other scripts, and may lose each reply once."""
    by_sha = {old.sha: new for old, new in swaps}

    class Other(Link):
        def run(self, script: Script, keys: list[Argument], arguments: list[Argument]) -> Any:
            script = by_sha.get(script.sha, script)
            if loses_replies and script in by_sha.values():
                super().run(script, keys, arguments)  # done; the reply is lost, and it is repeated
            return super().run(script, keys, arguments)

        def run_all(self, script: Script, many: Sequence[list[Argument]]) -> None:
            for each in many:
                self.run(script, [], each)

    return Parts(link=lambda url: Other(url, "durable"))


SEEN = ("if seen then return {'seen', seen} end", "")
ANSWERED = ("if answer then return {day, answer} end", "")
OPEN, COMMIT = redis_sessions._OPEN, redis_sessions._COMMIT
NO_CLAIM = ((COMMIT, without(COMMIT, SEEN)), (OPEN, without(OPEN, ANSWERED)))
NO_VERSION = without(COMMIT, ("if version ~= expected then return {'conflict'} end", ""))
NOT_HANDED = without(COMMIT, ("return {'handed'}", ""))
NO_ERASING = without(COMMIT, ("redis.call('DEL', 'hl:p:' .. id)\n    hand(id, 'erase')", ""))
NOT_MARKED = without(
    COMMIT, ("redis.call('SET', 'hl:gone:' .. id, redis.call('TIME')[1], 'EX', 604800)", "")
)
CLAIMS_LATER = without(COMMIT, ("redis.call('SET', event, answer, 'EX', event_lives)", ""))
POPS = without(
    redis_sessions._LEASE,
    ("redis.call('ZADD', 'hl:out', ARGV[1] + ARGV[2], id)", "redis.call('ZREM', 'hl:out', id)"),
)
COUNTS_AGAIN = without(
    redis_sessions._DONE,
    (
        "if redis.call('ZREM', 'hl:out', ARGV[1]) == 1 then",
        "redis.call('ZREM', 'hl:out', ARGV[1])\ndo",
    ),
    ("if redis.call('HGET', 'hl:job:' .. ARGV[1], 'doing') ~= ARGV[2] then", "if false then"),
)
BRINGS_AGAIN = without(
    spool._BRING_IN, ("if redis.call('EXISTS', KEYS[i]) == 1 then return 0 end", "")
)


class ClaimsAfter(RedisSessions):
    """Claims an event in a step of its own, when everything else is committed."""

    def __init__(self, link: Link, fuse: Fuse) -> None:
        super().__init__(link)
        self._plain, self._fuse = link, fuse

    def commit(self, held: Held, change: Change) -> Result:
        result = super().commit(held, change)
        self._fuse.step()
        sealed = redis_sessions.close_answer(held.key, change.answer)
        self._plain.call("SET", redis_sessions.event_name(held.key), sealed)
        return result


class ThanksFirst(RedisSessions):
    """Answers at once and commits when somebody asks the next time."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._owed: tuple[Held, Change] | None = None

    def open(self, caller: CallerKey) -> Held:
        owed, self._owed = self._owed, None
        if owed:
            super().commit(*owed)
        return super().open(caller)

    def commit(self, held: Held, change: Change) -> Result:
        self._owed = (held, change)
        return Committed(rings=False)


class AcksFirst:
    """A case book that writes only after the outbox has forgotten the report."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._owed: list[Filing] = []

    def file_all(self, filings: Sequence[Filing]) -> tuple[bool, ...]:
        self._owed += filings
        return (True,) * len(filings)

    def take_back(self, tip_id: str) -> bool:
        return self._desk.casebook.take_back(tip_id)

    def done(self, *given: Any) -> None:
        self._desk.outbox.done(*given)
        while self._owed:
            self._desk.casebook.file(*self._owed.pop())


def acks_first(desk: Desk, fuse: Fuse) -> Desk:
    """The desk with outbox and case book in the wrong order."""
    wrong: Any = AcksFirst(desk)

    class Outbox:
        done = staticmethod(wrong.done)

        def __getattr__(self, name: str) -> Any:
            return getattr(desk.outbox, name)

    outbox: Any = Outbox()
    return replace(desk, casebook=wrong, outbox=outbox)


class FilesEachTime:
    """A case book without a unique key: each filing is a new tip."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def file_all(self, filings: Sequence[Filing]) -> Any:
        return self._real.file_all([(replace(t, id=str(uuid4())), apart) for t, apart in filings])

    def take_back(self, tip_id: str) -> bool:
        return bool(self._real.take_back(tip_id))


def files_each_time(desk: Desk, fuse: Fuse) -> Desk:
    """The desk with such a case book."""
    book: Any = FilesEachTime(desk.casebook)
    return replace(desk, casebook=book)


class WritesInPlace(FileSpool):
    """Writes under the final name: a writer that dies leaves half of it there."""

    def __init__(self, folder: Path, fuse: Fuse) -> None:
        super().__init__(folder)
        self._fuse = fuse
        self._final: Path | None = None

    def _path(self, event: bytes) -> Path:
        self._final = super()._path(event)
        return self._final

    def _write(self, path: Path, data: bytes) -> Path:
        if not data or self._final is None:
            return super()._write(path, data)
        self._final.write_bytes(data[:40])
        self._fuse.step()
        self._final.write_bytes(data)
        return super()._write(path, data)


class ForgetsTheRepeat(FileSpool):
    """Keeps whatever comes, however often, each under a name of its own."""

    def keep(self, caller: CallerKey, answer: Answer, part: SealedPart) -> None:
        other = replace(caller.today, event=os.urandom(16))  # type: ignore[arg-type]
        super().keep(CallerKey(other, None), answer, part)


class ThanksWithoutADisk(FileSpool):
    """Says that it was kept when the disk is full."""

    def keep(self, caller: CallerKey, answer: Answer, part: SealedPart) -> None:
        """Nothing is kept, and nobody is told."""


class NewKeyEachTime:
    """A sink that gives every try a key of its own."""

    def __init__(self, real: Webhook) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def deliver(self, order: Order) -> Done:
        return self._real.deliver(replace(order, key=str(uuid4())))


class DoesNotCompare(Webhook):
    """A sink that takes any 2xx for done, whatever digest comes back."""

    def deliver(self, order: Order) -> Done:
        class Deaf:
            def call(_, *given: Any) -> Any:
                answer = self.client.call(*given)
                return replace(answer, headers={})

        deaf: Any = Deaf()
        return Webhook(deaf, self.keys, self.thin, self.files).deliver(order)


class NeverGivesBack(DayKeys):
    """Makes other keys when the fleeting Redis started anew."""

    def _keys(self, at: Any) -> Any:
        self._held = None
        return super()._keys(at)


def deaf(sink: Webhook) -> Webhook:
    """A webhook that does not compare digests."""
    return DoesNotCompare(sink.client, sink.keys, sink.thin, sink.files)


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "a repeated event is a new one", linked(*NO_CLAIM), scripts.the_repeat_comes_late, "twice"
    ),
    Defect(
        "an event is claimed after the commit",
        Parts(
            link=linked((COMMIT, CLAIMS_LATER)).link,
            sessions=lambda link, fuse: ClaimsAfter(link, fuse),
        ),
        scripts.the_repeat_comes_late,
        "twice",
    ),
    Defect(
        "the session's version is not looked at",
        linked((COMMIT, NO_VERSION)),
        scripts.two_at_once_and_takes_back,
        "unerased",
    ),
    Defect(
        "a part is added to a report that was handed over",
        linked((COMMIT, NOT_HANDED)),
        scripts.comes_back_too_late,
        "lost",
    ),
    Defect(
        "thanks come before the commit",
        Parts(sessions=lambda link, fuse: ThanksFirst(link)),
        scripts.tells,
        "lost",
    ),
    Defect(
        "a report is taken without a lease",
        linked((redis_sessions._LEASE, POPS), (redis_sessions._DONE, COUNTS_AGAIN)),
        scripts.leaves,
        "lost",
    ),
    Defect(
        "the outbox forgets before the case book has it",
        Parts(desk=acks_first),
        scripts.leaves,
        "lost",
    ),
    Defect("the case book has no unique key", Parts(desk=files_each_time), scripts.leaves, "twice"),
    Defect(
        "a script that counts is repeated on a lost reply",
        linked((redis_sessions._DONE, COUNTS_AGAIN), loses_replies=True),
        scripts.leaves,
        "adrift",
    ),
    Defect("the steward forgets who is idle", Parts(idle=False), scripts.leaves, "lost"),
    Defect(
        "the spool writes in place",
        Parts(spool=lambda folder, fuse: WritesInPlace(folder, fuse)),
        scripts.during_an_outage,
        "lost",
    ),
    Defect(
        "the spool thanks for what it could not write",
        Parts(spool=lambda folder, fuse: ThanksWithoutADisk(folder)),
        scripts.during_an_outage,
        "lost",
    ),
    Defect(
        "the spool keeps a repeat beside the first",
        Parts(spool=lambda folder, fuse: ForgetsTheRepeat(folder)),
        scripts.during_an_outage,
        "twice",
    ),
    Defect(
        "the spool comes in without looking for a claim",
        linked((spool._BRING_IN, BRINGS_AGAIN)),
        scripts.during_an_outage,
        "adrift",
    ),
    Defect(
        "what waits in the spool is not taken back",
        linked((COMMIT, NOT_MARKED)),
        scripts.takes_back_after_an_outage,
        "unerased",
    ),
    Defect(
        "an erasure is not handed over",
        linked((COMMIT, NO_ERASING)),
        scripts.takes_back,
        "unerased",
    ),
    Defect(
        "each try at a delivery has a key of its own",
        Parts(webhook=lambda sink: NewKeyEachTime(sink)),
        scripts.the_case_system_fails_after_it_kept,
        "sink_twice",
    ),
    Defect(
        "the digest that comes back is not compared",
        Parts(webhook=deaf),
        scripts.half_of_it_arrives,
        "undelivered",
    ),
    Defect(
        "keys of the day are not given back",
        Parts(keys=NeverGivesBack),
        scripts.the_fleeting_redis_dies,
        "twice",
    ),
)

SCRIPTS: Mapping[str, Callable[[Rehearsal], None]] = {
    defect.script.__name__: defect.script for defect in DEFECTS
}
