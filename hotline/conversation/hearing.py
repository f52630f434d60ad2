"""From words and keys to values: the port that understanding fills in.

Also the words that work anywhere. A hearing is a pure function with a name; flow files say the
name and nothing more.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from hotline.conversation.events import Keyed, Recorded, Said
from hotline.conversation.hours import Hours
from hotline.conversation.report import JsonValue, Kept
from hotline.conversation.session import Session

Command = Literal[
    "help", "again", "wrong", "erase", "done", "code", "vi", "en", "ja", "person", "slower"
]
Why = Literal[
    "not_an_option",
    "too_long",
    "picture",
    "empty",
    "no_such",
    "unheard",
    "code_slip",
    "code_differs",
]


@dataclass(frozen=True, slots=True)
class Line:
    """The name of a text and what stands in its gaps: JSON values that wording renders by kind."""

    name: str
    gaps: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Value:
    """Understood: what to keep, what to choose from closed lists, what to say about it.

    `choices` are enumerations for decisions; `asks` is a doubt the caller must settle: a field and
    the codes it may have, likeliest first; `open` names fields that are kept but still asked.
    """

    kept: tuple[Kept, ...] = ()
    choices: Mapping[str, str] | None = None
    says: tuple[Line, ...] = ()
    asks: tuple[str, tuple[str, ...]] | None = None
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not understood, and why."""

    why: Why


Heard = Value | Unclear
Hearing = Callable[[Said | Keyed | Recorded, Session], Heard]
Settling = Callable[[str, str], Value]
Decision = Callable[[Session], str]


@dataclass(frozen=True, slots=True)
class Registers:
    """Behaviour that is not data, by name. `settle(field, code)` keeps what a caller picked;
    `hours` are those in which a person can be had on the telephone, None where never."""

    hearings: Mapping[str, Hearing]
    decisions: Mapping[str, Decision]
    settle: Settling
    hours: Hours | None = None


# Never a word that Twilio answers itself and then blocks us for: STOP, STOPALL, UNSUBSCRIBE,
# CANCEL, END, QUIT, REVOKE, OPTOUT (docs/messaging/tutorials/advanced-opt-out).
COMMANDS: Mapping[str, Command] = {
    "giup": "help",
    "tro giup": "help",
    "giup do": "help",
    "help": "help",
    "lai": "again",
    "nhac lai": "again",
    "again": "again",
    "sai": "wrong",
    "sai roi": "wrong",
    "nham": "wrong",
    "xoa": "erase",
    "xoa het": "erase",
    "wrong": "wrong",
    "erase": "erase",
    "xong": "done",
    "xong roi": "done",
    "het": "done",
    "het roi": "done",
    "done": "done",
    "ma": "code",
    "ma so": "code",
    "xin ma": "code",
    "code": "code",
    "english": "en",
    "tieng anh": "en",
    "nihongo": "ja",
    "日本語": "ja",
    "tieng nhat": "ja",
    "tieng viet": "vi",
    "vietnamese": "vi",
    "gap nguoi truc": "person",
    "gap nguoi that": "person",
    "noi chuyen voi nguoi truc": "person",
}
# Where one key decides, and where several do: there 7 and 8 may be part of an answer.
# Of these, what a machine that listens may have misheard must not do: erase, send, change the code.
SPOKEN_COMMANDS: frozenset[Command] = frozenset(
    {"help", "again", "wrong", "person", "vi", "en", "ja"}
)
# How a key is said, and what may stand around it.
SPOKEN_KEYS: Mapping[str, str] = {
    "mot": "1",
    "hai": "2",
    "ba": "3",
    "bon": "4",
    "tu": "4",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "いち": "1",
    "に": "2",
    "さん": "3",
    "よん": "4",
    **{key: key for key in "1234"},
}
AROUND_KEYS = frozenset({"so", "phim", "bam", "chon", "cai", "ga", "thu", "la", "a", "da", "vang"})
YES = frozenset({"dung", "dung roi", "phai", "vang", "da", "da dung", "u", "yes", "はい"})
NO = frozenset({"khong", "khong phai", "khong co", "khong dung", "sai", "no", "いいえ"})
KEY_COMMANDS: Mapping[str, Command] = {"*": "again", "0": "person", "7": "wrong", "8": "slower"}
LONG_KEY_COMMANDS: Mapping[str, Command] = {
    "*": "again",
    "0": "person",
    "*0": "person",
    "*7": "wrong",
    "*8": "slower",
}
LONGEST_COMMAND = 16


def plain(text: str) -> str:
    """Lower case, no accents, single spaces, no punctuation around: how commands compare."""
    letters = text.lower() if text.isascii() else _bare(text)
    return " ".join(letters.strip(" .,!?;:\"'()[]").split())


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    letters = [c for c in folded if c < "\u0300" or not unicodedata.combining(c)]
    return unicodedata.normalize("NFC", "".join(letters))


def command(text: str) -> Command | None:
    """The word that works anywhere, when a message is nothing but that word."""
    return COMMANDS.get(plain(text)) if len(text) <= 2 * LONGEST_COMMAND else None


def spoken_key(text: str) -> str | None:
    """The key that words stand for: "số hai"; None where they say more than a key."""
    words = [word for word in plain(text).split() if word not in AROUND_KEYS]
    return SPOKEN_KEYS.get(words[0]) if len(words) == 1 else None
