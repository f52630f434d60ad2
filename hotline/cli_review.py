"""The review kit of `hotline prompts`: a book to print, and reviewers' marks made a patch."""

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotline.conversation.hearing import Registers
from hotline.conversation.reading import read_flows
from hotline.conversation.session import Locale
from hotline.intake.errors import Mistaken
from hotline.review.book import book
from hotline.review.checks import check
from hotline.review.cost import Prices
from hotline.review.marks import Patch, diff, patched, read_marks, sheet
from hotline.review.subject import Problem, Subject, read_subject
from hotline.wording.catalogue import LOCALES, po_file
from hotline.wording.files import SHAPES, folder


def printed(subject: Subject, options: argparse.Namespace) -> str:
    """The document, or the table that belongs to it."""
    if options.format == "html":
        return book(subject, Prices())
    return "\ufeff" + sheet(_flow_files(options.prompts), _catalogues(options.locales))


def marked(
    options: argparse.Namespace, known: Registers, shapes: Mapping[str, Mapping[str, Any]]
) -> tuple[str, list[Problem]]:
    """The patch of the rows that fit, and all that is wrong with rows and patched texts."""
    try:
        raw = options.file.read_bytes()
    except OSError:
        raise Mistaken(f"cannot read {options.file}") from None
    flows, po = _flow_files(options.prompts), _catalogues(options.locales)
    marks, wrong = read_marks(raw)
    made = patched(flows, po, marks)
    paths = {f"prompts/{stem}.toml": (flows[stem], made.flows[stem]) for stem in flows}
    for locale in LOCALES:
        path = f"locales/{locale}/LC_MESSAGES/prompts.po"
        paths[path] = (po[locale].decode(), made.po[locale].decode())
    changed = {path: pair for path, pair in paths.items() if pair[0] != pair[1]}
    return diff(changed), [*wrong, *made.problems, *_rules(made, known, shapes)]


def _rules(
    made: Patch, known: Registers, shapes: Mapping[str, Mapping[str, Any]]
) -> tuple[Problem, ...]:
    """What `hotline prompts check` will say once the patch is in."""
    flows = read_flows({stem: tomllib.loads(text) for stem, text in made.flows.items()})
    return check(read_subject(flows, made.po, shapes, known.hearings, known.decisions))


def _flow_files(prompts: Path | None) -> dict[str, str]:
    paths = sorted((prompts or folder("prompts")).glob("*.toml"))
    return {path.stem: path.read_text("utf-8") for path in paths if path.stem != SHAPES}


def _catalogues(locales: Path | None) -> dict[Locale, bytes]:
    return {locale: po_file(locale, "prompts", locales) for locale in LOCALES}
