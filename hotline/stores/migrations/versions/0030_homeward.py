"""How far somebody's way home is, beside what else operators do with a tip.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody's way home has begun."""
    op.add_column("tip_work", sa.Column("homeward", sa.LargeBinary()))


def downgrade() -> None:
    """Forget how far each was."""
    op.drop_column("tip_work", "homeward")
