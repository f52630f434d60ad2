"""The gazetteer: complete, consistent, quick to load, and independent of everything else."""

import re
import subprocess
import sys

import pytest

from hotline import places
from hotline.places import gazetteer
from hotline.places.kana import fold_name, hepburn, hiragana, plain

ROWS = places.stations()
PAIRS = {(row.name, row.prefecture) for row in ROWS}


def test_there_are_about_nine_thousand_stations() -> None:
    assert 8900 <= len(ROWS) <= 9200


def test_every_station_has_a_name_a_reading_a_place_and_a_prefecture() -> None:
    for row in ROWS:
        assert row.name, row.code
        assert re.fullmatch("[ぁ-ゖー]+", row.kana), row
        assert row.municipality, row
        assert row.prefecture in places.prefectures(), row
        assert row.jis.startswith(row.prefecture), row
        assert row.lat is not None, row
        assert row.lon is not None, row
        assert 24 < row.lat < 46, row
        assert 122 < row.lon < 146, row


def test_codes_are_unique_and_lead_back() -> None:
    assert len({row.code for row in ROWS}) == len(ROWS)
    assert all(places.by_code(row.code) == row for row in ROWS[::500])
    assert places.by_code("no such code") is None


@pytest.mark.parametrize(
    ("name", "prefecture"),
    [
        ("新大久保", "13"),
        ("蕨", "11"), ("西川口", "11"), ("高輪ゲートウェイ", "13"), ("博多", "40"),
        ("太田", "10"), ("西小泉", "10"), ("新富士", "22"), ("岐阜羽島", "21"), ("夢洲", "27"),
        ("箕面萱野", "27"), ("宇都宮駅東口", "09"), ("大阪梅田", "27"), ("てだこ浦西", "47"),
        ("大塚", "13"), ("大塚", "34"), ("八代", "43"), ("水海道", "08"), ("鈴鹿市", "24"),
    ],
)  # fmt: skip
def test_old_and_new_stations_are_there(name: str, prefecture: str) -> None:
    assert (name, prefecture) in PAIRS


@pytest.mark.parametrize(
    ("name", "prefecture"),
    [
        ("夕張", "01"),
        ("増毛", "01"),
        ("留萌", "01"),
        ("石見川本", "32"),
        ("佐貫", "08"),
        ("仲木戸", "14"),
    ],
)
def test_closed_and_renamed_stations_are_gone(name: str, prefecture: str) -> None:
    assert (name, prefecture) not in PAIRS


def test_a_renamed_station_keeps_its_old_name_as_an_alias() -> None:
    renamed = [row for row in ROWS if row.name == "龍ケ崎市"]
    assert renamed[0].aliases == ("佐貫", "さぬき")


@pytest.mark.parametrize(
    ("name", "prefecture", "kana"),
    [
        ("神戸", "28", "こうべ"), ("日本橋", "13", "にほんばし"), ("日本橋", "27", "にっぽんばし"),
        ("別府", "44", "べっぷ"),
        ("別府", "40", "べふ"), ("小倉", "40", "こくら"), ("神田", "13", "かんだ"),
        ("三田", "13", "みた"), ("三田", "28", "さんだ"), ("津", "24", "つ"),
    ],
)  # fmt: skip
def test_names_of_several_readings_have_the_local_one(
    name: str, prefecture: str, kana: str
) -> None:
    assert kana in {r.kana for r in ROWS if (r.name, r.prefecture) == (name, prefecture)}


@pytest.mark.parametrize(
    ("kana", "romaji"),
    [
        ("しんおおくぼ", "shinōkubo"), ("にっぽり", "nippori"), ("しんばし", "shimbashi"),
        ("まっちゃ", "matcha"),
        ("じゅうじょう", "jūjō"), ("さっぽろびーるていえん", "sapporobīruteien"),
        ("きょうと", "kyōto"), ("とうきょうてれぽーと", "tōkyōterepōto"), ("つ", "tsu"),
    ],
)  # fmt: skip
def test_kana_become_hepburn(kana: str, romaji: str) -> None:
    assert hepburn(kana) == romaji


def once(romaji: str) -> str:
    """Without what a hyphen changes: m before m and b, and vowels that meet."""
    return re.sub(r"(.)\1+", r"\1", romaji.replace("m", "n").replace("ou", "o"))


def test_romaji_follow_the_kana() -> None:
    _, _, kanas, romajis, *_ = gazetteer.columns()  # a row has the English words of its sign
    for written, romaji in zip(kanas, romajis, strict=True):
        kana = written.replace("じぇいあーる", "")
        signed = plain(romaji.removeprefix("JR-"))
        assert once(plain(hepburn(kana))) == once(signed), romaji


def test_spellings_of_one_name_meet() -> None:
    assert fold_name("鶴ヶ島駅") == fold_name("鶴ケ島")
    assert fold_name("押上〈スカイツリー前〉") == fold_name("押上")
    assert hiragana("ｶｹｶﾞﾜ") == hiragana("カケガワ") == "かけがわ"


def test_there_are_47_prefectures_with_names_in_three_languages() -> None:
    assert sorted(places.prefectures()) == [f"{n:02}" for n in range(1, 48)]
    assert places.prefecture_name("13") == "Tokyo"
    assert places.prefecture_name("13", "ja") == "東京都"
    assert places.prefectures()["27"].vi == "Đại Phản"
    with pytest.raises(KeyError):
        places.prefecture_name("48")


def test_municipalities_have_short_readings() -> None:
    towns = places.municipalities()
    assert (towns["13104"].kana, towns["13104"].kind) == ("しんじゅく", "区")
    assert (towns["10344"].kana, towns["07203"].kana) == ("しんとう", "こおりやま")
    assert towns["27100"].kana == "おおさか"
    assert towns["27127"].kind == "wards"
    assert all(re.fullmatch("[ぁ-ゖー]+", town.kana) for town in towns.values())


def test_loading_is_quick_and_small() -> None:
    """Under 60 MB and with no module beyond the standard library."""
    program = (
        "import sys, tracemalloc; tracemalloc.start();"
        "from hotline.places import gazetteer; gazetteer.columns();"
        "gazetteer.municipalities();"
        "foreign = [m for m in sys.modules if m.split('.')[0] in ('rapidfuzz', 'flask', 'redis')];"
        "print(tracemalloc.get_traced_memory()[1], foreign)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    size, foreign = out.stdout.split(maxsplit=1)
    assert int(size) < 60_000_000
    assert foreign.strip() == "[]"


def test_rows_are_read_from_columns() -> None:
    assert gazetteer.number_of_stations() == len(ROWS)
    assert gazetteer.station(0) == ROWS[0]
