"""A whole hotline, killed at every moment: nothing accepted is lost, filed twice or altered."""

import shutil

import pytest

from hotline.bench.chaos.run import Options, report, run

SEED = 20_261_126


@pytest.mark.timeout(600)  # it takes a minute where nobody else works
def test_whatever_dies_every_accepted_report_is_filed_once_and_as_it_was_told() -> None:
    """Repeat it: `hotline bench --chaos --conversations 200 --seed 20261126 --power-cuts 1`."""
    told: list[str] = []
    cuts = 1 if shutil.which("cc") else 0
    outcome = run(Options(conversations=200, seed=SEED, power_cuts=cuts), told.append)
    story = "\n".join([*told, report(outcome)])
    assert outcome.faults == {}, story
    assert outcome.account.accepted > 130, story
    assert len(outcome.kills) >= 4, story  # of five kinds of processes; how many, chance says
