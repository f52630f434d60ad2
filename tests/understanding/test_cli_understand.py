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


def test_a_bad_line_does_not_lose_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = json.dumps({"id": "a", "text": "xin chào", "received": RECEIVED})
    lines = f'{good}\nnot json\n[]\n{{"id": "b"}}\n{good.replace("a", "c", 1)}\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))  # the program reads the real one
    assert main(["--jsonl"]) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2 - ("c" not in good.replace("a", "c", 1))
    assert [line.split(":")[1].strip() for line in captured.err.splitlines()] == [
        "line 2",
        "line 3",
        "line 4",
    ]


def test_wrong_use_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["x", "--received", "yesterday"]) == 2
    assert main(["--nonsense"]) == 2
    assert "hotline understand" in capsys.readouterr().err


def test_errors_do_not_repeat_the_message(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO('{"id": 1, "text": "SECRET", "received": "SECRET"}')
    )
    assert main(["--jsonl"]) == 1
    assert "SECRET" not in capsys.readouterr().err
