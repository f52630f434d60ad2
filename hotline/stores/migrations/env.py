"""Run by Alembic, inside the transaction that `hotline.stores.database.migrate` holds."""

from alembic import context

from hotline.stores.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
