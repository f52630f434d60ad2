"""A recording's whole way: a call, the provider, the disguise, the case book, deletion there."""

import socket
import threading
from dataclasses import replace

import numpy as np
import pytest

from hotline import wiring_book, wiring_stores
from hotline.intake.errors import Unavailable
from hotline.intake.recordings import NOT_THERE_TRIES, Disguised, Studio, Useless, fetch_one, wait
from hotline.provider.client import LARGEST, Client
from hotline.provider.recordings import ProviderRecordings
from hotline.recordings import wave
from hotline.recordings.bounded import disguised
from hotline.records.tip import Tip
from hotline.stores.redis_recordings import RedisRecordings
from hotline.stores.sealing import Opener
from tests.line import TestLine, action
from tests.provider.conftest import client, fake
from tests.provider.fake import ACCOUNT, TOKEN, Fake
from tests.recordings.voices import MAN

__all__ = ["client", "fake"]

WAV = wave.write(MAN)


@pytest.fixture
def studio(line: TestLine, fake: Fake) -> Studio:
    durable, _ = wiring_stores.links(line.settings)
    book = wiring_book.database(line.settings)
    return Studio(
        RedisRecordings(durable),
        Opener(line.settings.recipient_private_key),
        ProviderRecordings(Client(fake.url, ACCOUNT, TOKEN, 2.0)),
        disguised,
        book.attachments,
        book.casebook,
    )


def told(line: TestLine, fake: Fake, sound: bytes | None = WAV) -> Tip:
    """A call whose story was recorded; its tip, filed."""
    sid, name = line.sid("CA"), line.sid("RE")
    if sound is not None:
        fake.add("Recordings", name, sound=sound)
    xml = line.call(sid)
    for keys in ("1", "2", "00", "00", "00", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    line.call(sid, action(xml), RecordingSid=name, RecordingDuration="2")
    line.hang_up(sid)
    return line.tips()[0]


def run(line: TestLine, studio: Studio, later: int = 0) -> dict[str, int]:
    return fetch_one(studio, lambda: int(line.now.timestamp()) + later)


def now(line: TestLine, tip: Tip) -> Tip:
    read = line.book.casebook.read(tip.id)
    assert read is not None
    return read


def test_a_voice_is_disguised_stored_and_deleted_at_the_provider(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    tip = told(line, fake)
    assert run(line, studio) == {"disguised": 1}
    (attachment,) = now(line, tip).attachments
    assert (attachment.held, attachment.disguised) == ("here", True)
    assert not fake.items["Recordings"]
    kept = line.book.attachments.read(attachment.id)
    assert kept is not None
    assert kept[:1] == b"\xff"
    assert WAV[100:200] not in kept
    assert run(line, studio) == {}


def test_one_that_is_not_there_yet_is_waited_for_and_one_that_never_comes_is_given_up(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    tip = told(line, fake, None)
    later = 0
    for _ in range(NOT_THERE_TRIES - 1):
        assert run(line, studio, later) == {"again": 1}
        later += 1_000
    assert run(line, studio, later) == {"gone": 1}
    assert now(line, tip).attachments[0].held == "lost"


def test_one_that_takes_a_minute_to_come_is_had(line: TestLine, fake: Fake, studio: Studio) -> None:
    tip = told(line, fake, None)
    later = tries = 0
    while later < 60:
        assert run(line, studio, later) == {"again": 1}
        assert run(line, studio, later + 1) == {}  # not before its time
        tries += 1
        later += wait(tries)
    (name,) = {asked.rpartition("/")[2] for asked in fake.asked}
    fake.add("Recordings", name.removesuffix(".wav"), sound=WAV)
    assert run(line, studio, later) == {"disguised": 1}
    assert now(line, tip).attachments[0].held == "here"


def test_what_is_longer_than_we_keep_is_cut(line: TestLine, fake: Fake, studio: Studio) -> None:
    tip = told(line, fake, wave.write(np.tile(MAN, 151)))
    short = replace(studio, disguise=lambda sound: Disguised(b"mp3" * 99, 300, wave.read(sound)[1]))
    assert run(line, short) == {"cut": 1}
    (attachment,) = now(line, tip).attachments
    assert (attachment.held, attachment.seconds) == ("here", 300)
    assert not fake.items["Recordings"]


def test_a_page_of_words_is_no_recording_and_deletes_none(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    """As a proxy or a provider says "back soon" with 200: the real one is still there."""
    told(line, fake)
    for tries, kind in enumerate(("text/html; charset=utf-8", "application/json", "Text/Plain")):
        fake.kind = kind
        assert run(line, studio, 1_000 * tries) == {"again_provider": 1}
    assert len(fake.items["Recordings"]) == 1
    fake.kind = "binary/octet-stream"
    assert run(line, studio, 4_000) == {"disguised": 1}


def test_half_a_recording_is_none(line: TestLine, studio: Studio) -> None:
    """As a connection that breaks off: the length that was announced did not come."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4_096)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(WAV)}\r\n\r\n"
                connection.sendall(head.encode() + WAV[: len(WAV) // 2])

        thread = threading.Thread(target=answer)
        thread.start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        source = ProviderRecordings(Client(base, ACCOUNT, TOKEN, 2.0))
        with pytest.raises(Unavailable, match="provider"):
            source.fetch("RE" + "1" * 32)
        thread.join()


@pytest.mark.parametrize(
    ("sound", "outcome"),
    [
        (b"<html>", "not_audio"),
        (WAV[:60], "empty"),
        (b"", "not_audio"),
        (wave.write(np.zeros(16_000)), "silent"),
        (b"RIFF" + bytes(LARGEST), "too_big"),
    ],
    ids=("words", "nothing said", "nothing", "silence", "too much"),
)
def test_what_holds_no_word_goes_and_its_tip_stays(
    line: TestLine, fake: Fake, studio: Studio, sound: bytes, outcome: str
) -> None:
    tip = told(line, fake, sound)
    assert run(line, studio) == {outcome: 1}
    assert not fake.items["Recordings"]
    assert now(line, tip).attachments[0].held == "lost"


def test_a_provider_or_a_disguise_that_fails_is_tried_again_and_nothing_is_deleted(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    told(line, fake)
    fake.faults = [(503, 0)]
    assert run(line, studio) == {"again_provider": 1}

    def broken(_: bytes) -> Disguised | Useless:
        raise Unavailable("disguise")

    assert run(line, replace(studio, disguise=broken), 1_000) == {"again_disguise": 1}
    assert len(fake.items["Recordings"]) == 1
    assert run(line, studio, 3_000) == {"disguised": 1}


def test_stored_but_not_deleted_is_deleted_the_next_time_and_stored_once(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    tip = told(line, fake)
    sound = fake.items["Recordings"]
    fake.faults = []
    real = studio.source

    class Stubborn:
        def fetch(self, reference: str) -> bytes | Useless | None:
            return real.fetch(reference)

        def remove(self, reference: str) -> None:
            raise Unavailable("provider")

    assert run(line, replace(studio, source=Stubborn())) == {"again_provider": 1}
    first = line.book.attachments.read(now(line, tip).attachments[0].id)
    assert len(sound) == 1
    assert run(line, studio, 1_000) == {"disguised": 1}
    assert line.book.attachments.read(now(line, tip).attachments[0].id) == first
    assert not fake.items["Recordings"]


def test_an_erased_tip_takes_its_recording_with_it(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    tip = told(line, fake)
    line.book.casebook.erase(tip.id)
    assert run(line, studio) == {"orphan": 1}
    assert not fake.items["Recordings"]


def test_a_note_that_nobody_opens_keeps_nobody_waiting(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    durable, _ = wiring_stores.links(line.settings)
    durable.call("SADD", "hl:fetch", b"not a note")
    assert run(line, studio) == {"unreadable": 1}
    told(line, fake)
    assert run(line, studio) == {"disguised": 1}
