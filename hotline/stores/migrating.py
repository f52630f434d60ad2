"""Alembic at work: apart, as reading it in costs a start more than opening the case book does."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(held: Connection) -> None:
    """Bring the tables of this transaction to the newest form."""
    with as_file(files("hotline.stores").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = held
        command.upgrade(config, "head")
