"""Subjects for reviews: a broken file alone, or all that is ours."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotline.conversation.reading import read_flows
from hotline.review.checks import shapes
from hotline.review.subject import Shape, Subject, Translation, read_subject
from hotline.wording.catalogue import LOCALES, entries, po_file, read_catalogue, sources
from hotline.wording.extract import renewed
from hotline.wording.files import SHAPES, folder, load_flows, read_toml

BROKEN = Path(__file__).parents[1] / "broken_flows"
HEARINGS = frozenset(
    {"anything", "more", "place", "when", "count", "people", "story", "code", "desk"}
)
DECISIONS = frozenset({"channel", "intent"})

COMMON = {"option": {"written": "{key} = {label}", "spoken": "Bấm {key}: {label}."}}


def ours() -> Subject:
    """Our own flows, catalogues and recorded shapes."""
    po = {locale: po_file(locale, "prompts") for locale in LOCALES}
    recorded = read_toml(folder("prompts") / f"{SHAPES}.toml")
    return read_subject(load_flows(), po, recorded, HEARINGS, DECISIONS)


def alone(text: str) -> Subject:
    """A flow of its own with everything else in order; its tables `en`, `ja`, `fuzzy` and `shapes`
    put other translations and fingerprints in place. Raises BadFlow.
    """
    raw = tomllib.loads(text)
    other: dict[str, Any] = {key: raw.pop(key, {}) for key in ("en", "ja", "fuzzy", "shapes")}
    flows = read_flows({"common": {"texts": COMMON}, "broken": raw}, first="broken")
    texts = sources(flows)
    said = {
        locale: {
            context: Translation(sentence, other.get(locale, {}).get(context, sentence))
            for context, sentence in entries(texts).items()
        }
        for locale in LOCALES
    }
    for locale, fuzzy in other["fuzzy"].items():
        said[locale].update({c: Translation(texts[c].written, t, True) for c, t in fuzzy.items()})
    subject = Subject(
        flows,
        read_catalogue(texts, {locale: _po(said[locale]) for locale in LOCALES}),
        said,
        {},
        frozenset({"words"}),
        frozenset({"fork"}),
    )
    recorded = {flow: Shape(**shape) for flow, shape in other["shapes"].items()}
    return _with_shapes(subject, {**shapes(subject), **recorded})


def _with_shapes(subject: Subject, recorded: Mapping[str, Shape]) -> Subject:
    return Subject(
        subject.flows,
        subject.catalogue,
        subject.translations,
        recorded,
        subject.hearings,
        subject.decisions,
    )


def _po(said: Mapping[str, Translation]) -> bytes:
    lines = (
        f'{"#, fuzzy" if t.fuzzy else ""}\nmsgctxt "{c}"\nmsgid "{t.source}"\nmsgstr "{t.text}"\n'
        for c, t in said.items()
    )
    return "".join(lines).encode()


__all__ = ["BROKEN", "alone", "ours", "renewed"]
