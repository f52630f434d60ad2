"""The words of one answer: a text message, or utterances for a voice.

Rule 1: what comes out is NFC and holds nothing that XML cannot; a text has at most 1,600
characters.
Rule 2: no key is ever shown in place of a text.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    names_of,
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
    # Of lines without gaps alone: no code, day or place of anybody stays in memory.
    _written: dict[tuple[str, Locale, bool], tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _spoken: dict[tuple[str, Locale], tuple[Utterance, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def written(self, says: Sequence[Line], locale: Locale = "vi", plainly: bool = False) -> str:
        """One text message. `plainly` drops accents; English never needs any."""
        pen = Pen(self.catalogue, self.prefecture_of, locale)
        bare = locale == "en" or (plainly and locale == "vi")
        return _cut("\n".join([text for line in says for text in self._lines(pen, line, bare)]))

    def shown(self, says: Sequence[Line], locale: Locale = "vi") -> Shown:
        """What a page shows: with accents in every language, choices apart from the text."""
        pen = Pen(self.catalogue, self.prefecture_of, locale)
        paragraphs = [_eye(self._text(pen, line)) for line in says]
        choices = [(key, _eye(label)) for s in says for key, label in self._choices(pen, s, False)]
        return Shown(tuple(text for text in paragraphs if text), tuple(choices))

    def spoken(self, says: Sequence[Line], locale: Locale = "vi") -> tuple[Utterance, ...]:
        """What voices say, one after the other; the names of stations in Japanese."""
        pen = Pen(self.catalogue, self.prefecture_of, locale, heard=True)
        return tuple([utterance for line in says for utterance in self._utterances(pen, line)])

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

    def _lines(self, pen: Pen, line: Line, bare: bool) -> tuple[str, ...]:
        """What is written of a line. One that has no gaps is the same for everybody: made once."""
        key = (line.name, pen.locale, bare)
        if not line.gaps and key in self._written:
            return self._written[key]
        texts = (
            legal("".join(p.text for p in pieces)) for pieces in self._composed(pen, line, bare)
        )
        bared = (plain(text) if bare else text for text in texts)
        made = tuple(unicodedata.normalize("NFC", text) for text in bared if text)
        if not line.gaps:
            self._written[key] = made
        return made

    def _utterances(self, pen: Pen, line: Line) -> tuple[Utterance, ...]:
        """What is said of a line; one that has no gaps is made once, too."""
        key = (line.name, pen.locale)
        if not line.gaps and key in self._spoken:
            return self._spoken[key]
        pieces = (piece for group in self._composed(pen, line, False) for piece in group)
        said = (Utterance(piece.locale, _sayable(piece)) for piece in pieces)
        made = tuple(utterance for utterance in said if utterance.text)
        if not line.gaps:
            self._spoken[key] = made
        return made

    def _composed(self, pen: Pen, line: Line, bare: bool) -> list[Pieces]:
        """The text itself, then a line for each of its labels or of the stations in doubt."""
        text = self._text(pen, line)
        return [text, *(_option(pen, *c) for c in self._choices(pen, line, bare))] if text else []

    def _text(self, pen: Pen, line: Line) -> Pieces:
        """The text with its gaps filled; nothing where there is nothing to tell."""
        template = pen.template(line.name)
        gaps = {name: _gap(pen, name, line.gaps) for name in names_of(template)}
        if "what" in gaps and not gaps["what"]:
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


def _gap(pen: Pen, name: str, gaps: Mapping[str, JsonValue]) -> Pieces:
    """What stands in one gap of a text."""
    match name:
        case "what":
            return what(pen, gaps)
        case "code":
            return code(pen, gaps)
        case "hours":
            return hours(pen, gaps.get("hours"))
        case "area":
            return place(pen, gaps.get("area"))
    value = gaps.get(name)
    return pen.say(str(value)) if isinstance(value, str | int) else ()


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
    return _nfc(legal("".join(piece.text for piece in pieces)))


def _sayable(piece: Utterance) -> str:
    """What a voice says of a piece; nothing for one that is only punctuation."""
    text = _nfc(legal(piece.text)).strip().lstrip(" ,.、。")
    return aloud(text, piece.locale) if any(c.isalnum() for c in text) else ""


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."
