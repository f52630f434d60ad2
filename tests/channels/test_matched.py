"""What one caller saw meets what another seeks: at the desk, and for neither of them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline import cli_matches, wiring_book
from hotline.settings import Settings
from tests.line import TestLine

WORKER, MOTHER = "+840000000801", "+840000000802"
SAW = "toi qua o ga shin okubo co 3 nguoi Viet bi canh sat bat, co mot nguoi ten Tuan que Nghe An"
SEEKS = (
    "Con trai tôi tên Nguyễn Văn Tuấn quê Nghệ An mất liên lạc từ hôm qua, lần cuối ở ga Shinjuku"
)


def work(line: TestLine) -> None:
    """Everything a worker does when the bell rings."""
    settings = replace(line.settings, twilio_api_base="none")
    for stage in wiring_book.stages(settings):
        stage()


def test_the_worker_process_finds_that_two_callers_speak_of_one_man(
    line: TestLine, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for sender, words in ((WORKER, SAW), (MOTHER, SEEKS)):
        line.text(words, sender)
        line.text("XONG", sender)
        line.now += timedelta(minutes=5)
    work(line)
    one, other = (row.id for row in line.book.casebook.list().rows)
    assert cli_matches.main([one, "--json"], line.settings_env()) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["tip"], found["band"], found["link"]) == (other, "strong", "person")
    assert "same given name, without marks" in found["reasons"]


def test_the_mother_hears_the_same_whether_or_not_somebody_saw_her_son(
    line: TestLine,
) -> None:
    alone = [line.text(words, "+840000000803") for words in (SEEKS, "XONG")]
    work(line)
    line.text(SAW, WORKER)
    line.text("XONG", WORKER)
    work(line)
    assert [line.text(words, MOTHER) for words in (SEEKS, "XONG")] == alone
