"""Passkeys of operators, as a second factor beside the one-time code.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has one."""
    op.create_table(
        "passkeys",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("operator", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signs", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("used", sa.BigInteger(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["operator"],
            ["operators.name"],
            name="fk_passkeys_operator",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mark", name="pk_passkeys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passkeys_operator", "passkeys", ["operator"])


def downgrade() -> None:
    """Forget them: operators come in with their one-time codes."""
    op.drop_table("passkeys")
