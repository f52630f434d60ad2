"""TwiML as a tuple of verbs. Raises BadTwiml where Twilio would report 11750 or 12100."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

LARGEST = 64 * 1024


class BadTwiml(Exception):
    """A document that Twilio refuses; `code` is the number of Twilio's error."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its attributes, its own words, the verbs inside."""

    name: str
    attributes: Mapping[str, str]
    text: str
    inside: tuple["Verb", ...] = ()

    def number(self, attribute: str, otherwise: int) -> int:
        """An attribute as a whole number; `otherwise` where it is missing or is none."""
        value = self.attributes.get(attribute, "")
        return int(value) if value.isascii() and value.isdigit() else otherwise


def read(document: bytes) -> tuple[Verb, ...]:
    """The verbs of a document, in order. Raises BadTwiml."""
    if len(document) > LARGEST:
        raise BadTwiml(11750, f"{len(document)} bytes are more than {LARGEST}")
    if b"<!DOCTYPE" in document:
        raise BadTwiml(12100, "a document type is not TwiML")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  # entities are refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BadTwiml(12100, str(error)) from error
    if root.tag != "Response":
        raise BadTwiml(12100, f"the document is a <{root.tag}>, not a <Response>")
    return tuple(_verb(element) for element in root)


def _verb(element: ElementTree.Element) -> Verb:
    inside = tuple(_verb(child) for child in element)
    return Verb(element.tag, dict(element.attrib), element.text or "", inside)
