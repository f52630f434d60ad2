"""The real PostgreSQL of the stores' tests, for a rehearsal."""

from tests.stores.conftest import postgresql_url as postgresql_url
