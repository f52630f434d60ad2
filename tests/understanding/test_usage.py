"""Usage: what words say of a message that no sign was found in, or the wrong one."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from hotline.understanding import kinds, usage
from hotline.understanding.message import understand
from hotline.understanding.tables import BadTable

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 26, 20)  # noqa: DTZ001 - Japan time
HEAD = "\t".join(["", *usage.KINDS])


def line(words: str, **counts: int) -> str:
    return "\t".join([words, *(str(counts.get(kind, 0)) for kind in usage.KINDS)])


def test_the_table_is_what_the_labelled_messages_say() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "count_usage.py", "--check"])
    assert done.returncode == 0, "run tools/count_usage.py"


def test_words_speak_for_the_kind_they_are_usual_in() -> None:
    weights = usage.weights(
        usage.parse("\n".join([HEAD, line("cong", arrest=5), line("luong", wages=5, arrest=1)]))
    )
    fields = [
        [weights[word] >> 32 * at & 0xFFFFFFFF for at in range(len(usage.KINDS))]
        for word in ("cong", "luong")
    ]
    loudest = [usage.KINDS[row.index(max(row))] for row in fields]
    assert loudest == ["arrest", "wages"]


def test_no_sum_runs_over_into_the_next_kind() -> None:
    """Nor does a weight below the middle borrow from it: it would be seen here as a huge one."""
    table = (ROOT / "hotline/understanding/data/usage.tsv").read_text("utf-8")
    weights = usage.weights(usage.parse(table))
    highest = max(
        weight >> 32 * at & 0xFFFFFFFF
        for weight in weights.values()
        for at in range(len(usage.KINDS))
    )
    assert 0 < highest * len(weights) < 2**32  # all words of the table in one message


@pytest.mark.parametrize(
    "broken",
    ["", "words\tarrest", f"{HEAD}\nba chu do\t" + "1\t" * 9, f"{HEAD}\ncong\t1", HEAD + "\ncong"
     + "\tx" * 9],
)  # fmt: skip
def test_a_broken_table_says_where(broken: str) -> None:
    with pytest.raises(BadTable, match=r"usage\.tsv"):
        usage.parse(broken)


def test_signs_that_were_misread_are_outvoted(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "nghe bao ra dau thu chi bi cam mot nam, em qua han roi cung muon ve, co that k a"
    got = understand(text, NOW)
    assert got.kind == "return"
    shown = {text[span.start : span.end] for span in got.evidence["kind"]}
    assert shown
    assert shown <= set(text.replace(",", " ").split())
    monkeypatch.setattr(kinds, "_TRUST", 1_000_000)
    assert understand(text, NOW).kind == "abuse"


@pytest.mark.parametrize(
    "text", ["bị cảnh sát hỏi thẻ nhưng không bị bắt, họ cho đi", "không ai bị bắt cả, yên tâm"]
)
def test_usage_is_not_heard_for_what_is_denied(text: str) -> None:
    assert understand(text, NOW).kind != "arrest"


def test_usage_is_not_heard_of_who_wants_not_to_be_sought() -> None:
    assert understand("toi la Hung, toi van on, dung tim toi nua", NOW).kind == "other"


def test_silence_after_an_arrest_stays_an_arrest() -> None:
    assert understand("em trai em bi bat roi mat lien lac", NOW).kind == "arrest"
