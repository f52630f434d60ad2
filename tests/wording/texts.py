"""Our own texts, read once, with made-up stations."""

from dataclasses import dataclass
from functools import cache

from hotline.conversation.session import Locale
from hotline.wording.catalogue import Catalogue, load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import load_flows


@dataclass(frozen=True, slots=True)
class Station:
    """A station as wording sees it."""

    name: str
    romaji: str
    kana: str
    prefecture: str
    municipality: str


STATIONS = {
    "shinokubo": Station("新大久保", "Shin-Ōkubo", "しんおおくぼ", "13", "新宿区"),
    "okubo": Station("大久保", "Ōkubo", "おおくぼ", "13", "新宿区"),
    "okubo2": Station("大窪", "Ōkubo", "おおくぼ", "13", "八王子市"),
    "umeda": Station("梅田", "Umeda", "うめだ", "27", "大阪市"),
}
PREFECTURES = {"13": ("Tokyo", "東京都"), "27": ("Osaka", "大阪府")}


@cache
def catalogue() -> Catalogue:
    return load_catalogue(load_flows())


def prefecture_of(code: str, locale: Locale) -> str:
    latin, kanji = PREFECTURES.get(code, ("", ""))
    return kanji if locale == "ja" else latin


@cache
def wording() -> Wording:
    return Wording(catalogue(), STATIONS.get, prefecture_of)
