"""A short flood against a real demo: everybody's words are filed, and a fault would be told."""

from pathlib import Path

import pytest

from hotline.bench import flood


def test_in_a_flood_nothing_is_refused_or_lost_and_danger_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "BEFORE", 1.0)
    monkeypatch.setattr(flood, "FLOOD", 4.0)
    monkeypatch.setattr(flood, "FEW", 10)  # each tells some thirty reports, where ten are many
    told = flood.measure(tmp_path)
    assert told["before"]["sent"] == flood.NORMAL
    assert told["flood"]["sent"] == 4 * flood.NORMAL * flood.TIMES
    assert (told["lost"], told["flood"]["refused"]) == (0, 0)
    kinds = told["by_kind"]
    assert all(each["filed"] == each["sent"] for each in kinds.values())
    assert kinds["danger"]["answered"] == kinds["danger"]["sent"]
    assert kinds["caller"]["apart"] == 0
    assert kinds["again"]["apart"] > 0


def test_what_must_not_be_is_told() -> None:
    well = {"sent": 10, "answered": 10, "filed": 10, "apart": 0}
    told = {
        "lost": 0,
        "flood": {"refused": 0, "p99_s": 0.1},
        "by_kind": {"danger": well, "caller": well},
    }
    assert flood.faults(told) == []
    told["lost"] = 2
    told["flood"] = {"refused": 1, "p99_s": 2.5}
    told["by_kind"] = {"danger": {**well, "answered": 9}, "caller": {**well, "apart": 1}}
    assert len(flood.faults(told)) == 5
