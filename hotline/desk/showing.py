"""How a caller's words are shown: as text, with everything invisible made visible.

Rule: no character of a tip can hide, reorder or cover anything; each such one becomes a marker.
"""

import unicodedata

from markupsafe import Markup, escape

MARKS_IN_A_ROW = 3  # Vietnamese, fully decomposed, needs two
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_JOINER = "\u200d"


def visible(text: str) -> Markup:
    """`text`, escaped, control, bidi and zero-width characters as markers, stacks of marks cut."""
    shown: list[Markup] = []
    marks = dropped = 0
    for place, letter in enumerate(text):
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks > MARKS_IN_A_ROW:
            dropped += 1
            continue
        if dropped:
            shown.append(_marker(f"+{dropped}"))
            dropped = 0
        shown.append(_letter(text, place))
    if dropped:
        shown.append(_marker(f"+{dropped}"))
    return Markup("").join(shown)


def short(text: str, most: int) -> str:
    """The beginning of `text`, with a sign that there is more."""
    return text if len(text) <= most else text[: most - 1] + "…"


def hidden_characters(text: str) -> int:
    """How many characters of `text` are shown as markers."""
    return visible(text).count('<span class="mark"')


def _letter(text: str, place: int) -> Markup:
    letter = text[place]
    if _hides(letter) and not _joins_pictures(text, place):
        return _marker(f"U+{ord(letter):04X}")
    return escape(letter)


def _hides(letter: str) -> bool:
    if letter in "\n\t":
        return False
    return letter in _INVISIBLE or unicodedata.category(letter) in (
        "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp",
    )  # fmt: skip


def _joins_pictures(text: str, place: int) -> bool:
    """A joiner between two pictures makes a family of them: nothing is hidden by it."""
    if text[place] != _JOINER or not 0 < place < len(text) - 1:
        return False
    before = text[place - 1] if text[place - 1] != "\ufe0f" else text[max(place - 2, 0)]
    return all(unicodedata.category(c) in ("So", "Sk") for c in (before, text[place + 1]))


def _marker(name: str) -> Markup:
    return Markup('<span class="mark" dir="ltr">{}</span>').format(name)
