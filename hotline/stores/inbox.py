"""Reports that operators type in, on their way into the durable Redis.

`hl:typed:<form>` {coded} that this form was taken, with a receipt (1) or without (0)

Rule: one script takes a form, and it only puts things in: the desk may read no part, no session and
no receipt (`rights`).
"""

from hotline.intake.messages import Issued, ReportId, Tag
from hotline.stores.link import Argument, Link, Script
from hotline.stores.receipts import name
from hotline.stores.redis_sessions import EVENT_LIVES, RECEIPT_LIVES

# Reads only: twice is safe.
_KNOWN = Script("return redis.call('HGET', KEYS[1], 'coded')")

# Twice is safe: the second run finds the form taken. It is due at once, as whatever was submitted.
_TAKE = Script("""
local coded = redis.call('HGET', KEYS[1], 'coded')
if coded then return {0, coded} end
local report, part, minute, lives = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local lookup, record, note, receipt_lives = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
coded = record ~= '' and '1' or '0'
redis.call('RPUSH', 'hl:p:' .. report, part)
redis.call('HSET', 'hl:job:' .. report, 'doing', 'submit', 'since', minute)
redis.call('ZADD', 'hl:out', 0, report)
redis.call('HINCRBY', 'hl:totals', 'accepted', 1)
redis.call('HINCRBY', 'hl:totals', 'submit', 1)
redis.call('HINCRBY', 'hl:totals', 'typed', 1)
if coded == '1' then
  redis.call('HSET', lookup, 'r', record)
  redis.call('EXPIRE', lookup, receipt_lives)
  redis.call('RPUSH', 'hl:rnote', note)
  redis.call('HINCRBY', 'hl:totals', 'receipts', 1)
end
redis.call('HSET', KEYS[1], 'coded', coded)
redis.call('EXPIRE', KEYS[1], lives)
return {1, coded}
""")


class RedisInbox:
    """`Inbox` over the durable Redis."""

    def __init__(self, durable: Link) -> None:
        self._durable = durable

    def known(self, form: Tag) -> bool | None:
        """See `Inbox.known`."""
        coded = self._durable.run(_KNOWN, [_key(form)], [])
        return None if coded is None else coded == b"1"

    def take(
        self, form: Tag, report: ReportId, part: bytes, issued: Issued | None, minute: int
    ) -> bool:
        """See `Inbox.take`."""
        code = [name(issued.lookup), issued.record, issued.note] if issued else [b"", b"", b""]
        told: list[Argument] = [report, part, minute, EVENT_LIVES, *code, RECEIPT_LIVES]
        _, coded = self._durable.run(_TAKE, [_key(form)], told)
        return bool(coded == b"1")


def _key(form: Tag) -> bytes:
    return b"hl:typed:" + form
