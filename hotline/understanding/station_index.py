"""The gazetteer turned round: from a folded spelling to the stations that may be meant.

Rule: built once, on first use, from the gazetteer and the English words of signs; a station is its
row number, and a row number below zero (`~row`) is one under an old name or another reading.
"""

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hotline.places import gazetteer
from hotline.places.kana import fold_name, hepburn, hiragana, hiragana_letters, plain
from hotline.places.signs import as_signed
from hotline.understanding.spelling import ear, fine, voiceless

Rows = tuple[int, ...]
_PREFIX = 3
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


@dataclass(frozen=True, slots=True)
class Index:
    """Spellings of all stations; `letters`, `fines` and `ears` run parallel."""

    letters: tuple[str, ...]
    fines: tuple[str, ...]
    ears: tuple[str, ...]
    rows: tuple[Rows, ...]
    by_fine: dict[str, Rows]
    by_ear: dict[str, Rows]
    by_voiceless: dict[str, Rows]
    by_head: dict[str, list[int]]
    by_tail: dict[str, list[int]]


def _spellings() -> dict[str, Rows]:
    """Plain romaji to rows; aliases below zero."""
    _, names, kanas, romajis, _, _, _, _, _, aliases = gazetteer.columns()
    found: dict[str, list[int]] = {}
    whole = "\n".join(romajis).lower().translate(_UNMARK).replace("-", "").replace(" ", "")
    for row, letters in enumerate(whole.split("\n")):
        found.setdefault(letters, []).append(row)
        if letters.startswith("jr"):
            found.setdefault(letters[2:], []).append(~row)
        if letters.endswith("kuko") and names[row].endswith("空港"):
            found.setdefault(letters[:-4] + "airport", []).append(~row)
        if "・" in names[row]:
            _add_parts(found, row, names[row], kanas[row])
        signed = as_signed(names[row], romajis[row])
        if signed != romajis[row]:
            found.setdefault(plain(signed.removesuffix(" Station")), []).append(row)
    for row, listed in enumerate(aliases):
        for alias in listed.split(",") if listed else ():
            if alias[0] in _HIRAGANA:
                found.setdefault(plain(hepburn(alias)), []).append(~row)
    return {letters: tuple(rows) for letters, rows in found.items()}


_UNMARK = str.maketrans("āīūēō", "aiueo")
_HIRAGANA = frozenset(chr(c) for c in range(0x3041, 0x3097))


def _add_parts(found: dict[str, list[int]], row: int, name: str, kana: str) -> None:
    """元町・中華街 is also called 元町: the first part when another station has that name."""
    first = name.split("・")[0]
    for other in _kana_of_name().get(first, ()):
        if kana.startswith(other):
            found.setdefault(plain(hepburn(other)), []).append(~row)


@cache
def _kana_of_name() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, kana in zip(gazetteer.columns()[1], gazetteer.columns()[2], strict=True):
        found.setdefault(name, set()).add(kana)
    return found


def _gather(keys: tuple[str, ...], rows: tuple[Rows, ...]) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for key, more in zip(keys, rows, strict=True):
        found[key] = found[key] + more if key in found else more
    return found


@cache
def index() -> Index:
    """The index of all spellings (about 0.1 s the first time)."""
    spellings = _spellings()
    letters, rows = tuple(spellings), tuple(spellings.values())
    joined = fine("\n".join(letters))
    fines = tuple(joined.split("\n"))
    ears = tuple(ear(joined).split("\n"))
    head: dict[str, list[int]] = {}
    tail: dict[str, list[int]] = {}
    for number, key in enumerate(ears):
        head.setdefault(key[:_PREFIX], []).append(number)
        tail.setdefault(key[-_PREFIX:], []).append(number)
    voiced = tuple(voiceless(joined).split("\n"))
    return Index(
        letters, fines, ears, rows,
        _gather(fines, rows), _gather(ears, rows), _gather(voiced, rows), head, tail,
    )  # fmt: skip


def own(rows: Rows) -> Rows:
    """The stations that bear the name today; if none does, those that bore it."""
    if len(rows) == 1 and rows[0] >= 0:
        return rows
    today = tuple(dict.fromkeys(row for row in rows if row >= 0))
    return today or tuple(dict.fromkeys(~row for row in rows))


def as_heard(rows: Rows, folded: str) -> Rows:
    """Of stations that sound alike those whose doubled letters fit best (yokkaichi, yokaichi)."""
    if len(rows) < 2:
        return rows
    names = {row: fine(plain(gazetteer.columns()[3][row if row >= 0 else ~row])) for row in rows}
    open_form = ear(folded, keep_double=True)
    slips = {
        row: OSA.distance(ear(name, keep_double=True), open_form) if row >= 0 else 9
        for row, name in names.items()
    }
    least = min(slips.values(), default=0)
    return tuple(row for row in rows if slips[row] == least)


def heard_as_tsu(rows: Rows, folded: str) -> Rows:
    """With stations whose "tsu" sounds like "su" ("xư-gi-đô": Tsujido), of as many beats."""
    beats = len(_BEATS.findall(folded))
    others = as_heard(index().by_ear.get(ear(folded).replace("su", "tu"), ()), folded)
    fitting = tuple(row for row in others if _beats_of(row) == beats)
    return rows if any(_beats_of(row) == beats for row in rows) else fitting or rows


_BEATS = re.compile("[aiueo]+")


def _beats_of(row: int) -> int:
    return len(_BEATS.findall(fine(plain(gazetteer.columns()[3][row if row >= 0 else ~row]))))


def better_known(rows: Rows, heard: str) -> Rows:
    """Stations that sound like these and are likelier: Niigata for "ni ga ta"."""
    weight = weights()
    mine = max(weight[row if row >= 0 else ~row] for row in rows)
    others = index().by_ear.get(heard, ())
    return tuple(r for r in others if r >= 0 and r not in rows and weight[r] > mine)


@dataclass(frozen=True, slots=True)
class Near:
    """A spelling close to the one asked for; `cost` counts slips, 0 for none."""

    rows: Rows
    cost: float


def near(letters: str, everywhere: bool = False) -> list[Near]:
    """Spellings within two slips (one below eight letters), best first, at most eight.

    A slip is a wrong, missing, added or swapped letter, as typed or as heard. Looks only at
    spellings that share three letters at either end, unless `everywhere`.
    """
    table = index()
    folded = fine(letters)
    heard = ear(folded)
    if len(heard) < 4 or len(letters) < 5 or len(letters) > 40:
        return []
    limit = 2 if len(letters) >= 7 else 1
    numbers = _pool(table, heard, letters, limit, everywhere)
    costs = [(_cost(table, n, letters, folded, heard), n) for n in numbers]
    best = sorted(pair for pair in costs if pair[0] <= limit + 0.45)[:8]
    return [Near(table.rows[n], cost) for cost, n in best]


def _pool(table: Index, heard: str, letters: str, limit: int, everywhere: bool) -> set[int]:
    if everywhere:
        by_ear = process.extract(
            heard, table.ears, scorer=OSA.distance, score_cutoff=limit, limit=40
        )
        typed = process.extract(
            letters, table.letters, scorer=OSA.distance, score_cutoff=limit, limit=40
        )
        return {number for _, _, number in (*by_ear, *typed)}
    pool = set(table.by_head.get(heard[:_PREFIX], ()))
    pool.update(table.by_tail.get(heard[-_PREFIX:], ()))
    size = len(heard)
    return {n for n in pool if -limit <= len(table.ears[n]) - size <= limit}


def _cost(table: Index, number: int, letters: str, folded: str, heard: str) -> float:
    """Slips between two spellings: the cheaper of as typed and as heard; the others break ties."""
    as_typed = OSA.distance(letters, table.letters[number])
    as_heard = OSA.distance(heard, table.ears[number])
    as_folded = OSA.distance(folded, table.fines[number])
    ends = (heard[0] != table.ears[number][0]) + (heard[-1] != table.ears[number][-1])
    least = min(float(as_typed), as_heard + 0.2, as_folded + 0.1)
    return least + 0.02 * (as_typed + as_heard + as_folded) + 0.1 * ends


@cache
def by_digits() -> dict[str, Rows]:
    """Keypad digits of the Hepburn spelling, a long vowel once, to stations (no old names).

    Where two vowels meet without being long (Shimo-Ogawa) both spellings lead to the station.
    """
    found: dict[str, list[int]] = {}
    for letters, rows in zip(index().letters, index().rows, strict=True):
        today = [row for row in rows if row >= 0]
        once = letters.replace("oo", "o").replace("ou", "o").replace("uu", "u")
        for spelling in {letters, once} if today else ():
            found.setdefault(spelling.translate(_KEYPAD), []).extend(today)
    return {digits: tuple(dict.fromkeys(rows)) for digits, rows in found.items()}


@cache
def by_name() -> dict[str, Rows]:
    """Japanese name, variant characters folded, to rows."""
    found: dict[str, list[int]] = {}
    _, names, _, _, _, _, _, _, _, aliases = gazetteer.columns()
    for row, name in enumerate(names):
        found.setdefault(fold_name(name), []).append(row)
        if name.startswith(("JR", "ＪＲ")):
            found.setdefault(fold_name(name)[2:], []).append(~row)
    for row, listed in enumerate(aliases):
        for alias in listed.split(",") if listed else ():
            if alias[0] not in _HIRAGANA:
                found.setdefault(fold_name(alias), []).append(~row)
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def by_kana() -> dict[str, Rows]:
    """Hiragana without long marks to rows."""
    found: dict[str, list[int]] = {}
    for row, kana in enumerate(gazetteer.columns()[2]):
        found.setdefault(fold_kana(kana), []).append(row)
    for row, listed in enumerate(gazetteer.columns()[9]):
        for alias in listed.split(",") if listed else ():
            if alias[0] in _HIRAGANA:
                found.setdefault(fold_kana(alias), []).append(~row)
    return {kana: tuple(rows) for kana, rows in found.items()}


_KANA_TWINS = str.maketrans("づぢ", "ずじ")


def fold_kana(kana: str) -> str:
    """Hiragana in which づ and ず, ぢ and じ are equal and ー is dropped."""
    return hiragana(kana).translate(_KANA_TWINS).replace("ー", "")


def kana_letters(text: str) -> str:
    """As `fold_kana`, one character for one: ー stays."""
    return hiragana_letters(text).translate(_KANA_TWINS)


_TOWN_BONUS = 3.0


@cache
def weights() -> tuple[float, ...]:
    """How likely each station is before a word is said: Vietnamese residents of the prefecture
    times the lines that stop there, more for a city's main station (sources:
    `hotline/places/NOTICE`)."""
    residents = {code: place.residents for code, place in gazetteer.prefectures().items()}
    towns = gazetteer.municipalities()
    cities = {place.name: jis[:2] for jis, place in towns.items() if place.kind == "市"}
    _, names, _, _, prefecture, _, _, _, lines, _ = gazetteer.columns()
    return tuple(
        residents[code]
        * (listed.count(",") + 1) ** 1.5
        * (_TOWN_BONUS if cities.get(name + "市") == code else 1.0)
        for name, code, listed in zip(names, prefecture, lines, strict=True)
    )
