"""Lists every text of the desk and renews `locales/*/LC_MESSAGES/site.po`, keeping translations.

python tools/extract_site.py          renew
python tools/extract_site.py --check  exit 1 when a catalogue is not what the desk says
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
DESK = ROOT / "hotline" / "desk"
LANGUAGES = ("vi", "en", "ja")
HEAD = """# What operators read at the desk. msgid is Vietnamese.
# Renewed by `python tools/extract_site.py`, filled in by people.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"""


def texts() -> dict[str, str]:
    """Every text with the file that says it, in the order of the files."""
    found: dict[str, str] = {}
    for path in sorted([*DESK.glob("*.py"), *DESK.glob("templates/*.html")]):
        for text in _texts_of(path):
            found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def renewed(language: str) -> str:
    """The catalogue of that language: our texts, with the translations there are."""
    known = _translations(ROOT / "locales" / language / "LC_MESSAGES" / "site.po")
    parts = [HEAD.format(language=language)]
    for text, file in texts().items():
        said = text if language == "vi" else known.get(text, "")
        flag = "#, python-format\n" if "%(" in text else ""
        parts.append(f'#: {file}\n{flag}msgid "{_quoted(text)}"\nmsgstr "{_quoted(said)}"\n')
    return "\n".join(parts)


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
    for language in LANGUAGES:
        path = ROOT / "locales" / language / "LC_MESSAGES" / "site.po"
        fresh = renewed(language)
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fresh, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != fresh:
            print(f"{path.relative_to(ROOT)}: stale; run python tools/extract_site.py")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
