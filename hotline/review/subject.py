"""What is reviewed, and what a review says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.conversation.flow import Flows, Text
from hotline.conversation.session import Locale
from hotline.wording.catalogue import Catalogue, by_context, read_catalogue, sources

Translations = Mapping[str, "Translation"]


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry of a .po file: the sentence it belongs to, its translation, whether it is fuzzy."""

    source: str
    text: str
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What `prompts/shapes.toml` records of a flow: the fingerprint its version had."""

    version: int
    shape: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything a check may look at. `hearings` and `decisions` are names of registers."""

    flows: Flows
    catalogue: Catalogue
    translations: Mapping[Locale, Translations]
    shapes: Mapping[str, Shape]
    hearings: frozenset[str]
    decisions: frozenset[str]

    @property
    def texts(self) -> Mapping[str, Text]:
        """Every Vietnamese text by name."""
        return sources(self.flows)


def read_subject(
    flows: Flows,
    po: Mapping[Locale, bytes],
    shapes: Mapping[str, Mapping[str, Any]],
    hearings: Iterable[str],
    decisions: Iterable[str],
) -> Subject:
    """The subject made of contents of files: catalogues by locale, `shapes.toml` as parsed."""
    return Subject(
        flows,
        read_catalogue(sources(flows), po),
        {locale: read_translations(raw) for locale, raw in po.items()},
        {flow: Shape(int(s["version"]), str(s["shape"])) for flow, s in shapes.items()},
        frozenset(hearings),
        frozenset(decisions),
    )


def read_translations(po: bytes) -> Translations:
    """The entries of a .po file by context."""
    return {
        context: Translation(str(m.id), str(m.string or ""), m.fuzzy)
        for context, m in by_context(po).items()
    }


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where, in words an editor understands."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


Check = Callable[[Subject], Iterable[Problem]]
