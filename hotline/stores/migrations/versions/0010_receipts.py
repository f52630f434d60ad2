"""Receipts of tips and what operators answered to them.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there is touched."""
    op.create_table(
        "receipts",
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("tip_id", sa.String(36), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.Column("heard", sa.String(16), nullable=False, server_default=""),
        sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_receipts_tip_id", "receipts", ["tip_id"])
    due = sa.text("version <> told")
    op.create_index(
        "ix_receipts_due", "receipts", ["lookup"], sqlite_where=due, postgresql_where=due
    )
    op.create_table(
        "answers",
        sa.Column("lookup", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("lookup", "number", name="pk_answers"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them both."""
    op.drop_table("answers")
    op.drop_table("receipts")
