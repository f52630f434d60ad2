"""What a page sends: its conversation, its question, what was written or chosen."""

import base64
import re
import secrets
from dataclasses import dataclass

from hotline.channels.signature import Form
from hotline.understanding.letters import printable

LONGEST = 4_000  # characters of one answer; padded and sealed it still is one part
HEAD = 9  # bytes of a box that name its form and key
_AROUND = HEAD + 32 + 24 + 16  # bytes of a box beside what is in it
BOXES = frozenset(_AROUND + (512 << n) for n in range(5))
VOICES = frozenset(_AROUND + (512 << n) for n in range(1, 11))  # voice notes, to 512 KiB
LONGEST_SEALED = 2_000  # characters: four bytes each at most, so that every one fits
LONGEST_BOX = 12_000  # characters in base64
LONGEST_VOICE = 700_000  # the same of a voice note, and nearly all of its form
LONGEST_MARK = 80  # characters of what the toll signs
NAME = re.compile(rb"[A-Za-z0-9_-]{43}")  # 256 random bits


@dataclass(frozen=True, slots=True)
class Sent:
    """One form. `chat` names the conversation, `turn` this form, `step` the question it shows;
    `pick` is a button, `words` what stood in the field; `pass_`, `note` and `proof` are the toll's
    (`toll.py`); `box` is what the browser sealed, base64."""

    chat: str
    turn: str
    step: int
    pick: str = ""
    words: str = ""
    pass_: str = ""
    note: str = ""
    proof: str = ""
    box: str = ""

    @property
    def said(self) -> str:
        """What the caller answers: the button, or the words."""
        return self.pick or self.words

    @property
    def draft(self) -> str:
        """Words that stood in the field while something else was sent: they are not sent yet."""
        return self.words if self.pick or self.box else ""

    def fits(self, key: bytes, voice: bool = False) -> bool:
        """Whether the box is none, or one that was made for `key` (see `stores/sealing.py`)."""
        if not self.box:
            return not voice
        try:
            raw = base64.b64decode(self.box, validate=True)
        except ValueError:
            return False
        return raw[:HEAD] == key[:HEAD] and len(raw) in (VOICES if voice else BOXES)


def begin() -> Sent:
    """A new conversation, of which nothing is known anywhere but in the page that shows it."""
    return Sent(new_name(), new_name(), 0)


def new_name() -> str:
    """256 random bits as 43 letters."""
    return secrets.token_urlsafe(32)


def read(form: Form, longest_box: int = LONGEST_BOX) -> Sent:
    """What a form says. A name that is none is replaced: the words begin a conversation."""
    chat, turn = form.get(b"chat", b""), form.get(b"turn", b"")
    known = NAME.fullmatch(chat) is not None
    return Sent(
        chat.decode() if known else new_name(),
        turn.decode() if NAME.fullmatch(turn) else new_name(),
        _step(form.get(b"step", b"")) if known else 0,
        _text(form, b"pick").strip()[:32],
        _text(form, b"words"),
        pass_=_text(form, b"pass")[:LONGEST_MARK],
        note=_text(form, b"note")[:LONGEST_MARK],
        proof=_text(form, b"proof")[:LONGEST_MARK],
        box=_text(form, b"box")[:longest_box],
    )


def _step(raw: bytes) -> int:
    return int(raw) if raw.isdigit() and len(raw) < 7 else 0


def _text(form: Form, name: bytes) -> str:
    """NFC; browsers send line breaks as two characters."""
    return printable(form.get(name, b"").decode("utf-8", "replace").replace("\r\n", "\n"))
