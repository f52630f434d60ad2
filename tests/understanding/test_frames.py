"""What words of certain meanings say together."""

from datetime import datetime

import pytest

from hotline.understanding import frames
from hotline.understanding.message import understand
from hotline.understanding.phrases import phrases
from hotline.understanding.tables import BadTable, Entry
from hotline.understanding.text import read

NOW = datetime.fromisoformat("2026-11-24T20:00")


def labels(text: str) -> set[str]:
    words = read(text)
    return {hit.label for hit in frames.find(words, phrases().find(words))}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("máy ép cán nát bàn tay", "injury"),
        ("trưởng chuyền lấy thước quật vào đầu", "abuse"),
        ("hứa 18 man mà đưa có 6 man", "wages"),
        ("cảnh sát ập vô dẫn bạn em đi", "arrest"),
        ("bị bốc đi rồi", "arrest"),
        ("mãi chưa nghe hồi âm", "lost"),
    ],
)
def test_words_tell_it_together(text: str, label: str) -> None:
    assert label in labels(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("máy móc ở đây. bàn tay khéo", "injury"),  # two sentences
        ("cảnh sát đưa về bệnh viện", "arrest"),
        ("dọa gọi cảnh sát bắt", "arrest"),
        ("chồng em bị người lạ đánh", "abuse"),
        ("sếp đi vắng một hai ba bốn năm sáu bảy tám chín mười đánh", "abuse"),  # too far
    ],
)
def test_words_apart_or_of_somebody_else_do_not(text: str, label: str) -> None:
    assert label not in labels(text)


@pytest.mark.parametrize(
    "text",
    ["em không bị bắt", "chưa ai bị bắt hết", "bị cảnh sát hỏi thẻ nhưng không bị bắt, họ cho đi"],
)
def test_what_is_denied_is_not_told(text: str) -> None:
    assert understand(text, NOW).kind == "other"


@pytest.mark.parametrize("phrase", ["police 3 nobody", "! 3", ""])
def test_a_broken_frame_is_named(phrase: str) -> None:
    with pytest.raises(BadTable, match=r"frames\.toml"):
        frames.read_frame(Entry(phrase, "frames", "arrest", 1.0), {"police"})
