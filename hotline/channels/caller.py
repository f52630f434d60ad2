"""The number dies here. This is the only module in which a caller's number exists.

Rule 1: out of it comes a CallerKey, which nobody can turn back without the key of the day.
Rule 2: withheld numbers are shared by strangers: they never share a conversation.
Rule 3: of a form, only the fields below are read; profile names, addresses, all else is dropped.
Rule 4: a shared place becomes the names of stations near it here; its coordinates go no further.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from hotline.channels.signature import Form
from hotline.conversation.session import Channel
from hotline.intake.messages import CallerKey, DayKey
from hotline.places import nearest
from hotline.understanding.letters import printable

MakeKey = Callable[[str, str, datetime], CallerKey]

LONGEST_TEXT = 4_096  # characters; an SMS has 1,600 at most, WhatsApp 4,096

# What providers send instead of a withheld number: keypad spellings of ANONYMOUS, RESTRICTED,
# UNAVAILABLE, BLOCKED, UNKNOWN and variants seen in the field (research/telephony 1.5).
WITHHELD = frozenset(
    [
        "266696687",
        "7378742833",
        "7378742883",
        "17378742833",
        "86282452253",
        "2562533",
        "8656696",
        "464",
        "811045000",
    ]
)
WITHHELD_WORDS = frozenset({"anonymous", "restricted", "unavailable", "unknown", "private", ""})


def of_text(form: Form, keys: MakeKey, at: datetime) -> tuple[Channel, CallerKey]:
    """Who wrote, by the day's keys, and on which channel."""
    sender = _text(form, b"From")
    sid = sid_of_text(form)
    scheme, colon, rest = sender.partition(":")
    channel: Channel = "sms"
    if colon and scheme in ("whatsapp", "messenger"):
        channel = "whatsapp" if scheme == "whatsapp" else "messenger"
    who = sid if _is_withheld(rest if colon else sender) else sender
    return channel, keys(f"{channel}\0{who}", f"{channel}\0{sid}", at)


def is_sms(form: Form) -> bool:
    """Whether a text came by SMS and not through an application."""
    return b":" not in form.get(b"From", b"")


def country(form: Form) -> str:
    """The calling code of the sender's country, "" for a name or a short number: all that is ever
    counted of a number."""
    sender = _text(form, b"From")
    if not sender.startswith("+"):
        return ""
    codes = (sender[1:end] for end in (2, 3, 4))
    known = (c for c in codes if c.isdigit() and int(c) in COUNTRY_CODE_TO_REGION_CODE)
    return next(known, "")


def of_call(form: Form, step: str, keys: MakeKey, at: datetime) -> CallerKey:
    """One call, never one number: two people behind one office line are two."""
    call = sid_of_call(form)
    return keys(f"voice\0{call}", f"voice\0{call}\0{step}", at)


def of_line(form: Form, keys: MakeKey, at: datetime) -> DayKey | None:
    """The number a call came from, by today's key; None where it is withheld, as strangers share
    that."""
    sender = _text(form, b"From")
    return None if _is_withheld(sender) else keys(f"line\0{sender}", "", at).today


def of_page(chat: str, turn: str, said: str, keys: MakeKey, at: datetime) -> CallerKey:
    """One conversation on the web, by the random name that its page holds. The same words sent
    from the same form are the same event; other words, after the back button, are another."""
    words = hashlib.sha256(said.encode()).hexdigest()
    return keys(f"web\0{chat}", f"web\0{chat}\0{turn}\0{words}", at)


def sid_of_text(form: Form) -> str:
    """The provider's name of a message."""
    return _text(form, b"MessageSid") or _text(form, b"SmsSid")


def sid_of_call(form: Form) -> str:
    """The provider's name of a call."""
    return _text(form, b"CallSid")


def sid_of_leg(form: Form) -> str:
    """The provider's name of the call that connected a person."""
    return _text(form, b"DialCallSid")


def has(form: Form, *names: bytes) -> bool:
    """Whether every named field is there and not empty."""
    return all(form.get(name) for name in names)


def words(form: Form, field: bytes = b"Body") -> str:
    """What the caller wrote: NFC, without characters that no XML or database takes."""
    return printable(_text(form, field))[:LONGEST_TEXT]


def written(form: Form) -> str:
    """The words of a text: what was typed, or what stands on the button that was pressed. The name
    or address that comes with a shared place was written by nobody."""
    text = words(form)
    if has(form, b"Latitude", b"Longitude") and text in (
        words(form, b"Label"),
        words(form, b"Address"),
    ):
        return ""
    return text or words(form, b"ButtonText") or words(form, b"ButtonPayload")


def near(form: Form) -> tuple[str, ...] | None:
    """Codes of the stations near a shared place; None where none was shared."""
    try:
        lat, lon = float(_text(form, b"Latitude")), float(_text(form, b"Longitude"))
    except ValueError:
        return None
    return nearest(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else ()


def keys_pressed(form: Form) -> str:
    """The keys a caller pressed: digits, * and # only."""
    return "".join(c for c in _text(form, b"Digits")[:64] if c in "0123456789*#")


def closing_key(form: Form) -> str:
    """The key that ended a recording; Twilio writes "hangup" when none did."""
    keys = form.get(b"Digits", b"")
    return keys.decode() if keys in (b"0", b"#", b"*") else ""


def number(form: Form, name: bytes) -> int:
    """A whole number of the form, 0 where there is none."""
    text = _text(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _is_withheld(sender: str) -> bool:
    digits = "".join(filter(str.isdigit, sender))
    return digits in WITHHELD or sender.strip().lower() in WITHHELD_WORDS


def _text(form: Form, name: bytes) -> str:
    return form.get(name, b"").decode("utf-8", "replace")
