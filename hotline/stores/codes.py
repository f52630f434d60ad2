"""Randomness from the operating system."""

import secrets
import uuid

from hotline.conversation import receipt
from hotline.intake.messages import ReportId


class RandomCodes:
    """`Codes`: 122 random bits as a UUID version 4, 32 hex digits."""

    def report(self) -> ReportId:
        """A new report's id: a function of nothing."""
        return ReportId(uuid.uuid4().hex)

    def receipt(self) -> str:
        """A new receipt's sixteen digits."""
        return receipt.make(secrets.randbelow)
