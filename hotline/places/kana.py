"""Kana to Hepburn, and the forms under which two spellings of one Japanese name meet.

Rule: standard library only; nothing here reads a file.
"""

import re
import unicodedata
from collections.abc import Iterator


def _split(beats: str) -> list[str]:
    return beats.split()


_ONE = {
    **dict(
        zip(
            "あいうえおかきくけこさしすせそたちつてとなにぬねの",
            _split("a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no"),
            strict=True,
        )
    ),
    **dict(
        zip(
            "はひふへほまみむめもやゆよらりるれろわゐゑをん",
            _split("ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro wa i e o n"),
            strict=True,
        )
    ),
    **dict(
        zip(
            "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔ",
            _split("ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu"),
            strict=True,
        )
    ),
    **dict(zip("ぁぃぅぇぉゃゅょゎゕゖ", _split("a i u e o ya yu yo wa ka ke"), strict=True)),
}
_TWO = {
    "てぃ": "ti",
    "でぃ": "di",
    "でゅ": "du",
    "ふぁ": "fa",
    "ふぃ": "fi",
    "ふぇ": "fe",
    "ふぉ": "fo",
    "しぇ": "she",
    "じぇ": "je",
    "ちぇ": "che",
    "うぃ": "wi",
    "うぇ": "we",
    "うぉ": "wo",
    "ゔぁ": "va",
    "ゔぃ": "vi",
    "くぇ": "kue",
}
_LONG = str.maketrans("aiueo", "āīūēō")
_MACRONS = str.maketrans("āīūēō", "aiueo")
_LOOK_ALIKE = str.maketrans(
    "ヶがガヵのノっツつ龍澤鐵廣嶋冨邊﨑櫻濱會國壺",
    "ケケケケののツツツ竜沢鉄広島富辺崎桜浜会国壷",
)
_BRACKETS = re.compile(r"[〈（(<][^〉）)>]*[〉）)>]")


def hiragana(text: str) -> str:
    """Katakana, half width too, as hiragana; everything else after NFKC as it is."""
    return hiragana_letters(unicodedata.normalize("NFKC", text))


def hiragana_letters(text: str) -> str:
    """Full-width katakana as hiragana; one character for one."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def fold_name(name: str) -> str:
    """A kanji name without brackets and final 駅, variant characters made equal."""
    name = _BRACKETS.sub("", unicodedata.normalize("NFKC", name))
    if len(name) > 2 and name.endswith("駅"):
        name = name[:-1]
    return name.translate(_LOOK_ALIKE)


def fold_letters(text: str) -> str:
    """Variant characters made equal; one character for one."""
    return text.translate(_LOOK_ALIKE)


def _moras(kana: str) -> Iterator[str]:
    """Hepburn of each mora; "+" for a long mark, "*" for a doubled consonant."""
    i = 0
    while i < len(kana):
        pair = kana[i : i + 2]
        if pair in _TWO:
            yield _TWO[pair]
        elif len(pair) == 2 and pair[1] in "ゃゅょ" and pair[0] in _ONE:
            head, glide = _ONE[pair[0]][:-1], _ONE[pair[1]]
            yield head + (glide[1:] if head in ("sh", "ch", "j") else glide)
        else:
            yield {"っ": "*", "ー": "+"}.get(kana[i], _ONE.get(kana[i], ""))
            i -= 1
        i += 2


def hepburn(kana: str) -> str:
    """Modified Hepburn of hiragana, lower case, with macrons: しんおおくぼ -> shinōkubo."""
    out = ""
    for mora in _moras(kana):
        if mora == "+":
            out = out[:-1] + out[-1:].translate(_LONG)
        elif mora in ("u", "o") and out[-1:] == "o":
            out = out[:-1] + "ō"
        elif mora == "u" and out[-1:] == "u":
            out = out[:-1] + "ū"
        elif out.endswith("*"):
            out = out[:-1] + ("t" if mora.startswith("ch") else mora[:1]) + mora
        else:
            out += mora
    return re.sub("n(?=[bmp])", "m", out.replace("*", ""))


def plain(romaji: str) -> str:
    """Romaji as typed: lower case, letters only, a long vowel once."""
    return "".join(c for c in romaji.lower().translate(_MACRONS) if "a" <= c <= "z")
