"""Texts by name and locale, read from .po files at start: no compiled file that could drift.

Rule 1: the Vietnamese sentence in the flow file is the msgid, its name (`report.where`) the
context; where speech differs the spoken sentence is an entry of its own, `report.where:spoken`.
Rule 2: a missing or fuzzy translation falls back to Vietnamese, never to a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from hotline.conversation.flow import Flows, Text
from hotline.conversation.session import Locale
from hotline.wording.files import folder

LOCALES: tuple[Locale, ...] = get_args(Locale)
SOURCE: Locale = "vi"
SPOKEN = ":spoken"
HINTS = ":hints"

Translated = Mapping[str, Message]


@dataclass(frozen=True)
class Catalogue:
    """Every text in every locale; complete, since Vietnamese fills the holes."""

    by_locale: Mapping[Locale, Mapping[str, Text]]

    def text(self, name: str, locale: Locale) -> Text:
        """The text called `name`. Raises KeyError for a name that no flow file has."""
        return self.by_locale[locale][name]

    def labels(self, name: str) -> tuple[str, ...]:
        """The keys that the text called `name` offers, in order; empty when it is no menu."""
        return self._labels.get(name, ())

    @cached_property
    def _labels(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in sorted(self.by_locale[SOURCE]):
            menu, _, key = name.rpartition(".")
            if menu.count("."):
                found[menu] = (*found.get(menu, ()), key)
        return found


def sources(flows: Flows) -> dict[str, Text]:
    """Every Vietnamese text of the flows and of the machine itself, by name."""
    texts = dict(flows.common)
    for flow in flows.by_id.values():
        texts.update(flow.texts)
    return texts


def entries(texts: Mapping[str, Text]) -> dict[str, str]:
    """What a translator is shown: msgid by context, spoken forms only where they differ, hints."""
    shown: dict[str, str] = {}
    for name, text in texts.items():
        shown[name] = text.written
        if text.spoken != text.written:
            shown[name + SPOKEN] = text.spoken
        if text.hints:
            shown[name + HINTS] = text.hints
    return shown


def read_catalogue(texts: Mapping[str, Text], po: Mapping[Locale, bytes]) -> Catalogue:
    """The catalogue of these texts and the contents of the `prompts.po` files given."""
    return Catalogue(
        {
            locale: {name: _in(text, translated) for name, text in texts.items()}
            for locale in LOCALES
            for translated in [by_context(po.get(locale, b""))]
        }
    )


def load_catalogue(flows: Flows, locales: Path | None = None) -> Catalogue:
    """The catalogue of these flows from a folder of locales, by default our own."""
    return read_catalogue(
        sources(flows), {loc: po_file(loc, "prompts", locales) for loc in LOCALES}
    )


def site_translations(locale: Locale, locales: Path | None = None) -> Translations:
    """The desk's and the site's own texts, ready for Jinja's gettext; a missing one stays as is."""
    compiled = BytesIO()
    write_mo(compiled, parse(po_file(locale, "site", locales)))
    compiled.seek(0)
    return Translations(compiled, domain="site")


def po_file(locale: Locale, domain: str, locales: Path | None = None) -> bytes:
    """The bytes of a .po file; empty when there is none yet."""
    path = (locales or folder("locales")) / locale / "LC_MESSAGES" / f"{domain}.po"
    return path.read_bytes() if path.is_file() else b""


def parse(po: bytes) -> Catalog:
    """A .po file as Babel reads it."""
    return read_po(BytesIO(po), charset="utf-8")


def by_context(po: bytes) -> dict[str, Message]:
    """The entries of a .po file by their context, fuzzy ones too."""
    return {m.context: m for m in parse(po) if m.context}


def _in(text: Text, translated: Translated) -> Text:
    written = _said(text.name, text.written, translated)
    hints = _said(text.name + HINTS, text.hints, translated) if text.hints else ""
    if text.spoken == text.written:
        return Text(text.name, written, written, hints)
    spoken = _said(text.name + SPOKEN, text.spoken, translated)
    return Text(text.name, written, spoken, hints)


def _said(context: str, source: str, translated: Translated) -> str:
    """The translation when it belongs to this very sentence and nobody doubts it."""
    message = translated.get(context)
    if message is None or message.fuzzy or message.id != source:
        return source
    return str(message.string) or source
