"""Catalogues: what falls back to what, and that ours are current."""

from pathlib import Path

import pytest

from hotline.conversation.flow import Text
from hotline.conversation.reading import BadFlow
from hotline.conversation.session import Locale
from hotline.wording.catalogue import (
    LOCALES,
    SOURCE,
    by_context,
    po_file,
    read_catalogue,
    site_translations,
    sources,
)
from hotline.wording.extract import renewed
from hotline.wording.files import flow_documents, folder, load_flows
from tests.wording.texts import catalogue

TEXTS = {
    "a.one": Text("a.one", "Một", "Một"),
    "a.two": Text("a.two", "Hai", "Số hai"),
    "a.two.1": Text("a.two.1", "Nhãn", "Nhãn"),
    "a.two.2": Text("a.two.2", "Nhãn khác", "Nhãn khác"),
}
PO = """
msgctxt "a.one"
msgid "Một"
msgstr "One"

msgctxt "a.two"
msgid "Hai"
msgstr "Two"

msgctxt "a.two:spoken"
msgid "Số hai"
msgstr "Number two"
"""


def english(po: str, name: str) -> Text:
    return read_catalogue(TEXTS, {"en": po.encode()}).text(name, "en")


def test_written_and_spoken_have_translations_of_their_own() -> None:
    assert english(PO, "a.two") == Text("a.two", "Two", "Number two")
    assert english(PO, "a.one") == Text("a.one", "One", "One")


@pytest.mark.parametrize(
    "po",
    [
        "",
        'msgctxt "a.one"\nmsgid "Một"\nmsgstr ""\n',
        'msgctxt "a.one"\nmsgid "Một hai"\nmsgstr "One two"\n',
        '#, fuzzy\nmsgctxt "a.one"\nmsgid "Một"\nmsgstr "One"\n',
        'msgctxt "a.other"\nmsgid "Một"\nmsgstr "One"\n',
    ],
    ids=["no file", "empty", "an older sentence", "fuzzy", "another text"],
)
def test_what_is_not_translated_is_said_in_vietnamese(po: str) -> None:
    assert english(po, "a.one").written == "Một"


def test_a_name_that_no_flow_has_is_an_error_not_a_text() -> None:
    with pytest.raises(KeyError):
        read_catalogue(TEXTS, {}).text("a.three", "en")


def test_a_menu_knows_its_keys() -> None:
    made = read_catalogue(TEXTS, {})
    assert (made.labels("a.two"), made.labels("a.one")) == (("1", "2"), ())


def test_labels_of_our_own_menus_are_found() -> None:
    assert catalogue().labels("start.menu") == ("1", "2", "3", "4")
    assert catalogue().labels("common.help") == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_our_catalogues_are_current(locale: Locale) -> None:
    old = po_file(locale, "prompts")
    assert renewed(sources(load_flows()), old, locale) == old, "python tools/extract_prompts.py"


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != SOURCE])
def test_our_catalogues_are_complete(locale: str) -> None:
    path = folder("locales") / locale / "LC_MESSAGES" / "prompts.po"
    entries = by_context(path.read_bytes()).values()
    assert [m.context for m in entries if m.fuzzy or not m.string] == []


def test_a_changed_sentence_keeps_its_translation_as_fuzzy() -> None:
    changed = {"a.one": Text("a.one", "Một!", "Một!")}
    message = by_context(renewed(changed, PO.encode(), "en"))["a.one"]
    assert (message.string, message.fuzzy, message.id) == ("One", True, "Một!")
    again = by_context(renewed(changed, renewed(changed, PO.encode(), "en"), "en"))["a.one"]
    assert again.fuzzy


def test_a_text_that_is_gone_leaves_the_file() -> None:
    assert "a.two" not in by_context(renewed({"a.one": TEXTS["a.one"]}, PO.encode(), "en"))


def test_the_sites_own_texts_come_from_site_po(tmp_path: Path) -> None:
    place = tmp_path / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (place / "site.po").write_text(head + 'msgid "Hàng đợi"\nmsgstr "Queue"\n', "utf-8")
    assert site_translations("en", tmp_path).gettext("Hàng đợi") == "Queue"
    assert site_translations("ja", tmp_path).gettext("Hàng đợi") == "Hàng đợi"


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("id = ", "utf-8")
    with pytest.raises(BadFlow, match=r"^odd\.toml: "):
        flow_documents(tmp_path)


def test_fingerprints_are_no_flow() -> None:
    assert "shapes" not in flow_documents(folder("prompts"))
