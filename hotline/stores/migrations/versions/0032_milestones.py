"""Since when keys are in use, and when the line was last tried.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A key that is older than this release counts from its first start."""
    op.create_table(
        "milestones",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_milestones"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Nobody knows any more."""
    op.drop_table("milestones")
