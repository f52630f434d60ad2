"""The gate of the turn: what it lets through, and what it does not."""

from pathlib import Path

import pytest

from hotline import compiled
from hotline.bench import growth, instructions
from hotline.intake.errors import Mistaken

compiled_here = compiled.runs()
BASELINE = {instructions.kind(): {"text": 4.0, "key": 1.5}}


@pytest.mark.parametrize(
    ("text", "faults"), [(4_000, 0), (4_119, 0), (4_121, 1), (40_000, 1), (400, 0)]
)
def test_a_turn_may_cost_three_percent_more_than_its_baseline(text: float, faults: int) -> None:
    counted = {"ref": 1_000.0, "text": text, "key": 1_500}
    found = instructions.gate(counted, BASELINE)
    assert len(found) == faults
    assert all(fault.startswith("text: ") for fault in found)


def test_every_case_is_judged() -> None:
    found = instructions.gate({"ref": 1_000, "text": 9_000, "key": 9_000}, BASELINE)
    assert [fault.partition(":")[0] for fault in found] == ["text", "key"]


def test_another_interpreter_is_not_judged_by_this_baseline() -> None:
    counted = {"ref": 1_000.0, "text": 9_000, "key": 9_000}
    assert instructions.gate(counted, {"2.7": {"text": 1.0, "key": 1.0}}) == []


def test_what_is_compiled_is_not_judged_by_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = {"ref": 1_000.0, "text": 9_000, "key": 9_000}
    monkeypatch.setattr(compiled, "runs", lambda: not compiled_here)
    assert instructions.gate(counted, BASELINE) == []


def test_the_committed_baseline_judges_both_turns() -> None:
    baseline = instructions.read_baseline()
    assert baseline
    for ratios in baseline.values():
        assert set(ratios) == {"text", "key"}
        assert all(1 < ratio < 10 for ratio in ratios.values())


def test_without_valgrind_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Mistaken, match="apt install valgrind"):
        instructions.count(tmp_path)


def test_a_turn_is_timed_while_conversations_stand_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "TURNS", 4)  # what is timed, not how well
    found = growth.measure(tmp_path, (10, 3_000))
    assert list(found) == ["10", "3000"]
    assert found["3000"]["redis_mb"] > found["10"]["redis_mb"] + 5
    assert all(each["text_us"] > 0 and each["key_us"] > 0 for each in found.values())
