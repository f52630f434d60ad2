"""The contract of attachments, on SQLite and on PostgreSQL."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from hotline.intake.errors import Mistaken
from hotline.intake.ports import Attachments
from hotline.records.attachment import Stored, held_here, neutral_name
from hotline.records.tip import Tip
from hotline.stores.attachments import LARGEST, PIECE, SqlAttachments
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.casekey import KeyRing
from hotline.stores.database import migrate, open_engine
from tests.tips import a_tip

VOICE = b"ID3" + bytes(range(256)) * 40


@pytest.fixture
def tip(engine: Engine, ring: KeyRing) -> Tip:
    tip = a_tip()
    SqlCaseBook(engine, ring).file(tip)
    return tip


@pytest.fixture
def shelf(engine: Engine, ring: KeyRing) -> SqlAttachments:
    return SqlAttachments(engine, ring)


def put(shelf: SqlAttachments, tip: Tip, content: bytes = VOICE, number: int = 0) -> bool:
    port: Attachments = shelf
    attachment = tip.attachments[number].id
    return port.put(tip.id, attachment, "audio/mpeg", content, seconds=41, disguised=True)


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_bytes_come_back_as_they_were(shelf: SqlAttachments, tip: Tip, size: int) -> None:
    content = os.urandom(size)
    assert put(shelf, tip, content)
    (stored,) = shelf.of(tip.id)
    assert shelf.read(stored.id) == content
    digest = hashlib.sha256(content).hexdigest()
    assert stored == Stored(stored.id, tip.id, "audio/mpeg", size, digest, 41, True)


def test_the_second_time_changes_nothing(shelf: SqlAttachments, tip: Tip) -> None:
    assert put(shelf, tip)
    assert not put(shelf, tip, b"other")
    assert shelf.read(tip.attachments[0].id) == VOICE


def test_eight_workers_store_one_recording_once(shelf: SqlAttachments, tip: Tip) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: put(shelf, tip), range(8)))
    assert sorted(done) == [False] * 7 + [True]


def test_an_unknown_or_erased_tip_takes_nothing(
    engine: Engine, ring: KeyRing, shelf: SqlAttachments, tip: Tip
) -> None:
    assert not put(shelf, a_tip())
    SqlCaseBook(engine, ring).erase(tip.id)
    assert not put(shelf, tip)
    assert shelf.of(tip.id) == ()
    assert shelf.read(tip.attachments[0].id) is None


def test_with_a_tip_its_attachments_go(
    engine: Engine, ring: KeyRing, shelf: SqlAttachments, tip: Tip
) -> None:
    put(shelf, tip)
    SqlCaseBook(engine, ring).erase(tip.id)
    with engine.begin() as held:
        for table in ("attachments", "attachment_pieces"):
            count = text(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert held.scalar(count) == 0, table


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_nothing_and_too_much_are_refused(shelf: SqlAttachments, tip: Tip, size: int) -> None:
    with pytest.raises(Mistaken, match=r"^attachment_size$"):
        put(shelf, tip, bytes(size))


@pytest.mark.parametrize(
    "meddle",
    [
        "DELETE FROM attachment_pieces WHERE number = 1",
        "UPDATE attachment_pieces SET number = 2 - number WHERE number <> 1",
    ],
)
def test_pieces_that_were_cut_or_moved_do_not_open(
    engine: Engine, shelf: SqlAttachments, tip: Tip, meddle: str
) -> None:
    put(shelf, tip, os.urandom(3 * PIECE))
    if meddle.startswith("UPDATE"):
        meddle_by = ["number = 7 WHERE number = 0", "number = 0 WHERE number = 2",
                     "number = 2 WHERE number = 7"]  # fmt: skip
        orders = [f"UPDATE attachment_pieces SET {each}" for each in meddle_by]  # noqa: S608
    else:
        orders = [meddle]
    with engine.begin() as held:
        for order in orders:
            held.execute(text(order))
    with pytest.raises(Mistaken, match=r"^casebook_key$"):
        shelf.read(tip.attachments[0].id)


def test_companions_are_told_in_the_same_transaction(
    engine: Engine, ring: KeyRing, tip: Tip
) -> None:
    class Fails:
        def attached(self, held: Connection, tip_id: str, attachment_id: str) -> None:
            raise Mistaken(attachment_id)

    with pytest.raises(Mistaken, match=tip.attachments[0].id):
        put(SqlAttachments(engine, ring, [Fails()]), tip)
    assert SqlAttachments(engine, ring).of(tip.id) == ()


def test_no_recording_is_on_the_disk(ring: KeyRing, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/book.db")
    migrate(engine)
    tip = a_tip()
    SqlCaseBook(engine, ring).file(tip)
    put(SqlAttachments(engine, ring), tip)
    disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert VOICE[:32] not in disk
    assert hashlib.sha256(VOICE).hexdigest().encode() not in disk
    engine.dispose()


def test_a_tip_says_what_lies_here() -> None:
    tip = a_tip()
    assert tip.attachments[0].held == "provider"
    stored = Stored(tip.attachments[0].id, tip.id, "audio/mp4", 3, "", 41, False)
    told = held_here(tip, [stored]).attachments[0]
    assert (told.held, told.media_type, told.disguised) == ("here", "audio/mp4", False)
    assert held_here(tip, []) == tip


@pytest.mark.parametrize(
    ("media_type", "name"),
    [("audio/mpeg", "recording-1.mp3"), ("image/jpeg", "attachment-1.jpg"),
     ("x/y", "attachment-1.bin")],
)  # fmt: skip
def test_names_say_nothing(media_type: str, name: str) -> None:
    tip = a_tip()
    assert neutral_name(tip, tip.attachments[0].id, media_type) == name
    assert neutral_name(tip, "another", media_type) == name.replace("1", "2")
