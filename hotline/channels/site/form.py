"""What a page sends: its conversation, its question, what was written or chosen."""

import re
import secrets
from dataclasses import dataclass

from hotline.channels.caller import clean
from hotline.channels.signature import Form

LONGEST = 4_000  # characters of one answer; padded and sealed it still is one part
LONGEST_MARK = 80  # characters of what the toll signs
NAME = re.compile(rb"[A-Za-z0-9_-]{43}")  # 256 random bits


@dataclass(frozen=True, slots=True)
class Sent:
    """One form. `chat` names the conversation, `turn` this form, `step` the question it shows;
    `pick` is a button, `words` what stood in the field; `pass_`, `note` and `proof` are the toll's
    (`toll.py`)."""

    chat: str
    turn: str
    step: int
    pick: str = ""
    words: str = ""
    pass_: str = ""
    note: str = ""
    proof: str = ""

    @property
    def said(self) -> str:
        """What the caller answers: the button, or the words."""
        return self.pick or self.words

    @property
    def draft(self) -> str:
        """Words that stood in the field while a button was pressed: they are not sent yet."""
        return self.words if self.pick else ""


def begin() -> Sent:
    """A new conversation, of which nothing is known anywhere but in the page that shows it."""
    return Sent(new_name(), new_name(), 0)


def new_name() -> str:
    """256 random bits as 43 letters."""
    return secrets.token_urlsafe(32)


def read(form: Form) -> Sent:
    """What a form says. A name that is none is replaced: the words begin a conversation."""
    chat, turn = form.get(b"chat", b""), form.get(b"turn", b"")
    known = NAME.fullmatch(chat) is not None
    return Sent(
        chat.decode() if known else new_name(),
        turn.decode() if NAME.fullmatch(turn) else new_name(),
        _step(form.get(b"step", b"")) if known else 0,
        _text(form, b"pick").strip()[:32],
        _text(form, b"words"),
        *(_text(form, name)[:LONGEST_MARK] for name in (b"pass", b"note", b"proof")),
    )


def _step(raw: bytes) -> int:
    return int(raw) if raw.isdigit() and len(raw) < 7 else 0


def _text(form: Form, name: bytes) -> str:
    """NFC; browsers send line breaks as two characters."""
    return clean(form.get(name, b"").decode("utf-8", "replace").replace("\r\n", "\n"))
