"""The fixed words of the page in three languages, from `locales/*/LC_MESSAGES/web.po`.

Rule: Vietnamese is the source; a missing or doubtful translation keeps the process from starting.
"""

from collections.abc import Mapping
from functools import cache

from hotline.conversation.session import Locale
from hotline.intake.errors import Mistaken
from hotline.wording.catalogue import LOCALES, SOURCE, parse, po_file

Texts = Mapping[Locale, Mapping[str, str]]
# How each language calls itself, with the word that changes to it in any conversation.
OWN_NAMES: Mapping[Locale, tuple[str, str]] = {
    "vi": ("Tiếng Việt", "tieng viet"),
    "en": ("English", "english"),
    "ja": ("日本語", "nihongo"),
}


@cache
def load_texts() -> Texts:
    """Every text by language, read once. Raises Mistaken naming what is not translated."""
    return {locale: _read(locale) for locale in LOCALES}


def _read(locale: Locale) -> dict[str, str]:
    texts: dict[str, str] = {}
    for message in parse(po_file(locale, "web")):
        if not message.id:
            continue
        if message.fuzzy or (not message.string and locale != SOURCE):
            raise Mistaken(f"locales/{locale}/LC_MESSAGES/web.po: not translated: {message.id}")
        texts[str(message.id)] = str(message.string or message.id)
    if not texts:
        raise Mistaken(f"locales/{locale}/LC_MESSAGES/web.po: is missing or empty")
    return texts
