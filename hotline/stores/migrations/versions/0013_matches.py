"""Tips that may be about one matter, and what finds them.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every open tip is due to be compared once."""
    _tip_table("match_due")
    _tip_table("match_profiles", sa.Column("content", sa.LargeBinary(), nullable=False))
    _keys()
    _matches()
    op.execute("INSERT INTO match_due (tip_id) SELECT id FROM tips WHERE state <> 'closed'")


def downgrade() -> None:
    """Drop them all."""
    for table in ("matches", "match_keys", "match_profiles", "match_due"):
        op.drop_table(table)


def _tip_table(name: str, *columns: "sa.Column[bytes]") -> None:
    op.create_table(
        name,
        sa.Column("tip_id", sa.String(36), nullable=False),
        *columns,
        _of(name, "tip_id", "tips.id"),
        sa.PrimaryKeyConstraint("tip_id", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [other], name=name, ondelete="CASCADE")


def _keys() -> None:
    op.create_table(
        "match_keys",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("tip_id", sa.String(36), nullable=False),
        _of("match_keys", "tip_id", "match_profiles.tip_id"),
        sa.PrimaryKeyConstraint("tag", "tip_id", name="pk_match_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_keys_tip_id", "match_keys", ["tip_id"])


def _matches() -> None:
    op.create_table(
        "matches",
        sa.Column("tip_id", sa.String(36), nullable=False),
        sa.Column("other_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="proposed"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name="state"),
        sa.CheckConstraint("tip_id < other_id", name="order"),
        _of("matches", "tip_id", "tips.id"),
        _of("matches", "other_id", "tips.id"),
        sa.PrimaryKeyConstraint("tip_id", "other_id", name="pk_matches"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_matches_other_id", "matches", ["other_id"])
