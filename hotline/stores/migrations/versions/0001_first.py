"""Tips, tombstones, operators, their sessions, audit.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first form."""
    _tips()
    _operators()
    _audit()


def downgrade() -> None:
    """Drop them all."""
    for table in ("audit", "desk_sessions", "operators", "erased", "tombstones", "tips"):
        op.drop_table(table)


def _tips() -> None:
    op.create_table(
        "tips",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("received", sa.String(22), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("prefecture", sa.String(2)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="new"),
        sa.Column("closed_day", sa.String(10)),
        sa.Column("follows", sa.String(36)),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(r"received LIKE '%\:00+09\:00'", name="hour"),
        sa.CheckConstraint("state IN ('new', 'seen', 'closed')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_tips"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tips_received_id", "tips", ["received", "id"])
    op.create_table(
        "tombstones",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "outcome", name="pk_tombstones"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_erased"),
        sqlite_with_rowid=False,
    )


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("wrong_codes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("codes_from", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.CheckConstraint("role IN ('viewer', 'operator', 'admin', 'auditor')", name="role"),
        sa.PrimaryKeyConstraint("name", name="pk_operators"),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(40), nullable=False),
        sa.Column("idle_until", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator"],
            ["operators.name"],
            name="fk_desk_sessions_operator",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_desk_sessions"),
    )
    op.create_index("ix_desk_sessions_operator", "desk_sessions", ["operator"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hour", sa.String(22), nullable=False),
        sa.Column("operator", sa.String(40), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("what", sa.String(64), nullable=False, server_default=""),
        sa.Column("chain", sa.String(64)),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sqlite_autoincrement=True,
    )
