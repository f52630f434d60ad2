"""Cases, attachments, deliveries to case systems and what came back.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "status_events",
    "delivery_parts",
    "deliveries",
    "case_tips",
    "cases",
    "attachment_pieces",
    "attachments",
)


def upgrade() -> None:
    """Make the tables; nothing that is there is touched."""
    _attachments()
    _cases()
    _deliveries()
    _status_events()


def downgrade() -> None:
    """Drop them all."""
    for table in _TABLES:
        op.drop_table(table)


def _names(name: str, size: int = 36, **more: Any) -> "sa.Column[str]":
    return sa.Column(name, sa.String(size), nullable=False, **more)


def _number(name: str, **more: Any) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False, **more)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """`column` names a row of `other` and goes with it."""
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def _attachments() -> None:
    op.create_table(
        "attachments",
        _names("id"),
        _names("tip_id"),
        _names("media_type", 64),
        sa.Column("disguised", sa.Boolean(), nullable=False),
        _number("pieces"),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        _of("attachments", "tip_id", "tips"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attachments_tip_id", "attachments", ["tip_id"])
    op.create_table(
        "attachment_pieces",
        _names("attachment_id"),
        _number("number", autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _of("attachment_pieces", "attachment_id", "attachments"),
        sa.PrimaryKeyConstraint("attachment_id", "number", name="pk_attachment_pieces"),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    op.create_table(
        "cases",
        _names("id"),
        _names("created", 22),
        _names("kind", 16),
        sa.Column("prefecture", sa.String(2)),
        _names("state", 8, server_default="open"),
        sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint(r"created LIKE '%\:00+09\:00'", name="hour"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_tips",
        _names("tip_id"),
        _names("case_id"),
        _of("case_tips", "tip_id", "tips"),
        _of("case_tips", "case_id", "cases"),
        sa.PrimaryKeyConstraint("tip_id", name="pk_case_tips"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_tips_case_id", "case_tips", ["case_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _names("id"),
        _names("tip_id"),
        _names("sink", 40),
        _names("state", 10),
        _number("due", server_default="0"),
        _number("leased", server_default="0"),
        _number("turn", server_default="0"),
        _number("attempts", server_default="0"),
        _names("code", 40, server_default=""),
        _names("reference", 200, server_default=""),
        _names("status", 12, server_default=""),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("digest", sa.LargeBinary()),
        sa.CheckConstraint(
            "state IN ('due', 'held', 'parked', 'delivered', 'dead', 'withdraw', 'discarded')",
            name="state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_tip_id_sink", "deliveries", ["tip_id", "sink"], unique=True)
    op.create_index("ix_deliveries_due", "deliveries", ["due"])
    op.create_table(
        "delivery_parts",
        _names("delivery_id"),
        _names("attachment_id"),
        _names("state", 10, server_default="due"),
        _names("code", 40, server_default=""),
        _of("delivery_parts", "delivery_id", "deliveries"),
        _of("delivery_parts", "attachment_id", "attachments"),
        sa.CheckConstraint("state IN ('due', 'delivered', 'dead')", name="state"),
        sa.PrimaryKeyConstraint("delivery_id", "attachment_id", name="pk_delivery_parts"),
        sqlite_with_rowid=False,
    )


def _status_events() -> None:
    op.create_table(
        "status_events",
        _names("mark", 64),
        _names("tip_id"),
        _names("sink", 40),
        _names("hour", 22),
        _names("status", 12),
        sa.CheckConstraint(r"hour LIKE '%\:00+09\:00'", name="hour"),
        _of("status_events", "tip_id", "tips"),
        sa.PrimaryKeyConstraint("mark", name="pk_status_events"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_status_events_tip_id", "status_events", ["tip_id"])
