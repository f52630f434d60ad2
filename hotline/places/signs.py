"""Names of stations as their signs write them in Latin letters: 天王洲アイル is "Tennōzu Isle".

The table of stations has romaji of the reading, "Tennōzuairu", which nobody would know again.
`english.tsv` has the words that are English; what stands between them is left as it is read.
"""

import re
from functools import cache
from importlib.resources import files

from hotline.places.kana import hepburn, hiragana

_KATAKANA = re.compile("[ァ-ヺー]{2,}")


def as_signed(name: str, romaji: str) -> str:
    """The romaji of a station with the English words of its name as words."""
    if not _KATAKANA.search(name):
        return romaji
    letters = romaji.lower()
    for written, word, read in _english():
        if written in name and read in letters:
            name = name.replace(written, " ", 1)
            letters = letters.replace(read, f" {word} ", 1)
    if letters == romaji.lower():
        return romaji
    return " ".join(part[:1].upper() + part[1:] for part in letters.split())


@cache
def _english() -> tuple[tuple[str, str, str], ...]:
    """As written, in English, as read; longest first."""
    table = (files("hotline.places") / "english.tsv").read_text("utf-8")
    pairs = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return tuple((kana, word, hepburn(hiragana(kana))) for kana, word in pairs)
