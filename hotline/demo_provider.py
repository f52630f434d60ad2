"""The provider of a demo: `python -m hotline.demo_provider PORT NUMBER...`, which a demo starts.

It has the messages, calls and recordings of the telephone that tries the line, in memory, until the
line deletes them; nothing of it is on a disk, and it listens on this machine alone.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from hotline.process import die_with_parent, environment, leave_no_core, say_why
from hotline.settings import Settings
from hotline.simulator.account import Account
from hotline.simulator.rest import serving, whole

COUNTRIES = ("JP", "US", "VN")  # that it may text and ring, until somebody says fewer
DELAY = 1.5  # seconds until a recording can be fetched, as at Twilio


def account(numbers: Sequence[str]) -> Account:
    """The account of the settings, with these telephone numbers. Raises Mistaken."""
    settings = Settings.from_env(environment(), "worker")
    settings.need("twilio_account_sid", "twilio_auth_token")
    token = str(settings.twilio_auth_token)
    made = Account(settings.twilio_account_sid, token, lambda: datetime.now(UTC), DELAY)
    for place, number in enumerate(numbers, 1):
        sid = f"PN{place:032x}"
        made.add("IncomingPhoneNumbers", sid, phone_number=number, status="in-use")
    made.countries.texts = dict.fromkeys(COUNTRIES, True)
    made.countries.calls = {code: [True, False, False] for code in COUNTRIES}
    return made


if __name__ == "__main__":
    die_with_parent()
    leave_no_core()
    port, *numbers = sys.argv[1:]
    serving(whole(say_why(lambda: account(numbers))), int(port)).serve_forever()
