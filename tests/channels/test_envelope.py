"""Words that a browser sealed: kept, never read on this side, understood where they are opened."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.public import Box, PrivateKey, PublicKey
from nacl.utils import random

from hotline import wiring_stores
from hotline.channels.site.form import LONGEST_SEALED
from hotline.intake.floods import MANY
from hotline.intake.handover import NOT_OPENED
from hotline.settings import Settings
from hotline.stores.sealing import pad
from tests.line import TestLine
from tests.visitor import Page, Visitor

STORY = "hôm qua bắt 3 người ở ga Ueno, bạn em tên Tuấn quê Nghệ An"
KEPT = "chỉ người giúp mở được"


def seal(line: TestLine, words: str) -> str:
    """As `static/chat.js` does it."""
    return sealed(line.doors.envelope, pad(words.encode("utf-8", "surrogatepass")))


def sealed(key: bytes, padded: bytes) -> str:
    head, public = key[:9], PublicKey(key[9:])
    once = PrivateKey.generate()
    nonce = random(Box.NONCE_SIZE)
    shut = Box(once, public).encrypt(padded, nonce).ciphertext
    return base64.b64encode(head + bytes(once.public_key) + nonce + shut).decode()


@pytest.fixture
def visitor(line: TestLine) -> Visitor:
    return Visitor(line.client)


def send(visitor: Visitor, box: str, words: str = "", page: Page | None = None) -> Page:
    return visitor.send({**(page or visitor.page).form, "words": words, "box": box})


def test_sealed_words_become_a_tip_with_what_is_understood_of_them(
    line: TestLine, visitor: Visitor
) -> None:
    page = send(visitor, seal(line, STORY))
    assert KEPT in page.said
    assert "110" in page.said  # whether there is danger nobody here can know
    assert "Báo tin về một người" in page.buttons  # the question stands
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert (tip.narrative, tip.channel, tip.complete) == (STORY, "web", True)
    assert (tip.kind, tip.people.count, tip.people.sought[0].name) == ("arrest", 3, "Tuấn")
    assert tip.place.stations[0].romaji == "Ueno"
    assert tip.when.start


def test_nothing_on_this_side_can_open_them(line: TestLine, visitor: Visitor) -> None:
    box = seal(line, STORY)
    page = send(visitor, box)
    assert "Ueno" not in page.raw
    dumps = b"".join(line.dump(key) for key in line.keys(bool))
    for trace in (STORY.encode(), box.encode(), base64.b64decode(box)):
        assert trace not in dumps


def test_a_flood_of_boxes_stands_apart_as_any_other(line: TestLine, visitor: Visitor) -> None:
    for number in range(MANY + 2):
        send(visitor, seal(line, f"{STORY} {number}"))
        visitor.press("Kể xong, gửi đi")
    line.tips()
    apart = [row.apart for row in line.book.casebook.list().rows]
    assert (apart.count(False), apart.count(True)) == (MANY - 1, 3)


def test_what_the_caller_answers_outside_counts_more_than_what_is_understood(
    line: TestLine, visitor: Visitor
) -> None:
    visitor.press("Báo tin về một người")
    visitor.write("bạn em bị bắt")
    visitor.write("ga Shin-Okubo")
    send(visitor, seal(line, "hôm qua bị bắt ở ga Ueno"), words="còn dở")
    assert visitor.page.draft == "còn dở"
    assert "Hôm nào" in visitor.page.said
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert [one.romaji for one in tip.place.stations] == ["Shin-Ōkubo"]
    assert tip.when.start
    assert "bị bắt ở ga Ueno" in tip.narrative


def test_sealed_words_can_be_taken_back_and_erased(line: TestLine, visitor: Visitor) -> None:
    send(visitor, seal(line, STORY))
    visitor.press("Bỏ câu vừa rồi")
    send(visitor, seal(line, "cái khác"))
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert tip.narrative == "cái khác"
    assert "đã xoá hết" in visitor.press("Xoá hết").said
    assert line.tips() == []


def test_the_same_box_twice_counts_once(line: TestLine, visitor: Visitor) -> None:
    form = {**visitor.page.form, "words": "", "box": seal(line, STORY)}
    assert visitor.send(form).said == visitor.send(form).said
    assert line.figures().totals["accepted"] == 1


def test_numbers_and_codes_are_taken_out_where_they_are_opened(
    line: TestLine, visitor: Visitor
) -> None:
    send(visitor, seal(line, "gọi em số 090-0000-0000 nhé\x00\u202e, bạn em mất liên lạc"))
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert "0000" not in tip.narrative
    assert tip.redacted["phone"] == 1
    assert tip.narrative.isprintable()


def test_the_longest_words_that_the_page_takes_fit(line: TestLine, visitor: Visitor) -> None:
    words = "\U0001f480" * (LONGEST_SEALED - 1) + "X"
    assert KEPT in send(visitor, seal(line, words)).said
    visitor.press("Kể xong, gửi đi")
    assert line.tips()[0].narrative == words


def of_another_key(line: TestLine) -> str:
    return sealed(
        line.doors.envelope[:1] + bytes(8) + bytes(PrivateKey.generate().public_key), pad(b"x")
    )


def of_no_size(line: TestLine) -> str:
    return sealed(line.doors.envelope, bytes(700))


@pytest.mark.parametrize(
    "make",
    [
        of_another_key,
        of_no_size,
        lambda line: seal(line, STORY)[:-8],
        lambda line: seal(line, STORY) + "A" * 20_000,
        lambda _: "no base64 ạ",
        lambda line: base64.b64encode(line.doors.envelope).decode(),
    ],
)
def test_what_is_no_box_for_us_is_refused_and_not_thanked_for(
    line: TestLine, visitor: Visitor, make: Callable[[TestLine], str]
) -> None:
    form = visitor.page.form
    page = send(visitor, make(line), words="còn dở")
    assert (page.status, page.draft, page.form) == (400, "còn dở", form)
    assert "chưa ghi lại được" in page.said
    assert line.keys() == []


@pytest.mark.parametrize(("place", "bytes_"), [(-1, b"\x00"), (9, bytes(32))])
def test_a_box_that_no_key_opens_loses_nothing_else(
    line: TestLine, visitor: Visitor, place: int, bytes_: bytes
) -> None:
    raw = bytearray(base64.b64decode(seal(line, STORY)))
    raw[place : place + len(bytes_) or None] = bytes_
    send(visitor, base64.b64encode(raw).decode())
    visitor.write("bạn em bị bắt ở ga Ueno")
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert NOT_OPENED in tip.narrative
    assert "ga Ueno" in tip.narrative


def test_sealed_words_wait_in_the_spool_too(settings: Settings, tmp_path: Path) -> None:
    env = {**TestLine(settings).settings_env(), "HOTLINE_SPOOL_DIR": f"{tmp_path}/spool"}
    line = TestLine(Settings.from_env(env))
    visitor = Visitor(line.client)
    line.break_stores()
    visitor.client = line.client
    assert "mình đã giữ" in send(visitor, seal(line, STORY)).said
    assert wiring_stores.bring_in(line.settings, wiring_stores.links(line.settings)[0])() == 1
    line.idle(40)
    (tip,) = line.tips()
    assert tip.narrative == STORY


def test_what_is_served_is_what_was_published(line: TestLine) -> None:
    page = (Path(__file__).parents[2] / "docs/page.md").read_text("utf-8")
    published = dict(re.findall(r"^\| `(\w+\.js)` \| `(\w{64})` \|$", page, re.MULTILINE))
    names = ("chat.js", "nacl.js", "voice.js", "disguise.js")
    served = {name: line.client.get(f"/{name}").data for name in names}
    assert {name: hashlib.sha256(raw).hexdigest() for name, raw in served.items()} == published
