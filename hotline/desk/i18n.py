"""The desk's texts in three languages, read from `locales/*/LC_MESSAGES/site.po` at start.

Rule: Vietnamese is the source; a missing or doubtful translation keeps the desk from starting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from babel.messages.pofile import read_po

from hotline.intake.errors import Mistaken
from hotline.wording.files import folder

Language = Literal["vi", "en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
OWN_NAMES: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English", "ja": "日本語"}


def N_(text: str) -> str:
    """Marks a text for translation where it can not be translated yet."""
    return text


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the desk, by language."""

    by_language: Mapping[Language, Mapping[str, str]]

    def say(self, language: Language, text: str, **gaps: object) -> str:
        """`text` in that language, its `%(gaps)s` filled."""
        said = self.by_language[language].get(text, text)
        return said % gaps if gaps else said


def load_texts(locales: Path | None = None) -> Texts:
    """The catalogues. Raises Mistaken naming the file and the text that is missing."""
    root = locales or folder("locales")
    return Texts({language: _read(root, language) for language in LANGUAGES})


def language_of(text: str) -> Language:
    """The language of that name, Vietnamese for any other name."""
    return text if text in LANGUAGES else "vi"


def _read(root: Path, language: Language) -> dict[str, str]:
    path = root / language / "LC_MESSAGES" / "site.po"
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
    except (OSError, ValueError):
        raise Mistaken(f"{path}: cannot be read") from None
    texts: dict[str, str] = {}
    for message in catalogue:
        if not message.id:
            continue
        if (not message.string and language != "vi") or message.fuzzy:
            raise Mistaken(f"{path}:{message.lineno or 0}: not translated: {message.id}")
        texts[str(message.id)] = str(message.string or message.id)
    return texts
