"""`hotline card`, run as a person runs it."""

import json

import pytest

from hotline import cli_card, wiring_book
from hotline.records.tip import Place, TipStation
from hotline.settings import Settings
from tests.tips import STORY, a_tip

Out = pytest.CaptureFixture[str]


def test_a_card_as_json_has_the_public_shape(env: dict[str, str], capsys: Out) -> None:
    tip = a_tip()
    wiring_book.database(Settings.from_env(env, "command")).casebook.file(tip)
    assert cli_card.main([tip.id, "--json", "--locale", "ja"], env) == 0
    card = json.loads(capsys.readouterr().out)
    assert set(card) == {
        "tip", "prefecture", "bureau", "bar_associations", "clock", "contacts", "text",
    }  # fmt: skip
    assert (card["tip"], card["prefecture"]) == (tip.id, "13")
    assert card["bureau"] == "東京出入国在留管理局(品川)"
    assert [bar["name"] for bar in card["bar_associations"]] == [
        "東京弁護士会",
        "第一東京弁護士会",
        "第二東京弁護士会",
    ]
    assert card["clock"][0]["at"] == "2026-11-24T18:00"
    for contact in card["contacts"]:
        assert {"name", "phone", "source", "checked", "confirmed"} <= set(contact)
    assert STORY not in card["text"]


def test_a_tip_with_stations_in_two_prefectures_settles_nothing(
    env: dict[str, str], capsys: Out
) -> None:
    two = (TipStation("神田", "Kanda", "13"), TipStation("苅田", "Kanda", "40"))
    tip = a_tip(place=Place("ga kanda", two, None))
    wiring_book.database(Settings.from_env(env, "command")).casebook.file(tip)
    assert cli_card.main([tip.id, "--json"], env) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["prefecture"] is None
    assert {"東京弁護士会", "福岡県弁護士会"} <= {bar["name"] for bar in card["bar_associations"]}


def test_no_such_tip_and_wrong_use(env: dict[str, str], capsys: Out) -> None:
    assert cli_card.main(["0b7d1f7c-0000-4000-8000-000000000001"], env) == 1
    assert "no such tip" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        cli_card.main([], env)
    assert stop.value.code == 2
