"""What a caller reads of a station is what its signs say."""

import pytest

from hotline.places import gazetteer
from hotline.places.signs import as_signed
from hotline.understanding.stations import resolve


@pytest.mark.parametrize(
    ("name", "romaji", "signed"),
    [
        ("天王洲アイル", "Tennōzuairu", "Tennōzu Isle"),
        ("高輪ゲートウェイ", "Takanawagētowei", "Takanawa Gateway"),
        ("千葉ニュータウン中央", "Chibanyūtaunchūō", "Chiba New Town Chūō"),
        ("センター北", "Sentākita", "Center Kita"),
        ("マキノ", "Makino", "Makino"),  # a name, no English
        ("新大久保", "Shin-Ōkubo", "Shin-Ōkubo"),
    ],
)
def test_english_words_are_written_as_such(name: str, romaji: str, signed: str) -> None:
    assert as_signed(name, romaji) == signed
    (row,) = [one for one in gazetteer.stations() if one.name == name][:1]
    assert row.romaji == signed


def test_every_sign_is_understood() -> None:
    table = zip(gazetteer.stations(), gazetteer.columns()[3], strict=True)
    signed = [row for row, romaji in table if row.romaji != romaji]
    assert len(signed) > 100
    for row in signed:
        found = {(m.station.name, m.station.prefecture) for m in resolve(row.romaji).matches}
        assert (row.name, row.prefecture) in found, row.romaji
