"""What was said in a recording: a recogniser of this machine, or none, and what becomes of it."""

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hotline import wiring_book
from hotline.intake.errors import Mistaken, Unavailable
from hotline.intake.handover import redacted
from hotline.intake.recordings import Studio
from hotline.recordings import wave
from hotline.recordings.bounded import LONGEST, heard, listener
from hotline.simulator.voice import made_up
from tests.line import TestLine
from tests.provider.fake import Fake
from tests.recordings.test_fetching import client, fake, now, run, studio, told
from tests.recordings.voices import MAN

__all__ = ["client", "fake", "studio"]

WAV = wave.write(MAN)
SAID = "toi qua o ga ueno co ba nguoi bi bat\nso cua em la 090-1234-5678"

Program = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A recogniser that is a program: what it runs; gives the setting that names it."""

    def write(code: str) -> str:
        path = tmp_path / "recogniser"
        path.write_text(f"#!{sys.executable} -I\n{code}\n")
        path.chmod(0o700)
        return f"program:{path}"

    return write


def hears(setting: str, content: bytes = WAV) -> str:
    listen = listener(setting)
    assert listen
    return listen(content)


def test_without_a_setting_nobody_listens(line: TestLine) -> None:
    assert listener("") is None
    assert line.settings.recogniser == ""


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("google", "needs vosk"),
        ("google:/tmp", "needs vosk"),
        ("vosk:model", "needs vosk"),
        ("vosk:/no/such/folder", "no such folder"),
        ("program:/no/such/program", "no such program"),
    ],
)
def test_a_bad_setting_is_refused_by_name(setting: str, says: str) -> None:
    with pytest.raises(Mistaken, match=f"HOTLINE_RECOGNISER: .*{says}"):
        listener(setting)


def test_a_worker_with_a_bad_setting_does_not_start(line: TestLine) -> None:
    settings = replace(line.settings, recogniser="vosk:/no/such/folder")
    with pytest.raises(Mistaken, match="HOTLINE_RECOGNISER"):
        wiring_book.stages(settings)


def test_a_program_hears_a_wav_of_ours_and_has_no_network_and_no_file(program: Program) -> None:
    code = """
import os, socket, sys
print(sys.stdin.buffer.read()[:4].decode(), sorted(k for k in os.environ if k != "LC_CTYPE"))
try:
    with open(sys.argv[0] + ".kept", "w") as file: file.write("a voice")
except OSError: print("no file")
try: socket.create_connection(("127.0.0.1", 9), 1)
except OSError as error: print(type(error).__name__)
"""
    said = hears(program(code)).splitlines()
    assert said[0].startswith("RIFF ['MALLOC_ARENA_MAX'")
    assert "no file" in said
    if os.geteuid() == 0:
        assert "OSError" in said  # unreachable, not refused: there is no way out


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('  ba  người \\n\\n')", "ba  người"),
        ("print('a\\x00\\x1b[2Jb\\u202e')", "a[2Jb"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe xe')", "�� xe"),
        ("print('x' * 200_000)", "x" * LONGEST),
        ("pass", ""),
    ],
)
def test_what_a_recogniser_says_is_believed_only_so_far(
    program: Program, code: str, said: str
) -> None:
    assert hears(program(code)) == said


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "raise SystemExit(3)", "import os; os.abort()"]
)
def test_a_recogniser_that_fails_is_said_to(program: Program, code: str) -> None:
    with pytest.raises(Unavailable, match="recogniser"):
        hears(program(code))


def test_what_holds_no_word_is_given_to_no_recogniser(program: Program) -> None:
    setting = program("print('invented')")
    assert hears(setting, b"<html>") == ""
    assert heard(wave.write(MAN * 0), ("/no/such/program",)) == ""


def test_words_come_redacted_to_the_tip_and_the_voice_goes(
    line: TestLine, fake: Fake, studio: Studio, program: Program
) -> None:
    tip = told(line, fake)
    code = f"import sys\nsys.stdin.buffer.read()\nprint({SAID!r})"
    asked: list[str] = []
    listen = listener(program(code))
    listening = replace(studio, listen=listen, redact=redacted, told=asked.append)
    assert run(line, listening) == {"disguised": 1}
    after = now(line, tip)
    (attachment,) = after.attachments
    assert attachment.transcript == SAID.replace("090-1234-5678", "[số điện thoại]")
    assert after.redacted["phone"] == 1
    assert (attachment.held, attachment.disguised, asked) == ("here", True, [tip.id])
    assert not fake.items["Recordings"]
    assert "1234-5678" not in str(after)


def test_a_recogniser_that_fails_keeps_no_recording_back(
    line: TestLine, fake: Fake, studio: Studio, program: Program
) -> None:
    tip = told(line, fake)
    assert run(line, replace(studio, listen=listener(program("1/0")))) == {"disguised": 1}
    (attachment,) = now(line, tip).attachments
    assert (attachment.transcript, attachment.held) == (None, "here")


def test_stored_again_after_a_fault_it_is_heard_and_counted_once(
    line: TestLine, fake: Fake, studio: Studio
) -> None:
    tip = told(line, fake)

    class Full:
        def put(self, *_: object, **more: object) -> bool:
            raise Unavailable("casebook")

    calls: list[bytes] = []

    def listen(sound: bytes) -> str:
        calls.append(sound)
        return SAID

    listening = replace(studio, listen=listen, redact=redacted)
    assert run(line, replace(listening, shelf=Full())) == {"again_casebook": 1}
    assert run(line, listening, 1_000) == {"disguised": 1}
    assert len(calls) == 1
    assert now(line, tip).redacted["phone"] == 1


def test_what_was_heard_is_compared_with_other_tips(line: TestLine, fake: Fake) -> None:
    tip = told(line, fake)
    matches = line.book.matches
    assert matches.due(9) == (tip.id,)
    matches.set_aside(tip.id)
    matches.due_again(tip.id)
    matches.due_again(tip.id)
    assert matches.due(9) == (tip.id,)
    matches.set_aside(tip.id)
    line.book.casebook.set_state(tip.id, "closed", "2026-11-24")
    matches.due_again(tip.id)
    matches.due_again("no such tip")
    assert matches.due(9) == ()


MODELS: Mapping[str, str] = {"whisper": "faster_whisper", "vosk": "vosk"}


@pytest.mark.parametrize("engine", MODELS)
def test_a_real_recogniser_gets_through_a_story_behind_the_locked_door(engine: str) -> None:
    """Runs where an engine is installed and HOTLINE_TEST_<ENGINE> names the folder of a model."""
    place = os.environ.get(f"HOTLINE_TEST_{engine.upper()}", "")
    try:
        importlib.import_module(MODELS[engine])
    except ImportError:
        pytest.skip(f"no {MODELS[engine]} here: pip install it, name a model (docs/voice.md)")
    if not place:
        pytest.skip(f"HOTLINE_TEST_{engine.upper()} names no model (docs/voice.md)")
    hears(
        f"{engine}:{place}", made_up(9)
    )  # whether it understands is the model's; that it ends, ours
