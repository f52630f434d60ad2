"""Engines for the stores' tests: SQLite always, a real PostgreSQL where one can be started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotline.stores.casekey import KeyRing, key_ring, new_key
from hotline.stores.database import migrate, open_engine
from tests.postgresql import Cluster, emptied, running


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return key_ring(new_key())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL that lives as long as the tests; skips when there is none."""
    with running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql_url(postgresql: Cluster) -> str:
    """Its address."""
    return postgresql.url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    else:
        engine = open_engine(request.getfixturevalue("postgresql_url"))
        emptied(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(bare: Engine) -> Engine:
    """A database with our tables."""
    migrate(bare)
    return bare
