"""A process at the door remembers its own texts and tables, and no word of a caller."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from hotline.understanding import letters
from tests.channels.test_coming_back import told
from tests.line import TestLine, action

# Rows of the gazetteer, days, and texts of ours with their gaps open: nobody's words.
HARMLESS = {"station", "_formatted", "_cut_up"}


def caches() -> Iterator[tuple[str, Any]]:
    """Every function of ours that remembers what it was asked."""
    modules = [m for name, m in sorted(sys.modules.items()) if name.startswith("hotline")]
    for module in modules:
        if isinstance(module, ModuleType):
            for name, value in sorted(vars(module).items()):
                if hasattr(type(value), "cache_info"):
                    yield f"{module.__name__}.{name}", value


def sizes() -> dict[str, int]:
    found = {name: cache.cache_info().currsize for name, cache in caches()}
    found["letters._OURS"] = len(letters._OURS)
    return {n: size for n, size in found.items() if n.rpartition(".")[2] not in HARMLESS}


def a_call(line: TestLine, words: str) -> None:
    call = line.sid("CA")
    xml = line.call(call)
    line.call(call, action(xml), SpeechResult=words)
    line.hang_up(call)


def test_no_word_of_a_caller_stays_in_a_cache(line: TestLine) -> None:
    told(line)
    a_call(line, "hôm qua hai người bị bắt ở ga Ueno")
    before = sizes()
    assert len(before) > 10
    line.text("Thằng Khuyến nhà bà Thoả mất tích, áo sọc, ở gần ga Ueno", "+840000000501")
    line.text("anh Ngoan bij bawst owr ga Ueno, ddeem qua", "+840000000502")  # Telex
    line.text("e7m bi5 d9a1nh", "+840000000503")  # VNI
    line.text("zalo cua no la 090-0000-0001", "+840000000504")
    told(line)
    a_call(line, "con gái bà Nhuần mất liên lạc ở ga Ueno")
    assert sizes() == before
    wording = line.doors.wording
    made_once = repr((wording._written, wording._spoken))
    assert "ga" in made_once
    assert "Ueno" not in made_once
