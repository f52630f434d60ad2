"""Which case system a tip goes to: a decision about somebody's safety, made here and nowhere else.

Rule 1: what a consulate or an authority reads goes there by itself only when the settings say so
        AND the tip is plainly not about somebody who may avoid them; else it waits for a person.
Rule 2: what the public reads always waits for a person.
Rule 3: an audience that is not known here is treated like the public.
"""

from collections.abc import Iterator
from typing import Literal

from hotline.records.delivery import Route
from hotline.records.tip import Tip
from hotline.understanding.letters import fold
from hotline.understanding.text import read

First = Literal["due", "held"]

# The police knows of these already, or nobody can be hurt any more by its knowing.
_KNOWN_TO_THEM = ("arrest", "injury", "death")
_OTHERS_TELL = ("witness", "relative")

# Words of people who avoid the authorities, or speak of one who does; folded, as they are typed.
# A false alarm costs one look by an operator.
_AVOIDING = (
    "bo tron", "tron ra", "tron khoi", "bo ra ngoai", "ra ngoai lam", "bo doi", "het han",
    "qua han", "bat hop phap", "khong giay to", "khong co giay", "khong visa", "mat visa",
    "visa", "the ngoai kieu", "zairyu", "tu cach luu tru", "nyukan", "nhap quan",
    "lam chui", "o lau", "luu tru", "tin ty nan", "dung bao", "khong bao", "dai su",
    "su quan", "lanh su", "moi gioi", "chu giu ho chieu", "overstay", "over stay",
    "undocumented", "illegal", "ran away", "runaway", "don't tell", "embassy", "失踪",
    "オーバーステイ", "超過滞在", "不法", "在留", "ビザ", "入管", "大使館", "領事",
)  # fmt: skip


def first_state(tip: Tip, route: Route) -> First | None:
    """How a delivery begins: at once, held for a person, or None when the sink does not want it."""
    if route.kinds and tip.kind not in route.kinds:
        return None
    if not tip.complete and not route.unfinished:
        return None
    if route.release != "auto":
        return "held"
    match route.audience:
        case "helpers":
            return "due"
        case "consulate" | "authority":
            return "held" if may_avoid_authorities(tip) else "due"
        case _:
            return "held"


def may_avoid_authorities(tip: Tip) -> bool:
    """Whether the tip may be about somebody whom an authority's knowing would harm.

    Everything is, but what a witness or relative says of an arrest, an accident or a death without
    a word of staying, papers, running away or of not telling.
    """
    if tip.kind not in _KNOWN_TO_THEM or tip.role not in _OTHERS_TELL:
        return True
    said = " ".join(form for text in _said(tip) for form in _forms(text))
    return any(fold(word) in said for word in _AVOIDING)


def _forms(text: str) -> tuple[str, str]:
    """As it was typed, and as words once keys and short forms are decoded."""
    return " ".join(fold(text).split()), " ".join(read(text).plain)


def _said(tip: Tip) -> Iterator[str]:
    yield from (tip.narrative, tip.place.text, tip.when.text)
    for person in tip.people.sought:
        yield from (person.name, person.description)
    for attachment in tip.attachments:
        yield attachment.transcript or ""
