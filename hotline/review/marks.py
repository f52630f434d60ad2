"""Marks of reviewers, turned into a change of the flow files and catalogues.

A reviewer fills in a table: one row a text, language and form. Rule 1: nothing is changed that the
table does not name, and a mark on a sentence that has changed since is refused, not guessed.
Rule 2: a changed Vietnamese sentence leaves its translations doubtful until a row says something
of each: a new text, or `ok`.
"""

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from io import StringIO
from typing import cast

from hotline.conversation.flow import Text
from hotline.conversation.reading import BadFlow, read_flows
from hotline.conversation.session import Locale
from hotline.review.subject import Problem
from hotline.wording.catalogue import LOCALES, SOURCE, by_context, entries, sources
from hotline.wording.extract import renewed

COLUMNS = ("name", "locale", "was", "text", "note")
RIGHT = "ok"  # looked at, and right as it is
LONGEST = 1_000_000  # characters of a table

Files = Mapping[str, str]  # contents of flow files by stem


@dataclass(frozen=True, slots=True)
class Mark:
    """One row that says something. `name` is a catalogue's context: `report.where:spoken`."""

    line: int
    name: str
    locale: Locale
    was: str
    text: str

    @property
    def changes(self) -> bool:
        """Whether another sentence is wanted."""
        return self.text.casefold() != RIGHT and self.text != self.was


@dataclass(frozen=True, slots=True)
class Patch:
    """The files as they would be, by path, and what does not fit."""

    flows: Files
    po: Mapping[Locale, bytes]
    problems: tuple[Problem, ...]


def sheet(flows: Files, po: Mapping[Locale, bytes]) -> str:
    """The table to fill in: every sentence as it is now."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for (name, locale), now in _present(flows, po).items():
        rows.writerow((name, locale, now, "", ""))
    return out.getvalue()


def read_marks(raw: bytes) -> tuple[list[Mark], list[Problem]]:
    """The rows that say something, and what is wrong with the others.

    Commas, semicolons and tabs are all taken: which of them a spreadsheet writes is a setting of
    the reviewer's machine.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Problem("line 1", "not UTF-8; save the table as CSV UTF-8")]
    if len(text) > LONGEST or "\0" in text:
        return [], [Problem("line 1", "not a table of marks")]
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=mark)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        return [], [Problem("line 1", f"no column {', '.join(missing)}")]
    try:
        return _marks(rows)
    except csv.Error:
        return [], [Problem(f"line {rows.line_num}", "not a row of a table; is a quote open?")]


def _marks(rows: "csv.DictReader[str]") -> tuple[list[Mark], list[Problem]]:
    found: dict[tuple[str, str], Mark] = {}
    wrong: list[Problem] = []
    for row in rows:
        cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
        line = f"line {rows.line_num}"
        if not cell["text"]:
            continue
        key = (cell["name"], cell["locale"])
        if cell["locale"] not in LOCALES:
            wrong.append(Problem(line, f"locale is one of {', '.join(LOCALES)}"))
        elif "\n" in cell["text"] or not cell["text"].isprintable():
            wrong.append(Problem(line, "a text is one line"))
        elif key in found:
            wrong.append(Problem(line, f"{key[0]} in {key[1]} is marked twice"))
        else:
            locale = cast(Locale, cell["locale"])
            found[key] = Mark(rows.line_num, key[0], locale, cell["was"], cell["text"])
    return list(found.values()), wrong


def patched(flows: Files, po: Mapping[Locale, bytes], marks: list[Mark]) -> Patch:
    """What the files become. The problems name rows that were left out."""
    wrong: list[Problem] = []
    now, new = _present(flows, po), dict(flows)
    said: dict[Locale, dict[str, str]] = {locale: {} for locale in LOCALES}
    for mark in marks:
        if (fault := _fault(mark, now)) is not None:
            wrong.append(Problem(f"line {mark.line}", fault))
        elif mark.locale != SOURCE:
            said[mark.locale][mark.name] = mark.text if mark.changes else mark.was
        elif mark.changes:
            changed = _rewritten(new, mark)
            if changed is None:
                wrong.append(Problem(f"line {mark.line}", f"{mark.name}: change it by hand"))
            else:
                new |= changed
    texts = _texts(new)
    made = {locale: renewed(texts, po[locale], locale, said[locale]) for locale in LOCALES}
    return Patch(new, made, tuple(wrong))


def diff(paths: Mapping[str, tuple[str, str]]) -> str:
    """Old and new contents by path, as `git apply` and `patch -p1` take them."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for path, (old, new) in sorted(paths.items())
        for line in unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            f"a/{path}",
            f"b/{path}",
        )
    )


def _fault(mark: Mark, now: Mapping[tuple[str, str], str]) -> str | None:
    there = now.get((mark.name, mark.locale))
    if there is None:
        return f"no text is called {mark.name}"
    if there != mark.was:
        return f"{mark.name} has changed since the table was made; mark the new sentence"
    return None


def _present(flows: Files, po: Mapping[Locale, bytes]) -> dict[tuple[str, str], str]:
    """Every sentence as it is, by context and locale."""
    shown = entries(_texts(flows))
    known = {locale: by_context(po[locale]) for locale in LOCALES if locale != SOURCE}
    found: dict[tuple[str, str], str] = {}
    for name, sentence in shown.items():
        found[name, SOURCE] = sentence
        for locale, there in known.items():
            found[name, locale] = str(there[name].string) if name in there else ""
    return found


def _texts(flows: Files) -> dict[str, Text]:
    return sources(read_flows({stem: tomllib.loads(text) for stem, text in flows.items()}))


def _rewritten(flows: Files, mark: Mark) -> dict[str, str] | None:
    """The one file in which the sentence stands, with the other sentence in its place.

    A sentence may stand in a file twice: every place is tried, and the one is taken after which
    this text has changed and no other.
    """
    before = entries(_texts(flows))
    old, new = (json.dumps(text, ensure_ascii=False) for text in (mark.was, mark.text))
    for stem, content in flows.items():
        for at in _places(content, old):
            tried = content[:at] + new + content[at + len(old) :]
            if _changed(before, {**flows, stem: tried}) == {mark.name}:
                return {stem: tried}
    return None


def _changed(before: Mapping[str, str], flows: Files) -> set[str]:
    try:
        after = entries(_texts(flows))
    except (BadFlow, tomllib.TOMLDecodeError):
        return set()
    names = {*before, *after}
    return {name for name in names if before.get(name) != after.get(name)}


def _places(content: str, literal: str) -> Iterator[int]:
    at = content.find(literal)
    while at >= 0:
        yield at
        at = content.find(literal, at + 1)
