"""`hotline understand` keeps its promises to scripts."""

import io
import json

import pytest

from hotline.cli_understand import main

RECEIVED = "2026-11-24T20:00:00+09:00"


def test_one_text_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["em trai em bi bat toi qua", "--received", RECEIVED, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == {
        "kind": "arrest",
        "role": "relative",
        "stations": [],
        "when": {"start": "2026-11-23T18:00", "end": "2026-11-24T00:00"},
        "count": 1,
        "hometown": None,
        "names": [],
        "identifiers": [],
    }


BAD = [
    b"not json",
    b"[]",
    b'{"id": "b"}',
    b'{"id": "b", "text": "\xff"}',
    b"[" * 100_000,
    b'{"id": "b", "text": "SECRET", "received": 5}',
    b'{"id": "b", "text": "SECRET", "received": "SECRET"}',
]


def test_a_bad_line_does_not_lose_the_others_and_is_not_repeated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = json.dumps(
        {"id": "a", "text": "t\u00ean \ud800Tu\u1ea5n b\u1ecb b\u1eaft", "received": RECEIVED}
    )
    lines = b"\n".join([good.encode(), *BAD, b"", good.encode()])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))  # as a program is read
    assert main(["--jsonl"]) == 1
    captured = capsys.readouterr()
    assert [json.loads(line)["kind"] for line in captured.out.splitlines()] == ["arrest", "arrest"]
    told = [line.split(": ")[1] for line in captured.err.splitlines()]
    assert told == [f"line {number}" for number in range(2, 2 + len(BAD))]
    assert "SECRET" not in captured.err


def test_wrong_use_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["x", "--received", "yesterday"]) == 2
    assert main(["--nonsense"]) == 2
    assert "hotline understand" in capsys.readouterr().err
