"""One reading of a message as words, each with its place in the text as given.

Rule 1: this is the only module that decodes how people type (NFD, full width, Telex or VNI keys
        left in the text, short forms); everything after it sees plain Vietnamese words.
Rule 2: offsets always count characters of the text as given.
Rule 3: time grows with the length of the text and nothing else.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.understanding import keys
from hotline.understanding.letters import fold, fold_each, lower_each, tone_last
from hotline.understanding.model import Span
from hotline.understanding.tables import ALIASES, Alias

# Characters that show nothing: zero width spaces and joiners, soft hyphen, variation selectors,
# direction marks, the key cap ring. People paste them, and they would hide a phone number.
_IGNORABLE = frozenset("\u00ad\u034f\u061c\u180e\u20e3\ufeff") | frozenset(
    chr(c) for c in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d"), "-")
_HIDDEN = re.compile(f"[{''.join(sorted(_IGNORABLE))}]")
_ODD = re.compile(f"[{''.join((*sorted(_IGNORABLE), *map(chr, _DASHES)))}]")
_BLOCK = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+|[^\sa-z0-9]")
_RUN = re.compile(r"[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Clean:
    """The text in NFC and half width, without invisible characters; `at` maps to the original.

    `folded` is `string` in lower case without marks, one character for each.
    """

    string: str
    at: Sequence[int]
    folded: str

    def span(self, start: int, end: int) -> Span:
        """The characters of the original behind `[start, end)` of `string`."""
        return Span(self.at[start], self.end(end))

    def end(self, index: int) -> int:
        """Where the character before `index` ends in the original; one may have become several."""
        last = index
        while last < len(self.string) and self.at[last] == self.at[index - 1]:
            last += 1
        return self.at[last]


@dataclass(frozen=True, slots=True)
class Text:
    """A message as words.

    `plain[i]` is word i in lower case without marks; `marked[i]` the same with marks, its tone
    at the end (`tone_last`), or the plain form where it was typed without; `starts[i]`, `ends[i]`
    its place in `raw`; `capital[i]` whether it was typed with a capital. Digits are words of their
    own ("21h30" is 21, giờ, 30), so are punctuation marks. `accented` is true where the writer
    types marks as a habit, so that a word without marks is meant so. `words` are all of `plain`, so
    that whoever looks for a few words first asks whether there is one.
    """

    raw: str
    clean: Clean
    plain: tuple[str, ...]
    marked: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    capital: tuple[bool, ...]
    accented: bool
    words: frozenset[str]

    def __len__(self) -> int:
        return len(self.plain)

    def span(self, first: int, end: int) -> Span:
        """The characters of the words `[first, end)`."""
        return Span(self.starts[first], self.ends[end - 1])

    def without(self, spans: Sequence[Span]) -> "Text":
        """The same words with "#" for those in the spans, so that nothing is read into them."""
        if not spans:
            return self
        hidden = [
            any(s.start < self.ends[i] and self.starts[i] < s.end for s in spans)
            for i in range(len(self))
        ]
        plain = tuple("#" if h else w for h, w in zip(hidden, self.plain, strict=True))
        marked = tuple("#" if h else w for h, w in zip(hidden, self.marked, strict=True))
        return Text(
            self.raw, self.clean, plain, marked, self.starts, self.ends, self.capital,
            self.accented, frozenset(plain),
        )  # fmt: skip

    def word(self, index: int) -> str:
        """Word `index` without marks, "" outside the message."""
        return self.plain[index] if 0 <= index < len(self.plain) else ""


def clean(raw: str) -> Clean:
    """The text in NFC and half width with a map back."""
    if raw.isascii() or _is_clean(raw):
        return Clean(raw, range(len(raw) + 1), fold_each(raw))
    if unicodedata.is_normalized("NFKC", raw) and not _HIDDEN.search(raw):
        string = raw.translate(_DASHES)
        return Clean(string, range(len(raw) + 1), fold_each(string))
    return _clean_slowly(raw)


def _is_clean(raw: str) -> bool:
    return unicodedata.is_normalized("NFKC", raw) and not _ODD.search(raw)


def _clean_slowly(raw: str) -> Clean:
    pieces: list[str] = []
    at: list[int] = []
    for start, cluster in _clusters(raw):
        piece = unicodedata.normalize("NFKC", cluster).translate(_DASHES)
        pieces.append(piece)
        at.extend([start] * len(piece))
    string = "".join(pieces)
    return Clean(string, [*at, len(raw)], fold_each(string))


def _clusters(raw: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for index, character in enumerate(raw):
        if character in _IGNORABLE or 0xFE00 <= ord(character) <= 0xFE0F:
            continue
        # Marks join the letter before them, but no endless tower of them (hostile text).
        if found and unicodedata.combining(character) and len(found[-1][1]) < 6:
            found[-1] = (found[-1][0], found[-1][1] + character)
        else:
            found.append((index, character))
    return found


class _Builder:
    """Collects words with their places in the cleaned text; one message, one builder."""

    def __init__(self, source: Clean) -> None:
        self.source = source
        self.folded = source.folded
        self.lower = lower_each(source.string)
        self.words: list[tuple[str, str, int, int]] = []
        self.accents = 0

    def add_letters(self, plain: str, marked: str, start: int, end: int, telex: bool) -> None:
        aliases = ALIASES.get(marked)
        if aliases and any(self._add_alias(alias, start, end) for alias in aliases):
            return
        if plain != marked:
            self.accents += 1
            marked = tone_last(marked)
        elif telex and (decoded := keys.telex(plain)):
            plain, marked = fold(decoded), tone_last(decoded)
        self.words.append((plain, marked, start, end))

    def _add_alias(self, alias: Alias, start: int, end: int) -> bool:
        if alias.when != "always":
            follows = bool(self.words) and self.words[-1][0].isdigit()
            if alias.when == "after_number" and not follows:
                return False
            if alias.when == "not_after_number" and follows and self._touches(start):
                return False
            touches = follows and self._touches(start)
            if alias.when == "not_before_number" and (touches or self._number_follows(end)):
                return False
            if alias.when == "between" and (not touches or self._number_follows(end)):
                return False
        for plain, word in alias.words:
            self.words.append((plain, word, start, end))
        return True

    def _touches(self, start: int) -> bool:
        return start > 0 and self.folded[start - 1].isdigit()

    def _number_follows(self, end: int) -> bool:
        return self.folded[end : end + 2].strip()[:1].isdigit()

    def add_block(self, block: str, marked: str, start: int, end: int, decode: keys.Typing) -> None:
        """One block that is no plain word: see `add_blocks`."""
        if block.isalpha() or not block[0].isalnum():
            self.add_letters(block, marked, start, end, decode.telex)
        elif block.isdigit():
            self.words.append((block, block, start, end))
        elif decode.vni and (decoded := keys.vni(block)):
            self.words.append((fold(decoded), tone_last(decoded), start, end))
        else:
            for run in _RUN.finditer(block):
                self.add_run(start + run.start(), start + run.end())

    def add_blocks(
        self, blocks: list[str], marked: list[str], spans: list[tuple[int, int]]
    ) -> None:
        """All blocks: most are words that stand for themselves."""
        decode = keys.typing(marked)
        add, telex = self.words.append, decode.telex
        for block, word, (start, end) in zip(blocks, marked, spans, strict=True):
            if word in ALIASES or not (block.isalpha() or block.isdigit()) or telex:
                self.add_block(block, word, start, end, decode)
            elif word == block:
                add((block, block, start, end))
            else:
                self.accents += 1
                add((block, tone_last(word), start, end))

    def add_run(self, start: int, end: int) -> None:
        run = self.folded[start:end]
        if run[0].isdigit():
            self.words.append((run, run, start, end))
        else:
            self.add_letters(run, self.lower[start:end], start, end, False)

    def build(self, raw: str) -> Text:
        if not self.words:
            return Text(raw, self.source, (), (), (), (), (), False, frozenset())
        plain, marked, starts, ends = zip(*self.words, strict=True)
        string = self.source.string
        if string.islower():
            capital = (False,) * len(plain)
        else:
            capital = tuple([string[at].isupper() for at in starts])
        if not isinstance(self.source.at, range):
            starts = tuple(self.source.at[at] for at in starts)
            ends = tuple(self.source.end(at) for at in ends)
        accented = self.accents * 4 > len(plain)
        return Text(
            raw, self.source, plain, marked, starts, ends, capital, accented, frozenset(plain)
        )


def read(raw: str) -> Text:
    """The words of a message; any string will do."""
    builder = _Builder(clean(raw))
    folded, lower = builder.folded, builder.lower
    spans = [match.span() for match in _BLOCK.finditer(folded)]
    blocks = [folded[start:end] for start, end in spans]
    marked = blocks if lower == folded else [lower[start:end] for start, end in spans]
    builder.add_blocks(blocks, marked, spans)
    return builder.build(raw)
