"""How somebody writes: with accents or without, and in which of our languages.

Only whole sentences tell, and only what no Vietnamese sentence holds: without accents "to", "an",
"me", "do", "can" are Vietnamese too, and a station in kana is named by everybody.
"""

import re
import unicodedata
from typing import Literal

from hotline.conversation.changing import replace
from hotline.conversation.session import Session

Foreign = Literal["en", "ja"]

WORDS_THAT_TELL = 4  # hardly any Vietnamese sentence of four words is without an accent
FEWEST = 3  # words; of which at least half are _ENGLISH
_ENGLISH = re.compile(
    r"\b(?:the|is|was|are|were|my|i|you|your|please|help|and|she|they|we|have|has|had|"
    r"been|not|what|where|when|how|need|want|hello|this|that|there|his|her|him|for|"
    r"from|with|friend|someone|somebody|police|arrested|missing|hurt|yesterday|"
    r"today|english|speak|japan|husband|wife|brother|sister|daughter|taken|work|"
    r"company|home|know|dont|didnt)\b"
)
_WORD = re.compile(r"[a-z]+")
_KANA = re.compile(r"[ぁ-ゖ]")
_SENTENCE = re.compile(r"です|ます|ました|ません|した|され|って|ている|てい|ない|たい|くださ")
_LETTER = re.compile(r"[^\W\d_]")


def as_written(session: Session, text: str) -> Session:
    """The session, answered from now on as somebody writes: their accents, and at first their
    language."""
    plain = _writes_plain(text, session.plain)
    if plain != session.plain:
        session = replace(session, plain=plain)
    if _chose_no_language(session) and (language := written_in(text)):
        session = replace(session, locale=language)
    return session


def written_in(text: str) -> Foreign | None:
    """English or Japanese, where a text is a sentence in it; None for everything else."""
    if text.isascii() or "’" in text:
        return "en" if _is_english(text) else None
    return "ja" if _is_japanese(text) else None


def _is_english(text: str) -> bool:
    plain = text.lower().replace("'", "").replace("’", "")
    words = len(_WORD.findall(plain))
    return words >= FEWEST and 2 * len(_ENGLISH.findall(plain)) >= words


def _is_japanese(text: str) -> bool:
    """Most letters are Japanese, and some of them are the end of a verb."""
    if not _SENTENCE.search(text) or len(_KANA.findall(text)) < FEWEST:
        return False
    letters: list[str] = _LETTER.findall(text)
    return 2 * sum("\u3040" <= letter <= "\u9fff" for letter in letters) > len(letters)


def _writes_plain(text: str, before: bool) -> bool:
    """Whether a caller writes Vietnamese without accents.

    Few words tell nothing: SAI and XONG have no accents, nor has "ga Ueno" or "Osaka".
    """
    if not text.isascii() and _accented(text):
        return False
    return before or text.count(" ") >= WORDS_THAT_TELL - 1


def _chose_no_language(session: Session) -> bool:
    """At the first text: the page has buttons for it, and a call is in Vietnamese."""
    first = session.turn == 0 and session.locale == "vi"
    return first and session.channel not in ("voice", "web")


def _accented(text: str) -> bool:
    return any(c.isalpha() and not c.isascii() for c in unicodedata.normalize("NFC", text))
