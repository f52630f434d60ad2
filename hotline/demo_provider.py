"""The provider of a demo: `python -m hotline.demo_provider PORT`, started by `hotline demo` alone.

It has the messages, calls and recordings of the telephone that tries the line, in memory, until the
line deletes them; nothing of it is on a disk, and it listens on this machine alone.
"""

import sys
from datetime import UTC, datetime

from hotline.process import die_with_parent, environment, leave_no_core, say_why
from hotline.settings import Settings
from hotline.simulator.account import Account
from hotline.simulator.rest import serving, whole

DELAY = 1.5  # seconds until a recording can be fetched, as at Twilio


def account() -> Account:
    """The account of the settings. Raises Mistaken."""
    settings = Settings.from_env(environment(), "worker")
    settings.need("twilio_account_sid", "twilio_auth_token")
    token = str(settings.twilio_auth_token)
    return Account(settings.twilio_account_sid, token, lambda: datetime.now(UTC), DELAY)


if __name__ == "__main__":
    die_with_parent()
    leave_no_core()
    serving(whole(say_why(account)), int(sys.argv[1])).serve_forever()
