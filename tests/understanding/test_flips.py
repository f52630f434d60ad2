"""What a message says stays the same when only its spelling changes.

Every message of the tune half is written again without marks, hastily (the short forms of chats),
in capitals, with other stations or with polite words around it. A kind or a
role that turns over is an error, whether or not the first was right. The least shares are what is
reached, rounded down: without marks words truly are other words too.
"""

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from hotline.understanding.letters import fold
from hotline.understanding.message import understand
from tests.understanding.test_scores import VECTORS, rows

HASTE = {
    "không": "ko", "được": "dc", "người": "ng", "cảnh sát": "cs", "công ty": "cty", "rồi": "r",
    "với": "vs", "mọi người": "mn", "hôm nay": "hnay", "hôm qua": "hqua", "biết": "bít",
    "chồng": "ck", "vợ": "vk", "em": "e",
}  # fmt: skip
OTHERS = {
    "Ueno": "Kanda", "Shinjuku": "Shibuya", "Kawasaki": "Kamata", "Osaka": "Kobe",
    "Nghệ An": "Thái Bình", "Hà Tĩnh": "Nam Định", "Tuấn": "Hùng", "Hương": "Lan",
}  # fmt: skip


def _words(table: dict[str, str], text: str) -> str:
    for word in sorted(table, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){word}(?!\w)", table[word], text)
    return text


CHANGES: dict[str, tuple[Callable[[str], str], float, float]] = {
    "without marks": (fold, 0.9, 0.92),
    "in haste": (lambda text: _words(HASTE, text), 0.99, 0.99),
    "in capitals": (str.upper, 0.99, 0.99),
    "other names and places": (lambda text: _words(OTHERS, text), 1.0, 1.0),
    "with a greeting": (lambda text: f"Chào anh chị ạ. {text}", 0.99, 0.98),
    "with a request": (lambda text: f"{text.rstrip('.')}. Mong mọi người giúp đỡ ạ", 0.99, 0.99),
}


@pytest.mark.parametrize("change", CHANGES)
def test_spelling_turns_no_meaning_over(change: str) -> None:
    write, kinds, roles = CHANGES[change]
    same = {"kind": 0, "role": 0}
    gold = [
        row for row in rows(VECTORS / "messages_tune.jsonl") if write(row["text"]) != row["text"]
    ]
    for row in gold:
        received = datetime.fromisoformat(row["received"])
        before, after = (understand(text, received) for text in (row["text"], write(row["text"])))
        same["kind"] += before.kind == after.kind
        same["role"] += before.role == after.role
    shares = {field: count / len(gold) for field, count in same.items()}
    least = {"kind": kinds, "role": roles}
    assert {f: v for f, v in shares.items() if v < least[f]} == {}
