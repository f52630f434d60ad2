"""How well the disguise hides a voice, and how well its words are still understood.

    apt-get install sox flite asterisk-core-sounds-{en,fr,it,ru}-wav asterisk-prompt-fr-armelle \
        asterisk-prompt-it-menardi-wav asterisk-prompt-es-co
    pip install torch==2.13.0 librosa webrtcvad-wheels pocketsphinx pyworld
    pip install --no-deps resemblyzer
    python tools/measure_voice.py [--references]

Seven people who recorded prompts under free licences and four voices of flite. A "recording" is
some twenty seconds of one of them as a telephone carries it. The judge is resemblyzer's speaker
encoder (its weights are in the package), which has nothing to do with how the disguise is made.
"""

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from hotline.recordings import disguise as d

SOUNDS = Path("/usr/share/asterisk/sounds")
SCRIPT = Path(d.__file__).parents[1] / "channels/site/static/disguise.js"
PEOPLE = (
    "en_US_f_Allison",
    "fr_CA_f_June",
    "it_IT_f_Menardi",
    "it_IT_m_Carlo",
    "ru_RU_f_IvrvoiceRU",
    "es",
    "fr",
)
MACHINES = ("awb", "kal", "rms", "slt")
SECONDS, EACH = 20, 6
LINES = (
    "the men came to the station at ten in the morning and they asked everybody for their papers",
    "my brother was taken away last night and nobody has heard from him since then",
    "there were three people in the car and one of them was hurt in the leg",
    "he worked for a company that builds houses near the river on the north side of the town",
    "please find out where they have taken her because her mother is very ill",
    "we have been waiting for two days and the telephone does not answer any more",
    "the boss keeps our passports in his office and does not pay us",
    "she wore a red jacket and black shoes when she left the house on monday",
    "i saw two policemen at the gate and a white bus was standing in the street",
    "somebody should call a doctor for the old man on the second floor",
    "they said that he can go home next week if he signs the paper",
    "the factory is behind the school and there is a big tree in front of it",
)


def sound(path: Path) -> d.Sound:
    """A file as the telephone carries it, without the silence at its ends."""
    command = [
        "sox",
        str(path),
        "-t",
        "raw",
        "-e",
        "signed",
        "-b",
        "16",
        "-r",
        "8000",
        "-c",
        "1",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    whole = np.frombuffer(raw, "<i2").astype(np.float64) / 32768
    loud = np.flatnonzero(np.abs(whole) > 0.01)
    return whole[loud[0] : loud[-1]] if len(loud) else whole[:0]


def people() -> Iterator[tuple[str, list[d.Sound]]]:
    """Recordings of real people, no sentence in two of them."""
    for name in PEOPLE:
        files = sorted(p for p in (SOUNDS / name).rglob("*") if p.suffix in (".wav", ".gsm"))
        parts = [s for s in map(sound, files) if len(s) > d.RATE]
        made, now = [], [np.zeros(0)]
        for part in parts:
            now.append(part)
            if sum(map(len, now)) > SECONDS * d.RATE:
                made.append(np.concatenate(now))
                now = [np.zeros(0)]
        yield name, made[:EACH]


def machines(folder: Path) -> Iterator[tuple[str, list[tuple[d.Sound, str]]]]:
    """Flite's voices reading known sentences."""
    for voice in MACHINES:
        made = []
        for line in LINES:
            path = folder / "said.wav"
            subprocess.run(["flite", "-voice", voice, "-t", line, "-o", str(path)], check=True)
            made.append((sound(path), line))
        yield voice, made


def hidden(sound: d.Sound, seed: int) -> d.Sound:
    chance = np.random.default_rng(seed)
    return d.disguise(sound, d.draw(chance), chance)


def browser(sound: d.Sound, seed: int) -> d.Sound:
    """What the page makes of a voice note: it draws its own chance."""
    drive = (
        'if (!globalThis.crypto) globalThis.crypto = require("crypto").webcrypto;'
        "require(process.argv[1]);"
        'const raw = require("fs").readFileSync(0);'
        "const bytes = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);"
        "const made = disguise(new Float32Array(bytes));"
        "process.stdout.write(Buffer.from(made.buffer, made.byteOffset, made.byteLength));"
    )
    command = ("node", "-e", drive, str(SCRIPT))
    raw = sound.astype("<f4").tobytes()
    made = subprocess.run(command, input=raw, capture_output=True, check=True).stdout
    return np.frombuffer(made, "<f4").astype(np.float64)


def mcadams(sound: d.Sound, seed: int) -> d.Sound:
    """The VoicePrivacy baseline B2 (Patino et al. 2021), to compare with."""
    from scipy.signal import lfilter, lfiltic

    alpha = np.random.default_rng(seed).uniform(0.5, 0.9)
    size, hop, order = 240, 120, 12
    window = np.hanning(size + 1)[:-1]
    out = np.zeros(len(sound) + size)
    for at in range(0, len(sound) - size, hop):
        frame = sound[at : at + size] * window
        power = np.correlate(frame, frame, "full")[size - 1 : size + order] + 1e-9
        power[0] *= 1.0001
        a = np.concatenate([[1.0], -_levinson(power, order)])
        rest = lfilter(a, [1.0], frame)
        poles = np.roots(a)
        angles = np.abs(np.angle(poles))
        moved = np.where(np.abs(poles.imag) > 1e-9, np.sign(poles.imag) * angles**alpha, angles)
        new = np.real(np.poly(np.minimum(np.abs(poles), 0.995) * np.exp(1j * moved)))
        out[at : at + size] += lfilter([1.0], new, rest, zi=lfiltic([1.0], new, []))[0]
    return out[: len(sound)]


def _levinson(power: d.Sound, order: int) -> d.Sound:
    from scipy.linalg import solve_toeplitz

    return np.asarray(solve_toeplitz(power[:order], power[1 : order + 1]))


def equal_error(same: list[float], other: list[float]) -> float:
    """Where as many strangers pass as owners are refused."""
    marks = np.sort(np.array(same + other))
    refused = np.array([np.mean(np.array(same) < m) for m in marks])
    passed = np.array([np.mean(np.array(other) >= m) for m in marks])
    at = int(np.argmin(np.abs(refused - passed)))
    return float((refused[at] + passed[at]) / 2)


def trials(enrolled: dict[str, list[d.Sound]], tried: dict[str, list[d.Sound]]) -> float:
    """EER of telling, by embedding, whether two different recordings are of one person."""
    same: list[float] = []
    other: list[float] = []
    for one, two in itertools.product(enrolled, tried):
        for i, j in itertools.product(range(len(enrolled[one])), range(len(tried[two]))):
            if i != j:
                (same if one == two else other).append(float(enrolled[one][i] @ tried[two][j]))
    return equal_error(same, other)


class Judge:
    def __init__(self) -> None:
        from resemblyzer import VoiceEncoder

        self._encoder = VoiceEncoder("cpu", verbose=False)

    def __call__(self, sounds: list[d.Sound]) -> list[d.Sound]:
        wide = [resample_poly(s, 2, 1).astype(np.float32) for s in sounds]
        level = [w * (0.06 / max(1e-6, float(np.sqrt(np.mean(w**2))))) for w in wide]
        return [self._encoder.embed_utterance(w) for w in level]


def misheard(said: list[tuple[d.Sound, str]]) -> tuple[int, int]:
    """Words wrong and words in all, by pocketsphinx and its own American model."""
    from pocketsphinx import Decoder

    wrong = words = 0
    for sound_, line in said:
        decoder = Decoder(samprate=16000, loglevel="FATAL")
        decoder.start_utt()
        wide = np.clip(resample_poly(np.pad(sound_, 2000), 2, 1), -1, 1)
        decoder.process_raw((wide * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        hyp = decoder.hyp()
        wrong += edits(line.split(), hyp.hypstr.split() if hyp else [])
        words += len(line.split())
    return wrong, words


def edits(one: list[str], two: list[str]) -> int:
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(two, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def references(spoken: dict[str, list[d.Sound]]) -> None:
    """The MEAN and SPREAD of disguise.py, over these voices."""
    means, spreads = [], []
    for sounds in spoken.values():
        rest = np.concatenate([d.loud_cepstra(s)[:, 1:] for s in sounds])
        means.append(rest.mean(axis=0))
        spreads.append(rest.std(axis=0))
    for name, values in (("MEAN", means), ("SPREAD", spreads)):
        print(name, "= np.array(", [round(float(v), 3) for v in np.mean(values, axis=0)], ")")


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    read = dict(machines(folder))
    spoken = {
        v: [np.concatenate([s for s, _ in lines[i : i + 2]]) for i in range(0, 12, 2)]
        for v, lines in read.items()
    }
    if "--references" in sys.argv:
        references(spoken)
        return
    spoken |= dict(people())
    judge = Judge()
    plain = {name: judge(sounds) for name, sounds in spoken.items()}
    print(f"{len(spoken)} voices, {sum(map(len, spoken.values()))} recordings")
    print(f"untouched: EER {trials(plain, plain):.1%}, WER {rate(misheard(flat(read)))}")
    for way in (mcadams, hidden, browser):
        for_judge = {}
        for n, (name, sounds) in enumerate(spoken.items()):
            for_judge[name] = judge([way(s, 100 * n + i) for i, s in enumerate(sounds)])
        heard = [(way(s, i), line) for i, (s, line) in enumerate(flat(read))]
        print(
            f"{way.__name__}: EER against the person's own voice {trials(plain, for_judge):.1%}, "
            f"against another disguised recording {trials(for_judge, for_judge):.1%}, "
            f"WER {rate(misheard(heard))}"
        )


def flat(read: dict[str, list[tuple[d.Sound, str]]]) -> list[tuple[d.Sound, str]]:
    return [one for lines in read.values() for one in lines]


def rate(counts: tuple[int, int]) -> str:
    return f"{counts[0] / counts[1]:.1%}"


if __name__ == "__main__":
    main()
