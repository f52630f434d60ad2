"""Builds the documentation as a small static site: `python tools/site.py DIR` (`make docs`).

No script, no tracker, nothing from another host, no dependency: pages use a part of Markdown that
`markdown` below knows, and a test finds whatever it does not.
"""

import os
import re
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = (
    ("Organisations", ("docs/organisations.md", "docs/voice.md", "docs/guidance.md")),
    ("Operators", ("docs/operators.md", "docs/matching.md", "docs/sinks.md")),
    (
        "Administrators",
        (
            "docs/deploy/README.md", "docs/deploy/backup.md", "docs/twilio.md", "docs/runbook.md",
            "docs/data-map.md", "docs/threat-model.md", "docs/page.md",
        ),
    ),
    (
        "Developers",
        ("README.md", "prompts/README.md", "docs/performance.md", "docs/decisions/*.md"),
    ),
)  # fmt: skip
STYLE = """
:root { color-scheme: light dark } * { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif;
  display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2.5rem }
nav h2 { font-size: .85rem; margin: 1.2rem 0 .2rem }
nav ul { list-style: none; margin: 0; padding: 0 }
nav a { display: block; padding: .2rem 0 } [aria-current] { font-weight: 700 }
pre, code { font-family: ui-monospace, monospace; font-size: .9em }
pre, .wide { overflow-x: auto } pre { padding: .8rem; border: 1px solid #8886 }
table { border-collapse: collapse } td, th { border-bottom: 1px solid #8886; padding: .3rem .6rem;
  text-align: left; vertical-align: top } h1 { line-height: 1.2 }
@media (max-width: 50rem) { body { display: block } }
"""


def pages() -> dict[str, list[Path]]:
    """Sources by audience."""
    return {
        name: [p for pattern in given for p in sorted(ROOT.glob(pattern))] for name, given in SITE
    }


def build(out: Path) -> list[Path]:
    """Write every page; what was written."""
    written = []
    for source in (source for group in pages().values() for source in group):
        place = out / address(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page(source), "utf-8")
        written.append(place)
    first = os.path.relpath(out / address(ROOT / SITE[0][1][0]), out)
    (out / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>hotline</title>'
        f'<meta http-equiv="refresh" content="0; url={first}"><a href="{first}">hotline</a>\n',
        "utf-8",
    )
    return written


def address(source: Path) -> str:
    """Where a source's page is, below the site."""
    return source.relative_to(ROOT).with_suffix(".html").as_posix()


def page(source: Path) -> str:
    """One page with its menu."""
    text = source.read_text("utf-8")
    body, title = markdown(text, source), text.splitlines()[0].lstrip("# ")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<body><nav>{_menu(source)}</nav><main>{body}</main></body></html>\n"
    )


def _menu(here: Path) -> str:
    parts = []
    for name, group in pages().items():
        lines = "".join(f"<li>{_entry(source, here)}</li>" for source in group)
        parts.append(f"<h2>{name}</h2><ul>{lines}</ul>")
    return "".join(parts)


def _entry(source: Path, here: Path) -> str:
    title = source.read_text("utf-8").partition("\n")[0].lstrip("# ")
    current = ' aria-current="page"' if source == here else ""
    return f'<a href="{_to(source, here)}"{current}>{escape(title)}</a>'


def _to(source: Path, here: Path) -> str:
    return Path(os.path.relpath(ROOT / address(source), (ROOT / address(here)).parent)).as_posix()


def markdown(text: str, source: Path) -> str:
    """The part of Markdown that our pages use: headings, paragraphs, lists, tables, code."""
    out: list[str] = []
    fenced = re.split(r"^```.*\n([\s\S]*?)^```$", text, flags=re.M)
    for at, part in enumerate(fenced):
        if at % 2:
            out.append(f"<pre><code>{escape(part)}</code></pre>")
        else:
            out += [_block(block, source) for block in re.split(r"\n\s*\n", part) if block.strip()]
    return "\n".join(out)


def _block(block: str, source: Path) -> str:
    lines = block.strip("\n").splitlines()
    if heading := re.fullmatch(r"(#{1,4}) (.*)", lines[0]):
        level = len(heading[1])
        rest = "\n".join(lines[1:])
        more = _block(rest, source) if rest.strip() else ""
        return f"<h{level}>{_inline(heading[2], source)}</h{level}>{more}"
    if all(line.startswith("    ") for line in lines):
        return f"<pre><code>{escape(chr(10).join(line[4:] for line in lines))}</code></pre>"
    if lines[0].startswith("|"):
        return _table(lines, source)
    if item := re.match(r"(- |\d+\. )", lines[0]):
        return _list(lines, "ul" if item[1] == "- " else "ol", source)
    return f"<p>{_inline(chr(10).join(lines), source)}</p>"


def _list(lines: list[str], kind: str, source: Path) -> str:
    items: list[str] = []
    for line in lines:
        if starts := re.match(r"(?:- |\d+\. )(.*)", line):
            items.append(starts[1])
        else:
            items[-1] += "\n" + line.strip()
    return f"<{kind}>{''.join(f'<li>{_inline(item, source)}</li>' for item in items)}</{kind}>"


def _table(lines: list[str], source: Path) -> str:
    rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in lines]
    head = "".join(f"<th>{_inline(cell.strip(), source)}</th>" for cell in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{_inline(cell.strip(), source)}</td>' for cell in row)}</tr>"
        for row in rows[2:]
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _inline(text: str, source: Path) -> str:
    """Code spans first: nothing inside them is anything else."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(
        f"<code>{escape(part.replace(chr(92) + '|', '|'))}</code>"
        if at % 2
        else _words(part, source)
        for at, part in enumerate(parts)
    )


def _words(text: str, source: Path) -> str:
    text = escape(text.replace("\\|", "|"), quote=False).replace("\\*", "&#42;")
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"<em>\1</em>", text)  # pictures are the README's
    text = re.sub(r"\[([^\]]*)\]\(([^)\s]*)\)", lambda m: _link(m[1], m[2], source), text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text, flags=re.S)
    return re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)\*(?![\w*])", r"<em>\1</em>", text)


def _link(words: str, target: str, source: Path) -> str:
    """To a page of the site where there is one; other files of the repository are named."""
    if re.match(r"https?://", target):
        return f'<a href="{target}" rel="noreferrer">{words}</a>'
    path = (source.parent / target.partition("#")[0]).resolve()
    path = path / "README.md" if path.is_dir() else path
    if any(path in group for group in pages().values()):
        return f'<a href="{_to(path, source)}">{words}</a>'
    return f"{words} (<code>{escape(os.path.relpath(path, ROOT))}</code>)"


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "var" / "site"))
    print(f"{len(made)} pages")
