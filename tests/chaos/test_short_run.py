"""A whole hotline, killed at every moment: nothing accepted is lost, filed twice or altered."""

import shutil
import threading

import pytest

from hotline.bench.chaos.run import Options, report, run
from hotline.stores.database import open_engine
from tests.postgresql import Cluster, emptied

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


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("closed_at_the_end")
def test_nor_is_anything_lost_where_the_case_book_dies_again_and_again(
    postgresql: Cluster,
) -> None:
    """Repeat it by hand: `hotline bench --chaos --database …`, and `pg_ctl -m immediate stop`."""
    engine = open_engine(postgresql.url)
    emptied(engine)
    engine.dispose()
    told: list[str] = []
    over, deaths = threading.Event(), 0

    def strike() -> None:
        nonlocal deaths
        while not over.wait(2.0):
            postgresql.die()
            deaths += 1
            over.wait(1.0)
            postgresql.start()

    striker = threading.Thread(target=strike)

    def tell(line: str) -> None:
        told.append(line)
        if line == "up":
            striker.start()
        elif line.startswith("quiet"):
            over.set()
            striker.join()

    outcome = run(Options(conversations=90, seed=SEED, database=postgresql.url), tell)
    story = "\n".join([*told, report(outcome)])
    assert outcome.faults == {}, story
    assert outcome.account.accepted > 60, story
    assert deaths >= 2, story
