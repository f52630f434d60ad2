"""The bench that sends on: real servers, few reports."""

from pathlib import Path

import pytest

from hotline.bench import posting
from hotline.intake.errors import Mistaken


def test_both_send_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "REPORTS", 25)
    told = posting.measure(tmp_path)
    assert min(told.values()) > 0
    assert told["sent_a_second"] < 1 / posting.TAKES * 4  # nobody is quicker than the far end


def test_reports_that_do_not_go_out_end_the_bench() -> None:
    with pytest.raises(Mistaken, match="0 of 3"):
        posting.until_all_is_sent([dict], 3)
