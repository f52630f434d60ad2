"""`hotline matches`, run as a person runs it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from hotline import cli_matches, wiring_book
from hotline.settings import Settings
from hotline.wiring_book import Database
from tests.records.test_matching import seen, sought

Env = Mapping[str, str]
Out = pytest.CaptureFixture[str]


@pytest.fixture
def book(env: Env) -> Database:
    return wiring_book.database(Settings.from_env(env, "command"))


def run(env: Env, out: Out, *words: str) -> Any:
    assert cli_matches.main([*words, "--json"], env) == 0
    return json.loads(out.readouterr().out)


def test_a_tip_is_answered_with_those_that_may_be_the_same(
    env: Env, book: Database, capsys: Out
) -> None:
    one, other, mother = seen(), seen(), sought()
    for tip in (one, other, mother):
        book.casebook.file(tip)  # no worker has been here
    found = run(env, capsys, one.id)
    assert [row["tip"] for row in found] == [other.id, mother.id]
    first = found[0]
    assert 0.9 <= first["score"] <= 1
    assert "same station" in first["reasons"]
    assert "place.same_station" in first["codes"]
    assert (first["band"], first["link"], first["same_case"]) == ("strong", "event", True)
    assert len(run(env, capsys, one.id, "--limit", "1")) == 1
    assert "同じ駅" in run(env, capsys, one.id, "--locale", "ja")[0]["reasons"]


def test_without_a_tip_the_best_of_all_are_told_and_cases_with_their_tips(
    env: Env, book: Database, capsys: Out
) -> None:
    one, other = seen(), seen()
    for tip in (one, other):
        book.casebook.file(tip)
    (row,) = run(env, capsys)
    assert {row["of"], row["tip"]} == {one.id, other.id}
    (case,) = run(env, capsys, "--cases")
    assert case["tips"] == sorted([one.id, other.id])
    assert len(run(env, capsys, "--again")) == 1


def test_people_read_a_line_a_match(env: Env, book: Database, capsys: Out) -> None:
    one, other = seen(), seen()
    for tip in (one, other):
        book.casebook.file(tip)
    assert cli_matches.main([one.id], env) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split()[:3] == [line[:4], "strong", other.id]
    assert "same station" in line
    assert cli_matches.main(["--cases"], env) == 0
    assert one.id in capsys.readouterr().out
    assert cli_matches.main([], env) == 0
    assert other.id in capsys.readouterr().out


def test_nothing_to_tell_is_an_empty_list(env: Env, book: Database, capsys: Out) -> None:
    tip = seen()
    book.casebook.file(tip)
    assert run(env, capsys, tip.id) == run(env, capsys) == run(env, capsys, "--cases") == []


def test_an_unknown_tip_is_a_failure_and_a_bad_limit_wrong_use(env: Env, capsys: Out) -> None:
    assert cli_matches.main(["nobody"], env) == 1
    assert "no such tip" in capsys.readouterr().err
    for words in (["x", "--limit", "0"], ["x", "--limit", "many"], ["x", "--locale", "fr"]):
        with pytest.raises(SystemExit) as ended:
            cli_matches.main(words, env)
        assert ended.value.code == 2
