"""`hotline tips` and `hotline operators`, run as a person runs them."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from lxml import etree

from hotline import cli_operators, cli_tips, wiring_book
from hotline.intake.errors import Mistaken
from hotline.records.export import COLUMNS, PFIF, guarded, to_pfif
from hotline.records.tip import Attachment, People, Place, Sought, from_json, problems
from hotline.settings import Settings
from hotline.stores.casebook import SqlCaseBook
from tests.tips import STORY, a_tip

Env = Mapping[str, str]
Out = pytest.CaptureFixture[str]


@pytest.fixture
def book(env: Env) -> SqlCaseBook:
    return wiring_book.database(Settings.from_env(env, "command")).casebook


def run(capfd: Out, env: Env, *words: str) -> str:
    capfd.readouterr()
    assert cli_tips.main(words, env) == 0
    return capfd.readouterr().out


def test_list_has_no_words(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    tip = a_tip()
    book.file(tip)
    out = run(capfd, env, "list")
    assert out.startswith(f"{tip.id}\t2026-11-23T19:00+09:00\tnew\tarrest\tsms\twhole\t新大久保")
    assert STORY not in out
    (row,) = json.loads(run(capfd, env, "list", "--json"))
    assert (row["id"], row["people"], row["place"]) == (tip.id, 3, "新大久保 Shin-Ōkubo")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("--kind arrest", 1),
        ("--kind wages", 0),
        ("--channel sms --state new --complete --prefecture 13 --place okubo", 1),
        ("--unfinished", 0),
        ("--since 2026-11-23 --until 2026-11-23", 1),
        ("--until 2026-11-22", 0),
        ("--page 2", 0),
    ],
)
def test_list_filters(env: Env, book: SqlCaseBook, capfd: Out, words: str, found: int) -> None:
    book.file(a_tip())
    assert len(json.loads(run(capfd, env, "list", "--json", *words.split()))) == found


def test_a_next_page_is_told_beside_the_list(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    for _ in range(3):
        book.file(a_tip())
    capfd.readouterr()
    assert cli_tips.main(["list", "--limit", "2"], env) == 0
    captured = capfd.readouterr()
    assert (len(captured.out.splitlines()), captured.err) == (2, "more: --page 2\n")


def test_show_gives_the_record_and_steers_no_terminal(
    env: Env, book: SqlCaseBook, capfd: Out
) -> None:
    tip = a_tip(narrative="a\x1b[31m\x9b\u202e b")
    book.file(tip)
    assert from_json(json.loads(run(capfd, env, "show", tip.id))) == tip
    shown = run(capfd, env, "show", tip.id)
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert from_json(json.loads(run(capfd, env, "show", tip.id, "--json"))) == tip


def test_a_tip_that_is_not_there_is_a_failure(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    assert cli_tips.main(["show", "x"], env) == 1
    captured = capfd.readouterr()
    assert (captured.out, "no such tip" in captured.err) == ("", True)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "list --kind x",
        "export",
        "export --format pdf",
        "list --since x",
        "list --page 0",
        "gone",
    ],
)
def test_wrong_use(env: Env, words: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli_tips.main(words.split(), env)
    assert left.value.code == 2


def test_missing_settings_are_named() -> None:
    with pytest.raises(Mistaken, match="HOTLINE_DATABASE_URL, HOTLINE_CASEBOOK_KEY"):
        cli_tips.main(["list"], {})


def test_jsonl_is_a_record_a_line(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    tips = [a_tip(narrative="a\u2028b\nc"), a_tip(channel="voice")]
    for tip in tips:
        book.file(tip)
    lines = run(capfd, env, "export", "--format", "jsonl").split("\n")
    assert lines.pop() == ""
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [problems(record) for record in records] == [[], []]
    assert {from_json(record).id for record in records} == {tip.id for tip in tips}


def test_csv_reads_back_and_holds_no_formula(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    talk = Attachment("a", "audio/mpeg", 9, True, "=ba người")
    book.file(
        a_tip(narrative='=cmd|"/c calc"!A0, "x"\ny', place=Place("@SUM(A1)"), attachments=(talk,))
    )
    text = run(capfd, env, "export", "--format", "csv")
    assert not text.startswith("\ufeff")
    names, cells = list(csv.reader(io.StringIO(text, newline="")))
    row = dict(zip(names, cells, strict=True))
    assert tuple(names) == COLUMNS
    assert row["narrative"] == '\'=cmd|"/c calc"!A0, "x"\ny'
    assert row["place"] == "'@SUM(A1)"
    assert row["transcripts"] == "'=ba người"
    assert row["sought"] == "Tuấn, 27, male, Nghệ An, áo đỏ"


@pytest.mark.parametrize(
    "cell",
    [
        "=1", "+1", "-1", "@x", "\t=1", "\r=1", "\nx", "  =1", "＝1", "＋1", "－1", "＠x",
        "\u202e=1", "\u200b=1", "\ufeff@x", "\u3000＝1", "\u00a0-1",
        "\u2066\u2067+1", "−1", "\x00=1",
    ],
)  # fmt: skip
def test_formulas_are_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "Tuấn", "3 người", "'=1", "  a", "新大久保", "(+84)"])
def test_words_are_left_alone(cell: str) -> None:
    assert guarded(cell) == cell


def test_pfif_names_who_is_sought_and_no_author(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    tip = a_tip(kind="missing", people=People(2, (Sought("Tuấn\x00\nx", 27, "male", "Nghệ An"),)))
    book.file(tip)
    book.file(a_tip(people=People(1, (Sought(""),))))
    out = run(capfd, env, "export", "--format", "pfif", "--source", "line.example")
    root = etree.fromstring(out.encode())
    (person,) = root.findall(f"{{{PFIF}}}person")
    names = [etree.QName(child).localname for child in person]
    assert names == [
        "person_record_id", "entry_date", "expiry_date", "source_name", "source_date", "full_name",
        "sex", "age", "home_city", "home_country", "note",
    ]  # fmt: skip
    assert person.findtext(f"{{{PFIF}}}person_record_id") == f"line.example/{tip.id}.1"
    assert person.findtext(f"{{{PFIF}}}full_name") == "Tuấn x"
    assert person.findtext(f"{{{PFIF}}}source_date") == "2026-11-23T00:00:00Z"
    note = person.find(f"{{{PFIF}}}note")
    assert note is not None
    assert note.findtext(f"{{{PFIF}}}author_name") == "hotline"
    assert note.findtext(f"{{{PFIF}}}status") == "believed_missing"
    assert note.findtext(f"{{{PFIF}}}last_known_location") == "新大久保 (Shin-Ōkubo), JP"
    assert "author_email" not in out
    assert STORY not in out


def test_pfif_records_expire() -> None:
    expiry = datetime(2027, 1, 2, 15, 4, tzinfo=UTC)
    assert "<pfif:expiry_date>2027-01-02T00:00:00Z<" in "".join(
        to_pfif([a_tip()], "x.example", expiry)
    )


def test_an_export_is_warned_of(env: Env, book: SqlCaseBook, capfd: Out) -> None:
    assert cli_tips.main(["export", "--format", "jsonl"], env) == 0
    assert "not sealed" in capfd.readouterr().err


def test_an_operator_is_added_reset_closed_and_listed(env: Env, capfd: Out) -> None:
    assert cli_operators.main(["add", "Lan", "--role", "admin", "--json"], env) == 0
    made = json.loads(capfd.readouterr().out)
    staff = wiring_book.database(Settings.from_env(env, "command")).operators
    now = datetime(2026, 11, 24, tzinfo=UTC)
    authenticator = pyotp.parse_uri(made["totp_uri"])
    assert isinstance(authenticator, pyotp.TOTP)
    totp = authenticator.at(now)
    assert staff.check(made["name"], made["password"], totp, now)
    assert cli_operators.main(["reset", "lan"], env) == 0
    assert "password" in capfd.readouterr().out
    assert not staff.check(made["name"], made["password"], totp, now)
    assert cli_operators.main(["close", "lan"], env) == 0
    assert cli_operators.main(["list"], env) == 0
    assert capfd.readouterr().out == "lan\tadmin\tclosed\n"
    assert cli_operators.main(["list", "--json"], env) == 0
    assert json.loads(capfd.readouterr().out) == [{"name": "lan", "role": "admin", "active": False}]


@pytest.mark.parametrize("words", ["", "add", "add x --role root", "gone"])
def test_wrong_use_of_operators(env: Env, words: str) -> None:
    with pytest.raises(SystemExit) as left:
        cli_operators.main(words.split(), env)
    assert left.value.code == 2
