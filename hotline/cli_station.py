"""`hotline station`: which Japanese station a spelling means, for people and for programs."""

import argparse
import json
import sys
from typing import Any

from hotline.cli_lines import answer_each
from hotline.places import prefecture_name
from hotline.understanding.model import StationAnswer, StationMatch
from hotline.understanding.stations import resolve


def main(argv: list[str]) -> int:
    """Exit code: 0 done, 1 some lines were not readable or nothing was found, 2 wrong use."""
    try:
        asked = _parser().parse_args(argv)
    except SystemExit as stop:
        return 0 if stop.code in (0, None) else 2
    if asked.jsonl and asked.text is None:
        return answer_each(
            sys.stdin.buffer, "query", lambda row: shape(resolve(row["query"])), _say
        )
    if asked.text is None or asked.jsonl:
        return _complain("give a TEXT, or --jsonl with lines on the standard input", 2)
    answer = resolve(asked.text)
    print(json.dumps(shape(answer), ensure_ascii=False) if asked.json else readable(answer))
    return 0 if answer.matches else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline station", description=__doc__)
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the name, as somebody typed it")
    parser.add_argument("--jsonl", action="store_true", help="read JSON lines from standard input")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _say(message: str) -> None:
    print(f"hotline station: {message}", file=sys.stderr)


def _complain(message: str, code: int) -> int:
    _say(message)
    return code


def shape(answer: StationAnswer) -> dict[str, Any]:
    """The answer as JSON values, matches best first."""
    return {"matches": [_match(match) for match in answer.matches], "decision": answer.decision}


def _match(match: StationMatch) -> dict[str, Any]:
    one = match.station
    return {
        "name": one.name,
        "romaji": one.romaji,
        "kana": one.kana,
        "prefecture": one.prefecture,
        "municipality": one.municipality,
        "lat": one.lat,
        "lon": one.lon,
        "score": match.score,
    }


def readable(answer: StationAnswer) -> str:
    """The answer for a person: one station a line, the decision last."""
    rows = [
        f"{m.score:.2f}  {m.station.name}  {m.station.romaji}  "
        f"{prefecture_name(m.station.prefecture)} {m.station.municipality}"
        for m in answer.matches
    ]
    return "\n".join([*rows, answer.decision])
