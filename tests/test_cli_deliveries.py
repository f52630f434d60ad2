"""`hotline deliveries`, on a case book of its own."""

import json
from pathlib import Path

import pytest

from hotline import wiring_book
from hotline.cli_deliveries import main
from hotline.keys import new_keys
from hotline.settings import Settings
from tests.sinks.fakes import KEY
from tests.tips import a_tip


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "sinks.toml").write_text(
        '[sinks.ngo]\ntype = "webhook"\naudience = "helpers"\n'
        'url = "https://case.example"\nsecret_file = "secret"\n'
    )
    return {
        **new_keys(),
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/book.db",
        "HOTLINE_SINKS": str(tmp_path / "sinks.toml"),
    }


def test_a_person_decides(env: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    book = wiring_book.database(Settings.from_env(env)).casebook
    tip = a_tip()
    book.file(tip)
    assert main(["list", "--state", "held", "--json"], env) == 0
    ((row),) = json.loads(capsys.readouterr().out)
    assert (row["tip_id"], row["sink"], row["state"]) == (tip.id, "ngo", "held")
    for words, code in (
        (["replay", row["id"]], 1),
        (["release", row["id"]], 0),
        (["release", row["id"]], 1),
        (["park", row["id"]], 0),
        (["discard", row["id"], "nobody"], 1),
        (["show", "nobody"], 1),
    ):
        assert main(words, env) == code, words
    acts = wiring_book.database(Settings.from_env(env)).audit.read()
    assert [act.act.partition(".")[2] for act in acts] == ["discard", "park", "release"]
    assert {act.operator for act in acts} == {"(command line)"}
    capsys.readouterr()
    assert main(["show", row["id"], "--json"], env) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "discarded"


def test_tips_of_before_are_offered(
    env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    without = {name: value for name, value in env.items() if name != "HOTLINE_SINKS"}
    wiring_book.database(Settings.from_env(without)).casebook.file(a_tip())
    for made in (1, 0):
        assert main(["offer", "--json"], env) == 0
        assert json.loads(capsys.readouterr().out) == {"made": made}


def test_the_form_is_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["form"], {}) == 0
    assert b'id="hotline_tip"' in capfdbinary.readouterr().out


def test_a_wrong_word_is_wrong_use(env: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["list", "--state", "lost"], env)
