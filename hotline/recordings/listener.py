"""The process in which a recogniser of this machine turns a recording into words:
`python -I -m hotline.recordings.listener ENGINE PLACE`.

It reads a WAV file as `wave.write` makes it (a stranger's bytes were taken apart elsewhere, in
`recordings.child`) from its input, and writes the words to its output; exit 0.

Rule 1: the model is read first, then the door is locked: no network, no file, no process, bounded
memory and time; only then the voice comes in. Nothing of it leaves this machine.
Rule 2: an engine is found by its import, and only when it is asked for: none is a dependency.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from hotline.recordings import wave
from hotline.recordings.child import confine
from hotline.recordings.disguise import RATE, Sound

LANGUAGE = "vi"  # stories are told on calls, and calls speak Vietnamese
MEMORY = 6 * 1024**3  # bytes of address space: a model of 500 MB maps several times its size
SECONDS = 150  # of processor time
STEP = RATE  # samples that vosk hears at a time
UNSURE, REPEATING = -1.0, 2.4  # mean log probability, compression: Whisper's own limits

Hear = Callable[[Sound], str]


def main() -> int:
    """Get ready, lock the door, listen."""
    engine, place = sys.argv[1:]
    if engine == "program":
        confine(MEMORY, SECONDS, processes=True)
        os.execv(place, [place])  # noqa: S606 - the operator's own program, by its full path
    hear = ENGINES[engine](place)
    confine(MEMORY, SECONDS)
    sound, _ = wave.read(sys.stdin.buffer.read(wave.LARGEST + 1))
    sys.stdout.buffer.write(hear(sound).encode())
    return 0


def _vosk(place: str) -> Hear:
    """Kaldi models of alphacephei.com, as vosk-model-small-vn."""
    import vosk  # type: ignore[import-not-found, import-untyped, unused-ignore]

    vosk.SetLogLevel(-1)
    model: Any = vosk.Model(place)

    def hear(sound: Sound) -> str:
        listens = vosk.KaldiRecognizer(model, RATE)
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
        said = []
        for at in range(0, len(pcm), STEP):
            if listens.AcceptWaveform(pcm[at : at + STEP].tobytes()):
                said.append(json.loads(listens.Result())["text"])
        return "\n".join(filter(None, [*said, json.loads(listens.FinalResult())["text"]]))

    return hear


def _whisper(place: str) -> Hear:
    """Whisper models as CTranslate2 keeps them, as faster-whisper-base."""
    import faster_whisper  # type: ignore[import-not-found, import-untyped, unused-ignore]

    model: Any = faster_whisper.WhisperModel(
        place, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
    )

    def hear(sound: Sound) -> str:
        parts, _ = model.transcribe(
            _doubled(sound),
            language=LANGUAGE,
            temperature=0.0,  # higher ones took ten times as long, and invented words
            condition_on_previous_text=False,  # else one misheard sentence may go on for ever
        )
        return "\n".join(part.text.strip() for part in parts if _is_heard(part))

    hear(np.zeros(RATE))  # whatever it starts or reads late, it does now
    return hear


def _is_heard(part: Any) -> bool:
    """Whether Whisper rather heard it than made it up: its own two signs of that."""
    return bool(part.avg_logprob > UNSURE and part.compression_ratio < REPEATING)


def _doubled(sound: Sound) -> "np.typing.NDArray[np.float32]":
    """The same sound at 16,000 samples a second, as Whisper wants it."""
    spectrum = np.fft.rfft(sound)
    return (2 * np.fft.irfft(spectrum, 2 * len(sound))).astype(np.float32)


ENGINES: dict[str, Callable[[str], Hear]] = {"vosk": _vosk, "whisper": _whisper}


if __name__ == "__main__":
    sys.exit(main())
