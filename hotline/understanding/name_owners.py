"""Whether a name is the writer's own: those are not kept."""

from collections.abc import Sequence
from itertools import pairwise

from hotline.understanding.people import Person
from hotline.understanding.text import Text

PRONOUNS = frozenset({"em", "toi", "minh", "chau", "con", "tao"})
_ALWAYS_WRITER = frozenset({"toi", "minh", "tao"})


def writer_pronouns(text: Text, people: Sequence[Person]) -> frozenset[str]:
    """The words the writer uses for themselves: whose brother is spoken of, who greets."""
    greeters = _greeters(text)
    owners = {text.word(p.end - 1) for p in people if p.label in _OWNED and p.end - p.start > 1}
    found = (owners & PRONOUNS) | greeters
    if found & _ALWAYS_WRITER:
        return frozenset(greeters | _ALWAYS_WRITER)
    tied = any(p.label in ("kin", "kin_two") for p in people)
    return frozenset(found if tied else found | {"em"})


_OWNED = frozenset({"kin", "kin_two", "group"})


def _greeters(text: Text) -> frozenset[str]:
    found: set[str] = set()
    if _GREETING.isdisjoint(text.words):
        return frozenset()
    for word, following in pairwise(text.plain):
        if word in PRONOUNS and following in ("chao", "xin", "cam"):
            found.add(word)
        if word in ("giup", "cuu") and following in PRONOUNS:
            found.add(following)
    return frozenset(found)


_GREETING = frozenset({"chao", "xin", "cam", "giup", "cuu"})


def is_writer(text: Text, index: int, people: Sequence[Person], writer: frozenset[str]) -> bool:
    """Whether "X tên …" or "X là …" speaks of the writer: X is a bare pronoun of theirs."""
    at = index - 1
    while text.word(at) in ("la", "ten", "ho", "thi"):
        at -= 1
    introduces = at == 0 and text.word(at) == "em" and text.word(at + 1) in ("la", "ten")
    return introduces or (text.word(at) in writer | _ALWAYS_WRITER and _stands_alone(at, people))


def _stands_alone(at: int, people: Sequence[Person]) -> bool:
    """ "em" is the writer, "chồng em" is not."""
    return not any(p.start < at < p.end and p.label in ("kin", "kin_two") for p in people)


def introduces_writer(
    text: Text, index: int, people: Sequence[Person], writer: frozenset[str]
) -> bool:
    """ "em Trần Văn An": a name that stands after the writer's pronoun."""
    return text.word(index - 1) in _ALWAYS_WRITER | writer and _stands_alone(index - 1, people)
