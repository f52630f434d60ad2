"""A sentence in English or Japanese is answered in it; Vietnamese is never taken for either."""

import pytest

from hotline.conversation.tongue import written_in
from tests.line import TestLine
from tests.understanding.test_scores import VECTORS, rows


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("My friend was arrested at Shinjuku yesterday", "en"),
        ("Hello, do you speak English?", "en"),
        ("he didn’t come home", "en"),
        ("友達が昨日、新宿駅で警察に捕まりました", "ja"),
        ("ベトナム人の同僚がいなくなって心配です", "ja"),
        ("Shin-Okubo station", None),
        ("help me", None),
        ("しんおおくぼ", None),
        ("新大久保駅", None),
        ("Ban em bi bat o しんじゅく nó sợ lắm です", None),
        ("to can an, me do o ga Ueno", None),
        ("🙏🙏🙏", None),
        ("", None),
    ],
)
def test_only_a_sentence_tells(text: str, tongue: str | None) -> None:
    assert written_in(text) == tongue


@pytest.mark.parametrize("half", ["tune", "held"])
def test_no_vietnamese_message_is_taken_for_another_language(half: str) -> None:
    texts = [row["text"] for row in rows(VECTORS / f"messages_{half}.jsonl")]
    assert [text for text in texts if written_in(text)] == []


def test_the_first_text_chooses_and_a_word_chooses_otherwise(line: TestLine) -> None:
    assert "Reply" in line.text("My friend was arrested at Shinjuku yesterday")
    assert "nhắn" in line.text("tiếng việt").lower()
    again = line.text("I do not know where he was taken")
    assert "nhan" in again.lower()  # once somebody chose, their words change nothing


def test_a_call_stays_in_vietnamese(line: TestLine) -> None:
    call = line.sid("CA")
    line.call(call)
    assert "vi-VN" in line.call(call, SpeechResult="my friend was arrested by the police").decode()
