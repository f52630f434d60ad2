"""What operators do with a tip, the head of the audit's chain, recovery codes, quick lists.

Lines of the audit that are there stay as they are, without a chain: the first new line seals a
digest of all of them (audit.py). From now on the database itself refuses to change a line.

A migration is history: it repeats the tables as they were, and never imports `tables.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_SORTED_BY = ("state", "kind", "channel", "prefecture")
_SQLITE_STAYS = """CREATE TRIGGER audit_stays_{act} BEFORE {act} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only written to'); END"""
_POSTGRESQL_STAYS = (
    """CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit is only written to'; END $$""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()""",
)


def upgrade() -> None:
    """Make the tables; nothing that is there is touched."""
    _work()
    _audit()
    op.create_table(
        "recovery_codes",
        sa.Column("operator", sa.String(40), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator"],
            ["operators.name"],
            name="fk_recovery_codes_operator",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("operator", "mark", name="pk_recovery_codes"),
        sqlite_with_rowid=False,
    )
    for column in _SORTED_BY:
        op.create_index(f"ix_tips_{column}_received_id", "tips", [column, "received", "id"])


def downgrade() -> None:
    """Drop them all."""
    for column in _SORTED_BY:
        op.drop_index(f"ix_tips_{column}_received_id", "tips")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_stays_{act}")
    else:
        op.execute("DROP TRIGGER audit_stays ON audit")
        op.execute("DROP FUNCTION audit_stays()")
    for table in ("recovery_codes", "audit_head", "tip_notes", "tip_work"):
        op.drop_table(table)


def _of_tip(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_tip_id"
    return sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=name, ondelete="CASCADE")


def _work() -> None:
    op.create_table(
        "tip_work",
        sa.Column("tip_id", sa.String(36), nullable=False),
        sa.Column("claimed_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("claimed_until", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("status", sa.String(12), nullable=False, server_default=""),
        sa.Column("labels", sa.LargeBinary()),
        _of_tip("tip_work"),
        sa.PrimaryKeyConstraint("tip_id", name="pk_tip_work"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tip_notes",
        sa.Column("tip_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _of_tip("tip_notes"),
        sa.PrimaryKeyConstraint("tip_id", "number", name="pk_tip_notes"),
        sqlite_with_rowid=False,
    )


def _audit() -> None:
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(_SQLITE_STAYS.format(act=act))
    else:
        for statement in _POSTGRESQL_STAYS:
            op.execute(statement)
