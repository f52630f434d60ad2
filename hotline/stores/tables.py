"""The case book's tables.

Rule 1: no column knows a moment finer than the hour of a tip, and none knows a caller.
Rule 2: what a caller said lies closed: tips, pieces of attachments, bodies of deliveries.
Rule 3: no table of tips keeps the order in which tips came (SQLite: no row ids).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _goes_with(
    name: str, target: str, length: int = 36, primary_key: bool = False, index: bool = False
) -> Column[str]:
    """What a row belongs to: it goes when that goes."""
    whose = ForeignKey(target, ondelete="CASCADE")
    return Column(
        name, String(length), whose, primary_key=primary_key, index=index or None, nullable=False
    )


tips = Table(
    "tips",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("received", String(22), nullable=False),  # 2026-11-23T19:00+09:00
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Column("prefecture", String(2)),
    Column("language", String(8), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("state", String(8), nullable=False, server_default="new"),
    Column("apart", Boolean, nullable=False, server_default=false()),  # came in a flood
    Column("closed_day", String(10)),  # from when the days of keeping are counted
    Column("follows", String(36)),
    Column("content", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    CheckConstraint(r"received LIKE '%\:00+09\:00'", name="hour"),
    CheckConstraint("state IN ('new', 'seen', 'closed')", name="state"),
    Index("ix_tips_received_id", "received", "id"),
    *(
        Index(f"ix_tips_{column}_received_id", column, "received", "id")
        for column in ("state", "kind", "channel", "prefecture", "apart")
    ),
    sqlite_with_rowid=False,
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# A worker that was on its way when a tip was erased must not bring it back.
erased = Table(
    "erased",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

operators = Table(
    "operators",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("password", String(200), nullable=False),  # argon2id
    Column("totp", LargeBinary, nullable=False),  # closed
    Column("totp_step", Integer, nullable=False, server_default="0"),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("codes_from", Integer, nullable=False, server_default="0"),  # step
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    CheckConstraint("role IN ('viewer', 'operator', 'admin', 'auditor')", name="role"),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    _goes_with("operator", "operators.name", 40, index=True),
    Column("idle_until", Integer, nullable=False),  # minutes since 1970
    Column("ends", Integer, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("notes", LargeBinary, nullable=False),  # closed: language, filter
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("hour", String(22), nullable=False),
    Column("operator", String(40), nullable=False),
    Column("act", String(32), nullable=False),
    Column("what", String(64), nullable=False, server_default=""),
    Column("chain", String(64)),
    sqlite_autoincrement=True,
)

# Where the chain of the audit ends: a line cut off the end is missed here (audit.py).
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
    sqlite_with_rowid=False,
)

# What lets an operator in once who has no code: keyed digests. A used one is gone.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    _goes_with("operator", "operators.name", 40, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

# What operators' devices sign with (passkeys.py): `mark` is a keyed digest of a credential's id,
# `used` the moment of the last challenge that counted, in milliseconds.
passkeys = Table(
    "passkeys",
    metadata,
    Column("mark", LargeBinary, primary_key=True),
    _goes_with("operator", "operators.name", 40, index=True),
    Column("content", LargeBinary, nullable=False),  # closed: credential, public key, name
    Column("signs", BigInteger, nullable=False, server_default="0"),  # the device's counter
    Column("used", BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# Since which day a key is in use (`mark` tells whether it is the same), or the line was last tried.
milestones = Table(
    "milestones",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("mark", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    sqlite_with_rowid=False,
)

# What operators do with a tip: who has taken it until which minute, how far it is, its labels, and
# for somebody who goes home the step that was reached.
tip_work = Table(
    "tip_work",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    Column("claimed_by", String(40), nullable=False, server_default=""),
    Column("claimed_until", Integer, nullable=False, server_default="0"),
    Column("status", String(12), nullable=False, server_default=""),
    Column("labels", LargeBinary),  # closed
    Column("homeward", LargeBinary),  # closed
    sqlite_with_rowid=False,
)

tip_notes = Table(
    "tip_notes",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),  # closed: who, hour, words
    sqlite_with_rowid=False,
)

# Which receipt leads to which tip. `version` counts what its holder should hear of, `told` is how
# far that was brought to the durable Redis.
receipts = Table(
    "receipts",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),  # keyed with the pepper: no code
    Column("tip_id", String(36), nullable=False, index=True),
    Column("box", LargeBinary, nullable=False),  # the reply box's public key
    Column("heard", String(16), nullable=False, server_default=""),  # from case systems
    Column("gone", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    Index(
        "ix_receipts_due",
        "lookup",
        sqlite_where=text("version <> told"),
        postgresql_where=text("version <> told"),
    ),
    sqlite_with_rowid=False,
)

# What operators answered, sealed to the reply box: nobody here can read it again.
answers = Table(
    "answers",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What was said, disguised, in pieces: closed one by one, each bound to its place (attachments.py).
attachments = Table(
    "attachments",
    metadata,
    Column("id", String(36), primary_key=True),
    _goes_with("tip_id", "tips.id", index=True),
    Column("media_type", String(64), nullable=False),
    Column("disguised", Boolean, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),  # closed: size, seconds, digest
    sqlite_with_rowid=False,
)

attachment_pieces = Table(
    "attachment_pieces",
    metadata,
    _goes_with("attachment_id", "attachments.id", primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Tips about one matter. A tip belongs to one case or to none.
cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("created", String(22), nullable=False),  # hour
    Column("kind", String(16), nullable=False),
    Column("prefecture", String(2)),
    Column("state", String(8), nullable=False, server_default="open"),
    Column("content", LargeBinary),  # closed: notes
    CheckConstraint(r"created LIKE '%\:00+09\:00'", name="hour"),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    sqlite_with_rowid=False,
)

case_tips = Table(
    "case_tips",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    _goes_with("case_id", "cases.id", index=True),
    sqlite_with_rowid=False,
)

# One tip to one case system. The row outlives its tip until the far end has been told.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("tip_id", String(36), nullable=False),
    Column("sink", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("due", Integer, nullable=False, server_default="0"),  # minutes since 1970; 0: now
    Column("leased", Integer, nullable=False, server_default="0"),  # until which minute
    Column("turn", Integer, nullable=False, server_default="0"),  # who leased it last
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("code", String(40), nullable=False, server_default=""),  # why it waits
    Column("reference", String(200), nullable=False, server_default=""),  # its name over there
    Column("status", String(12), nullable=False, server_default=""),  # one of six, or none yet
    Column("body", LargeBinary),  # closed: the very bytes that are sent
    Column("digest", LargeBinary),  # keyed
    CheckConstraint(
        "state IN ('due', 'held', 'parked', 'delivered', 'dead', 'withdraw', 'discarded')",
        name="state",
    ),
    Index("ix_deliveries_tip_id_sink", "tip_id", "sink", unique=True),
    Index("ix_deliveries_due", "due"),
    sqlite_with_rowid=False,
)

delivery_parts = Table(
    "delivery_parts",
    metadata,
    _goes_with("delivery_id", "deliveries.id", primary_key=True),
    _goes_with("attachment_id", "attachments.id", primary_key=True),
    Column("state", String(10), nullable=False, server_default="due"),
    Column("code", String(40), nullable=False, server_default=""),
    CheckConstraint("state IN ('due', 'delivered', 'dead')", name="state"),
    sqlite_with_rowid=False,
)

# What a case system said became of a tip; `mark` makes a repeated notice harmless.
status_events = Table(
    "status_events",
    metadata,
    Column("mark", String(64), primary_key=True),
    _goes_with("tip_id", "tips.id", index=True),
    Column("sink", String(40), nullable=False),
    Column("hour", String(22), nullable=False),
    Column("status", String(12), nullable=False),
    CheckConstraint(r"hour LIKE '%\:00+09\:00'", name="hour"),
    sqlite_with_rowid=False,
)

# What is still to be compared with what is there.
match_due = Table(
    "match_due",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    sqlite_with_rowid=False,
)

# An open tip, ready to be compared. It goes when the tip is closed.
match_profiles = Table(
    "match_profiles",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    Column("content", LargeBinary, nullable=False),  # closed
    sqlite_with_rowid=False,
)

# Place and day, name and home, as keyed fingerprints: equal ones are worth a comparison.
match_keys = Table(
    "match_keys",
    metadata,
    Column("tag", LargeBinary, primary_key=True),
    _goes_with("tip_id", "match_profiles.tip_id", primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# Two tips that may be about one matter; `tip_id` is the smaller of the two ids.
matches = Table(
    "matches",
    metadata,
    _goes_with("tip_id", "tips.id", primary_key=True),
    _goes_with("other_id", "tips.id", primary_key=True, index=True),
    Column("state", String(8), nullable=False, server_default="proposed"),
    Column("content", LargeBinary, nullable=False),  # closed: score, reasons
    CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name="state"),
    CheckConstraint("tip_id < other_id", name="order"),
    sqlite_with_rowid=False,
)
