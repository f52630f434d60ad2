"""The word tables in `data/*.toml`, read once when the program starts.

Who speaks Vietnamese edits those files; a broken one stops the program with its name and the line.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, get_args

from hotline.understanding.letters import fold, learn

Condition = Literal["always", "after_number", "not_after_number", "not_before_number", "between"]


class BadTable(Exception):
    """A word table cannot be used; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Alias:
    """What a short form stands for: words (plain, marked), and when."""

    words: tuple[tuple[str, str], ...]
    when: Condition


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of a table: its words, what it is a sign of, and how strong a sign."""

    phrase: str
    table: str
    label: str
    weight: float


def load(name: str) -> dict[str, Any]:
    """One table file, e.g. `load("kinds")`. Raises BadTable when it is not TOML."""
    source = resources.files("hotline.understanding") / "data" / f"{name}.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadTable(f"{name}.toml: {error}") from error


def spell(phrase: str) -> tuple[tuple[str, str], ...]:
    """The words of a phrase, each plain and with its marks."""
    return tuple([_SPELT.get(word) or _spell(word) for word in phrase.lower().split()])


def _spell(word: str) -> tuple[str, str]:
    return _SPELT.setdefault(word, (fold(word), learn(word)))


_SPELT: dict[str, tuple[str, str]] = {}  # of our own tables: a word stands in many phrases


def _aliases() -> dict[str, tuple[Alias, ...]]:
    found: dict[str, tuple[Alias, ...]] = {}
    for when, forms in load("aliases").items():
        if when not in get_args(Condition):
            raise BadTable(f"aliases.toml: no such condition: {when}")
        for typed, words in forms.items():
            found[typed] = (*found.get(typed, ()), _alias(words, when))
    return found


def _alias(words: str, when: Any) -> Alias:
    return Alias(spell(words), when)


ALIASES: Mapping[str, tuple[Alias, ...]] = _aliases()


def entries(name: str) -> Iterable[Entry]:
    """The phrases of a table file, its `{sets}` written out."""
    data = load(name)
    sets = data.get("sets", {})
    for label, block in data.items():
        if label != "sets":
            for phrase in block["phrases"]:
                for written in _write_out(phrase, sets, name):
                    yield Entry(written, name, label, float(block.get("weight", 1.0)))


def _write_out(phrase: str, sets: Mapping[str, list[str]], name: str) -> list[str]:
    start = phrase.find("{")
    if start < 0:
        return [phrase]
    end = phrase.index("}", start)
    key = phrase[start + 1 : end]
    if key not in sets:
        raise BadTable(f"{name}.toml: no set {key} for the phrase {phrase!r}")
    head, tail = phrase[:start], phrase[end + 1 :]
    return [text for word in sets[key] for text in _write_out(f"{head}{word}{tail}", sets, name)]
