"""Sessions and the outbox in the durable Redis: ciphertext under opaque tags, one script a change.

Keys:
`hl:e:<tag>` the answer given to an event · `hl:s:<tag>` {v, s} a conversation
`hl:c:<tag>` where a call from a number broke off (see `call_rests`)
`hl:typed:<form>` that an operator's form was taken (see `inbox`)
`hl:p:<report>` sealed parts · `hl:job:<report>` {doing, since, tries, at: channel, question}
`hl:open` reports being told, by the minute of their last part
`hl:out` accepted reports, by the second they are due · `hl:lease` those a worker holds
`hl:dead` reports set aside · `hl:why` their reason codes
`hl:fetch` sealed notes of recordings that still lie at the provider
`hl:purge…` what still lies at the provider (see `traces`)
`hl:r:<lookup>` receipts, `hl:rnote` notes about new ones (see `receipts`)
`hl:totals` counters, `hl:totals:letter` day of the last letter · `hl:bell` a bell not yet heard
`hl:b:<tag>` reports of a caller that came in from a spool · `hl:spool` how many wait on each host
`hl:held` the day whose keys somebody holds (see `day_keys`)
`hl:gone:<tag>` the second until which a caller took everything back, for spools not yet brought in

The account: every report that was begun is in exactly one of open, out, dead, or counted as filed
or erased. `reopened` counts those that were settled and came back to be erased.
"""

from collections.abc import Sequence
from typing import cast

from hotline.intake.messages import (
    Answer,
    CallerKey,
    DayKey,
    Doing,
    Due,
    Figures,
    HandedOver,
    ReportId,
    freeze_answer,
    thaw_answer,
)
from hotline.intake.ports import Change, Committed, Conflict, Held, Repeated, Result
from hotline.stores import due
from hotline.stores.call_rests import written
from hotline.stores.enclosed import decrypt, encrypt
from hotline.stores.link import Argument, Link, Script

EVENT_LIVES = 172_800  # seconds in which a repeated event gets the same answer
BELL_RESTS = 2  # seconds in which one bell is enough
RECEIPT_LIVES = 180 * 86_400  # seconds a code opens something; answering begins it anew

# Reads only: twice is safe.
_OPEN = Script("""
for day = 1, #KEYS, 2 do
  local answer = redis.call('GET', KEYS[day])
  if answer then return {day, answer} end
end
for day = 1, #KEYS, 2 do
  local held = redis.call('HMGET', KEYS[day + 1], 'v', 's')
  if held[1] then return {day, false, held[1], held[2]} end
end
return {0}
""")

# Twice is safe: the first run leaves the event, and the second finds it and changes nothing.
_COMMIT = Script("""
local event, session = KEYS[1], KEYS[2]
local expected, state, answer, report = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local part, opens, doing, minute = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local event_lives, session_lives = ARGV[9], ARGV[10]
local seen = redis.call('GET', event)
if seen then return {'seen', seen} end
local version = redis.call('HGET', session, 'v') or '0'
if version ~= expected then return {'conflict'} end
if report ~= '' and opens == '0' and (part ~= '' or doing ~= '')
   and not redis.call('ZSCORE', 'hl:open', report) then
  return {'handed'}
end
local due = false
local function hand(id, what)
  if redis.call('ZREM', 'hl:open', id) == 0 and not redis.call('ZSCORE', 'hl:out', id) then
    redis.call('HDEL', 'hl:why', id)
    if redis.call('SREM', 'hl:dead', id) == 0 then
      redis.call('HINCRBY', 'hl:totals', 'reopened', 1)
    end
  end
  redis.call('HSET', 'hl:job:' .. id, 'doing', what, 'since', minute)
  redis.call('ZADD', 'hl:out', 0, id)
  redis.call('HINCRBY', 'hl:totals', what, 1)
  due = true
end
if part ~= '' then
  redis.call('RPUSH', 'hl:p:' .. report, part)
  redis.call('ZADD', 'hl:open', minute, report)
  if opens == '1' then redis.call('HINCRBY', 'hl:totals', 'accepted', 1) end
end
if doing ~= '' then hand(report, doing) end
for i = 12, #ARGV do
  local what, id = string.sub(ARGV[i], 1, 1), string.sub(ARGV[i], 2)
  if what == 'h' then
    if redis.call('ZSCORE', 'hl:open', id) then hand(id, 'unfinished') end
  elseif what == 'f' then
    redis.call('DEL', 'hl:r:' .. id)
  elseif what == 'c' then
    redis.call('HINCRBY', 'hl:totals', 'confirmed', 1)
  elseif what == 'r' then
    local receipt = 'hl:r:' .. string.sub(id, 1, 16)
    redis.call('HSET', receipt, 'r', string.sub(id, 17))
    redis.call('EXPIRE', receipt, ARGV[11])
    redis.call('HINCRBY', 'hl:totals', 'receipts', 1)
  elseif what == 'g' then
    redis.call('SET', 'hl:gone:' .. id, redis.call('TIME')[1], 'EX', 604800)
  elseif what == 'l' then
    redis.call('SET', 'hl:c:' .. string.sub(id, 1, 16), string.sub(id, 17), 'EX', 86400)
  elseif what == 'm' then
    redis.call('DEL', 'hl:c:' .. id)
  elseif what == 's' then
    if redis.call('ZSCORE', 'hl:open', report) or redis.call('ZSCORE', 'hl:out', report) then
      redis.call('HSET', 'hl:job:' .. report, 'at', id)
    end
  elseif what == 'n' then
    redis.call('RPUSH', 'hl:rnote', id)
  elseif what == 'p' then
    redis.call('ZADD', 'hl:purge', minute + 90, id)
    redis.call('ZADD', 'hl:purge:born', minute, id)
  else
    redis.call('DEL', 'hl:p:' .. id)
    hand(id, 'erase')
  end
end
if state == '' then
  local brought = 'hl:b:' .. string.sub(session, 6)
  for _, id in ipairs(redis.call('LRANGE', brought, 0, -1)) do
    redis.call('DEL', 'hl:p:' .. id)
    hand(id, 'erase')
  end
  redis.call('DEL', session, brought)
else
  redis.call('HSET', session, 'v', tonumber(version) + 1, 's', state)
  redis.call('EXPIRE', session, session_lives)
end
redis.call('SET', event, answer, 'EX', event_lives)
if due and redis.call('SET', 'hl:bell', '1', 'NX', 'EX', '2') then return {'ok', 1} end
return {'ok', 0}
""")

# Not for repeating: a lost reply costs one lease, and the reports come back when it runs out.
_LEASE = Script(f"""{due.TAKE}
redis.call('DEL', 'hl:bell')
local found = {{}}
for _, id in ipairs(due('hl:out', ARGV[1], ARGV[3], {due.HOURS})) do
  redis.call('ZADD', 'hl:out', ARGV[1] + ARGV[2], id)
  redis.call('ZADD', 'hl:lease', ARGV[1] + ARGV[2], id)
  local job = redis.call('HMGET', 'hl:job:' .. id, 'doing', 'tries')
  redis.call('HINCRBY', 'hl:job:' .. id, 'tries', 1)
  table.insert(found, {{id, job[1], job[2] or '0', redis.call('LRANGE', 'hl:p:' .. id, 0, -1)}})
end
return found
""")

# Twice is safe: the second run removes what is gone already and counts nothing. An erasure that
# came in while the report was being filed stays due.
_DONE = Script("""
redis.call('ZREM', 'hl:lease', ARGV[1])
if redis.call('HGET', 'hl:job:' .. ARGV[1], 'doing') ~= ARGV[2] then
  return redis.call('ZADD', 'hl:out', 'XX', 0, ARGV[1])
end
if redis.call('ZREM', 'hl:out', ARGV[1]) == 1 then
  redis.call('HINCRBY', 'hl:totals', 'done', 1)
  redis.call('HINCRBY', 'hl:totals', ARGV[3], 1)
end
redis.call('DEL', 'hl:p:' .. ARGV[1], 'hl:job:' .. ARGV[1])
for i = 5, #ARGV do
  if i < 5 + ARGV[4] then
    redis.call('SADD', 'hl:fetch', ARGV[i])
  else
    redis.call('ZADD', 'hl:purge', 'NX', 0, ARGV[i])
    redis.call('ZADD', 'hl:purge:born', 'NX', redis.call('TIME')[1], ARGV[i])
  end
end
return 1
""")

# Twice is safe: both runs set the same second.
_LATER = Script("""
redis.call('ZREM', 'hl:lease', ARGV[1])
return redis.call('ZADD', 'hl:out', 'XX', ARGV[2], ARGV[1])
""")

# Twice is safe: a set and a hash field.
_DEAD = Script("""
redis.call('ZREM', 'hl:lease', ARGV[1])
if redis.call('HGET', 'hl:job:' .. ARGV[1], 'doing') ~= ARGV[3] then
  return redis.call('ZADD', 'hl:out', 'XX', 0, ARGV[1])
end
if redis.call('ZREM', 'hl:out', ARGV[1]) == 1 then
  redis.call('SADD', 'hl:dead', ARGV[1])
  redis.call('HSET', 'hl:why', ARGV[1], ARGV[2])
end
return 1
""")

# Twice is safe: what was called back is no longer dead. `tries` begins anew, so that it is due now.
_REPLAY = Script("""
if redis.call('SREM', 'hl:dead', ARGV[1]) == 0 then return 0 end
redis.call('HDEL', 'hl:why', ARGV[1])
redis.call('HDEL', 'hl:job:' .. ARGV[1], 'tries')
redis.call('ZADD', 'hl:out', 0, ARGV[1])
redis.call('HINCRBY', 'hl:totals', 'replayed', 1)
return 1
""")

# Twice is safe: what was handed over is no longer open.
_IDLE = Script(f"""{due.TAKE}
local idle = due('hl:open', ARGV[1], 100, {due.HOURS})
for _, id in ipairs(idle) do
  local minute = redis.call('ZSCORE', 'hl:open', id)
  redis.call('ZREM', 'hl:open', id)
  redis.call('HSET', 'hl:job:' .. id, 'doing', 'unfinished', 'since', minute)
  redis.call('ZADD', 'hl:out', 0, id)
  redis.call('HINCRBY', 'hl:totals', 'unfinished', 1)
end
return #idle
""")

# Reads only, but for leases that ran out. `oldest` looks at the accepted reports due first.
_FIGURES = Script("""
redis.call('ZREMRANGEBYSCORE', 'hl:lease', '-inf', ARGV[1])
local oldest = false
for _, id in ipairs(redis.call('ZRANGE', 'hl:out', 0, 199)) do
  local since = tonumber(redis.call('HGET', 'hl:job:' .. id, 'since'))
  if since and (not oldest or since < oldest) then oldest = since end
end
return {redis.call('ZCARD', 'hl:out'), redis.call('ZCARD', 'hl:lease'),
        redis.call('SCARD', 'hl:dead'), redis.call('ZCARD', 'hl:open'), oldest,
        redis.call('HGETALL', 'hl:totals'), redis.call('HVALS', 'hl:spool'),
        redis.call('ZCARD', 'hl:purge'),
        redis.call('ZCOUNT', 'hl:purge:born', '-inf', ARGV[1] - 86400)}
""")


class RedisSessions:
    """`Sessions` over the durable Redis. The caller's own secret encrypts what lies there."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def open(self, caller: CallerKey) -> Held:
        """See `Sessions.open`: one round trip."""
        days = [caller.today, *([caller.yesterday] if caller.yesterday else [])]
        keys: list[Argument] = [
            name for day in days for name in (event_name(day), session_name(day))
        ]
        day, *found = self._link.run(_OPEN, keys, [])
        if not day:
            return Held(caller.today, 0, None, None)
        key = days[(day - 1) // 2]
        if found[0] is not None:
            return Held(key, 0, None, _read_answer(key, found[0]))
        return Held(key, int(found[1]), decrypt(key, "s", found[2]), None)

    def commit(self, held: Held, change: Change) -> Result:
        """See `Sessions.commit`: one round trip, one script."""
        key, report = held.key, change.report or ""
        state = encrypt(key, "s", change.state) if change.state is not None else b""
        answer = close_answer(key, change.answer)
        # A key that is named here must be readable too: the public side may only write `hl:p:*`.
        keys: list[Argument] = [event_name(key), session_name(key)]
        arguments: list[Argument] = [
            held.version,
            state,
            answer,
            report,
            change.part or b"",
            int(change.opens),
            change.doing or "",
            change.minute,
            EVENT_LIVES,
            change.seconds_to_live,
            RECEIPT_LIVES,
            *_besides(change),
            *(f"h{r}" for r in change.hands),
            *(f"e{r}" for r in change.erases),
        ]
        verdict, *rest = self._link.run(_COMMIT, keys, arguments)
        match verdict:
            case b"ok":
                return Committed(rings=bool(rest[0]))
            case b"seen":
                return Repeated(_read_answer(key, rest[0]))
            case _:
                return Conflict(handed=verdict == b"handed")


class RedisOutbox:
    """`Outbox` over the durable Redis."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def lease(self, now: int, seconds: int, most: int) -> Sequence[Due]:
        """See `Outbox.lease`."""
        found = self._link.run(_LEASE, [], [now, seconds, most])
        return [
            Due(ReportId(i.decode()), cast(Doing, (d or b"unfinished").decode()), tuple(p), int(t))
            for i, d, t, p in found
        ]

    def done(self, *over: HandedOver) -> None:
        """See `Outbox.done`: one round trip, one script each."""
        self._link.run_all(_DONE, [_done_arguments(each) for each in over])

    def later(self, due: Due, at: int) -> None:
        """See `Outbox.later`."""
        self._link.run(_LATER, [], [due.report, at])

    def dead(self, due: Due, code: str) -> None:
        """See `Outbox.dead`."""
        self._link.run(_DEAD, [], [due.report, code, due.doing])

    def set_aside(self) -> dict[ReportId, str]:
        """See `Outbox.set_aside`."""
        pairs = self._link.call("HGETALL", "hl:why")
        flat = iter([p for kv in pairs.items() for p in kv] if isinstance(pairs, dict) else pairs)
        return {ReportId(i.decode()): code.decode() for i, code in zip(flat, flat, strict=True)}

    def replay(self, report: ReportId) -> bool:
        """See `Outbox.replay`."""
        return bool(self._link.run(_REPLAY, [], [report]))

    def idle(self, before_minute: int) -> int:
        """See `Outbox.idle`."""
        return int(self._link.run(_IDLE, [], [before_minute]))

    def due(self, now: int) -> int:
        """See `Outbox.due`."""
        return due.count(self._link, "hl:out", now, due.HOURS)

    def to_purge(self, now: int) -> int:
        """See `Outbox.to_purge`."""
        return due.count(self._link, "hl:purge", now, due.DAYS)

    def figures(self, now: int) -> Figures:
        """See `Outbox.figures`; workers are added by whoever knows RQ."""
        waiting, running, failed, open_, oldest, totals, spools, debt, overdue = self._link.run(
            _FIGURES, [], [now]
        )
        pairs = zip(totals[::2], totals[1::2], strict=True)
        return Figures(
            waiting=waiting,
            running=running,
            failed=failed,
            open=open_,
            oldest_seconds=max(0, now - int(oldest)) if oldest else None,
            totals={k.decode(): int(v) for k, v in pairs},
            spooled=sum(map(int, spools)),
            purge_debt=debt,
            purge_overdue=overdue,
        )


def _done_arguments(over: HandedOver) -> list[Argument]:
    due, fetch, traces = over.due, over.fetch, over.traces
    outcome = "erased" if due.doing == "erase" else "filed"
    return [due.report, due.doing, outcome, len(fetch), *fetch, *traces]


def _besides(change: Change) -> list[bytes]:
    """What a turn does to receipts, spools and what lies at the provider, each with its letter."""
    parts = [b"f" + lookup for lookup in change.forgets]
    parts += [b"g" + caller for caller in change.gone]
    if change.issues:
        parts += [b"r" + change.issues.lookup + change.issues.record, b"n" + change.issues.note]
    if change.trace is not None:
        parts.append(b"p" + change.trace)
    if change.rests is not None:
        parts.append(written(change.rests))
    if change.report and change.stands:
        parts.append(b"s" + change.stands.encode())
    return [*parts, *([b"c"] if change.confirms else [])]


def event_name(key: DayKey) -> bytes:
    """The key under which the answer to an event lies: its claim."""
    return b"hl:e:" + key.event


def session_name(key: DayKey) -> bytes:
    """The key under which a caller's session lies."""
    return b"hl:s:" + key.session


def close_answer(key: DayKey, answer: Answer) -> bytes:
    """An answer that only the caller's own request can open."""
    return encrypt(key, "a", freeze_answer(answer))


def _read_answer(key: DayKey, sealed: bytes) -> Answer:
    return thaw_answer(decrypt(key, "a", sealed))
