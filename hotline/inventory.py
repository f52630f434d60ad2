"""All that is kept anywhere: the list that docs/data-map.md and the seizure report are made of. A
key or a column that no row names is a failing test.

Forms: `open` can be read by whoever has the store; `closed` needs a key that does not lie with it;
`digest` is keyed or random and says nothing without more.
"""

from dataclasses import dataclass
from typing import Literal

Place = Literal["memory", "fleeting", "durable", "spool", "casebook", "files", "provider"]
Form = Literal["open", "closed", "digest"]

PLACES: dict[Place, str] = {
    "memory": "memory of one process",
    "fleeting": "fleeting Redis (never on a disk)",
    "durable": "durable Redis",
    "spool": "spool (files)",
    "casebook": "case book (database)",
    "files": "files beside the settings",
    "provider": "at the provider",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One class of data. `names` are key prefixes, or `table.column`."""

    what: str
    place: Place
    names: tuple[str, ...]
    form: Form
    lives: str
    reader: str


def _columns(table: str, *columns: str) -> tuple[str, ...]:
    """`table.column` for every column; a string may name several, with spaces between."""
    return tuple(f"{table}.{column}" for column in " ".join(columns).split())


KEPT: tuple[Kept, ...] = (
    Kept(
        "the caller's number",
        "memory",
        (),
        "open",
        "one request: milliseconds",
        "nobody afterwards",
    ),
    Kept(
        "key of the day",
        "fleeting",
        ("hl:day:",),
        "open",
        "48 h",
        "web processes and stewards, in memory",
    ),
    Kept(
        "misses of receipts' codes in the running minute",
        "fleeting",
        ("th:miss:",),
        "open",
        "2 minutes",
        "counts only",
    ),
    Kept(
        "what texts cost, by day, country, pseudonym, hour; reports and pages begun, counted",
        "fleeting",
        ("rb:", "fl:", "pg:"),
        "open",
        "48 h; by pseudonym an hour",
        "counts only; whose they are only with the key of the day",
    ),
    Kept(
        "conversation: place in the flow, names of filled fields, codes of stations in doubt; in a "
        "call a receipt's code until it is keyed back",
        "durable",
        ("hl:s:",),
        "closed",
        "24 h, a call 4 h",
        "whoever has that number, call id or open page *and* the key of the day",
    ),
    Kept(
        "where a call from a number broke off, for its next call on the same day: as above",
        "durable",
        ("hl:c:",),
        "closed",
        "24 h, or until it is finished",
        "whoever has that number *and* the key of the day",
    ),
    Kept(
        "answer to an event: names of texts, gaps, a receipt's code that was told",
        "durable",
        ("hl:e:",),
        "closed",
        "48 h",
        "the same",
    ),
    Kept(
        "what was said, padded to 512 … 1,048,576 bytes",
        "durable",
        ("hl:p:",),
        "closed",
        "until it is filed, or set aside as a dead letter",
        "the worker",
    ),
    Kept(
        "which reports are open, waiting, leased, set aside (channel, question): random ids",
        "durable",
        ("hl:open", "hl:out", "hl:lease", "hl:dead", "hl:why", "hl:job:", "hl:b:"),
        "digest",
        "until filed",
        "operators see counts",
    ),
    Kept("when a caller took all back", "durable", ("hl:gone:",), "digest", "7 days", "stewards"),
    Kept(
        "counters, leadership, bells, day of the last letter, forms of operators that were taken",
        "durable",
        ("hl:totals", "hl:spool", "hl:spent", "hl:baton", "hl:held", "hl:bell", "hl:typed:", "rq:"),
        "open",
        "for ever; forms 48 h; bells and locks for seconds",
        "counts only",
    ),
    Kept(
        "what a receipt's code opens: which report, how far it is, answers",
        "durable",
        ("hl:r:",),
        "closed",
        "180 days after the last answer, or until erased",
        "whoever has the code, by the web process",
    ),
    Kept(
        "which receipt belongs to which report, on its way to the case book",
        "durable",
        ("hl:rnote",),
        "closed",
        "seconds",
        "the worker",
    ),
    Kept(
        "what still lies at the provider: message and call ids, process keys that close them",
        "durable",
        ("hl:purge", "hl:tk:"),
        "closed",
        "until it is deleted there",
        "the worker",
    ),
    Kept(
        "which recordings are to be fetched",
        "durable",
        ("hl:fetch",),
        "closed",
        "until fetched",
        "the worker",
    ),
    Kept(
        "what was said while the durable Redis was away, a note of what lies at the provider of it",
        "spool",
        ("*.part",),
        "closed",
        "until a steward brings it in, seconds after Redis is back",
        "the worker",
    ),
    Kept(
        "the tip",
        "casebook",
        _columns("tips", "content"),
        "closed",
        "until it is erased, or N days after it was closed",
        "worker, desk",
    ),
    Kept(
        "kind, role, channel, prefecture, hour, language, completeness, state of a tip",
        "casebook",
        _columns("tips", "received channel kind role prefecture language")
        + _columns("tips", "complete state closed_day apart"),
        "open",
        "as long as the tip",
        "whoever has the database",
    ),
    Kept(
        "ids, order-less links and keyed fingerprints",
        "casebook",
        (
            *_columns("tips", "id", "follows", "digest"),
            "erased.mark",
            *_columns("receipts", "lookup", "tip_id", "box", "gone", "version", "told"),
            *_columns("answers", "lookup", "number"),
            *_columns("attachments", "id", "tip_id", "pieces"),
            *_columns("attachment_pieces", "attachment_id", "number"),
            *_columns("cases", "id"),
            *_columns("case_tips", "tip_id", "case_id"),
            *_columns("match_due", "tip_id"),
            *_columns("match_profiles", "tip_id"),
            *_columns("matches", "tip_id", "other_id"),
            *_columns("deliveries", "id", "tip_id", "digest"),
            *_columns("delivery_parts", "delivery_id", "attachment_id"),
            *_columns("status_events", "mark", "tip_id"),
            *_columns("tip_work", "tip_id"),
            *_columns("tip_notes", "tip_id", "number"),
        ),
        "digest",
        "as long as the tip; `erased` for ever, so that nothing comes back",
        "whoever has the database learns how many",
    ),
    Kept(
        "how many tips went: day, channel, outcome",
        "casebook",
        _columns("tombstones", "day", "channel", "outcome", "count"),
        "open",
        "for ever",
        "whoever has the database",
    ),
    Kept(
        "answers to receipts",
        "casebook",
        _columns("answers", "sealed"),
        "closed",
        "until the tip is erased",
        "the code's holder alone",
    ),
    Kept(
        "a recording, disguised, and its length",
        "casebook",
        (*_columns("attachment_pieces", "content"), *_columns("attachments", "note")),
        "closed",
        "until its tip is erased",
        "worker, desk",
    ),
    Kept(
        "media type of a recording, whether the voice is disguised",
        "casebook",
        _columns("attachments", "media_type", "disguised"),
        "open",
        "until its tip is erased",
        "whoever has the database",
    ),
    Kept(
        "what of an open tip is compared with others: places, days, names, homes, years of birth",
        "casebook",
        _columns("match_profiles", "content"),
        "closed",
        "until the tip is closed or erased",
        "worker",
    ),
    Kept(
        "where an open tip is looked for: keyed fingerprints of place and day, name and home",
        "casebook",
        _columns("match_keys", "tag", "tip_id"),
        "digest",
        "until the tip is closed or erased",
        "whoever has the database learns which tips share one, not what",
    ),
    Kept(
        "how alike two tips are, and why",
        "casebook",
        _columns("matches", "content"),
        "closed",
        "until one of the two is erased",
        "worker, desk",
    ),
    Kept(
        "what operators said of two tips: proposed, accepted, rejected",
        "casebook",
        _columns("matches", "state"),
        "open",
        "until one of the two is erased",
        "whoever has the database",
    ),
    Kept(
        "a case: kind, prefecture, hour, state",
        "casebook",
        _columns("cases", "created", "kind", "prefecture", "state"),
        "open",
        "until its tips are erased",
        "whoever has the database",
    ),
    Kept(
        "notes of a case",
        "casebook",
        _columns("cases", "content"),
        "closed",
        "until its tips are erased",
        "desk",
    ),
    Kept(
        "operators' notes and labels of a tip; how far a way home is",
        "casebook",
        (*_columns("tip_notes", "content"), *_columns("tip_work", "labels", "homeward")),
        "closed",
        "until its tip is erased",
        "desk",
    ),
    Kept(
        "which operator has taken a tip until which minute, how far the desk says it is",
        "casebook",
        _columns("tip_work", "claimed_by", "claimed_until", "status"),
        "open",
        "until its tip is erased",
        "whoever has the database",
    ),
    Kept(
        "what goes to a case system, as bytes",
        "casebook",
        _columns("deliveries", "body"),
        "closed",
        "until its tip is erased; over there until they delete it, which we ask for",
        "worker; whoever reads there",
    ),
    Kept(
        "which tip goes to which case system, its state, reason code, name and status over there, "
        "minutes of tries",
        "casebook",
        (
            *_columns("deliveries", "sink state due leased turn attempts code reference status"),
            *_columns("delivery_parts", "state", "code"),
            *_columns("status_events", "sink", "hour", "status"),
            *_columns("receipts", "heard"),
        ),
        "open",
        "until its tip is erased and the far end was told",
        "whoever has the database",
    ),
    Kept(
        "operators: names, roles, password hashes (argon2id), digests of recovery codes, second "
        "factor and passkeys (closed)",
        "casebook",
        _columns("operators", "name password totp totp_step wrong_codes codes_from role active")
        + _columns("recovery_codes", "operator", "mark")
        + _columns("passkeys", "mark operator content signs used"),
        "open",
        "until removed",
        "whoever has the database",
    ),
    Kept(
        "operators' sessions: hashes, minutes, language, filter and a call being typed in (closed)",
        "casebook",
        _columns("desk_sessions", "id", "operator", "idle_until", "ends", "csrf", "notes"),
        "open",
        "until they end",
        "whoever has the database",
    ),
    Kept(
        "what operators did: operator, act, tip id, hour; days since when keys are in use",
        "casebook",
        (
            *_columns("audit", "number", "hour", "operator", "act", "what", "chain"),
            *(*_columns("audit_head", "one number seal"), *_columns("milestones", "name mark day")),
        ),
        "open",
        "as long as the case book",
        "operators with the role",
    ),
    Kept(
        "secrets: keys, pepper, tokens, credentials of case systems",
        "files",
        (),
        "open",
        "until they are changed",
        "the process whose role needs it, and whoever is root",
    ),
    Kept(
        "numbers and words of every message and call; on WhatsApp and Messenger names of profiles, "
        "and the points of places that callers share (here they become stations near them at once)",
        "provider",
        (),
        "open",
        "until deleted there (the purge debt); numbers up to 120 days in its own records",
        "the provider, and who may demand it there",
    ),
    Kept(
        "recordings that were not fetched yet, voices as they are",
        "provider",
        (),
        "open",
        "until fetched",
        "the provider",
    ),
)

TECHNICAL = frozenset({"alembic_version.version_num"})  # which form the tables have


def of_key(key: bytes) -> Kept | None:
    """The class of a Redis key, by its longest known prefix."""
    rows = [
        (len(name), row)
        for row in KEPT
        if row.place in ("durable", "fleeting")
        for name in row.names
        if key.startswith(name.encode())
    ]
    return max(rows, key=lambda pair: pair[0])[1] if rows else None


def of_column(name: str) -> Kept | None:
    """The class of a `table.column`."""
    return next((row for row in KEPT if row.place == "casebook" and name in row.names), None)
