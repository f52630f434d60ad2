"""A provider for each test."""

from collections.abc import Iterator

import pytest

from hotline.provider.client import Client
from tests.provider.fake import ACCOUNT, TOKEN, Fake, running


@pytest.fixture
def fake() -> Iterator[Fake]:
    """Whatever a test asks of it and it answers has to be as Twilio describes it."""
    with running() as provider:
        yield provider
    assert provider.wrong == []


@pytest.fixture
def client(fake: Fake) -> Client:
    return Client(fake.url, ACCOUNT, TOKEN, 1.0)
