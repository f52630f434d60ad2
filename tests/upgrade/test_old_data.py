"""A data directory of the first form, filled and then cut off from power, under today's release.

`first.tar.xz` is the folder of a `hotline demo` that knew sessions, sealed parts and tips and
nothing else: four tips filed, one report accepted and still waiting, one still being told. Its keys
are a demo's and open nothing else. A form that changes gets a folder of its own beside it.
"""

import tarfile
from pathlib import Path

import pytest

from hotline.settings import Settings
from hotline.wiring_book import database
from tests.demos import running_demo, until
from tests.test_demo import filed, text, tips

OLD = sorted(Path(__file__).parent.glob("*.tar.xz"))


@pytest.mark.parametrize("archive", OLD, ids=lambda path: path.name)
def test_an_old_data_directory_is_brought_up_and_loses_nothing(
    archive: Path, tmp_path: Path
) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    with running_demo(tmp_path) as demo:
        until(lambda: filed(demo, "ban toi bi giu o ga ueno"), 30)
        until(lambda: filed(demo, "canh sat dua 2 nguoi di"), 30)  # silent for longer than we wait
        assert [tip["complete"] for tip in tips(demo)].count(False) == 1
        assert len(tips(demo)) == 6
        assert text(demo, "thay 2 nguoi bi bat o ga ueno", "+840000000301")
        text(demo, "XONG", "+840000000301")
        until(lambda: filed(demo, "thay 2 nguoi bi bat o ga ueno"))
    book = database(Settings.from_env({"HOTLINE_DATA_DIR": str(tmp_path)}))
    assert all(row.readable for row in book.casebook.list().rows)
