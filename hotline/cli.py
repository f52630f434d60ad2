"""The command line: one verb a line, everything behind it imported only when it is called.

Every command writes messages to stderr and exits 0 on success, 1 on failure, 2 on wrong use.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from hotline.intake.errors import HotlineError, Mistaken

Verb = Callable[[list[str]], int]

USAGE = """usage: hotline VERB [...]

  demo        everything on one machine, with a telephone to try it
  web desk worker steward
              one process each, settings from the environment
  station     resolve the name of a station
  understand  understand a message
  prompts     check, chart, rehearse, print, mark the texts; what they cost
  tips        read the case book
  matches     tips that may be about one person or one event
  card        what to do next about a tip, with sources and the clock
  deliveries  what is on its way to case systems
  reports     where every accepted report is; dead letters and their way back
  operators   desk accounts
  erase       erase one report by its receipt, or everything
  seizure-report
              what somebody who takes this machine now could read
  canary      a made-up caller goes the whole way, and is found nowhere
  twilio      connect a number, what it is set to, delete what may go there
  keys        make the keys; passwords and rights for Redis on other machines
  doctor      check settings, stores and keys
  bench       the benchmark, side by side with its baseline

`hotline VERB --help` tells more.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="", file=sys.stdout if words else sys.stderr)
        return 0 if words else 2
    verb = VERBS.get(words[0])
    if verb is None:
        print(f"hotline: no verb '{words[0]}'\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        return verb(words[1:])
    except HotlineError as error:
        print(f"hotline {words[0]}: {error.code}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def _demo(argv: list[str]) -> int:
    from hotline import demo

    parser = argparse.ArgumentParser(prog="hotline demo")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 chooses free ports")
    parser.add_argument("--data", type=Path, default=Path("var/demo"), metavar="DIR")
    options = parser.parse_args(argv)
    if not 0 <= options.port < 65_535:
        parser.error("--port: 0 to 65534")
    return demo.run(options.host, options.port, options.data)


def _serve(role: str) -> Verb:
    def verb(argv: list[str]) -> int:
        from hotline import process, serve
        from hotline.settings import Settings

        argparse.ArgumentParser(prog=f"hotline {role}").parse_args(argv)
        settings = Settings.from_env(process.environment(), "web" if role == "web" else "desk")
        process.die_with_parent()
        process.starts_children()
        if role == "desk":
            serve.serve("hotline.desk_app:application", settings.host, _port(settings.port, 8081))
            return 0
        from hotline import wiring

        port, many = _port(settings.port, 8080), _processes(settings.web_processes)
        read = partial(process.say_why, wiring.warm_up)
        serve.serve("hotline.web:application", settings.host, port, many, read)
        return 0

    return verb


def _processes(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 64:
        raise Mistaken("HOTLINE_WEB_PROCESSES: needs a number from 1 to 64")
    return int(text)


def _port(text: str, default: int) -> int:
    if not text:
        return default
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise Mistaken("HOTLINE_PORT: needs a number from 1 to 65535")
    return int(text)


def _worker(argv: list[str]) -> int:
    import secrets

    from hotline import worker

    argparse.ArgumentParser(prog="hotline worker").parse_args(argv)
    return worker.run(lambda: secrets.token_hex(6))


def _steward(argv: list[str]) -> int:
    from hotline import steward

    argparse.ArgumentParser(prog="hotline steward").parse_args(argv)
    return steward.run()


def _module(name: str) -> Verb:
    def verb(argv: list[str]) -> int:
        return int(importlib.import_module(f"hotline.{name}").main(argv))

    return verb


VERBS: dict[str, Verb] = {
    "demo": _demo,
    "web": _serve("web"),
    "desk": _serve("desk"),
    "worker": _worker,
    "steward": _steward,
    "keys": _module("cli_keys"),
    "station": _module("cli_station"),
    "understand": _module("cli_understand"),
    "prompts": _module("cli_prompts"),
    "tips": _module("cli_tips"),
    "matches": _module("cli_matches"),
    "card": _module("cli_card"),
    "deliveries": _module("cli_deliveries"),
    "reports": _module("cli_reports"),
    "operators": _module("cli_operators"),
    "erase": _module("cli_erase"),
    "seizure-report": _module("cli_seizure"),
    "canary": _module("cli_canary"),
    "twilio": _module("cli_twilio"),
    "doctor": _module("cli_doctor"),
    "bench": _module("bench.cli"),
}
