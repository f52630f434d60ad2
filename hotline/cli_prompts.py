"""`hotline prompts`: checks flows and texts, draws a flow, plays one, tells what a tip costs."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from hotline.conversation.flow import Flow, Flows
from hotline.conversation.hearing import Registers
from hotline.conversation.reading import BadFlow
from hotline.conversation.session import Channel, Locale
from hotline.review import rehearse
from hotline.review.chart import chart
from hotline.review.checks import check, shapes
from hotline.review.cost import Prices, Summary, costs
from hotline.review.subject import Problem, Subject, read_subject
from hotline.review.texts import worst_wording
from hotline.wording.catalogue import LOCALES, po_file
from hotline.wording.compose import Wording
from hotline.wording.files import SHAPES, folder, load_flows, read_toml

CHANNELS = ("sms", "whatsapp", "messenger", "voice", "web")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb: 0 well, 1 something is wrong, 2 misuse."""
    options = _parser().parse_args(argv)
    try:
        return cast(Callable[[argparse.Namespace], int], options.run)(options)
    except BadFlow as error:
        return _report(options, [Problem(*str(error).split(": ", 1))])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline prompts", description=__doc__)
    parser.add_argument("--prompts", type=Path, metavar="DIR", help="instead of our own flows")
    parser.add_argument("--locales", type=Path, metavar="DIR", help="instead of our own catalogues")
    verbs = parser.add_subparsers(
        required=True, metavar="check|chart|rehearse|cost|script|audio|paths|book|marks|record"
    )
    _verb(verbs, "check", _check, "look at every flow and text before a caller does")
    drawn = _verb(verbs, "chart", _chart, "draw a flow in Mermaid")
    drawn.add_argument("flow", nargs="?", metavar="FLOW", help="all of them by default")
    drawn.add_argument("--locale", choices=LOCALES, default="vi")
    played = _verb(
        verbs, "rehearse", _rehearse, "talk to the hotline; prints a transcript at the end"
    )
    played.add_argument("flow", nargs="?", metavar="FLOW", help="the flow to open with")
    played.add_argument("--channel", choices=CHANNELS, default="sms")
    cost = _verb(verbs, "cost", _cost, "SMS segments and money for a finished tip")
    cost.add_argument("--locale", choices=LOCALES, default="vi")
    for name, price in asdict(Prices()).items():
        option = f"--{name.replace('_', '-')}"
        cost.add_argument(option, type=float, default=price, metavar="USD")
    _studio(verbs)
    printed = _verb(verbs, "book", _book, "every text on paper, with its meaning, cost and screen")
    printed.add_argument("--format", choices=("html", "csv"), default="html")
    marked = _verb(verbs, "marks", _marks, "what reviewers wrote into the table, as a patch")
    marked.add_argument("file", type=Path, metavar="FILE", help="`book --format csv`, filled in")
    _verb(verbs, "record", _record, "record the shapes of new versions in shapes.toml")
    return parser


def _verb(
    verbs: Any, name: str, run: Callable[[argparse.Namespace], int], tells: str
) -> argparse.ArgumentParser:
    verb = cast(argparse.ArgumentParser, verbs.add_parser(name, help=tells, description=tells))
    verb.add_argument("--json", action="store_true")
    verb.set_defaults(run=run, known=name == "check")
    return verb


def _studio(verbs: Any) -> None:
    """The verbs about recorded prompts and the length of calls."""
    script = _verb(verbs, "script", _script, "what to record in a studio, file by file")
    audio = _verb(verbs, "audio", _audio, "check recordings: length, loudness, 8 kHz; or drafts")
    for each in (script, audio):
        each.add_argument("--locale", choices=LOCALES, help="all of them by default")
        each.add_argument("--audio", type=Path, metavar="DIR", help="instead of prompts/audio")
    audio.add_argument("--render", type=Path, metavar="DIR", help="drafts by espeak-ng, into DIR")
    lengths = _verb(verbs, "paths", _lengths, "how long each way of a call is at worst")
    lengths.add_argument("--locale", choices=LOCALES, default="vi")


def _script(options: argparse.Namespace) -> int:
    from hotline import cli_studio

    return cli_studio.script(_subject(options), options)


def _audio(options: argparse.Namespace) -> int:
    from hotline import cli_studio

    return cli_studio.audio(_subject(options), options)


def _lengths(options: argparse.Namespace) -> int:
    from hotline import cli_studio

    return cli_studio.lengths(_subject(options), options)


def _registers() -> Registers:
    from hotline.intake.registers import registers

    return registers()


def _subject(options: argparse.Namespace) -> Subject:
    flows, known = load_flows(options.prompts), _registers() if options.known else None
    po = {locale: po_file(locale, "prompts", options.locales) for locale in LOCALES}
    hearings, decisions = (known.hearings, known.decisions) if known else ((), ())
    return read_subject(flows, po, _shapes(options), hearings, decisions)


def _shapes(options: argparse.Namespace) -> Mapping[str, Mapping[str, Any]]:
    path = _shapes_file(options)
    return read_toml(path) if path.is_file() else {}


def _shapes_file(options: argparse.Namespace) -> Path:
    return cast(Path, options.prompts or folder("prompts")) / f"{SHAPES}.toml"


def _check(options: argparse.Namespace) -> int:
    return _report(options, check(_subject(options)))


def _report(options: argparse.Namespace, problems: Sequence[Problem]) -> int:
    if options.json:
        print(json.dumps([asdict(p) for p in problems], ensure_ascii=False))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems and not options.json:
        print("flows and texts are in order", file=sys.stderr)
    return 1 if problems else 0


def _flows_named(flows: Flows, name: str | None) -> list[Flow]:
    if name is not None and name not in flows.by_id:
        raise BadFlow(f"{name}: there is no such flow; there are {', '.join(flows.by_id)}")
    return [flow for flow in flows.by_id.values() if name in (None, flow.id)]


def _chart(options: argparse.Namespace) -> int:
    subject = _subject(options)
    drawn = {
        flow.id: chart(subject.flows, flow, subject.catalogue, options.locale)
        for flow in _flows_named(subject.flows, options.flow)
    }
    print(
        json.dumps(drawn, ensure_ascii=False) if options.json else "\n".join(drawn.values()), end=""
    )
    return 0


def _rehearse(options: argparse.Namespace) -> int:
    from hotline.places import by_code, prefecture_name

    subject = _subject(options)
    flows = _opening(subject.flows, options.flow)
    wording = Wording(subject.catalogue, by_code, prefecture_name)
    stage = _talk(flows, wording, cast(Channel, options.channel))
    heard = rehearse.Transcript("", options.channel, ())
    if options.json:
        print(json.dumps({"channel": options.channel, "lines": stage.lines}, ensure_ascii=False))
    else:
        print(rehearse.written_down(heard, stage), end="")
    return 0


def _opening(flows: Flows, name: str | None) -> Flows:
    """The same flows, opening with another one."""
    _flows_named(flows, name)
    return Flows(flows.by_id, flows.common, name or flows.first)


def _talk(flows: Flows, wording: Wording, channel: Channel) -> rehearse.Stage:
    """Every line of the standard input is one thing the caller says or keys."""
    registers = _registers()
    stage, opening = rehearse.begin(flows, registers, channel)
    if opening:
        _say(wording, channel, opening)
    for line in sys.stdin:
        stage, answer = rehearse.turn(flows, registers, stage, line.strip())
        _say(wording, channel, answer)
    return stage


def _say(wording: Wording, channel: Channel, answer: rehearse.Turn) -> None:
    """What the caller reads or hears, apart from the transcript."""
    locale, plainly = answer.session.locale, answer.session.plain
    if channel == "voice":
        said = " ".join(u.text for u in wording.spoken(answer.says, locale))
    else:
        said = wording.written(answer.says, locale, plainly)
    print(said, end="\n\n", file=sys.stderr, flush=True)


def _cost(options: argparse.Namespace) -> int:
    subject = _subject(options)
    prices = Prices(options.sms_in, options.sms_out, options.voice_minute)
    locale = cast(Locale, options.locale)
    found = costs(subject.flows, worst_wording(subject), prices, locale)
    if options.json:
        print(json.dumps({name: asdict(one) for name, one in found.items()}))
    else:
        print(f"{'':16} {'paths':>5}  {'segments':>14}  {'seconds':>14}  {'US dollars':>16}")
        for name, one in found.items():
            print(_row(name, one))
        print(f"median / worst; at {prices}")
    return 0


def _row(name: str, one: Summary) -> str:
    return (
        f"{name:16} {one.paths:5}"
        f"  {one.median_segments:6.1f} / {one.worst.segments:5}"
        f"  {one.median_seconds:6.0f} / {one.worst.seconds:5}"
        f"  {one.median_dollars:7.3f} / {one.worst.dollars:6.3f}"
    )


def _book(options: argparse.Namespace) -> int:
    from hotline import cli_review

    print(cli_review.printed(_subject(options), options), end="")
    return 0


def _marks(options: argparse.Namespace) -> int:
    """A patch on stdout; 1 when a row does not fit or the patched texts break a rule."""
    from hotline import cli_review

    registers = _registers()
    patch, problems = cli_review.marked(options, registers, _shapes(options))
    if options.json:
        found = [asdict(problem) for problem in problems]
        print(json.dumps({"patch": patch, "problems": found}, ensure_ascii=False))
    else:
        print(patch, end="")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _record(options: argparse.Namespace) -> int:
    """Write shapes.toml; a shape that changed under its old version is refused."""
    subject = _subject(options)
    now = shapes(subject)
    for name, shape in now.items():
        before = subject.shapes.get(name)
        if before and before.shape != shape.shape and before.version >= shape.version:
            fault = f"its shape changed; raise version {shape.version} by one"
            return _report(options, [Problem(name, fault)])
    parts = (f'[{n}]\nversion = {s.version}\nshape = "{s.shape}"\n' for n, s in sorted(now.items()))
    head = (
        "# Written by `hotline prompts record`: the nodes and arrows each version stands for.\n\n"
    )
    _shapes_file(options).write_text(head + "\n".join(parts), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
