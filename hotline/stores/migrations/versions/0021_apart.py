"""Tips that came in a flood stand apart at the desk.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No tip of before stands apart."""
    apart: sa.Column[bool] = sa.Column(
        "apart", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("tips", apart)
    op.create_index("ix_tips_apart_received_id", "tips", ["apart", "received", "id"])


def downgrade() -> None:
    """Forget which stood apart."""
    op.drop_index("ix_tips_apart_received_id", "tips")
    op.drop_column("tips", "apart")
