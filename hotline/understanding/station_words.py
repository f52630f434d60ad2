"""The words around a station's name (`data/station_words.toml`) and the named areas, indexed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from hotline.places import gazetteer
from hotline.places.kana import hepburn, plain
from hotline.understanding.spelling import Token, ear, fine, to_ascii
from hotline.understanding.tables import load

Role = Literal[
    "before", "after", "gas", "area", "line", "airport", "mistake", "not_this", "noise", "soft"
]
_ROLES: tuple[Role, ...] = (
    "noise", "area", "line", "airport", "mistake", "not_this", "gas", "before", "after",
)  # fmt: skip


# How the number of a block is read before "chome", as in Tanimachi 4-chome.
CHOME = {
    "1": "it",
    "2": "ni",
    "3": "san",
    "4": "yon",
    "5": "go",
    "6": "roku",
    "8": "hat",
    "9": "kyu",
}

_MORA = re.compile(
    r"(?:ch|sh|ts|ph|gi|tr|kh|gh|[bcdghjklmnpqrstvwxz])?(?:y?[aiueo]|i[auo]|oa|ua)|[aiueoy]|n"
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323đ")


@dataclass(frozen=True, slots=True)
class Area:
    """A named region: its prefectures, and the municipality's code and kind ("" if none)."""

    name: str
    prefectures: tuple[str, ...]
    jis: str = ""
    kind: str = ""


def glue(phrase: str) -> str:
    """Letters of a phrase, nothing else."""
    return "".join(c for c in to_ascii(phrase) if "a" <= c <= "z")


@cache
def words() -> dict[str, Any]:
    return load("station_words")


@cache
def roles() -> dict[str, Role]:
    """The role of each word as typed; without marks it may be "soft" (also a syllable)."""
    table = words()
    soft = set(table["syllables"])
    found: dict[str, Role] = dict.fromkeys(soft, "soft")
    for role in _ROLES:
        for word in table[role]:
            bare = to_ascii(word)
            bare_role: Role = (
                "soft" if bare in soft or (role == "noise" and is_mora(bare)) else role
            )
            found[word] = role if has_tone(word) else bare_role
            found.setdefault(bare, bare_role)
    for word in (*table["elsewhere"], *table["motorway"]):
        found[word] = "airport"
    return found


def is_mora(letters: str) -> bool:
    """Whether letters are one Japanese beat, as a Vietnamese writer cuts names: ka, shi, giu."""
    return _MORA.fullmatch(letters) is not None


def has_tone(word: str) -> bool:
    """Whether a word bears a Vietnamese tone or đ; names cut into beats mostly bear none."""
    return not _TONES.isdisjoint(unicodedata.normalize("NFD", word))


def role(token: Token) -> Role | None:
    """What a word does around a name; None for a word that may be (part of) a name."""
    return roles().get(token.word)


@cache
def trailing() -> frozenset[str]:
    return frozenset(words()["trailing"])


@cache
def bridge() -> frozenset[str]:
    return frozenset(words()["bridge"])


@cache
def elsewhere() -> frozenset[str]:
    return frozenset(words()["elsewhere"])


@cache
def motorway() -> frozenset[str]:
    return frozenset(words()["motorway"])


@cache
def inside() -> frozenset[str]:
    return frozenset(words()["inside"])


@cache
def vietnam() -> frozenset[str]:
    """Vietnamese places, letters only."""
    named = [place for group in load("provinces").get("strong", {}).values() for place in group]
    named += list(load("provinces").get("strong", {}))
    return frozenset(glue(place) for place in [*named, *words()["vietnam"]["places"]])


@cache
def vietnam_begins() -> frozenset[str]:
    """The first words of Vietnamese places of several words."""
    named = [place for group in load("provinces").get("strong", {}).values() for place in group]
    named += [*load("provinces").get("strong", {}), *words()["vietnam"]["places"]]
    return frozenset(glue(place.split()[0]) for place in named if " " in place)


@cache
def lines() -> dict[str, str]:
    """Folded name of a railway line to a part of its Japanese name."""
    return {
        fine(glue(called)): part for part, names in words()["lines"].items() for called in names
    }


@cache
def areas() -> dict[str, tuple[Area, ...]]:
    """Folded name of a prefecture, region or municipality to what bears it, the biggest first."""
    found: dict[str, list[Area]] = {}
    for place in gazetteer.prefectures().values():
        area = Area(place.ja, (place.code,), kind="県")
        for name in (place.en, place.vi, place.en + "ken", place.en + "to", place.en + "fu"):
            found.setdefault(fine(glue(name)), []).append(area)
    for region, codes in words()["regions"].items():
        found.setdefault(fine(glue(region)), []).append(Area(region, tuple(codes)))
    _add_municipalities(found)
    for name, others in words()["towns"].items():
        for other in others:
            found.setdefault(fine(glue(other)), []).extend(found.get(fine(glue(name)), ()))
    return {key: tuple(sorted(some, key=_size)) for key, some in found.items()}


def _size(area: Area) -> int:
    return {"県": 0, "市": 1, "区": 2, "wards": 3}.get(area.kind, 4)


def _add_municipalities(found: dict[str, list[Area]]) -> None:
    for town in gazetteer.municipalities().values():
        area = Area(town.name, (town.jis[:2],), town.jis, town.kind)
        letters = plain(hepburn(town.kana))
        found.setdefault(fine(letters), []).append(area)
        if town.kind == "市":
            found.setdefault(fine(letters + "shi"), []).append(area)


@cache
def areas_by_ear() -> dict[str, tuple[Area, ...]]:
    """The same for prefectures, regions and cities as a Vietnamese ear spells them."""
    found: dict[str, tuple[Area, ...]] = {}
    for key, some in areas().items():
        if some[0].kind in ("県", "", "市"):
            found.setdefault(ear(key), some)
    return found


@cache
def area_kanji() -> dict[str, Area]:
    """Japanese names of prefectures and cities, with and without their last character."""
    found: dict[str, Area] = {}
    for town in gazetteer.municipalities().values():
        if town.kind in ("市", "区"):
            area = Area(town.name, (town.jis[:2],), town.jis, town.kind)
            found.setdefault(town.name, area)
            found.setdefault(town.name[:-1], area)
    for place in gazetteer.prefectures().values():
        area = Area(place.ja, (place.code,), kind="県")
        found[place.ja] = found[place.ja if place.code == "01" else place.ja[:-1]] = area
    return found
