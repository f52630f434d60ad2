"""The documentation: a site that asks nobody, links that lead somewhere, commands that exist."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hotline.cli import VERBS, main
from tools.site import ROOT, build, markdown, pages

SOURCES = [source for group in pages().values() for source in group]
COMMAND = re.compile(r"(?:^|[`\s(])hotline ([a-z][a-z-]+)((?: [^`\n|)]+)?)", re.M)
RUN = re.compile(r"^```sh run\n(.*?)^```$", re.M | re.S)


class Reads(HTMLParser):
    """Links, and whatever a browser would load; every tag closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag in ("script", "link", "img", "iframe", "object") or "src" in given:
            self.loads.append(tag)
        if tag not in ("meta", "html", "body"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("html", "body"):
            assert self.open.pop() == tag


def test_every_link_leads_somewhere_and_nothing_is_loaded(tmp_path: Path) -> None:
    made = build(tmp_path)
    assert len(made) == len(SOURCES) > 15
    for page in (*made, tmp_path / "index.html"):
        reads = Reads()
        reads.feed(page.read_text("utf-8"))
        assert reads.loads == [], page
        assert "url(" not in page.read_text("utf-8").partition("<body>")[0].partition("<style>")[2]
        for link in reads.links:
            if not link.startswith("https://"):
                assert (page.parent / link).is_file(), (page, link)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_is_wholly_understood(source: Path) -> None:
    shown = re.sub(
        r"<(pre|code)>.*?</\1>", "", markdown(source.read_text("utf-8"), source), flags=re.S
    )
    assert not re.search(r"\*\*|^#+ |^\||^- |\]\(|```|^> ", shown, re.M), source
    for target in re.findall(r"\]\(((?!https?://)[^)#\s]+)", source.read_text("utf-8")):
        assert (source.parent / target).exists(), (source, target)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_is_named_exists(source: Path) -> None:
    text = source.read_text("utf-8")
    code = re.sub(r"#.*", "", "\n".join(_code(text)))
    for verb, rest in COMMAND.findall(code):
        assert verb in VERBS, verb
        words = rest.split("#")[0].split()
        sub = [w for w in words[:1] if w.isalpha() and w.islower() and w in _help(verb)]
        told = _help(verb, *sub) + _help(verb)
        for option in (w.partition("=")[0] for w in words if w.startswith("--")):
            assert option.rstrip(".,;:") in told, (source, verb, option)


def _code(text: str) -> list[str]:
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```[\s\S]*?^```$", "", text, flags=re.M))
    blocks = re.findall(r"^```sh.*\n([\s\S]*?)^```$", text, re.M)
    return [*spans, *blocks, *re.findall(r"^    (.*)$", text, re.M)]


def _help(*words: str) -> str:
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        contextlib.suppress(SystemExit),
    ):
        main([*words, "--help"])
    return out.getvalue()


@pytest.mark.parametrize(
    "command",
    [
        line
        for s in SOURCES
        for block in RUN.findall(s.read_text("utf-8"))
        for line in block.splitlines()
    ],
)
def test_a_command_that_is_marked_to_be_run_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    assert words[0] == "hotline"
    done = subprocess.run(
        (sys.executable, "-m", *words),
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ},
        check=False,
    )
    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr.decode()
