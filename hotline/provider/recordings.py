"""Recordings at the provider, by their names alone."""

from hotline.intake.errors import Unavailable
from hotline.intake.recordings import Useless
from hotline.provider.client import LARGEST, Client


class ProviderRecordings:
    """`Source` over the provider's REST interface (docs/voice/api/recording)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, reference: str) -> bytes | Useless | None:
        """See `Source.fetch`."""
        status, body = self._client.sound(reference)
        if status in (404, 410):
            return None
        if status != 200:
            raise Unavailable("provider")
        return body if len(body) <= LARGEST else Useless("too_big")

    def remove(self, reference: str) -> None:
        """See `Source.remove`."""
        if self._client.delete("recording", reference) != "gone":
            raise Unavailable("provider")
