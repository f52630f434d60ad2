"""The words of one answer: a text message, or utterances for a voice.

Rule 1: what comes out is NFC and holds nothing that XML cannot; a text has at most 1,600
characters.
Rule 2: no key is ever shown in place of a text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hotline.conversation.hearing import Line
from hotline.conversation.report import JsonValue
from hotline.conversation.session import Locale
from hotline.wording.catalogue import Catalogue
from hotline.wording.gaps import (
    COMMA,
    Named,
    Pen,
    Pieces,
    PrefectureOf,
    StationOf,
    called,
    code,
    fill,
    hours,
    joined,
    place,
    what,
)
from hotline.wording.sms import legal, plain
from hotline.wording.speech import Utterance, aloud

LONGEST_HINTS = 1_000  # characters; providers take some hundred phrases
LONGEST = 1600  # characters that a provider takes in one message


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: its paragraphs, and what can be chosen (key and label)."""

    paragraphs: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """Turns names of texts into words. `station_of(code)`, `prefecture_of(code, locale)`: names."""

    catalogue: Catalogue
    station_of: StationOf
    prefecture_of: PrefectureOf
    _known: dict[tuple[str, Locale, bool, bool], list[Pieces]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def written(self, says: Sequence[Line], locale: Locale = "vi", plainly: bool = False) -> str:
        """One text message. `plainly` drops accents; English never needs any."""
        pen = Pen(self.catalogue, self.prefecture_of, locale)
        bare = locale == "en" or (plainly and locale == "vi")
        lines = ["".join(p.text for p in piece) for s in says for piece in self._line(pen, s, bare)]
        text = legal("\n".join(line for line in lines if line))
        return _cut(unicodedata.normalize("NFC", plain(text) if bare else text))

    def shown(self, says: Sequence[Line], locale: Locale = "vi") -> Shown:
        """What a page shows: with accents in every language, choices apart from the text."""
        pen = Pen(self.catalogue, self.prefecture_of, locale)
        paragraphs = [_eye(self._text(pen, line)) for line in says]
        choices = [(key, _eye(label)) for s in says for key, label in self._choices(pen, s, False)]
        return Shown(tuple(text for text in paragraphs if text), tuple(choices))

    def spoken(self, says: Sequence[Line], locale: Locale = "vi") -> tuple[Utterance, ...]:
        """What voices say, one after the other; the names of stations in Japanese."""
        pen = Pen(self.catalogue, self.prefecture_of, locale, heard=True)
        said = (
            Utterance(piece.locale, _sayable(piece) if line.gaps else _remembered(piece))
            for line in says
            for group in self._line(pen, line)
            for piece in group
        )
        return tuple(utterance for utterance in said if utterance.text)

    def hints(self, says: Sequence[Line], locale: Locale = "vi") -> str:
        """What a caller may well answer to this, with commas: labels, stations, hints of a text."""
        found: list[str] = []
        for line in says:
            labels = (f"{line.name}.{key}" for key in self.catalogue.labels(line.name))
            phrases = [self.catalogue.text(label, locale).spoken for label in labels]
            codes = line.gaps.get("codes")
            offered = [self.station_of(str(c)) for c in codes] if isinstance(codes, list) else []
            phrases += [station.romaji for station in offered if station]
            found += [phrase.replace(",", " ") for phrase in phrases]
            found += filter(None, [self.catalogue.text(line.name, locale).hints])
        return ", ".join(found)[:LONGEST_HINTS]

    def _line(self, pen: Pen, line: Line, bare: bool = False) -> list[Pieces]:
        """A line that has no gaps is the same for everybody: composed once a process."""
        if line.gaps:
            return self._composed(pen, line, bare)
        key = (line.name, pen.locale, pen.heard, bare)
        if key not in self._known:
            self._known[key] = self._composed(pen, line, bare)
        return self._known[key]

    def _composed(self, pen: Pen, line: Line, bare: bool) -> list[Pieces]:
        """The text itself, then a line for each of its labels or of the stations in doubt."""
        text = self._text(pen, line)
        return [text, *(_option(pen, *c) for c in self._choices(pen, line, bare))] if text else []

    def _text(self, pen: Pen, line: Line) -> Pieces:
        """The text with its gaps filled; nothing where there is nothing to tell."""
        plain_gaps = {k: pen.say(str(v)) for k, v in line.gaps.items() if isinstance(v, str | int)}
        gaps = {**plain_gaps, "what": what(pen, line.gaps), "code": code(pen, line.gaps)}
        gaps["hours"] = hours(pen, line.gaps.get("hours"))
        gaps["area"] = place(pen, line.gaps.get("area"))
        template = pen.template(line.name)
        if "{what}" in template and not gaps["what"]:
            return ()
        return fill(pen, template, gaps)

    def _choices(self, pen: Pen, line: Line, bare: bool) -> list[tuple[str, Pieces]]:
        """Keys with what they lead to: labels of a menu, stations in doubt."""
        labels = self.catalogue.labels(line.name)
        named = [(key, pen.say(pen.template(f"{line.name}.{key}"))) for key in labels]
        return [*named, *self._stations(pen, line.gaps.get("codes"), bare)]

    def _stations(self, pen: Pen, codes: JsonValue, bare: bool) -> list[tuple[str, Pieces]]:
        if not isinstance(codes, list):
            return []
        found = [self.station_of(str(code)) for code in codes]
        names = [(s.romaji, s.prefecture) for s in found if s]
        return [
            (str(at), _choice(pen, s, alike > 1 and not bare))
            for at, s in enumerate(found, 1)
            if s and (alike := names.count((s.romaji, s.prefecture)))
        ]


def _option(pen: Pen, key: str, label: Pieces) -> Pieces:
    """A key and what it leads to."""
    return fill(pen, pen.template("common.option"), {"key": pen.say(key), "label": label})


def _choice(pen: Pen, station: Named, closer: bool) -> Pieces:
    """A station to choose; `closer` adds the municipality where two are called alike."""
    comma = pen.say(COMMA[pen.locale])
    name = called(pen, station.romaji, station.kana, station.name)
    area = pen.say(pen.prefecture_of(station.prefecture, pen.locale))
    town = (Utterance("ja" if pen.heard else pen.locale, station.municipality),)
    return joined((*name, *comma, *area, *((*comma, *town) if closer else ())))


def _eye(pieces: Pieces) -> str:
    return unicodedata.normalize("NFC", legal("".join(piece.text for piece in pieces)))


def _sayable(piece: Utterance) -> str:
    """What a voice says of a piece; nothing for one that is only punctuation."""
    text = unicodedata.normalize("NFC", legal(piece.text)).strip().lstrip(" ,.、。")
    return aloud(text, piece.locale) if any(c.isalnum() for c in text) else ""


# For texts without gaps alone: no code, day or place of anybody stays in memory.
_remembered = lru_cache(512)(_sayable)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."
