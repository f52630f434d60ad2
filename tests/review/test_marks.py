"""What reviewers fill in becomes a patch that the rules accept, or is told why not."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hotline import cli_prompts
from hotline.intake.errors import Mistaken
from hotline.review.marks import LONGEST, Mark, read_marks
from hotline.wording.files import folder

HEAD = "name,locale,was,text,note\n"
WHERE = "report.where"
Out = pytest.CaptureFixture[str]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of flows and catalogues, as in a checkout."""
    for name in ("prompts", "locales"):
        shutil.copytree(folder(name), tmp_path / name)
    return tmp_path


def run(house: Path, *words: str) -> int:
    here = ("--prompts", str(house / "prompts"), "--locales", str(house / "locales"))
    return cli_prompts.main([*here, *words])


def table(house: Path, capsys: Out) -> list[dict[str, str]]:
    """The table to fill in."""
    assert run(house, "book", "--format", "csv") == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))


def filled(house: Path, rows: list[dict[str, str]], **texts: str) -> Path:
    """The table with `vi`, `en`, `ja` of one text filled in."""
    for row in rows:
        if row["name"] == texts["name"]:
            row["text"] = texts.get(row["locale"], "")
    path = house / "marks.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.DictWriter(file, rows[0].keys(), delimiter=texts.get("delimiter", ","))
        out.writeheader()
        out.writerows(rows)
    return path


def sentence(rows: list[dict[str, str]], name: str, locale: str) -> str:
    (found,) = (row["was"] for row in rows if (row["name"], row["locale"]) == (name, locale))
    return found


def apply(house: Path, patch: str) -> None:
    subprocess.run(
        ("git", "apply", "-p1", "-"), input=patch.encode(), cwd=house, check=True, timeout=20
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_marked_sentence_and_its_translations_are_patched_and_in_order(
    house: Path, capsys: Out, delimiter: str
) -> None:
    rows = table(house, capsys)
    new = "Chuyện xảy ra gần ga nào? Không biết thì nhắn 0."
    marks = {"vi": new, "en": "ok", "ja": "どの えきの ちかく ですか。わからなければ 0。"}
    path = filled(house, rows, name=WHERE, delimiter=delimiter, **marks)
    assert run(house, "marks", str(path)) == 0
    apply(house, capsys.readouterr().out)
    assert f'say.written = "{new}"' in (house / "prompts/report.toml").read_text("utf-8")
    assert run(house, "check") == 0
    capsys.readouterr()
    now = table(house, capsys)
    assert sentence(now, WHERE, "vi") == new
    assert sentence(now, WHERE, "ja") == marks["ja"]
    assert sentence(now, WHERE, "en") == sentence(rows, WHERE, "en")
    differing = [a["name"] for a, b in zip(rows, now, strict=True) if a["was"] != b["was"]]
    assert differing == [WHERE, WHERE]


def test_a_table_that_nobody_filled_in_changes_nothing(house: Path, capsys: Out) -> None:
    path = filled(house, table(house, capsys), name=WHERE)
    assert run(house, "marks", str(path)) == 0
    assert capsys.readouterr().out == ""


def test_only_a_sentence_that_a_voice_says_can_be_marked_alone(house: Path, capsys: Out) -> None:
    name, new = f"{WHERE}:spoken", "Chuyện đó ở ga nào? Bấm tên ga, rồi bấm phím thăng."
    path = filled(house, table(house, capsys), name=name, vi=new, en="ok", ja="ok")
    assert run(house, "marks", str(path)) == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("+say")] == [
        f'+say.spoken = "{new}"'
    ]


def test_a_sentence_that_stands_in_a_file_twice_is_changed_where_it_is_marked(
    house: Path, capsys: Out
) -> None:
    rows = table(house, capsys)
    said = [
        row["was"] for row in rows if row["locale"] == "vi" and row["name"].startswith("common")
    ]
    twice = next(each for each in said if said.count(each) > 1)
    first, last = [r["name"] for r in rows if r["was"] == twice and r["locale"] == "vi"][:2]
    path = filled(house, rows, name=last, vi=f"{twice} nha", en="ok", ja="ok")
    run(house, "marks", str(path))
    apply(house, capsys.readouterr().out)
    now = table(house, capsys)
    assert sentence(now, first, "vi") == twice
    assert sentence(now, last, "vi") == f"{twice} nha"


def test_translations_that_nobody_looked_at_are_told(house: Path, capsys: Out) -> None:
    path = filled(house, table(house, capsys), name=WHERE, vi="Ở ga nào? Không biết thì nhắn 0.")
    assert run(house, "marks", str(path)) == 1
    out, err = capsys.readouterr()
    assert "+say.written" in out
    assert f"{WHERE}: en text is marked fuzzy; somebody has to look at it" in err


@pytest.mark.parametrize(
    ("name", "new", "told"),
    [
        (WHERE, "Bạn tên gì?", "which we promise never to ask"),
        (WHERE, "Chuyện đó xảy ra ở ga nào? " * 12, "SMS segments"),
        ("common.code", "Mã của bạn ở đây.", "has the gaps {code}, not none"),
        ("report.kind", "Nhắn STOP nhé.", "the provider blocks who sends it"),
    ],
)
def test_a_mark_that_breaks_a_rule_is_told(
    house: Path, capsys: Out, name: str, new: str, told: str
) -> None:
    path = filled(house, table(house, capsys), name=name, vi=new.strip(), en="ok", ja="ok")
    assert run(house, "marks", str(path), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert any(told in problem["what"] for problem in found["problems"])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{WHERE},vi,another sentence,new,\n", "line 2: report.where has changed since"),
        ("report.nowhere,vi,x,new,\n", "line 2: no text is called report.nowhere"),
        (f"{WHERE},fr,x,new,\n", "line 2: locale is one of vi, en, ja"),
        (f'{WHERE},vi,x,"two\nlines",\n', "line 3: a text is one line"),
        (f"{WHERE},en,x,a,\n{WHERE},en,x,b,\n", "line 3: report.where in en is marked twice"),
    ],
)
def test_a_row_that_does_not_fit_is_told_and_the_files_stay(
    house: Path, capsys: Out, row: str, told: str
) -> None:
    path = house / "marks.csv"
    path.write_text(HEAD + row, "utf-8")
    assert run(house, "marks", str(path)) == 1
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ((HEAD + "a,vi,x,Tiếng,\n").encode("utf-16"), "not UTF-8"),
        (b"name,text\na,b\n", "no column locale, was, note"),
        (b"", "no column name, locale, was, text, note"),
        (b"name,locale,was,text,note\n\0", "not a table of marks"),
        (HEAD.encode() + b"a" * LONGEST, "not a table of marks"),
        (HEAD.encode() + b'a,vi,x,"' + b"b" * 200_000, "is a quote open?"),
    ],
)
def test_what_is_no_table_of_marks_is_told(raw: bytes, told: str) -> None:
    marks, (problem,) = read_marks(raw)
    assert marks == []
    assert told in problem.what


def test_a_row_without_a_mark_says_nothing() -> None:
    raw = f"{HEAD}a,vi,x,,a note alone\nb,en,y,Ok,\n"
    assert read_marks(raw.encode()) == ([Mark(3, "b", "en", "y", "Ok")], [])


def test_a_file_that_is_not_there_is_told(house: Path) -> None:
    with pytest.raises(Mistaken, match=r"cannot read .*nowhere\.csv"):
        run(house, "marks", str(house / "nowhere.csv"))
