"""The real PostgreSQL of the stores' tests, for a rehearsal."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Pool, event

from tests.stores.conftest import postgresql as postgresql
from tests.stores.conftest import postgresql_url as postgresql_url


@pytest.fixture
def closed_at_the_end() -> Iterator[None]:
    """A process that was killed closes nothing: whoever still has a connection gives it back."""
    opened: list[Any] = []

    def note(connection: Any, _: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    yield
    event.remove(Pool, "connect", note)
    for connection in opened:
        connection.close()
