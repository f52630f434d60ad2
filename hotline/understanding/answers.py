"""Short answers to a question that was asked: "hôm qua", "ba". Alone they tell of nothing.

Rule: whoever calls this knows what was asked; a message of its own goes through `understand`.
"""

from datetime import datetime

from hotline.understanding import counts, dates
from hotline.understanding.model import When
from hotline.understanding.numbers import number
from hotline.understanding.phrases import phrases
from hotline.understanding.text import read


def moment(text: str, received: datetime) -> When | None:
    """The time that an answer to "when?" names. `received` is Japan time, naive."""
    words = read(text)
    return dates.find(words, phrases().find(words), received, "arrest")


def people(text: str) -> int | None:
    """The number that an answer to "how many people?" names, 1 to 9,999."""
    words = read(text)
    if stated := counts.numbers(words):
        return stated[0].value
    found = [number(words, at) for at in range(len(words))]
    values = [value for value, _ in filter(None, found) if 0 < value < 10_000]
    return values[0] if values else None
