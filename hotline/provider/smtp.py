"""Hands a letter to a mail server.

Rule 1: never without TLS, but to a server on this very machine.
Rule 2: what a server answers ends here: it may quote addresses.
"""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from secrets import token_hex
from urllib.parse import unquote, urlsplit

from hotline.intake.errors import Mistaken, Unavailable

TIMEOUT = 5.0  # seconds that the steward waits for each answer
_HERE = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True, slots=True)
class Smtp:
    """`Mailer` over SMTP. `url` is `smtps://[user@]host[:port]`, or `smtp://…` for STARTTLS."""

    url: str
    sender: str
    receivers: Sequence[str]
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.password:
            raise Mistaken("HOTLINE_SMTP_URL: smtps://user@host:465 is wanted, without a password")
        if not self.receivers or any("@" not in each for each in (self.sender, *self.receivers)):
            raise Mistaken("HOTLINE_MAIL_FROM, HOTLINE_MAIL_TO: addresses are wanted")

    def send(self, subject: str, body: str, at: datetime) -> None:
        """See `Mailer.send`."""
        letter = _letter(self.sender, self.receivers, subject, body, at)
        try:
            with self._server() as server:
                parts = urlsplit(self.url)
                if parts.scheme == "smtp" and parts.hostname not in _HERE:
                    server.starttls(context=ssl.create_default_context())
                if parts.username:
                    server.login(unquote(parts.username), self.password)
                server.send_message(letter, self.sender, list(self.receivers))
        except (OSError, smtplib.SMTPException):
            raise Unavailable("smtp") from None

    def _server(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, "hotline.invalid", timeout=TIMEOUT, context=context)
        return smtplib.SMTP(host, port, "hotline.invalid", timeout=TIMEOUT)


def _letter(
    sender: str, receivers: Sequence[str], subject: str, body: str, at: datetime
) -> EmailMessage:
    """The letter; every line of its head has one size, whatever the day."""
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = subject, sender, ", ".join(receivers)
    letter["Date"] = format_datetime(at.replace(second=0, microsecond=0))
    letter["Message-ID"] = f"<{token_hex(16)}@hotline.invalid>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body, charset="utf-8", cte="base64")
    return letter
