"""Our form for OpenRosa servers, and its instances: one list of fields makes both."""

import unicodedata
from xml.etree import ElementTree as xml

from hotline.records.attachment import neutral_name
from hotline.records.tip import Tip
from hotline.sinks.fields import FIELDS

VERSION = "1"
RECORDINGS = 5  # how many a form has room for
_FIELDS = (
    ("received", "Received"), ("kind", "Kind"), ("role", "Told by"), ("channel", "Channel"),
    ("language", "Language"), ("complete", "Complete"), ("station", "Station"),
    ("place", "Place in their words"), ("prefecture", "Prefecture (JIS X 0401)"),
    ("when", "When in their words"), ("start", "From"), ("end", "Until"), ("count", "How many"),
    ("people", "Who"), ("narrative", "What was said"), ("text", "All of it"),
)  # fmt: skip
_XF, _H = "http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml"
_OR, _JR = "http://openrosa.org/xforms", "http://openrosa.org/javarosa"


def form(name: str) -> bytes:
    """The XForm to upload; its questions are our fields, all of them text, and the recordings."""
    for prefix, space in (("", _XF), ("h", _H), ("jr", _JR), ("orx", _OR)):
        xml.register_namespace(prefix, space)
    root = xml.Element(f"{{{_H}}}html")
    head = xml.SubElement(root, f"{{{_H}}}head")
    xml.SubElement(head, f"{{{_H}}}title").text = "Hotline tip"
    model = xml.SubElement(head, f"{{{_XF}}}model")
    holder = xml.SubElement(xml.SubElement(model, f"{{{_XF}}}instance"), f"{{{_XF}}}data")
    holder.set("id", name)
    holder.set("version", VERSION)
    body = xml.SubElement(root, f"{{{_H}}}body")
    for field, label in _FIELDS:
        xml.SubElement(holder, f"{{{_XF}}}{field}")
        _bind(model, field, "string")
        _ask(body, "input", field, label)
    for number in range(1, RECORDINGS + 1):
        field = f"recording_{number}"
        xml.SubElement(holder, f"{{{_XF}}}{field}")
        _bind(model, field, "binary")
        _ask(body, "upload", field, f"Recording {number}").set("mediatype", "audio/*")
    meta = xml.SubElement(holder, f"{{{_OR}}}meta")
    xml.SubElement(meta, f"{{{_OR}}}instanceID")
    bind = xml.SubElement(model, f"{{{_XF}}}bind", nodeset="/data/orx:meta/orx:instanceID")
    bind.set("type", "string")
    bind.set(f"{{{_JR}}}preload", "uid")
    return bytes(xml.tostring(root, "utf-8", xml_declaration=True))


def instance(tip: Tip, name: str) -> bytes:
    """The form filled in; the same tip gives the same bytes."""
    root = xml.Element("data", id=name, version=VERSION)
    for field, _ in _FIELDS:
        xml.SubElement(root, field).text = printable(FIELDS[field](tip))
    audio = [a for a in tip.attachments if a.media_type.startswith("audio/")]
    for number, attachment in enumerate(audio[:RECORDINGS], 1):
        named = neutral_name(tip, attachment.id, attachment.media_type)
        xml.SubElement(root, f"recording_{number}").text = named
    meta = xml.SubElement(root, "meta")
    xml.SubElement(meta, "instanceID").text = f"uuid:{tip.id}"
    return bytes(xml.tostring(root, "utf-8", xml_declaration=True))


def printable(text: str) -> str:
    """XML 1.0 has no control characters and no halves of surrogate pairs."""
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn")
    )


def _bind(model: xml.Element, field: str, kind: str) -> None:
    bind = xml.SubElement(model, f"{{{_XF}}}bind", nodeset=f"/data/{field}")
    bind.set("type", kind)


def _ask(body: xml.Element, how: str, field: str, label: str) -> xml.Element:
    asked = xml.SubElement(body, f"{{{_XF}}}{how}", ref=f"/data/{field}")
    xml.SubElement(asked, f"{{{_XF}}}label").text = label
    return asked
