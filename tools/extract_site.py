"""Lists every text of desk and page and renews `locales/*/LC_MESSAGES/{site,web}.po`, keeping
translations.

python tools/extract_site.py          renew
python tools/extract_site.py --check  exit 1 when a catalogue is not what desk and page say
"""

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
DOMAINS = {  # catalogue: the folder whose texts it holds, who reads them
    "site": (ROOT / "hotline" / "desk", "What operators read at the desk."),
    "web": (ROOT / "hotline" / "channels" / "site", "What stands on the page beside the flows."),
}
LANGUAGES = ("vi", "en", "ja")
HEAD = """# {about} msgid is Vietnamese.
# Renewed by `python tools/extract_site.py`, filled in by people.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"""


def texts(domain: str) -> dict[str, str]:
    """Every text with the file that says it, in the order of the files."""
    found: dict[str, str] = {}
    folder, _ = DOMAINS[domain]
    for path in sorted([*folder.glob("*.py"), *folder.glob("templates/*.html")]):
        for text in _texts_of(path):
            found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def renewed(domain: str, language: str) -> str:
    """The catalogue of that language: our texts, with the translations there are."""
    known = _translations(_file(domain, language))
    parts = [HEAD.format(about=DOMAINS[domain][1], language=language)]
    for text, file in texts(domain).items():
        said = text if language == "vi" else known.get(text, "")
        flag = "#, python-format\n" if "%(" in text else ""
        parts.append(f'#: {file}\n{flag}msgid "{_quoted(text)}"\nmsgstr "{_quoted(said)}"\n')
    return "\n".join(parts)


def _file(domain: str, language: str) -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / f"{domain}.po"


def _texts_of(path: Path) -> Iterator[str]:
    method = "python" if path.suffix == ".py" else babel_extract
    options = {"silent": "false", "trimmed": "false", "trim_blocks": "true"}
    with path.open("rb") as file:
        for _, text, *_ in extract(method, file, {"_": None, "N_": None}, (), options):
            yield str(text)


def _translations(path: Path) -> dict[str, str]:
    from babel.messages.pofile import read_po

    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def main(argv: list[str]) -> int:
    """Renew or check."""
    stale = 0
    for domain, language in product(DOMAINS, LANGUAGES):
        path = _file(domain, language)
        fresh = renewed(domain, language)
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fresh, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != fresh:
            print(f"{path.relative_to(ROOT)}: stale; run python tools/extract_site.py")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
