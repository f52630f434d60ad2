"""A provider for each test."""

from collections.abc import Iterator

import pytest

from hotline.provider.client import Client
from tests.provider.fake import ACCOUNT, TOKEN, Fake, running


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running() as provider:
        yield provider


@pytest.fixture
def client(fake: Fake) -> Client:
    return Client(fake.url, ACCOUNT, TOKEN, 1.0)
