"""Keeps the translators' files in step with the flow files."""

from collections.abc import Mapping
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from hotline.conversation.flow import Text
from hotline.conversation.session import Locale
from hotline.wording.catalogue import by_context, entries

ONE_LINE = 10_000  # so that a changed word is one changed line
HEADER = """\
# What callers read and hear. msgid is the Vietnamese sentence of the flow file, msgctxt its name;
# `:spoken` is what a voice says. Renewed by `python tools/extract_prompts.py`, filled in by people.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {locale}\\n"

"""


def renewed(
    texts: Mapping[str, Text], po: bytes, locale: Locale, said: Mapping[str, str] | None = None
) -> bytes:
    """The .po file of these texts, with the translations of the old one.

    A sentence that changed keeps its translation as fuzzy, beside the sentence it belonged to,
    unless `said` has what somebody says of the sentence as it is now.
    """
    old, said = by_context(po), said or {}
    catalog = Catalog(locale=locale)
    for context, sentence in entries(texts).items():
        if context in said:
            catalog.add(sentence, said[context], context=context)
        else:
            _carry(catalog, context, sentence, old.get(context))
    out = BytesIO()
    write_po(out, catalog, width=ONE_LINE, omit_header=True, include_previous=True)
    return HEADER.format(locale=locale).encode() + out.getvalue()


def _carry(catalog: Catalog, context: str, sentence: str, old: Message | None) -> None:
    changed = old is not None and old.id != sentence and bool(old.string)
    catalog.add(
        sentence,
        old.string if old else "",
        flags=[*(("fuzzy",) if changed or (old and old.fuzzy) else ())],
        previous_id=old.id if old and changed else (),
        user_comments=old.user_comments if old else (),
        context=context,
    )
