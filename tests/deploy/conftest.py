"""The real PostgreSQL of the stores' tests, for the drill."""

from tests.stores.conftest import postgresql as postgresql
from tests.stores.conftest import postgresql_url as postgresql_url
