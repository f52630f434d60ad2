"""`hotline prompts script | audio | paths`: recorded prompts, and how long a call is at worst."""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from hotline.conversation.flow import Flows
from hotline.conversation.session import Locale
from hotline.review.cost import Prices, paths, voice_bill
from hotline.review.studio import Clip, clips, recorded, strangers
from hotline.review.subject import Subject
from hotline.review.texts import worst_wording
from hotline.wording.catalogue import LOCALES
from hotline.wording.compose import Wording
from hotline.wording.files import folder

ESPEAK = "espeak-ng"
SPEED = "150"  # words a minute: a calm reader
LETTERS_A_SECOND = 14


def script(subject: Subject, options: argparse.Namespace) -> int:
    """What to record, file by file; 0 always."""
    wanted = _clips(subject, options)
    if options.json:
        rows = [{"file": c.file, "text": c.text, "seconds": _seconds(c)} for c in wanted]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    there = recorded(wanted, _audio(options))
    for clip in wanted:
        mark = "recorded" if clip in there else f"about {_seconds(clip)} s"
        print(f"{clip.file}  ({mark})\n    {clip.text}\n")
    print(f"{len(wanted)} recordings, {len(there)} there; WAV, mono, 16 bits", file=sys.stderr)
    return 0


def audio(subject: Subject, options: argparse.Namespace) -> int:
    """Check every recording, or render drafts; 1 when something is wrong."""
    wanted = _clips(subject, options)
    if options.render is not None:
        return _render(wanted, options.render)
    return _check(wanted, _audio(options), options.json)


def lengths(subject: Subject, options: argparse.Namespace) -> int:
    """Every way a call may take to a report that is filed, with its seconds at worst."""
    rows = _lengths(subject.flows, worst_wording(subject), cast(Locale, options.locale))
    if options.json:
        print(json.dumps([{"seconds": seconds, "path": path} for seconds, path in rows]))
    else:
        for seconds, path in rows:
            print(f"{seconds // 60}:{seconds % 60:02}  {' '.join(path)}")
    return 0


def _lengths(flows: Flows, wording: Wording, locale: Locale) -> list[tuple[int, tuple[str, ...]]]:
    bills = [voice_bill(flows, wording, path, Prices(), locale) for path in paths(flows, "voice")]
    return sorted((bill.seconds, bill.path) for bill in bills)


def _clips(subject: Subject, options: argparse.Namespace) -> tuple[Clip, ...]:
    from hotline.places import by_code, prefecture_name

    wording = Wording(subject.catalogue, by_code, prefecture_name)
    chosen = (cast(Locale, options.locale),) if options.locale else LOCALES
    return clips(subject.flows, wording, chosen)


def _audio(options: argparse.Namespace) -> Path:
    return cast(Path, options.audio or (options.prompts or folder("prompts")) / "audio")


def _seconds(clip: Clip) -> int:
    return max(1, round(len(clip.text) / LETTERS_A_SECOND))


def _check(wanted: Sequence[Clip], place: Path, as_json: bool) -> int:
    from hotline.recordings.legible import faults

    wrong: dict[str, list[str]] = {}
    there = recorded(wanted, place)
    for clip, path in there.items():
        if found := faults(path.read_bytes(), clip.text):
            wrong[clip.file] = list(found)
    for name in strangers(wanted, place) if place.is_dir() else ():
        wrong[name] = ["no text of this release has this recording; `hotline prompts script`"]
    if as_json:
        print(json.dumps({"wanted": len(wanted), "recorded": len(there), "faults": wrong}))
    for name, told in wrong.items():
        for each in told:
            print(f"{name}: {each}", file=sys.stderr)
    print(f"{len(there)} of {len(wanted)} recorded, {len(wrong)} at fault", file=sys.stderr)
    return 1 if wrong else 0


def _render(wanted: Sequence[Clip], place: Path) -> int:
    """Drafts by a synthetic voice, so that playing can be tried before anybody was in a studio."""
    from hotline.recordings.legible import levelled

    if not shutil.which(ESPEAK):
        print(f"{ESPEAK} is not here: apt install {ESPEAK}", file=sys.stderr)
        return 1
    for clip in wanted:
        path = place / clip.file
        path.parent.mkdir(parents=True, exist_ok=True)
        command = (ESPEAK, "-v", clip.locale, "-s", SPEED, "--stdin", "--stdout")
        said = subprocess.run(  # noqa: S603 - a fixed program, our own texts by its input
            command, input=clip.text.encode(), capture_output=True, check=True
        )
        path.write_bytes(levelled(said.stdout))
    print(f"{len(wanted)} drafts in {place}; HOTLINE_AUDIO_DIR={place} plays them", file=sys.stderr)
    return 0


__all__ = ["audio", "lengths", "script"]
