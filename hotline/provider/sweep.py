"""What the provider still has of the last day: nothing inbound is missed, nothing outbound stays.

Rule 1: an inbound message or a recording that is still there and that we never saw comes in through
the same door, signed like any other. Seen is what has a note in the purge ledger: every turn
commits one with what it keeps, and it goes only when the message is gone over there. The door's own
claim is no help here: it hangs on the key of the day.
Rule 2: a caller's number passes through here from the provider to the door, and is kept nowhere.
"""

from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from hotline.provider.client import Client

Door = Callable[[Mapping[str, str]], bool]
MISSED = "/twilio/voice/999999"  # a step no call ever reaches: a recording that comes late
FRESH = timedelta(minutes=2)  # the provider may be about to call us with it
LONGEST_CALL = timedelta(minutes=15)  # a recording is as old as its beginning
DAY = timedelta(days=1)
FINAL = frozenset({"delivered", "undelivered", "sent", "failed", "read", "received"})


def path_of(form: Mapping[str, str]) -> str:
    """The door for what was missed."""
    return MISSED if "RecordingSid" in form else "/twilio/message"


def sweep(
    client: Client, account: str, door: Door, seen: Set[str], now: datetime
) -> dict[str, int]:
    """One look; counts by outcome. Raises Unavailable and Mistaken.

    `seen` are the SIDs of the ledger, read before this look begins: what came since is fresh.
    """
    counts: dict[str, int] = {}
    since = {"DateSent>": (now - DAY).astimezone(UTC).strftime("%Y-%m-%d")}
    for item in list(client.items("Messages", since)):
        outcome = "seen" if item.get("sid") in seen else _message(client, account, door, item, now)
        counts[outcome] = counts.get(outcome, 0) + 1
    made = {"DateCreated>": since["DateSent>"]}
    for item in list(client.items("Recordings", made)):
        outcome = "seen" if item.get("sid") in seen else _recording(account, door, item, now)
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _recording(account: str, door: Door, item: Mapping[str, Any], now: datetime) -> str:
    """A recording whose step never reached us: a step of its own, of a call long answered."""
    if _age(item, now) < LONGEST_CALL or item.get("status") not in ("completed", None):
        return "fresh"
    seconds = str(item.get("duration") or "0")
    form = {
        "AccountSid": account,
        "CallSid": str(item.get("call_sid", "")),
        "RecordingSid": str(item.get("sid", "")),
        "RecordingDuration": seconds if seconds.isdigit() else "0",
    }
    return "brought_in" if door(form) else "door_shut"


def _message(
    client: Client, account: str, door: Door, item: Mapping[str, Any], now: datetime
) -> str:
    sid, status = str(item.get("sid", "")), str(item.get("status", ""))
    if _age(item, now) < FRESH:
        return "fresh"
    if item.get("direction") == "inbound":
        return "brought_in" if door(_form(account, item)) else "door_shut"
    if status not in FINAL:
        return "on_its_way"
    return f"reply_{client.delete('message', sid)}"


def _age(item: Mapping[str, Any], now: datetime) -> timedelta:
    try:
        return now - parsedate_to_datetime(str(item.get("date_created")))
    except (ValueError, TypeError):
        return DAY


def _form(account: str, item: Mapping[str, Any]) -> dict[str, str]:
    """The request that the provider would have sent."""
    return {
        "AccountSid": account,
        "MessageSid": str(item.get("sid", "")),
        "SmsSid": str(item.get("sid", "")),
        "From": str(item.get("from", "")),
        "To": str(item.get("to", "")),
        "Body": str(item.get("body") or ""),
        "NumMedia": str(item.get("num_media") or "0"),
    }
