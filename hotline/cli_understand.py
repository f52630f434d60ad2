"""`hotline understand`: what a message says, for people and for programs."""

import argparse
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from hotline.cli_lines import Row, answer_each
from hotline.understanding.message import understand
from hotline.understanding.model import StationAnswer, Understanding

_JAPAN = timezone(timedelta(hours=9))
_MINUTE = "%Y-%m-%dT%H:%M"


def main(argv: list[str]) -> int:
    """Exit code: 0 understood, 1 some lines were not readable, 2 wrong use."""
    try:
        asked = _parser().parse_args(argv)
        received = _moment(asked.received) if asked.received else datetime.now(_JAPAN)
    except ValueError as error:
        return _complain(f"--received: {error}", 2)
    except SystemExit as stop:
        return 0 if stop.code in (0, None) else 2
    if asked.jsonl:
        return answer_each(sys.stdin.buffer, "text", lambda row: _answer(row, received), _say)
    if asked.text is None:
        return _complain("give a TEXT, or --jsonl with lines on the standard input", 2)
    shown = shape(understand(asked.text, received))
    print(json.dumps(shown, ensure_ascii=False) if asked.json else _readable(shown))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline understand", description=__doc__)
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the message")
    parser.add_argument("--received", metavar="ISO", help="when it came in; Japan time if no zone")
    parser.add_argument("--jsonl", action="store_true", help="read JSON lines from standard input")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _say(message: str) -> None:
    print(f"hotline understand: {message}", file=sys.stderr)


def _complain(message: str, code: int) -> int:
    _say(message)
    return code


def _moment(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=_JAPAN)


def _answer(row: Row, received: datetime) -> dict[str, Any]:
    given = row.get("received")
    try:
        moment = _moment(given) if given else received
    except (TypeError, ValueError):
        raise ValueError('"received" is not a moment (YYYY-MM-DDTHH:MM+09:00)') from None
    return shape(understand(row["text"], moment))


def shape(found: Understanding) -> dict[str, Any]:
    """The public form of an understanding (`hotline understand --jsonl`, without the id)."""
    when = found.when
    return {
        "kind": found.kind,
        "role": found.role,
        "stations": [best for answer in found.stations for best in _best(answer)],
        "when": when and {"start": when.start.strftime(_MINUTE), "end": when.end.strftime(_MINUTE)},
        "count": found.count,
        "hometown": found.hometown,
        "names": [name.value for name in found.names],
        "identifiers": list(dict.fromkeys(one.kind for one in found.identifiers)),
    }


def _best(answer: StationAnswer) -> list[dict[str, Any]]:
    """The best match of a mention; the others are the business of `hotline station`."""
    return [
        {
            "name": match.station.name,
            "prefecture": match.station.prefecture,
            "score": round(match.score, 2),
        }
        for match in answer.matches[:1]
    ]


def _readable(shown: dict[str, Any]) -> str:
    return "\n".join(f"{field}: {_plain(value)}" for field, value in shown.items())


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " … ".join(str(part) for part in value.values())
    if isinstance(value, list):
        parts = [f"{v['name']} ({v['prefecture']})" if isinstance(v, dict) else v for v in value]
        return ", ".join(parts) or "-"
    return "-" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
