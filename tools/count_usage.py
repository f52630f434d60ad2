"""Writes hotline/understanding/data/usage.tsv: which words stand in messages of which kind.

    python tools/count_usage.py [--check]

Counted are the labelled messages of `tests/vectors/understanding` that may be tuned on: never the
held half, never texts of callers. `--check` writes nothing and exits with 1 when the table is not
what would be written.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from hotline.understanding import identifiers
from hotline.understanding.phrases import phrases
from hotline.understanding.text import read
from hotline.understanding.usage import KINDS, features

ROOT = Path(__file__).resolve().parents[1]
VECTORS = ROOT / "tests" / "vectors" / "understanding"
TABLE = ROOT / "hotline" / "understanding" / "data" / "usage.tsv"


def labelled() -> Iterator[tuple[str, str]]:
    """Texts and their kinds."""
    for line in (VECTORS / "messages_tune.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row["expect"]["kind"]
    for line in (VECTORS / "kinds_tune.tsv").read_text("utf-8").splitlines()[1:]:
        kind, _, _, text = line.split("\t")
        yield text, kind


def table() -> str:
    """The table, as it is written."""
    counts: dict[str, list[int]] = {}
    for text, kind in labelled():
        words = read(text)
        words = words.without([one.span for one in identifiers.find(text, words.clean)])
        meanings = [hit.label for hit in phrases().find(words)["concepts"]]
        for found in features(words.plain, meanings):
            counts.setdefault(found, [0] * len(KINDS))[KINDS.index(kind)] += 1
    rows = ["\t".join(["", *KINDS])]
    rows.extend("\t".join([name, *map(str, row)]) for name, row in sorted(counts.items()))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    written = table()
    if sys.argv[1:] == ["--check"]:
        sys.exit(written != TABLE.read_text("utf-8"))
    TABLE.write_text(written, "utf-8")
